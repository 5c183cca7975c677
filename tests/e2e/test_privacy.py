"""Private and closed, as a browser and the server's own process show it: who is told what, and what leaks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psutil
import pytest
from playwright.sync_api import Route, expect

from tests.e2e.conftest import OpenFinder, StartApp
from tests.e2e.finder_page import data_with, shipped_rows
from tests.e2e.pages import Finder, arrived
from tests.e2e.watched import (
    CANARY,
    CLOSEST_BY_ITSELF,
    ONE_PIXEL,
    TILE_HOST,
    Watched,
    expect_no_leak,
    hosts,
    kept_in_browser,
    start_watched,
)
from tests.support.servers import ROOT
from tests.support.traces import files_with

ADDRESS = f"4321 {CANARY} Lane, Minneapolis MN 55407"


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """A watched server without street tiles."""
    yield from start_watched(tmp_path_factory.mktemp("watched"), "none")


@pytest.fixture(scope="module")
def with_tiles(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """A watched server with street tiles from where they come by default."""
    yield from start_watched(tmp_path_factory.mktemp("tiles"), f"https://{TILE_HOST}/{{z}}/{{x}}/{{y}}.png")


def use_everything(finder: Finder) -> None:
    """A visit that searches for the address, chooses on both sides, filters and comes back."""
    finder.search(ADDRESS)
    expect(finder.announcement).to_contain_text("near ZIP 55407")
    finder.choose_card("iSpine Clinics – Edina")
    finder.press_on_pin("iSpine Clinics – Burnsville", "Enter")
    finder.need("Procedures*")
    finder.choose_filter("How far", "Within 25 miles")
    finder.search(f"{CANARY} no such place")


def test_a_typed_address_is_in_no_url_header_title_storage_log_or_file(
    open_finder: OpenFinder, watched: Watched
) -> None:
    finder = open_finder(watched.server)
    finder.visit()
    use_everything(finder)
    assert CANARY not in kept_in_browser(finder)
    finder.visit()
    expect(finder.announcement).to_have_text("We found 8 clinics.")
    expect(finder.place).to_have_value("")
    assert CANARY not in kept_in_browser(finder)
    for request in finder.seen.requests:
        assert CANARY not in f"{request.url} {request.headers} {request.post_data}"
    assert not any(CANARY in url for url in [*finder.seen.sockets, *(at.url for at in finder.page.frames)])
    assert CANARY not in watched.server.log.read_text()
    assert files_with(CANARY, ROOT, watched.home) == []


def test_with_street_tiles_off_browser_and_server_talk_to_each_other_alone(
    open_finder: OpenFinder, watched: Watched
) -> None:
    finder = open_finder(watched.server)
    finder.visit()
    use_everything(finder)
    assert hosts(finder) == {urlsplit(watched.server.url).netloc}
    assert watched.noted() == []
    process = psutil.Process(watched.server.process_id)
    for one in [process, *process.children(recursive=True)]:
        elsewhere = [at.raddr for at in one.net_connections() if at.raddr and at.raddr.ip != "127.0.0.1"]
        assert elsewhere == []


def test_with_street_tiles_on_only_their_host_is_asked_and_not_too_closely(
    open_finder: OpenFinder, with_tiles: Watched
) -> None:
    finder = open_finder(with_tiles.server)

    def tile(route: Route) -> None:
        route.fulfill(body=ONE_PIXEL, content_type="image/png")

    finder.page.context.route(f"https://{TILE_HOST}/**", tile)
    finder.visit()
    expect(finder.map.inside.locator(".leaflet-tile-loaded").first).to_be_attached()
    credit = finder.map.inside.get_by_role("link", name="OpenStreetMap")
    expect(credit).to_have_attribute("href", "https://www.openstreetmap.org/copyright")
    use_everything(finder)
    own = urlsplit(with_tiles.server.url).netloc
    assert hosts(finder) == {own, TILE_HOST}
    tiles = [request for request in finder.seen.requests if urlsplit(request.url).netloc == TILE_HOST]
    assert max(int(urlsplit(request.url).path.split("/")[1]) for request in tiles) <= CLOSEST_BY_ITSELF
    # The tile host is told which site asks, as its rules want, and no more.
    assert {request.headers.get("referer") for request in tiles} == {f"{with_tiles.server.url}/"}
    assert not any("cookie" in request.headers for request in tiles)
    assert with_tiles.noted() == []


def test_directions_carry_the_clinic_and_never_the_start(open_finder: OpenFinder, watched: Watched) -> None:
    finder = open_finder(watched.server)
    finder.visit()
    finder.search(ADDRESS)
    for row in shipped_rows():
        card = finder.card(f"iSpine Clinics – {row['city']}")
        card.get_by_text("Directions", exact=False).first.click()
        links = card.get_by_role("link", name="opens another website").all()
        routes = [str(link.get_attribute("href")) for link in links if "directions" in link.inner_text()]
        assert [urlsplit(url).netloc for url in routes] == [
            "www.google.com",
            "maps.apple.com",
            "www.openstreetmap.org",
        ]
        street = ", ".join(filter(None, (row["street"], row["unit"], row["city"], f"MN {row['zip']}")))
        asked = [parse_qs(urlsplit(url).query) for url in routes]
        assert asked == [
            {"api": ["1"], "destination": [street]},
            {"daddr": [street]},
            {"to": [f"{row['latitude']},{row['longitude']}"]},
        ]
        for link in links:
            assert {"noopener", "noreferrer"} <= set(str(link.get_attribute("rel")).split())


def test_page_and_map_frame_come_with_the_security_headers(finder: Finder) -> None:
    for frame_path in ("/", "/component/streamlit_folium.st_folium/index.html"):
        response = finder.page.request.get(finder.url + frame_path)
        headers = response.headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "object-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
        assert "camera=()" in headers["permissions-policy"]
        assert "server" not in headers
    assert "frame-ancestors 'none'" in finder.page.request.get(finder.url).headers["content-security-policy"]


def test_the_browser_holds_the_page_to_its_policy(finder: Finder) -> None:
    ran = finder.page.evaluate(
        "() => { const script = document.createElement('script'); script.textContent = 'window.pwned = 1';"
        " document.body.append(script); return 'pwned' in window; }"
    )
    assert not ran
    called = "() => fetch('https://elsewhere.example/').then(() => 'sent', () => 'stopped')"
    assert finder.page.evaluate(called) == "stopped"
    assert [error for error in finder.seen.errors if "Content Security Policy" not in error] == []
    assert len(finder.seen.errors) >= 2
    finder.seen.errors.clear()


def test_a_file_sent_from_the_page_is_refused(finder: Finder) -> None:
    send = (
        "() => { const form = new FormData(); form.append('file', new Blob(['x'.repeat(1000)]), 'x.txt');"
        " return fetch('/_stcore/upload_file/some-session/some-file', {method: 'PUT', body: form})"
        ".then((answer) => answer.status); }"
    )
    assert finder.page.evaluate(send) == 403


def test_a_row_with_an_error_is_left_out_and_the_page_says_so(
    open_finder: OpenFinder, start_app: StartApp, tmp_path: Path
) -> None:
    finder = open_finder(start_app(data_with(tmp_path, {"edina": {"phone": "call us"}})))
    finder.visit()
    expect(finder.notice).to_contain_text("Some clinics are left out")
    expect(finder.notice).to_contain_text("763-201-8191")
    expect(finder.announcement).to_have_text("We found 7 clinics.")
    expect(finder.map.pins).to_have_count(7)
    assert "edina" not in finder.site_ids()
    assert "call us" not in finder.text()
    expect_no_leak(finder, tmp_path)


def test_a_file_that_breaks_while_serving_leaves_the_last_good_list_and_a_notice(
    open_finder: OpenFinder, start_app: StartApp, tmp_path: Path
) -> None:
    data = data_with(tmp_path, {})
    finder = open_finder(start_app(data))
    finder.visit()
    expect(finder.notice).to_have_count(0)
    good = (data / "clinics.csv").read_bytes()
    for broken in (b"nonsense\x00", good.replace(b"763-201-8191", b"nobody", 1), b""):
        (data / "clinics.csv").write_bytes(broken)
        finder.search("55407")
        expect(finder.notice).to_contain_text("you see the last correct one")
        expect(finder.announcement).to_have_text("We found 8 clinics near ZIP 55407 (Minneapolis, MN).")
        assert finder.map.pin_names() == finder.titles()
        expect_no_leak(finder, tmp_path)
    (data / "clinics.csv").write_bytes(good)
    finder.search("Chaska")
    expect(finder.notice).to_have_count(0)
    expect(finder.cards).to_have_count(8)


def test_without_any_clinic_or_overview_the_page_says_so_without_a_path(
    open_finder: OpenFinder, start_app: StartApp, tmp_path: Path
) -> None:
    data = data_with(tmp_path, {})
    (data / "clinics.csv").write_bytes(b"nonsense\x00")
    (data / "overview.md").unlink()
    finder = open_finder(start_app(data, await_path="/healthz"))
    finder.page.goto(finder.url)
    arrived(finder.page)
    expect(finder.notice.first).to_contain_text("763-201-8191")
    expect(finder.page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect_no_leak(finder, tmp_path)
