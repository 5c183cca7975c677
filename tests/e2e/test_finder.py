"""The finder in a browser: what is there before a search, what a search gives, and what filters leave."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from locator.presentation.markers import LEGEND
from locator.presentation.overview import read_overview
from tests.e2e.conftest import OpenFinder, StartApp
from tests.e2e.finder_page import data_with, nearest, shipped_rows
from tests.e2e.pages import Finder
from tests.support.payloads import clinic_file
from tests.support.servers import ROOT, RunningServer, running_app

PHONE = "763-201-8191"
CLOSED_ON_FRIDAY = {"burnsville", "delano"}


def test_before_any_search_all_clinics_legend_and_overview_are_there(finder: Finder) -> None:
    page = finder.page
    expect(finder.announcement).to_have_text("We found 8 clinics.")
    by_city = sorted(row["city"] for row in shipped_rows())
    assert finder.titles() == [f"{n}. iSpine Clinics – {city}" for n, city in enumerate(by_city, start=1)]
    for entry in LEGEND:
        expect(page.get_by_text(entry.meaning)).to_be_visible()
    overview = read_overview(ROOT / "data" / "overview.md")
    expect(page.get_by_role("heading", name=overview.title)).to_be_visible()
    for heading in re.findall(r"^#+ (.+)$", overview.body, flags=re.MULTILINE):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.get_by_text("not medical advice")).to_be_visible()
    expect(page.get_by_role("link", name=overview.partner_name)).to_have_attribute(
        "href", overview.partner_url
    )
    expect(finder.notice).to_have_count(0)


def test_the_first_visitor_of_a_server_just_started_is_refused_nothing(
    open_finder: OpenFinder, start_app: StartApp, tmp_path: Path
) -> None:
    finder = open_finder(start_app(data_with(tmp_path, {})))
    finder.visit()
    finder.search("55407")
    assert finder.seen.refusals == []


def test_a_card_says_all_that_is_known_of_its_clinic(visited: Finder) -> None:
    for row in shipped_rows():
        card = visited.card(f"iSpine Clinics – {row['city']}")
        street = f"{row['street']}, {row['unit']}" if row["unit"] else row["street"]
        expect(card).to_contain_text(street)
        expect(card).to_contain_text(f"{row['city']}, MN {row['zip']}")
        expect(card.get_by_role("link", name=f"Call {PHONE}")).to_have_attribute("href", f"tel:+1-{PHONE}")
        expect(card).to_contain_text(f"Not yet confirmed by the practice. Call {PHONE} before you travel.")
        expect(card).to_contain_text("Evaluation yes, not yet confirmed")
        done = "yes, not yet confirmed" if row["procedure"] == "yes" else "not known"
        expect(card).to_contain_text(re.compile(rf"Procedures\*?\s+{done}"))
        expect(card).to_contain_text(re.compile("(Open|Closed) now"))
        expect(card).to_contain_text("Wheelchair entrance, parking and restroom")
        expect(card).to_contain_text("December 8, 2025")
        expect(card).to_contain_text(row["note"])


def test_the_card_of_a_procedure_site_carries_the_asterisk_and_no_other_does(visited: Finder) -> None:
    starred = {row["city"] for row in shipped_rows() if row["procedure"] == "yes"}
    for row in shipped_rows():
        role = visited.card(f"iSpine Clinics – {row['city']}").get_by_text("Procedures", exact=False).first
        assert ("*" in role.inner_text()) == (row["city"] in starred)


@pytest.mark.parametrize(
    "place",
    [
        "55407",
        "55109-1234",
        "saint paul mn",
        "100 Main St, Anoka, MN",
        "dakota county",
        "iSpine Clinics edina",
    ],
)
def test_a_search_lists_what_the_command_line_lists_in_the_same_order(visited: Finder, place: str) -> None:
    visited.search(place)
    told = nearest(place)
    label = told["origin"]["label"]
    expect(visited.announcement).to_have_text(f"We found 8 clinics near {label}.")
    assert visited.site_ids() == [match["site_id"] for match in told["matches"]]
    shown = visited.cards.locator(".distance strong").all_inner_texts()
    assert shown == [f"{match['distance_mi']} mi" for match in told["matches"]]
    for match in told["matches"]:
        card = visited.card(match["name"])
        if told["origin"]["uncertainty_mi"] > 0:
            between = f"between {match['distance_low_mi']} and {match['distance_high_mi']} miles"
            expect(card).to_contain_text(between)
        expect(card.get_by_text("About the same distance")).to_have_count(
            int(match["about_same_as_previous"])
        )
    assert [told["notes"][0], *visited.notes.all_inner_texts()] == told["notes"]
    assert "straight line" in " ".join(visited.notes.all_inner_texts())


def test_a_street_address_says_that_its_street_was_not_looked_up(visited: Finder) -> None:
    visited.search("100 Main St, Anoka, MN")
    expect(visited.notes.first).to_contain_text("The street was not looked up")


def test_the_enter_key_searches_and_an_empty_search_brings_all_back(finder: Finder) -> None:
    finder.place.fill("55407")
    with finder.doing():
        finder.place.press("Enter")
    expect(finder.announcement).to_contain_text("near ZIP 55407")
    finder.search("   ")
    expect(finder.announcement).to_have_text("We found 8 clinics.")
    expect(finder.cards.locator(".distance")).to_have_count(0)


def test_a_name_of_several_places_is_a_choice_that_can_be_made(visited: Finder) -> None:
    visited.search("ramsey")
    expect(visited.announcement).to_contain_text("We found 2 places")
    expect(visited.places.get_by_role("heading")).to_contain_text("Which one do you mean?")
    assert visited.places.get_by_role("button").all_inner_texts() == ["Ramsey, MN", "Ramsey County, MN"]
    expect(visited.cards).to_have_count(8)
    visited.choose_place("Ramsey County, MN")
    expect(visited.announcement).to_have_text("We found 8 clinics near Ramsey County, MN.")
    expect(visited.place).to_have_value("Ramsey County, MN")
    expect(visited.places).to_have_count(0)


def test_a_slip_of_the_keyboard_is_a_suggestion_and_never_a_silent_guess(visited: Finder) -> None:
    visited.search("Minneaplis")
    expect(visited.announcement).to_contain_text("could not find that place")
    expect(visited.cards.locator(".distance")).to_have_count(0)
    visited.choose_place("Minneapolis, MN")
    expect(visited.announcement).to_have_text("We found 8 clinics near Minneapolis, MN.")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("xyzzy qwrtpl", "We could not find that place. Check the spelling."),
        ("5" * 10_000, "That is too long to be a place."),
        ("\x01\x02 \x7f", "We found no letters or numbers that name a place."),
        ("<b onclick=alert(1)>x</b>", "We could not find that place."),
        ("🙂🙂", "We found no letters or numbers that name a place."),
        ("'; DROP TABLE clinics; --", "We could not find that place."),
        ("123", "A ZIP code has five digits"),
    ],
    ids=["nonsense", "endless", "controls", "markup", "emoji", "sql", "short"],
)
def test_what_names_no_place_gets_a_plain_sentence_and_the_list_stays(
    visited: Finder, text: str, sentence: str
) -> None:
    visited.search(text)
    expect(visited.places).to_contain_text(sentence)
    expect(visited.announcement).to_have_text("We could not find that place. Below are all clinics.")
    expect(visited.cards).to_have_count(8)
    expect(visited.notice).to_have_count(0)


@pytest.mark.parametrize("place", ["Duluth", "10001"])
def test_outside_the_area_the_page_says_how_far_and_what_to_do(visited: Finder, place: str) -> None:
    visited.search(place)
    told = nearest(place)
    expect(visited.announcement).to_have_text(told["notes"][0])
    expect(visited.announcement).to_contain_text("outside the Twin Cities area")
    far = round(told["matches"][0]["distance_mi"])
    expect(visited.notes.first).to_contain_text(f"about {far} miles away")
    expect(visited.notes.first).to_contain_text(f"Call {PHONE}")
    expect(visited.cards).to_have_count(8)


def test_clinics_not_known_to_do_procedures_stay_under_a_heading_of_their_own(finder: Finder) -> None:
    finder.search("55407")
    finder.need("Procedures*")
    told = nearest("55407", "--need", "procedure")
    expect(finder.announcement).to_have_text(told["notes"][0])
    expect(finder.announcement).to_contain_text("2 clinics")
    assert finder.site_ids() == [match["site_id"] for match in told["matches"]]
    expect(finder.group("Nearest clinics")).to_have_count(2)
    expect(finder.group("May fit")).to_have_count(6)
    expect(finder.page.get_by_role("region", name="May fit")).to_contain_text("Not known does not mean no")
    finder.need("All")
    expect(finder.announcement).to_have_text("We found 8 clinics near ZIP 55407 (Minneapolis, MN).")


def test_a_distance_leaves_out_the_farther_clinics_and_says_so(finder: Finder) -> None:
    finder.search("55407")
    within = [match["site_id"] for match in nearest("55407", "--within", "10")["matches"]]
    assert 0 < len(within) < 8
    finder.choose_filter("How far", "Within 10 miles")
    expect(finder.cards).to_have_count(len(within))
    assert finder.site_ids() == within
    expect(finder.notes.last).to_contain_text("farther away than shown")
    finder.choose_filter("How far", "Within 5 miles")
    expect(finder.announcement).to_contain_text("Choose a longer distance")


def test_a_weekday_leaves_out_only_clinics_known_to_be_closed_then(finder: Finder) -> None:
    finder.choose_filter("Listed as open on", "Friday")
    expect(finder.cards).to_have_count(6)
    assert set(finder.site_ids()) == {row["site_id"] for row in shipped_rows()} - CLOSED_ON_FRIDAY


@pytest.fixture(scope="module")
def gaps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The app with facts missing: one entrance is not accessible, one not known, hours and a pin are gone."""
    folder = tmp_path_factory.mktemp("gaps")
    no_pin = dict.fromkeys(("latitude", "longitude", "pin_source", "pin_precision"), "")
    changes = {
        "chaska": {"wheelchair_entrance": "no"},
        "edina": {"wheelchair_entrance": "unknown"},
        "maplewood": {"hours": "", "hours_as_of": ""},
        "shakopee": no_pin,
    }
    settings = {"LOCATOR_TILE_URL": "none", "LOCATOR_DATA_DIR": str(data_with(folder, changes))}
    with running_app(folder / "log", settings) as server:
        yield server


def test_unknown_access_and_hours_are_kept_apart_and_never_read_as_no(
    open_finder: OpenFinder, gaps: RunningServer
) -> None:
    finder = open_finder(gaps)
    finder.visit()
    finder.ask_for_wheelchair_entrance()
    expect(finder.group("All clinics")).to_have_count(0)
    expect(finder.group("Clinics that fit")).to_have_count(6)
    expect(finder.group("May fit")).to_have_attribute("data-site", "edina")
    assert "chaska" not in finder.site_ids()
    finder.choose_filter("Listed as open on", "Friday")
    expect(finder.group("Clinics that fit")).to_have_count(3)
    assert set(finder.site_ids()) == {"maple-grove", "coon-rapids", "shakopee", "edina", "maplewood"}
    expect(finder.group("May fit")).to_have_count(2)


def test_a_clinic_without_a_pin_is_listed_and_says_so(open_finder: OpenFinder, gaps: RunningServer) -> None:
    finder = open_finder(gaps)
    finder.visit()
    expect(finder.cards).to_have_count(8)
    expect(finder.map.pins).to_have_count(7)
    expect(finder.show_button("iSpine Clinics – Shakopee")).to_have_count(0)
    finder.search("55407")
    expect(finder.group("No place on the map")).to_have_attribute("data-site", "shakopee")
    expect(finder.group("No place on the map").locator(".distance")).to_have_count(0)


@pytest.mark.parametrize("note", ["", "A made-up note."], ids=["same list", "list changed meanwhile"])
def test_a_wrong_listing_is_reported_by_keyboard_without_losing_the_place_in_the_list(
    open_finder: OpenFinder, start_app: StartApp, tmp_path: Path, note: str
) -> None:
    data = data_with(tmp_path, {})
    finder = open_finder(start_app(data, LOCATOR_STAFF__OIDC_EDITORS="pat@example.org"))
    finder.visit()
    finder.search("55407")
    ids = finder.site_ids()
    card = finder.card("iSpine Clinics – Shakopee")
    card.get_by_text("Something wrong here?").focus()
    finder.page.keyboard.press("Enter")
    button = card.get_by_role("button", name="The hours are wrong")
    button.focus()
    if note:
        rows = [{**row, "note": note} if row["site_id"] == "edina" else row for row in shipped_rows()]
        (data / "clinics.csv").write_bytes(clinic_file(rows))
    with finder.doing():
        finder.page.keyboard.press("Enter")
    expect(finder.cards.get_by_text("A made-up note.")).to_have_count(1 if note else 0)
    expect(card.locator(".answer")).to_have_text("Thank you. Staff will check it.")
    expect(card.locator(".answer")).to_be_visible()
    expect(finder.page.get_by_role("status").filter(has_text="Staff will check it")).to_have_count(1)
    expect(finder.page.locator(".answer", has_text="Thank you")).to_have_count(1)
    expect(button).to_be_focused()
    assert finder.site_ids() == ids
    kept = json.loads((data / "history" / "reports.json").read_bytes())
    assert [(one["complaint"], one["count"]) for one in kept.pop("shakopee")] == [("wrong-hours", 1)]
    assert kept == {}


# Each is done in the browser itself, with no time between one and the next.
_AT_ONCE = """(deeds) => {
  const all = (what) => [...document.querySelectorAll(what)];
  const map = document.querySelector(".st-key-map-panel iframe").contentDocument;
  const does = {
    search: () => document.querySelector(".st-key-search-row button").click(),
    need: () => all(".st-key-need button")[1].click(),
    card: () => all("[data-choose]").at(-1).click(),
    pin: () => [...map.querySelectorAll(".pin-holder")].at(-1).click(),
    language: () => document.querySelector("[class*=st-key-language] button").click(),
  };
  for (const deed of deeds) does[deed]();
}"""


@pytest.mark.parametrize(
    ("pause_ms", "deeds"),
    [
        pytest.param(0, ["search", "pin"], id="search pin"),
        pytest.param(0, ["pin", "search"], id="pin search"),
        pytest.param(0, ["card", "search", "need"], id="card search need"),
        pytest.param(0, ["pin", "language", "search"], id="pin language search"),
        pytest.param(1500, ["pin", "search"], id="later pin search"),
        pytest.param(1500, ["card", "search", "need"], id="later card search need"),
        pytest.param(1500, ["language", "search"], id="later language search"),
        pytest.param(1500, ["search", "language"], id="later search language"),
    ],
)
def test_deeds_faster_than_they_are_drawn_all_show_in_the_end(
    finder: Finder, pause_ms: int, deeds: list[str]
) -> None:
    finder.page.wait_for_timeout(pause_ms)
    spanish = "language" in deeds
    finder.place.fill("55318")
    finder.page.evaluate(_AT_ONCE, deeds)
    near = "cerca" if spanish else "near"
    expect(finder.page.locator(".count")).to_contain_text(near)
    expect(finder.page.locator(".count")).to_contain_text("55318")
    expect(finder.cards.first).to_have_attribute("data-site", "chaska")
    about = "Sobre la estimulación DRG" if spanish else "About DRG stimulation"
    expect(finder.page.locator(".st-key-overview h2").first).to_contain_text(about)
    if "need" in deeds:
        expect(finder.page.locator(".st-key-need button").nth(1)).to_have_attribute("aria-checked", "true")
    finder.settle()
