"""A person's exact address in a browser: sent once, if they say so, and kept nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Route, WebSocket, expect

from locator.sites import Coordinate
from tests.e2e.conftest import OpenFinder, StartApp
from tests.e2e.exact_search import (
    ADDRESS,
    CANARY,
    POINT,
    SENT_CANARY,
    SERVICE,
    asking,
    consent,
    placed,
    say_yes,
    search_exactly,
    shown_miles,
    true_miles,
)
from tests.e2e.finder_page import data_with, nearest
from tests.e2e.pages import Disc, Finder
from tests.e2e.watched import CLOSEST_BY_ITSELF, ONE_PIXEL, TILE_HOST, expect_no_leak, hosts
from tests.e2e.watched import kept_in_browser as kept
from tests.support import fake_geocoder as service_plays
from tests.support.fake_geocoder import (
    Behaviour,
    FakeGeocoder,
    answering,
    failing,
    fake_geocoder,
    sending,
)
from tests.support.servers import ROOT, RunningServer, free_port
from tests.support.traces import files_with

ZIP_LABEL = "ZIP 55407 (Minneapolis, MN)"
EXACT = f"We found 8 clinics near your address in {ZIP_LABEL}."
BY_ZIP = f"We found 8 clinics near {ZIP_LABEL}."
NOT_LOOKED_UP = "The street was not looked up, so the address stays on this server."
LEAST_DRAWN_M = 1500
# Three seconds are the promise; the rest is for a machine that is busy with other tests.
LIST_IS_THERE_MS = 8_000


StartAsking = Callable[..., RunningServer]


@pytest.fixture
def service() -> Iterator[FakeGeocoder]:
    """A service that knows the made-up house."""
    with fake_geocoder() as server:
        server.behave = answering([placed()])
        yield server


@pytest.fixture
def start_asking(start_app: StartApp, tmp_path: Path) -> StartAsking:
    """What starts the app, in a folder of its own, with a service at a domain for people's addresses."""

    def started(domain: str, **variables: str) -> RunningServer:
        own = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
        return start_app(data_with(tmp_path, {}), **own, **asking(domain), **variables)

    return started


@pytest.fixture
def server(start_asking: StartAsking, service: FakeGeocoder) -> RunningServer:
    """The app with that service."""
    return start_asking(service.host)


@pytest.fixture
def asked(open_finder: OpenFinder, server: RunningServer) -> Finder:
    """The finder of that app, visited."""
    made = open_finder(server)
    made.visit()
    return made


def test_without_a_service_no_exact_address_is_offered_and_the_answer_says_why(finder: Finder) -> None:
    expect(finder.page.get_by_text("exact address")).to_have_count(0)
    finder.search(ADDRESS)
    expect(finder.announcement).to_have_text(BY_ZIP)
    expect(finder.notes.filter(has_text=NOT_LOOKED_UP)).to_have_count(1)
    expect(finder.notes.filter(has_text=NOT_LOOKED_UP)).to_contain_text("placed by its ZIP code")


def test_the_offer_names_who_receives_the_address_and_is_off(asked: Finder) -> None:
    expect(consent(asked)).to_have_count(1)
    expect(consent(asked)).not_to_be_checked()
    expect(asked.page.get_by_text("Use my exact address")).to_contain_text(SERVICE)


def test_without_consent_nothing_is_sent(asked: Finder, service: FakeGeocoder) -> None:
    asked.search(ADDRESS)
    expect(asked.announcement).to_have_text(BY_ZIP)
    expect(asked.notes.filter(has_text=NOT_LOOKED_UP)).to_have_count(1)
    assert service.arrivals == []


def test_one_request_leaves_on_submit_and_none_while_typing(asked: Finder, service: FakeGeocoder) -> None:
    before = asked.wire.messages_sent
    say_yes(asked)
    asked.place.press_sequentially(ADDRESS, delay=5)
    asked.place.blur()
    asked.settle()
    assert (asked.wire.messages_sent, service.arrivals) == (before, [])
    with asked.doing():
        asked.place.press("Enter")
    expect(asked.announcement).to_have_text(EXACT)
    assert len(service.arrivals) == 1
    assert "12 Nowhere Street" in " ".join(service.arrivals[0].query.values())


def test_the_exact_answer_stays_through_filters_and_choices_and_asks_nothing_more(
    asked: Finder, service: FakeGeocoder
) -> None:
    search_exactly(asked)
    expect(asked.announcement).to_have_text(EXACT)
    expect(asked.notes.filter(has_text=NOT_LOOKED_UP)).to_have_count(0)
    expect(asked.notes.filter(has_text=f"as {SERVICE} places it")).to_have_count(1)
    assert shown_miles(asked) == true_miles(POINT)
    asked.choose_card("iSpine Clinics – Edina")
    asked.press_on_pin("iSpine Clinics – Burnsville", "Enter")
    asked.need("Evaluation")
    asked.choose_filter("How far", "Within 50 miles")
    expect(asked.announcement).to_contain_text(f"near your address in {ZIP_LABEL}.")
    assert shown_miles(asked) == true_miles(POINT)
    assert len(service.arrivals) == 1


def test_consent_holds_for_one_search(asked: Finder, service: FakeGeocoder) -> None:
    search_exactly(asked)
    expect(asked.announcement).to_have_text(EXACT)
    expect(consent(asked)).not_to_be_checked()
    asked.search("34 Nowhere Street, Minneapolis MN 55407")
    expect(asked.announcement).to_have_text(BY_ZIP)
    expect(asked.notes.filter(has_text=NOT_LOOKED_UP)).to_have_count(1)
    assert len(service.arrivals) == 1
    # Not even the address whose answer was kept is placed exactly again without being asked.
    asked.search(ADDRESS)
    expect(asked.announcement).to_have_text(BY_ZIP)
    told = nearest("55407")["matches"]
    assert shown_miles(asked) == {match["site_id"]: match["distance_mi"] for match in told}


@dataclass  # without slots: Playwright notes its own things on whose method it calls
class Received:
    """All that the server has told the page."""

    messages: list[bytes] = field(default_factory=list)

    def listen(self, socket: WebSocket) -> None:
        """Write down what arrives there."""
        socket.on("framereceived", self._arrived)

    def has(self, text: str) -> bool:
        """Whether the text was in any of it, as it is or as the map's facts are encoded."""
        looks = text.encode(), text.encode().hex().encode()
        return any(look in message for message in self.messages for look in looks)

    def _arrived(self, message: str | bytes) -> None:
        self.messages.append(message if isinstance(message, bytes) else message.encode())


def test_the_map_gets_a_wide_area_instead_of_the_address(
    open_finder: OpenFinder, server: RunningServer
) -> None:
    finder = open_finder(server)
    received = Received()
    finder.page.on("websocket", received.listen)
    finder.visit()
    search_exactly(finder)
    expect(finder.announcement).to_have_text(EXACT)
    assert finder.map.discs() == [Disc(44.94, -93.26, LEAST_DRAWN_M)]
    assert received.has('"lat": 44.94,')
    # Not even to a tenth of a mile, nor by its street's name.
    for exact in ("44.938", "-93.256", "Nowhere"):
        assert not received.has(exact)
        assert exact not in finder.map.inside.locator("html").inner_html()


def test_street_tiles_are_not_asked_for_closer_than_a_district(
    open_finder: OpenFinder, start_asking: StartAsking, service: FakeGeocoder
) -> None:
    street_map = {"LOCATOR_TILE_URL": f"https://{TILE_HOST}/{{z}}/{{x}}/{{y}}.png"}
    finder = open_finder(start_asking(service.host, **street_map))
    zooms: list[int] = []

    def tile(route: Route) -> None:
        zooms.append(int(route.request.url.split("/")[3]))
        route.fulfill(body=ONE_PIXEL, content_type="image/png")

    finder.page.context.route(f"https://{TILE_HOST}/**", tile)
    finder.visit()
    # With one clinic in the list, a few steps away, nothing else keeps the map from closing in.
    edina = nearest("iSpine Clinics Edina")["origin"]
    beside = Coordinate(edina["lat_deg"] + 0.001, edina["lon_deg"])
    service.behave = answering([placed(beside, city="Edina", postcode="55435")])
    finder.choose_filter("How far", "Within 5 miles")
    search_exactly(finder, "12 Nowhere Street, Edina MN 55435")
    expect(finder.announcement).to_contain_text("We found 1 clinic near your address in ZIP 55435")
    assert finder.map.view().zoom == CLOSEST_BY_ITSELF
    assert max(zooms) == CLOSEST_BY_ITSELF
    (disc,) = finder.map.discs()
    assert disc.radius_m == LEAST_DRAWN_M


UNAVAILABLE = f"{SERVICE} could not answer just now, so your exact address was not used."
ELSEWHERE = "The address service found the address in another state, so its answer was not used."


@pytest.mark.parametrize(
    ("behaviour", "notice"),
    [
        pytest.param(service_plays.silent, UNAVAILABLE, id="never answers"),
        pytest.param(service_plays.one_byte_a_second, UNAVAILABLE, id="one byte a second"),
        pytest.param(failing(500), UNAVAILABLE, id="500"),
        pytest.param(failing(403), UNAVAILABLE, id="403"),
        pytest.param(failing(429, Retry_After="3600"), UNAVAILABLE, id="429"),
        pytest.param(sending(b"<html>Testville</html>", Content_Type="text/html"), UNAVAILABLE, id="HTML"),
        pytest.param(
            answering([placed(**{"ISO3166-2-lvl4": "US-WI", "state": "Wisconsin"})]),
            ELSEWHERE,
            id="another state",
        ),
        pytest.param(None, UNAVAILABLE, id="refuses the connection"),
    ],
)
def test_whatever_the_service_does_the_list_is_there_by_zip_with_a_notice(
    behaviour: Behaviour | None,
    notice: str,
    open_finder: OpenFinder,
    start_asking: StartAsking,
    service: FakeGeocoder,
) -> None:
    service.behave = behaviour or service.behave
    domain = service.host if behaviour else f"127.0.0.1:{free_port()}"
    server = start_asking(domain)
    finder = open_finder(server)
    finder.visit()
    say_yes(finder)
    finder.place.fill(ADDRESS)
    finder.page.get_by_role("button", name="Find clinics").click()
    expect(finder.announcement).to_have_text(BY_ZIP, timeout=LIST_IS_THERE_MS)
    finder.settle()
    expect(finder.cards).to_have_count(8)
    expect(finder.notes.filter(has_text=notice)).to_have_count(1)
    # It has left this server, or tried to: the page must not say that it stays.
    expect(finder.notes.filter(has_text=NOT_LOOKED_UP)).to_have_count(0)
    assert len(service.arrivals) == (behaviour is not None)
    expect_no_leak(finder, server.log.parent)
    log = server.log.read_text()
    assert "Traceback" not in log
    assert "Nowhere" not in log


def test_an_address_sent_with_consent_is_in_no_url_header_title_storage_log_or_file(
    open_finder: OpenFinder, server: RunningServer, service: FakeGeocoder, tmp_path: Path
) -> None:
    finder = open_finder(server)
    finder.visit()
    search_exactly(finder, f"12 {CANARY} lane, Minneapolis MN 55407")
    expect(finder.announcement).to_have_text(EXACT)
    finder.choose_card("iSpine Clinics – Edina")
    assert CANARY not in kept(finder).casefold()
    for number, trouble in enumerate((failing(500), failing(403), sending(b"no JSON")), start=40):
        service.behave = trouble
        search_exactly(finder, f"{number} {CANARY} lane, Minneapolis MN 55407")
        expect(finder.announcement).to_have_text(BY_ZIP)
    assert [SENT_CANARY in str(arrival.query) for arrival in service.arrivals] == [True] * 4
    finder.visit()
    expect(finder.announcement).to_have_text("We found 8 clinics.")
    expect(finder.place).to_have_value("")
    expect(consent(finder)).not_to_be_checked()
    assert CANARY not in kept(finder).casefold()
    for request in finder.seen.requests:
        assert CANARY not in f"{request.url} {request.headers} {request.post_data}".casefold()
    assert not any(
        CANARY in url.casefold() for url in [*finder.seen.sockets, *(at.url for at in finder.page.frames)]
    )
    assert hosts(finder) == {f"127.0.0.1:{server.port}"}
    assert CANARY not in server.log.read_text().casefold()
    for text in (CANARY, SENT_CANARY):
        assert files_with(text, ROOT, tmp_path) == []
