"""Pictures of one state: on a phone and on a desktop, each in light and in dark, or printed."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import PATIENCE_MS
from tests.e2e.gallery.kinds import Screen, Sheet, State
from tests.e2e.gallery.stage import Stage
from tests.e2e.gallery.visitor import Visitor

Scheme = Literal["light", "dark"]
SCHEMES: Final[tuple[Scheme, ...]] = ("light", "dark")


@dataclass(frozen=True, slots=True)
class View:
    """A size of window in CSS pixels; a longer page is shown down to `tallest_px`."""

    width_px: int
    height_px: int
    tallest_px: int
    is_phone: bool


PHONE: Final = View(390, 844, 1500, is_phone=True)
DESKTOP: Final = View(1280, 900, 1250, is_phone=False)
VIEWS: Final = (PHONE, DESKTOP)

# A taller window shows more of the page, and what is sized by the window is to stay as it was.
_HOLD_SIZES: Final = """() => {
  for (const frame of document.querySelectorAll("iframe")) {
    frame.style.setProperty("height", `${frame.offsetHeight}px`, "important");
  }
}"""
_HEIGHT_FROM: Final = """(from) => {
  const scrolled = document.querySelector('[data-testid="stMain"]') ?? document.scrollingElement;
  const first = from && document.querySelector(from);
  const above = first ? first.getBoundingClientRect().top + scrolled.scrollTop : 0;
  return scrolled.scrollHeight - above;
}"""
_SCROLL_TO: Final = """(from) => document.querySelector(from).scrollIntoView({block: "start"})"""
_REPAINT_MS: Final = 100
_MOST_LOOKS: Final = 8
_POINTS_PER_INCH: Final = 72
_PAPER_PIXELS_PER_INCH: Final = 110


def pictures(state: State, browser: Browser, stage: Stage) -> list[Image.Image]:
    """Phone in light and dark, then desktop in light and dark; of a printed state, each page of the paper."""
    match state:
        case Screen():
            return [image for view in VIEWS for image in _screens(state, view, browser, stage)]
        case Sheet():
            with visiting(browser, stage, DESKTOP) as visitor:
                return _pages(state.printed(visitor))


@contextmanager
def visiting(browser: Browser, stage: Stage, view: View, scheme: Scheme = "light") -> Iterator[Visitor]:
    """A visitor with a browser of this size who has not been anywhere yet."""
    context = browser.new_context(
        viewport={"width": view.width_px, "height": view.height_px},
        reduced_motion="reduce",
        color_scheme=scheme,
        locale="en-US",
        timezone_id="America/Chicago",
        has_touch=view.is_phone,
        is_mobile=view.is_phone,
    )
    context.set_default_timeout(PATIENCE_MS)
    try:
        yield Visitor(context.new_page(), stage)
    finally:
        context.close()


def _screens(state: Screen, view: View, browser: Browser, stage: Stage) -> list[Image.Image]:
    if state.is_drawn:
        return [_visited(state, view, [scheme], browser, stage)[0] for scheme in SCHEMES]
    return _visited(state, view, SCHEMES, browser, stage)


def _visited(
    state: Screen, view: View, schemes: Sequence[Scheme], browser: Browser, stage: Stage
) -> list[Image.Image]:
    with visiting(browser, stage, view, schemes[0]) as visitor:
        state.reach(visitor)
        page = visitor.page
        # Nothing is to look as if it were pointed at.
        page.mouse.move(0, 0)
        if not state.is_window:
            _unfold(page, view, state.begins_at)
        return [_screen(page, scheme) for scheme in schemes]


def _unfold(page: Page, view: View, begins_at: str) -> None:
    """Make the window as tall as the page, within reason, and begin at what the selector names."""
    page.evaluate(_HOLD_SIZES)
    needed_px = int(page.evaluate(_HEIGHT_FROM, begins_at))
    height_px = min(max(needed_px, view.height_px), view.tallest_px)
    page.set_viewport_size({"width": view.width_px, "height": height_px})
    if begins_at:
        page.evaluate(_SCROLL_TO, begins_at)


def _screen(page: Page, scheme: Scheme) -> Image.Image:
    page.emulate_media(color_scheme=scheme)
    page.wait_for_timeout(_REPAINT_MS)
    before, after = b"", page.screenshot()
    # The page is at rest once it looks the same twice.
    for _ in range(_MOST_LOOKS):
        if before == after:
            break
        page.wait_for_timeout(_REPAINT_MS)
        before, after = after, page.screenshot()
    return Image.open(io.BytesIO(after)).convert("RGB")


def _pages(paper: bytes) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(paper)
    scale = _PAPER_PIXELS_PER_INCH / _POINTS_PER_INCH
    return [page.render(scale=scale).to_pil().convert("RGB") for page in document]
