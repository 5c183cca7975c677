"""The finder in a frame on another web site: it fits, it works, and only where the operator lets it be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import PATIENCE_MS
from tests.e2e.embedding_site import SiteServer, inside, launched, page_with, search, site
from tests.support.servers import RunningServer, running_app

_SPILLS = "() => document.scrollingElement.scrollWidth > document.documentElement.clientWidth"
_AT_REST = "(box) => box.classList.contains('at-rest')"


@dataclass(frozen=True, slots=True)
class Embedding:
    """The site that may hold the finder, the finder, and a browser that keeps third-party cookies out."""

    listed: SiteServer
    app: RunningServer
    browser: Browser

    def visit(self, site: SiteServer, **options: Any) -> Page:  # noqa: ANN401 - as Playwright takes them
        """The page of a site, in a context of its own."""
        site.page = page_with(self.app.url)
        context = self.browser.new_context(**{"reduced_motion": "reduce", **options})
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto(f"{site.origin}/")
        # In the frame, too, Streamlit's page takes the first document's place.
        expect(page.frame_locator("iframe").locator(".st-key-top")).to_be_visible()
        expect(page.frame_locator("iframe").locator("#start")).to_have_count(0)
        return page


@pytest.fixture(scope="module")
def embedding(
    chromium: Browser, chromium_path: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Embedding]:
    """One site is listed in the settings."""
    log = tmp_path_factory.mktemp("embed") / "log"
    with site() as listed:
        settings = {"LOCATOR_TILE_URL": "none", "LOCATOR_FRAME_ANCESTORS": listed.origin}
        with running_app(log, settings) as app:
            browser = launched(chromium.browser_type, chromium_path)
            yield Embedding(listed, app, browser)
            browser.close()


@pytest.mark.parametrize("width_px", [320, 600, 1200])
def test_on_another_site_the_finder_fits_and_finds(embedding: Embedding, width_px: int) -> None:
    page = embedding.visit(embedding.listed, viewport={"width": width_px, "height": 900})
    finder = inside(page)
    search(finder, "55407")
    expect(finder.locator(".clinic .distance").first).to_be_visible()
    expect(finder.frame_locator("iframe").locator(".pin-holder").first).to_be_visible()
    assert [frame.url for frame in page.frames if frame.evaluate(_SPILLS)] == []
    masthead = finder.locator(".masthead").bounding_box()
    assert masthead is not None
    assert masthead["height"] < 40
    expect(finder.locator(".masthead .practice")).to_be_visible()
    expect(finder.locator(".masthead .questions a")).to_be_visible()
    expect(finder.get_by_role("heading", level=1)).to_have_text("Find a clinic for DRG stimulation")
    page.context.close()


def test_links_keep_to_the_frame_or_leave_it_as_they_should(embedding: Embedding) -> None:
    page = embedding.visit(embedding.listed, viewport={"width": 600, "height": 900})
    finder = inside(page)
    leaving = finder.locator('a[href^="http"]')
    assert leaving.count() > 8
    assert {one.get_attribute("target") for one in leaving.all()} == {"_blank"}
    out = finder.get_by_role("link", name="Open the full page")
    assert (out.get_attribute("href"), out.get_attribute("target")) == ("/?lang=en", "_blank")
    finder.get_by_role("link", name="For physicians: refer a patient").click()
    expect(finder.get_by_label("Patient's ZIP code, city or county")).to_be_visible()
    expect(finder.get_by_role("link", name="Open the full page")).to_have_attribute("href", "/refer?lang=en")
    assert "embed=true" in page.frames[1].url
    page.context.close()


def test_the_frame_speaks_the_language_that_its_address_asks_for(embedding: Embedding) -> None:
    page = embedding.visit(embedding.listed)
    page.locator("iframe").evaluate("(frame) => { frame.src = frame.src.replace('lang=en', 'lang=es'); }")
    finder = page.frame_locator("iframe")
    expect(finder.locator("html")).to_have_attribute("lang", "es")
    expect(finder.get_by_role("button", name="English")).to_be_visible()
    assert "embed=true" in page.frames[1].url
    page.context.close()


def test_the_wheel_scrolls_the_page_until_the_map_is_pressed(embedding: Embedding) -> None:
    page = embedding.visit(embedding.listed, viewport={"width": 1200, "height": 900})
    folium = inside(page).frame_locator("iframe")
    canvas = folium.locator(".leaflet-container")
    expect(folium.locator(".pin-holder").first).to_be_visible()
    assert canvas.evaluate(_AT_REST)
    zoom = canvas.evaluate("() => map.getZoom()")
    canvas.hover(position={"x": 30, "y": 200})
    page.mouse.wheel(0, 300)
    expect(folium.locator(".rest-hint")).to_have_text("Tap or click the map to move it")
    assert canvas.evaluate("() => map.getZoom()") == zoom
    canvas.click(position={"x": 30, "y": 200})
    assert not canvas.evaluate(_AT_REST)
    page.mouse.wheel(0, -300)
    canvas.page.frames[2].wait_for_function(f"() => map.getZoom() > {zoom}")
    inside(page).get_by_label("ZIP code, city or address").click()
    page.frames[2].wait_for_function("() => map.getContainer().classList.contains('at-rest')")
    page.context.close()


def test_a_finger_scrolls_the_page_until_it_has_tapped_the_map(embedding: Embedding) -> None:
    page = embedding.visit(embedding.listed, viewport={"width": 390, "height": 844}, has_touch=True)
    folium = inside(page).frame_locator("iframe")
    canvas = folium.locator(".leaflet-container")
    expect(folium.locator(".pin-holder").first).to_be_visible()
    can_drag = "() => [map.dragging.enabled(), getComputedStyle(map.getContainer()).touchAction]"
    assert canvas.evaluate(can_drag) == [False, "pan-x pan-y"]
    canvas.tap(position={"x": 30, "y": 200})
    assert canvas.evaluate("() => map.dragging.enabled()")
    page.context.close()


def test_a_site_that_is_not_listed_is_refused_by_the_browser(embedding: Embedding) -> None:
    with site() as stranger:
        stranger.page = page_with(embedding.app.url)
        page = embedding.browser.new_page()
        with page.expect_console_message(lambda said: "frame-ancestors" in said.text):
            page.goto(f"{stranger.origin}/")
        assert page.frame_locator("iframe").locator("#root, #start").count() == 0
        page.close()
