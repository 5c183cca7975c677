"""The finder on a phone: what the first screen shows, what a thumb can do, and the device's own location."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Geolocation, Locator, WebSocket, expect

from benchmarks.vitals import GOOD_CLS, WATCH, cumulative_shift
from tests.e2e.conftest import OpenFinder
from tests.e2e.pages import Finder, arrived
from tests.support.servers import RunningServer

PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 3,
    "is_mobile": True,
    "has_touch": True,
    "user_agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36",
}
# Powderhorn Park, which is nobody's home.
HERE: Final[Geolocation] = {"latitude": 44.942317, "longitude": -93.256842, "accuracy": 37.3}
THUMB_PX: Final = 44
LEAST_TARGET_PX: Final = 24

# Stands in for the device where Chromium itself would have to be made to fail.
FAKE_DEVICE = """(answer) => {
  const answers = {
    silent: (found, failed) => { window.answerLate = () => found({ coords: {
      latitude: 46.786671, longitude: -92.100487, accuracy: 20 } }); },
    unavailable: (found, failed) => failed({ code: 2 }),
    timed_out: (found, failed) => failed({ code: 3 }),
    imprecise: (found, failed) => found({ coords: {
      latitude: 44.9423, longitude: -93.2568, accuracy: 16001 } }),
  };
  const getCurrentPosition = (found, failed, asked) => {
    window.askedOfDevice = asked;
    answers[answer](found, failed);
  };
  Object.defineProperty(navigator, "geolocation", { configurable: true, value: { getCurrentPosition } });
}"""


def locate_button(finder: Finder) -> Locator:
    return finder.page.get_by_role("button", name="Use my location")


def said(finder: Finder) -> Locator:
    """What is said beside the button, in its live region."""
    return finder.page.locator(".st-key-locate").get_by_role("status")


def bottom_px(part: Locator) -> float:
    box = part.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


def first_card(finder: Finder) -> tuple[Locator, Locator]:
    """The marker and the name of the first clinic."""
    card = finder.cards.first
    return card.locator(".clinic-marker"), card.get_by_role("heading")


def shows_start_of_results(finder: Finder, height_px: float) -> bool:
    """Whether search, count, and the first clinic's marker and name all lie on the first screen."""
    search = (finder.place, finder.page.get_by_role("button", name="Find clinics"))
    parts = (*search, locate_button(finder), finder.announcement, *first_card(finder))
    return max(map(bottom_px, parts)) <= height_px


def test_the_first_screen_has_the_search_and_the_start_of_the_results(
    open_finder: OpenFinder, app_server: RunningServer
) -> None:
    finder = open_finder(app_server, **PHONE)
    finder.visit()
    for width, height in ((390, 844), (360, 740), (320, 568)):
        finder.page.set_viewport_size({"width": width, "height": height})
        assert shows_start_of_results(finder, height)
        assert finder.page.evaluate("document.documentElement.scrollWidth") <= width
    finder.page.set_viewport_size({"width": 390, "height": 844})
    # Well above the fold: half of the screen is for the results, and the filters take one row.
    assert bottom_px(finder.page.locator(".st-key-top")) <= 844 / 2
    row = finder.page.locator(".st-key-filters").bounding_box()
    assert row is not None
    assert row["height"] < 2 * THUMB_PX
    finder.search("55407")
    assert finder.page.evaluate("scrollY") == 0
    for width, height in ((390, 844), (360, 740)):
        finder.page.set_viewport_size({"width": width, "height": height})
        assert shows_start_of_results(finder, height)
    finder.page.set_viewport_size({"width": 320, "height": 568})
    assert bottom_px(finder.announcement) <= 568


def test_what_a_phone_does_not_show_is_still_read_out(
    open_finder: OpenFinder, app_server: RunningServer
) -> None:
    finder = open_finder(app_server, **PHONE)
    finder.visit()
    expect(finder.page.get_by_role("radiogroup", name="What do you need?")).to_be_visible()
    spoken = finder.page.locator(".st-key-masthead").aria_snapshot()
    assert "DRG stimulation treats lasting nerve pain" in spoken
    assert "refer a patient" in spoken
    for other in (locate_button(finder), *finder.page.locator(".st-key-masthead a:not(.skip)").all()):
        box = other.bounding_box()
        assert box is not None
        assert box["height"] >= LEAST_TARGET_PX


def test_calling_and_directions_are_links_for_a_thumb_to_the_clinic_alone(
    open_finder: OpenFinder, app_server: RunningServer
) -> None:
    finder = open_finder(app_server, **PHONE)
    finder.visit()
    finder.search("55407")
    assert finder.cards.count() == 8
    for card in finder.cards.all():
        call = card.get_by_role("link", name="Call", exact=False).first
        assert re.fullmatch(r"tel:\+1-\d{3}-\d{3}-\d{4}", str(call.get_attribute("href")))
        opener = card.locator("summary", has_text="Directions")
        for target in (call, opener):
            box = target.bounding_box()
            assert box is not None
            assert box["height"] >= THUMB_PX
    card = finder.cards.first
    card.locator("summary", has_text="Directions").tap()
    links = card.locator(".menu a").all()
    assert len(links) == 3
    for link in links:
        box = link.bounding_box()
        assert box is not None
        assert box["height"] >= LEAST_TARGET_PX
        asked = urlsplit(str(link.get_attribute("href")))
        assert set(parse_qs(asked.query)) <= {"api", "destination", "daddr", "to"}
        assert "55407" not in asked.geturl()


def sent_frames(finder: Finder) -> list[bytes]:
    """All that the page will send over its websocket from now on."""
    frames: list[bytes] = []

    def note(frame: str | bytes) -> None:
        frames.append(frame if isinstance(frame, bytes) else frame.encode())

    def opened(socket: WebSocket) -> None:
        socket.on("framesent", note)

    finder.page.on("websocket", opened)
    return frames


def use_location(finder: Finder) -> None:
    with finder.doing():
        locate_button(finder).press("Enter")


def test_a_location_is_rounded_before_it_is_sent_and_forgotten_with_the_next_search(
    open_finder: OpenFinder, app_server: RunningServer
) -> None:
    finder = open_finder(app_server, **PHONE, permissions=["geolocation"], geolocation=HERE)
    frames = sent_frames(finder)
    finder.visit()
    finder.search("55318")
    address = finder.page.url
    use_location(finder)
    expect(finder.announcement).to_have_text("We found 8 clinics near your location.")
    expect(finder.notes.first).to_have_text("Your location, rounded to about half a mile.")
    expect(said(finder)).to_have_text("Your location is in use. It is forgotten when you leave.")
    expect(locate_button(finder)).to_be_focused()
    expect(finder.place).to_have_value("")
    assert finder.site_ids()[0] == "edina"
    everything = b" ".join(frames)
    assert b"44.94" in everything
    assert b"-93.26" in everything
    assert re.findall(rb"44\.94\d|93\.25\d|93\.26\d|37\.3", everything) == []
    # The map is as wide as for a ZIP, and about the cell's middle.
    (disc,) = finder.map.discs()
    assert (disc.lat_deg, disc.lon_deg) == (44.94, -93.26)
    assert disc.radius_m >= 1500
    assert finder.map.view().zoom <= 11
    assert finder.page.url == address
    assert finder.page.context.cookies() == [] or "44.94" not in str(finder.page.context.cookies())
    assert not any("44.94" in request.url for request in finder.seen.requests)
    finder.search("55318")
    expect(finder.announcement).to_contain_text("near ZIP 55318")
    expect(said(finder)).to_have_text("")
    assert "44.94" not in app_server.log.read_text()


def test_a_location_outside_the_area_is_told_so(open_finder: OpenFinder, app_server: RunningServer) -> None:
    duluth: Geolocation = {"latitude": 46.786671, "longitude": -92.100487, "accuracy": 50}
    finder = open_finder(app_server, permissions=["geolocation"], geolocation=duluth, color_scheme="dark")
    finder.visit()
    use_location(finder)
    expect(finder.announcement).to_contain_text("outside the Twin Cities area")
    expect(finder.notes.first).to_contain_text("763-201-8191")


def test_each_way_of_having_no_location_has_its_own_words_and_sends_nothing(
    open_finder: OpenFinder, app_server: RunningServer
) -> None:
    finder = open_finder(app_server, **PHONE)
    finder.visit()
    finder.search("55318")
    before = finder.wire.messages_sent
    locate_button(finder).tap()
    expect(said(finder)).to_contain_text("Your browser did not share your location.")
    for answer, words in (
        ("unavailable", "could not find its location"),
        ("timed_out", "took too long"),
        ("imprecise", "off by about 10 miles or more"),
        ("silent", "Waiting for your location"),
    ):
        finder.page.evaluate(FAKE_DEVICE, answer)
        locate_button(finder).tap()
        expect(said(finder)).to_contain_text(words)
        if answer != "silent":
            expect(said(finder)).to_contain_text("ZIP code")
    asked = finder.page.evaluate("window.askedOfDevice")
    assert asked == {"enableHighAccuracy": False, "maximumAge": 300_000, "timeout": 10_000}
    expect(locate_button(finder)).to_have_attribute("aria-disabled", "true")
    assert finder.wire.messages_sent == before
    expect(finder.announcement).to_contain_text("near ZIP 55318")


def test_an_answer_that_comes_after_another_search_is_not_used(
    open_finder: OpenFinder, app_server: RunningServer
) -> None:
    finder = open_finder(app_server)
    finder.visit()
    finder.page.evaluate(FAKE_DEVICE, "silent")
    locate_button(finder).click()
    finder.search("55407")
    expect(said(finder)).to_have_text("")
    before = finder.wire.messages_sent
    finder.page.evaluate("window.answerLate()")
    finder.settle()
    assert finder.wire.messages_sent == before
    expect(finder.announcement).to_contain_text("near ZIP 55407")


@pytest.mark.parametrize(
    ("missing", "place"), [("geolocation", "Navigator.prototype"), ("isSecureContext", "window")]
)
def test_where_no_location_can_be_had_safely_the_button_is_not_offered(
    open_finder: OpenFinder, app_server: RunningServer, missing: str, place: str
) -> None:
    finder = open_finder(app_server, **PHONE)
    finder.page.add_init_script(f"Object.defineProperty({place}, '{missing}', {{ get: () => undefined }})")
    finder.visit()
    expect(finder.page.locator(".locate")).to_be_attached()
    expect(finder.page.locator(".locate")).to_be_hidden()


@pytest.mark.parametrize(
    "options", [PHONE, {"viewport": {"width": 1280, "height": 900}}], ids=["phone", "desk"]
)
def test_nothing_jumps_while_the_page_loads_or_answers(
    open_finder: OpenFinder, app_server: RunningServer, options: dict[str, Any]
) -> None:
    finder = open_finder(app_server, **options)
    finder.page.add_init_script(WATCH)
    finder.visit()
    loaded = finder.page.evaluate("window.vitals.shifts")
    assert cumulative_shift(loaded) <= GOOD_CLS
    finder.search("55407")
    finder.need("Procedures*")
    finder.page.wait_for_timeout(500)
    assert cumulative_shift(finder.page.evaluate("window.vitals.shifts")) <= GOOD_CLS


def test_what_the_staff_page_says_of_its_way_in_is_there_to_see(
    open_finder: OpenFinder, app_server: RunningServer
) -> None:
    page = open_finder(app_server, **PHONE).page
    page.goto(f"{app_server.url}/staff", wait_until="commit")
    for place in ("#start", "#root"):
        said = page.locator(place).get_by_text("This page is closed.")
        expect(said).to_be_visible()
        box = said.bounding_box()
        assert box is not None
        assert box["height"] > 10
        assert box["width"] > 50
        arrived(page)
