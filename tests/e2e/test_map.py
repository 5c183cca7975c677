"""The map in a browser: in step with the list, still while that changes, honest about a person's place."""

from __future__ import annotations

import math
from datetime import date
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from locator.clinics import read_directory
from locator.presentation.map import PinLabel, map_picture, read_base_layer
from locator.settings import SHIPPED
from locator.sites import METRES_PER_MILE, Coordinate, Origin, Precision
from tests.e2e.conftest import OpenFinder
from tests.e2e.finder_page import nearest, shipped_rows
from tests.e2e.pages import Disc, Finder
from tests.support.parsed_html import parse
from tests.support.servers import RunningServer

EDINA = "iSpine Clinics – Edina"
DELANO = "iSpine Clinics – Delano"
BURNSVILLE = "iSpine Clinics – Burnsville"
MAPLEWOOD = "iSpine Clinics – Maplewood"
PHONE_LINK = "763-201-8191"
CLOSEST_BY_ITSELF = 11
# The limits of the map itself, so that nobody zooms into or out of everything there is to see.
ZOOM_LIMITS = [4, 18]
# streamlit-folium tells the server of a move a quarter of a second after it; this is well past that.
LONGER_THAN_ITS_DEBOUNCE_MS = 600
# Where the focus is, frame and all; pressing Tab once more must always lead on.
FOCUSED = """() => {
  let at = document.activeElement;
  if (at?.tagName === "IFRAME") at = at.contentDocument.activeElement;
  return at ? (at.getAttribute("aria-label") || at.textContent || at.tagName).trim() : "";
}"""


def points() -> dict[str, tuple[float, float]]:
    """Each shipped clinic's latitude and longitude by site_id."""
    return {row["site_id"]: (float(row["latitude"]), float(row["longitude"])) for row in shipped_rows()}


def expect_chosen(finder: Finder, clinic: str) -> None:
    """That clinic and no other is marked, on its card and on its pin."""
    marked = finder.page.locator(".clinic.is-chosen")
    expect(marked).to_have_count(1)
    expect(marked.get_by_role("heading")).to_contain_text(clinic)
    expect(finder.show_button(clinic)).to_have_attribute("aria-pressed", "true")
    expect(finder.page.get_by_role("button", pressed=True)).to_have_count(1)
    expect(finder.map.popup_name).to_contain_text(clinic)
    expect(finder.map.inside.locator(".pin-holder.is-chosen")).to_have_accessible_name(
        str(finder.map.pin(clinic).get_attribute("aria-label"))
    )


def test_the_pins_have_the_names_and_numbers_of_the_cards(finder: Finder) -> None:
    assert finder.map.pin_names() == finder.titles()
    finder.search("Shakopee")
    assert finder.map.pin_names() == finder.titles()
    numbers = [
        (pin.get_attribute("aria-label") or "").partition(".")[0] == pin.inner_text().strip()
        for pin in finder.map.pins.all()
    ]
    assert numbers == [True] * 8


def test_before_any_search_every_pin_is_in_sight_on_the_map(finder: Finder) -> None:
    assert finder.map.holds(*points().values())
    assert finder.map.view().zoom <= CLOSEST_BY_ITSELF


def test_the_list_says_all_that_a_pins_pop_up_says(finder: Finder) -> None:
    finder.search("55407")
    for title in finder.titles():
        name = title.partition(" ")[2]
        finder.press_on_pin(name, "Enter")
        expect(finder.map.popup_name).to_have_text(title)
        card = " ".join((finder.card(name).text_content() or "").split())
        lines = [line.inner_text() for line in finder.map.popup.locator("p").all()]
        assert len(lines) == 3
        facts = lines[0].replace(" miles in a straight line", " mi in a straight line"), *lines[1:]
        for fact in facts:
            for part in fact.replace(". ", ", ").rstrip(".").split(", "):
                assert part.replace(": ", " ") in card


def test_choosing_a_card_opens_its_pin_and_brings_it_into_sight(finder: Finder) -> None:
    finder.map.zoom_in()
    finder.map.zoom_in()
    finder.map.zoom_in()
    assert not finder.map.holds(points()["delano"])
    finder.choose_card(DELANO)
    expect_chosen(finder, DELANO)
    expect(finder.map.pin(DELANO)).to_be_in_viewport()
    assert finder.map.holds(points()["delano"])
    finder.choose_card(EDINA)
    expect_chosen(finder, EDINA)


def test_the_same_card_can_be_chosen_again_after_its_pop_up_was_closed(finder: Finder) -> None:
    finder.choose_card(EDINA)
    finder.map.popup.get_by_role("button", name="Close").click()
    expect(finder.map.popup).to_have_count(0)
    finder.choose_card(EDINA)
    expect_chosen(finder, EDINA)


def test_clicking_a_pin_marks_its_card_and_brings_it_into_sight(finder: Finder) -> None:
    expect(finder.card(EDINA)).not_to_be_in_viewport()
    finder.click_pin(EDINA)
    expect_chosen(finder, EDINA)
    expect(finder.card(EDINA)).to_be_in_viewport()


@pytest.mark.parametrize("key", ["Enter", " "], ids=["enter", "space"])
def test_a_key_on_a_pin_marks_its_card_and_leaves_the_focus_on_the_pin(finder: Finder, key: str) -> None:
    finder.press_on_pin(EDINA, key)
    expect_chosen(finder, EDINA)
    expect(finder.card(EDINA)).to_be_in_viewport()
    expect(finder.map.pin(EDINA)).to_be_focused()


def test_the_same_pin_can_be_chosen_again_after_the_list_was_scrolled_away(finder: Finder) -> None:
    finder.press_on_pin(EDINA, "Enter")
    finder.place.scroll_into_view_if_needed()
    expect(finder.card(EDINA)).not_to_be_in_viewport()
    finder.press_on_pin(EDINA, "Enter")
    expect(finder.card(EDINA)).to_be_in_viewport()


def test_a_choice_on_either_side_follows_one_on_the_other(finder: Finder) -> None:
    finder.choose_card(EDINA)
    finder.press_on_pin(DELANO, "Enter")
    expect_chosen(finder, DELANO)
    finder.choose_card(EDINA)
    expect_chosen(finder, EDINA)
    finder.press_on_pin(DELANO, "Enter")
    expect_chosen(finder, DELANO)


def test_searching_filtering_and_choosing_never_make_the_map_anew(finder: Finder) -> None:
    identity = finder.map.identity()
    finder.search("55407")
    finder.need("Procedures*")
    finder.choose_filter("Listed as open on", "Friday")
    finder.choose_card("iSpine Clinics – Maple Grove")
    finder.press_on_pin(EDINA, "Enter")
    finder.search("Chaska")
    assert finder.map.is_still(identity)


def test_a_place_that_is_not_found_or_not_the_only_one_does_not_make_the_map_anew(finder: Finder) -> None:
    identity = finder.map.identity()
    for place in ("nowhere at all", "ramsey", "55407"):
        finder.search(place)
        assert finder.map.is_still(identity), place


def test_a_visit_asks_the_server_for_the_page_once(finder: Finder) -> None:
    assert finder.wire.messages_sent == 1


def test_a_persons_pan_and_zoom_stay_while_only_filters_or_the_choice_change(finder: Finder) -> None:
    finder.search("55407")
    finder.map.zoom_in()
    finder.map.pan(-40, 30)
    mine = finder.map.view()
    finder.need("Procedures*")
    assert finder.map.view() == mine
    finder.choose_filter("Listed as open on", "Friday")
    assert finder.map.pin_names() == finder.titles()
    assert finder.map.view() == mine
    finder.need("All")
    finder.search("55407")
    assert finder.map.view() == mine


def test_choosing_a_pin_that_is_well_in_sight_does_not_move_the_map(finder: Finder) -> None:
    finder.map.canvas.evaluate("(_, at) => map.setView(at, 11)", points()["edina"])
    mine = finder.map.view()
    finder.choose_card(EDINA)
    expect_chosen(finder, EDINA)
    assert finder.map.view() == mine


def test_the_open_pop_up_stays_with_its_pin_and_goes_with_it(finder: Finder) -> None:
    finder.search("55407")
    finder.choose_card(DELANO)
    finder.need("Procedures*")
    expect_chosen(finder, DELANO)
    expect(finder.map.popup_name).to_have_text(next(t for t in finder.titles() if DELANO in t))
    finder.choose_filter("Listed as open on", "Friday")
    expect(finder.map.popup).to_have_count(0)


@pytest.mark.parametrize("place", ["Springfield", "55407", "55369"])
def test_after_another_search_an_open_pop_up_is_whole_or_gone(finder: Finder, place: str) -> None:
    finder.choose_card(MAPLEWOOD)
    finder.search(place)
    part = finder.map.popup.bounding_box() if finder.map.popup.count() else None
    whole = finder.map.canvas.bounding_box()
    assert whole is not None
    assert part is None or (
        whole["x"] <= part["x"]
        and whole["y"] <= part["y"]
        and part["x"] + part["width"] <= whole["x"] + whole["width"]
        and part["y"] + part["height"] <= whole["y"] + whole["height"]
    )


def test_moving_the_map_asks_nothing_of_the_server(finder: Finder) -> None:
    before = finder.wire.messages_sent
    start = finder.map.view()
    finder.map.pan(-80, 40)
    finder.map.zoom_in()
    assert finder.map.view() != start
    finder.page.wait_for_timeout(LONGER_THAN_ITS_DEBOUNCE_MS)
    assert finder.wire.messages_sent == before


@pytest.mark.parametrize("place", ["55407", "Saint Paul", "iSpine Clinics Delano"])
def test_a_search_shows_its_area_and_the_nearest_three_but_no_closer_than_a_district(
    finder: Finder, place: str
) -> None:
    finder.map.zoom_in()
    finder.map.pan(-90, 60)
    finder.search(place)
    told = nearest(place)
    where = points()
    assert finder.map.holds(*(where[match["site_id"]] for match in told["matches"][:3]))
    assert finder.map.holds((told["origin"]["lat_deg"], told["origin"]["lon_deg"]))
    assert finder.map.view().zoom <= CLOSEST_BY_ITSELF
    for disc in finder.map.discs():
        assert finder.map.holds(*corners(disc))


def corners(disc: Disc) -> list[tuple[float, float]]:
    """North, south, east and west of the disc, just inside it."""
    up = 0.98 * disc.radius_m / 111_320
    across = up / math.cos(math.radians(disc.lat_deg))
    return [
        (disc.lat_deg + up, disc.lon_deg),
        (disc.lat_deg - up, disc.lon_deg),
        (disc.lat_deg, disc.lon_deg + across),
        (disc.lat_deg, disc.lon_deg - across),
    ]


def test_a_persons_place_is_an_area_as_wide_as_it_is_unsure_and_never_a_pin(finder: Finder) -> None:
    assert finder.map.discs() == []
    finder.search("4321 Madeup Ave, Minneapolis, MN 55407")
    (disc,) = finder.map.discs()
    origin = nearest("55407")["origin"]
    assert (disc.lat_deg, disc.lon_deg) == (origin["lat_deg"], origin["lon_deg"])
    assert round(disc.radius_m / METRES_PER_MILE, 1) == origin["uncertainty_mi"]
    markers = finder.map.inside.locator(".leaflet-marker-pane > *")
    expect(markers).to_have_count(8)
    finder.search("")
    assert finder.map.discs() == []


def test_without_street_tiles_county_lines_and_city_names_are_drawn(finder: Finder) -> None:
    inside = finder.map.inside
    expect(inside.locator("path.base-county").first).to_be_attached()
    expect(inside.get_by_text("Minneapolis", exact=True)).to_be_visible()
    expect(inside.get_by_text("Saint Paul", exact=True)).to_be_visible()
    expect(inside.locator(".leaflet-tile")).to_have_count(0)
    expect(inside.locator(".leaflet-control-attribution")).to_contain_text("U.S. Census Bureau")


def test_without_street_tiles_the_map_still_has_its_zoom_limits(finder: Finder) -> None:
    assert finder.map.canvas.evaluate("() => [map.getMinZoom(), map.getMaxZoom()]") == ZOOM_LIMITS


def test_pins_are_buttons_with_names_on_the_way_of_the_tab_key(finder: Finder) -> None:
    page = finder.page
    finder.place.focus()
    trail = tab_trail(page, until="Find clinics", at_most=3)
    assert trail[-1] == "Find clinics"
    before_the_list = tab_trail(page, until=f"Call {PHONE_LINK}", at_most=8)
    assert before_the_list[:2] == ["Use my location", "All"]
    assert before_the_list[2].startswith("More filters")
    assert before_the_list[-1] == f"Call {PHONE_LINK}"
    finder.cards.last.locator("summary").last.focus()
    trail = tab_trail(page, until=PHONE_LINK, at_most=40)
    assert [name for name in trail if name in finder.titles()] == finder.titles()
    assert "Zoom in" in trail
    # The last stop lies behind the map: the focus came out of it again.
    assert trail[-1] == PHONE_LINK


def tab_trail(page: Page, *, until: str, at_most: int) -> list[str]:
    """The names of what Tab leads to, one after the other."""
    trail: list[str] = []
    while len(trail) < at_most and until not in trail:
        page.keyboard.press("Tab")
        trail.append(page.evaluate(FOCUSED))
    return trail


def has_no_sideways(page: Page) -> bool:
    """Whether neither the page nor its main part can be scrolled sideways."""
    return bool(
        page.evaluate(
            "() => [document.documentElement, document.querySelector('[data-testid=stMain]')]"
            ".every((part) => part.scrollWidth <= part.clientWidth)"
        )
    )


def top_of(finder: Finder) -> dict[str, float]:
    """How far down each part of the page begins."""
    parts = {
        "search": finder.place,
        "list": finder.cards.first,
        "map": finder.map.frame,
        "overview": finder.page.get_by_role("heading", name="About DRG stimulation"),
    }
    boxes = {name: part.bounding_box() for name, part in parts.items()}
    return {name: box["y"] for name, box in boxes.items() if box is not None}


@pytest.mark.parametrize(("width", "height", "phone"), [(390, 844, True), (1199, 900, False)])
def test_on_a_narrow_screen_search_list_map_and_overview_follow_one_another(
    open_finder: OpenFinder, app_server: RunningServer, width: int, height: int, *, phone: bool
) -> None:
    finder = open_finder(
        app_server, viewport={"width": width, "height": height}, is_mobile=phone, has_touch=phone
    )
    finder.visit()
    assert has_no_sideways(finder.page)
    finder.search("55407")
    assert has_no_sideways(finder.page)
    tops = top_of(finder)
    assert list(tops) == sorted(tops, key=tops.__getitem__) == ["search", "list", "map", "overview"]
    last = finder.cards.last.bounding_box()
    assert last is not None
    assert last["y"] + last["height"] <= tops["map"]
    finder.choose_card(EDINA)
    expect_chosen(finder, EDINA)
    expect(finder.map.pin(EDINA)).to_be_in_viewport()
    if phone:
        finder.map.popup.get_by_role("button", name="Close").tap()
        with finder.doing():
            finder.map.pin(BURNSVILLE).tap()
        expect_chosen(finder, BURNSVILLE)
        expect(finder.card(BURNSVILLE)).to_be_in_viewport()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1200, 800)])
def test_on_a_desktop_list_map_and_overview_are_side_by_side_on_the_first_screen(
    open_finder: OpenFinder, app_server: RunningServer, width: int, height: int
) -> None:
    finder = open_finder(app_server, viewport={"width": width, "height": height})
    finder.visit()
    overview = finder.page.get_by_role("heading", name="About DRG stimulation")
    parts = (finder.cards.first, finder.map.frame, overview)
    for part in parts:
        expect(part).to_be_in_viewport()
    boxes = [box for part in parts if (box := part.bounding_box()) is not None]
    for left, right in pairwise(boxes):
        assert left["x"] + left["width"] <= right["x"]
    assert has_no_sideways(finder.page)


def test_the_map_stays_in_sight_while_the_list_is_scrolled(finder: Finder) -> None:
    finder.cards.last.scroll_into_view_if_needed()
    expect(finder.cards.first).not_to_be_in_viewport()
    expect(finder.map.frame).to_be_in_viewport(ratio=0.6)


# The middle of each pin in its window, by the number it has.
LIVE_PINS = """(map) => Object.fromEntries([...map.querySelectorAll(".pin-holder")].map((pin) => {
  const box = pin.getBoundingClientRect();
  return [pin.textContent.trim(), [box.x + box.width / 2, box.y + box.height / 2]];
}))"""
PICTURED_PINS = """() => Object.fromEntries([...document.querySelectorAll(".pin")].map((pin) => {
  const at = pin.getScreenCTM();
  return [pin.textContent.trim(), [at.e, at.f]];
}))"""


def pictured_pins(finder: Finder, origin: Origin | None) -> dict[str, list[float]]:
    """Where a browser draws the pins of the picture of what the finder's map shows, at the map's size."""
    sites = {site.title: site for site in read_directory(SHIPPED.clinics, today=date(2027, 1, 1)).sites}
    titles = [name.partition(". ")[2] for name in finder.map.pin_names()]
    pins = [PinLabel(sites[title], number, title, ()) for number, title in enumerate(titles, start=1)]
    html = map_picture(pins, origin, read_base_layer(SHIPPED.base_map))
    width, height = finder.map.canvas.evaluate("(map) => [map.clientWidth, map.clientHeight]")
    page = finder.page.context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    # A page of its own has the image's media queries go by the same size as an image does.
    page.goto(parse(html).one("img").attributes["src"])
    found: dict[str, list[float]] = page.evaluate(PICTURED_PINS)
    page.close()
    return found


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800), (1100, 620)])
def test_the_picture_of_the_map_has_the_pins_where_the_map_has_them(
    open_finder: OpenFinder, app_server: RunningServer, width: int, height: int
) -> None:
    finder = open_finder(app_server, viewport={"width": width, "height": height})
    finder.visit()
    finder.map.view()
    before = finder.map.canvas.evaluate(LIVE_PINS)
    assert len(before) == len(points())
    assert pictured_pins(finder, None) == {number: pytest.approx(at, abs=2) for number, at in before.items()}
    finder.search("55407")
    finder.map.view()
    (disc,) = finder.map.discs()
    origin = Origin(
        "ZIP 55407", Coordinate(disc.lat_deg, disc.lon_deg), Precision.ZIP, disc.radius_m, "gazetteer"
    )
    after = finder.map.canvas.evaluate(LIVE_PINS)
    assert after != before
    assert pictured_pins(finder, origin) == {number: pytest.approx(at, abs=2) for number, at in after.items()}
