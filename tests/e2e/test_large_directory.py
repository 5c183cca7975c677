"""A directory far too large to show: the list in parts, and counts on the map, by mouse and by key."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from locator.presentation.paging import PAGE_SIZE
from tests.e2e.axe import Known, inspect, unknown
from tests.e2e.conftest import OpenFinder
from tests.e2e.pages import Finder
from tests.support.made_up_directory import data_folder
from tests.support.servers import RunningServer, running_app

SIZE = 1_000
PINS_CLOSE_TOGETHER = Known(
    rule="target-size",
    where=r'iframe >>> (div\[title="\d+\. |\.pin-holder)',
    why="insufficient space to its closest neighbors|partially obscured",
    reason="Clinics in one town lie on each other on a map of the state; zooming in parts them.",
)
# What is drawn on the map at once, pins and counts together.
MOST_ON_MAP = 150
# streamlit-folium tells the server of a move a quarter of a second after it; this is well past that.
LONGER_THAN_ITS_DEBOUNCE_MS = 600
SMALLEST_TARGET_PX = 24


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made-up clinics in Minnesota and western Wisconsin."""
    return data_folder(tmp_path_factory.mktemp("large") / "data", SIZE)


@pytest.fixture(scope="module")
def large_server(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The app on that data, one for all tests here."""
    settings = {"LOCATOR_TILE_URL": "none", "LOCATOR_DATA_DIR": str(data)}
    with running_app(tmp_path_factory.mktemp("log") / "log", settings) as server:
        yield server


@pytest.fixture
def large(open_finder: OpenFinder, large_server: RunningServer) -> Finder:
    """The finder on that data, visited, with its counts drawn."""
    made = open_finder(large_server)
    made.visit()
    expect(counts(made).first).to_be_visible()
    return made


def counts(finder: Finder) -> Locator:
    return finder.map.inside.get_by_role("button", name=re.compile(r"^[\d,]+ clinics?\. Look closer$"))


def counted(finder: Finder) -> int:
    """The clinics that all counts on the map stand for."""
    names = [str(one.get_attribute("aria-label")) for one in counts(finder).all()]
    return sum(int(name.partition(" ")[0].replace(",", "")) for name in names)


def drawn(finder: Finder) -> int:
    return finder.map.pins.count() + counts(finder).count()


def turn(finder: Finder, name: str) -> None:
    with finder.doing():
        finder.page.get_by_role("button", name=name).first.press("Enter")


def test_the_first_are_listed_and_pinned_and_all_others_are_counted_on_the_map(large: Finder) -> None:
    expect(large.announcement).to_have_text("We found 1,000 clinics.")
    expect(large.notes).to_contain_text("These are the first 20 of 1,000 clinics, by city.")
    assert large.cards.count() == large.map.pins.count() == PAGE_SIZE
    assert counted(large) == SIZE - PAGE_SIZE
    assert drawn(large) <= MOST_ON_MAP


def test_the_counts_follow_a_filter_and_keep_what_is_not_known(large: Finder, data: Path) -> None:
    with (data / "clinics.csv").open(encoding="utf-8", newline="") as file:
        roles = [row["procedure"] for row in csv.DictReader(file)]
    assert {"yes", "no", "unknown"} <= set(roles)
    large.need("Procedures*")
    expect(large.page.get_by_text("The counts follow your filters")).to_be_visible()
    assert large.map.pins.count() == 2 * PAGE_SIZE
    assert counted(large) == SIZE - roles.count("no") - 2 * PAGE_SIZE
    assert drawn(large) <= MOST_ON_MAP


def test_moving_the_map_shows_finer_counts_and_asks_nothing_of_the_server(large: Finder) -> None:
    large.search("55407")
    before, asked = large.wire.messages_sent, len(large.seen.requests)
    shown = counted(large)
    for _ in range(3):
        large.map.zoom_in()
        large.map.pan(-60, 40)
        assert drawn(large) <= MOST_ON_MAP
    assert counted(large) < shown
    large.page.wait_for_timeout(LONGER_THAN_ITS_DEBOUNCE_MS)
    assert large.wire.messages_sent == before
    assert len(large.seen.requests) == asked


def test_a_key_on_a_count_looks_closer_until_it_says_how_to_list_what_is_there(large: Finder) -> None:
    before = large.wire.messages_sent
    counts(large).last.focus()
    for _ in range(12):
        zoom = large.map.view().zoom
        large.page.keyboard.press("Enter")
        if large.map.popup.count():
            break
        assert large.map.view().zoom > zoom
        # The focus goes on to a count of what the one before has come apart into.
        expect(large.map.inside.locator(":focus")).to_have_accessible_name(re.compile("Look closer$"))
    expect(large.map.popup).to_contain_text("search for a place nearby")
    large.page.keyboard.press("Escape")
    expect(large.map.popup).to_have_count(0)
    expect(large.map.inside.locator(":focus")).to_have_accessible_name(re.compile("Look closer$"))
    large.page.wait_for_timeout(LONGER_THAN_ITS_DEBOUNCE_MS)
    assert large.wire.messages_sent == before


def test_a_click_on_a_count_looks_closer(large: Finder) -> None:
    zoom = large.map.view().zoom
    box = counts(large).last.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= SMALLEST_TARGET_PX
    counts(large).last.click()
    assert large.map.view().zoom > zoom
    expect(large.map.popup).to_have_count(0)


def test_the_list_goes_on_and_back_by_key_and_reading_goes_on_at_its_top(large: Finder) -> None:
    large.search("55407")
    first = large.site_ids()
    turn(large, "Show the next 20")
    assert large.titles()[0].startswith("21. ")
    expect(large.page.locator(":focus")).to_have_text(re.compile(r"^21\. "))
    expect(large.page.locator(":focus")).to_be_in_viewport()
    expect(large.notes.last).to_have_text("This is part 2 of this list, nearest first.")
    assert set(large.site_ids()).isdisjoint(first)
    assert large.map.pin_names() == large.titles()
    turn(large, "Show the 20 before")
    assert large.site_ids() == first


def test_a_list_and_a_map_in_parts_break_no_rule_of_wcag(large: Finder) -> None:
    broken = [one for one in inspect(large.page).found if one.verdict == "breaks"]
    assert unknown(broken, [PINS_CLOSE_TOGETHER]) == []
    # The exception of 2.5.8 that it claims: what each pin does, a button of full size in its card does too.
    buttons = large.page.get_by_role("button", name="Show on map")
    assert buttons.count() == large.map.pins.count()
    for button in buttons.all():
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= SMALLEST_TARGET_PX


def test_without_the_file_of_all_clinics_the_rest_still_works_and_it_is_said(
    open_finder: OpenFinder, large_server: RunningServer
) -> None:
    finder = open_finder(large_server)
    finder.page.route("**/assets/points/**", lambda route: route.abort())
    finder.visit()
    expect(finder.map.inside.get_by_text("could not be loaded").first).to_be_visible()
    assert finder.map.pins.count() == PAGE_SIZE
    finder.search("55407")
    assert finder.titles()[0].startswith("1. ")


def test_a_small_directory_loads_nothing_of_all_this(finder: Finder) -> None:
    loaded = [request.url for request in finder.seen.requests]
    assert any("map.js" in url for url in loaded)
    assert [url for url in loaded if "crowd" in url or "points" in url] == []
    expect(counts(finder)).to_have_count(0)
    expect(finder.page.get_by_role("button", name="Show the next")).to_have_count(0)
