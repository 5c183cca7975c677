"""Streamlit takes the first document's place without anybody noticing, whatever they are doing just then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tests.e2e.conftest import PATIENCE_MS, StartApp
from tests.e2e.held_back import FONTS, STREAMLIT, HeldBack, let_streamlit_come
from tests.support.servers import ROOT, RunningServer

PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
BOTH = pytest.mark.parametrize("view", [PHONE, DESKTOP], ids=["phone", "desktop"])
WATCH_SHIFTS = """() => {
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.shifted += shift.value;
  }).observe({ type: "layout-shift", buffered: true });
}"""
MOST_SHIFT = 0.02
WHOLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'


class Late:
    """A page whose Streamlit is on its way until `come` is called."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self._streamlit = HeldBack(page, STREAMLIT)
        page.add_init_script(f"({WATCH_SHIFTS})()")
        # What is held back holds up the load event too.
        page.goto(url, wait_until="domcontentloaded")
        self.start = page.locator("#start")
        self.place = self.start.get_by_role("textbox", name="ZIP code, city or address")
        self.found = self.start.locator(".found")

    def search(self, text: str) -> None:
        """Type a place, submit it, and wait for the answer."""
        self.place.fill(text)
        self.place.press("Enter")
        expect(self.found).to_contain_text(f"near ZIP {text}")

    def come(self) -> None:
        """Let Streamlit come; it is asked for once the person pauses."""
        let_streamlit_come(self.page, self._streamlit)

    def is_whole(self) -> None:
        """Wait until all of Streamlit's page is there, behind the document."""
        expect(self.page.locator(f"#root {WHOLE}")).to_be_attached()
        expect(self.page.locator("#root .clinic").first).to_be_attached()

    def is_taken_over(self) -> None:
        """Wait until Streamlit's page has taken the place."""
        expect(self.start).to_have_count(0)
        expect(self.page.locator("#root .clinic").first).to_be_visible()

    def top_of(self, part: Locator) -> float:
        """Where a part is in the window."""
        box = part.bounding_box()
        assert box is not None
        return box["y"]


@contextmanager
def visited(chromium: Browser, **options: Any) -> Iterator[Page]:  # noqa: ANN401 - as Playwright takes them
    context = chromium.new_context(**{"viewport": DESKTOP, "reduced_motion": "reduce", **options})
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


@contextmanager
def late(chromium: Browser, url: str, **options: Any) -> Iterator[Late]:  # noqa: ANN401 - as above
    with visited(chromium, **options) as page:
        yield Late(page, url)


@BOTH
def test_an_answered_search_with_its_filters_is_the_same_before_and_after(
    chromium: Browser, app_server: RunningServer, view: dict[str, int]
) -> None:
    with late(chromium, app_server.url, viewport=view) as visit:
        visit.search("55318")
        visit.start.get_by_role("radio", name="Procedures*").check()
        expect(visit.found).to_contain_text("may fit")
        before = visit.start.locator(".clinic-list").inner_text(), visit.found.inner_text()
        visit.come()
        visit.is_taken_over()
        page = visit.page
        assert (page.locator(".clinic-list").inner_text(), page.locator(".found").inner_text()) == before
        expect(page.get_by_role("textbox", name="ZIP code, city or address")).to_have_value("55318")
        expect(page.get_by_role("radio", name="Procedures*")).to_be_checked()


@BOTH
def test_whoever_is_typing_goes_on_typing(
    chromium: Browser, app_server: RunningServer, view: dict[str, int]
) -> None:
    with late(chromium, app_server.url, viewport=view) as visit:
        visit.place.click()
        visit.place.press_sequentially("5537")
        visit.place.press("ArrowLeft")
        visit.come()
        visit.is_taken_over()
        page = visit.page
        page.keyboard.type("40")
        field = page.get_by_role("textbox", name="ZIP code, city or address")
        expect(field).to_be_focused()
        expect(field).to_have_value("553407")
        page.keyboard.press("Backspace")
        page.keyboard.press("Backspace")
        page.keyboard.type("0")
        page.keyboard.press("Enter")
        expect(page.locator(".found")).to_contain_text("near ZIP 55307")


def test_a_press_that_has_begun_ends_where_it_began(chromium: Browser, app_server: RunningServer) -> None:
    with late(chromium, app_server.url) as visit:
        page = visit.page
        more = visit.start.locator(".clinic").first.locator("details.more summary")
        more.scroll_into_view_if_needed()
        more.hover()
        visit.come()
        page.mouse.down()
        visit.is_whole()
        # Long after the moment in which it would have come.
        page.wait_for_timeout(1500)
        expect(visit.start).to_have_count(1)
        page.mouse.up()
        visit.is_taken_over()
        expect(page.locator(".clinic").first.locator("details.more")).to_have_attribute("open", "")


def test_what_only_the_live_page_can_do_is_done_as_soon_as_it_is_there(
    chromium: Browser, app_server: RunningServer
) -> None:
    with late(chromium, app_server.url, viewport=PHONE) as visit:
        visit.search("55407")
        visit.start.locator(".clinic").nth(1).get_by_role("button", name="Show on map").click()
        visit.come()
        visit.is_taken_over()
        chosen = visit.page.locator(".clinic").nth(1)
        expect(chosen.get_by_role("button", name="Show on map")).to_have_attribute("aria-pressed", "true")


def test_the_very_elements_that_are_being_read_stay_with_the_focus_among_them(
    chromium: Browser, app_server: RunningServer
) -> None:
    with late(chromium, app_server.url) as visit:
        visit.search("55407")
        call = visit.start.locator(".clinic").nth(2).get_by_role("link", name="Call")
        call.focus()
        kept = call.element_handle()
        assert kept is not None
        visit.come()
        visit.is_taken_over()
        assert kept.evaluate("(node) => node.isConnected && document.activeElement === node")


@BOTH
def test_the_place_on_the_page_stays(
    chromium: Browser, app_server: RunningServer, view: dict[str, int]
) -> None:
    with late(chromium, app_server.url, viewport=view) as visit:
        visit.search("55407")
        third = visit.start.locator(".clinic").nth(2)
        third.evaluate("(node) => scrollTo(0, scrollY + node.getBoundingClientRect().top - 120)")
        visit.page.wait_for_timeout(300)
        before = visit.top_of(third)
        visit.come()
        visit.is_taken_over()
        assert visit.top_of(visit.page.locator(".clinic").nth(2)) == pytest.approx(before, abs=1.5)


@BOTH
@pytest.mark.parametrize("place", ["", "55407"])
def test_nothing_moves(
    chromium: Browser, app_server: RunningServer, view: dict[str, int], place: str
) -> None:
    with late(chromium, app_server.url, viewport=view) as visit:
        if place:
            visit.search(place)
        parts = [".masthead h1", ".found", ".map-intro", ".legend"]
        before = [visit.top_of(visit.start.locator(part)) for part in parts]
        visit.come()
        visit.is_taken_over()
        after = [visit.top_of(visit.page.locator(part)) for part in parts]
        assert after == pytest.approx(before, abs=1.5)
        visit.page.wait_for_timeout(1000)
        assert visit.page.evaluate("() => window.shifted") < MOST_SHIFT


@BOTH
def test_nothing_moves_where_the_fonts_come_after_the_first_paint(
    chromium: Browser, app_server: RunningServer, view: ViewportSize
) -> None:
    with visited(chromium, viewport=view) as page:
        fonts = HeldBack(page, FONTS)
        visit = Late(page, app_server.url)
        expect(visit.start.locator(".clinic").first).to_be_visible()
        page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))")
        assert fonts.asked
        fonts.come()
        visit.come()
        visit.is_taken_over()
        assert page.evaluate("() => window.shifted") < MOST_SHIFT


def test_in_spanish_it_hands_over_too(chromium: Browser, app_server: RunningServer) -> None:
    with late(chromium, f"{app_server.url}/?lang=es") as visit:
        field = visit.start.get_by_role("textbox")
        field.fill("55407")
        field.press("Enter")
        expect(visit.found).to_contain_text("55407")
        before = visit.found.inner_text()
        visit.come()
        visit.is_taken_over()
        assert visit.page.locator(".found").inner_text() == before
        expect(visit.page.locator("html")).to_have_attribute("lang", "es")


@pytest.mark.parametrize("blocked", ["**/static/js/**", "**/_stcore/**", "**/takeover.js*"])
def test_if_streamlit_never_comes_the_document_goes_on_working(
    chromium: Browser, app_server: RunningServer, blocked: str
) -> None:
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    if "_stcore" in blocked:
        page.route_web_socket("**/_stcore/stream", lambda line: line.close())
    page.route(blocked, lambda route: route.abort())
    page.goto(app_server.url)
    start = page.locator("#start")
    for place in ("55407", "55318"):
        start.get_by_role("textbox").fill(place)
        start.get_by_role("button", name="Find clinics").click()
        expect(start.locator(".found")).to_contain_text(f"near ZIP {place}")
    start.get_by_role("radio", name="Both").click()
    expect(start.locator(".found")).to_contain_text("may fit")
    expect(start.get_by_role("link", name="Call 763-201-8191").first).to_be_visible()
    start.get_by_role("link", name="Español").click()
    expect(page.locator("#start .found")).to_contain_text("55318")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    context.close()


def test_when_the_house_is_full_people_keep_the_document(
    chromium: Browser, start_app: StartApp, tmp_path: Path
) -> None:
    del tmp_path
    server = start_app(ROOT / "data", LOCATOR_MOST_VISITS="1")
    context = chromium.new_context(viewport=DESKTOP)
    context.set_default_timeout(PATIENCE_MS)
    first, second = context.new_page(), context.new_page()
    first.goto(server.url)
    expect(first.locator("#start")).to_have_count(0)
    asked: list[str] = []
    second.on("request", lambda request: asked.append(request.url))
    answer = second.goto(server.url)
    assert answer is not None
    assert answer.status == 200
    second.get_by_role("textbox").fill("55407")
    second.get_by_role("button", name="Find clinics").click()
    expect(second.locator("#start .found")).to_contain_text("near ZIP 55407")
    assert [url for url in asked if "/static/js/index." in url] == []
    context.close()
