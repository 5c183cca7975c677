"""Any size, spacing, contrast and motion a person asks for: nothing is lost or too small to press."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from locator.presentation.markers import EVALUATION_COLOUR, PROCEDURE_COLOUR
from tests.e2e.conftest import PATIENCE_MS
from tests.e2e.focus import changed_pixels
from tests.e2e.pages import Finder, arrived
from tests.e2e.referral_page import ReferralPage
from tests.e2e.staff_page import StaffPage
from tests.e2e.walks import (
    EDINA,
    OPEN_ALL,
    PAT,
    PHRASE,
    through_the_finder,
    through_the_referral_page,
    through_the_staff_page,
    walked_app,
)
from tests.support.servers import RunningServer

pytestmark = pytest.mark.timeout(300)

# 1280 pixels at a zoom of 400 %, which is what WCAG 2.2, criterion 1.4.10, asks for.
NARROW: Final[dict[str, Any]] = {"viewport": {"width": 320, "height": 640}, "reduced_motion": "reduce"}
WIDE: Final[dict[str, Any]] = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}
LEAST_TARGET_PX: Final = 24

# What sticks out to the side or can be scrolled there. Tables of many columns and the map may.
STICKING_OUT: Final = """() => {
  const isSeen = (node) => node.checkVisibility({visibilityProperty: true});
  const isHeld = (node) => node.closest(".compared, [data-testid=stDataFrame], .unseen, .leaflet-container");
  return [document.documentElement, ...document.querySelectorAll("body *")].filter((node) => {
    const box = node.getBoundingClientRect();
    if (!isSeen(node) || isHeld(node) || box.width <= 1 || box.height <= 1) return false;
    const {overflowX} = getComputedStyle(node);
    const canScroll = node === document.documentElement || /auto|scroll/.test(overflowX);
    const scrolls = canScroll && node.scrollWidth > node.clientWidth + 1 && !node.matches("textarea");
    return scrolls || box.right > innerWidth + 1 || box.left < -1;
  }).map((node) => node.outerHTML.slice(0, 160));
}"""
# What a narrow page leaves out, each for a reason.
LEFT_OUT_WHEN_NARROW: Final = {
    ".masthead .practice span": "every card has its city, and the page's name says for whom it is",
    ".masthead .questions": "the number stays, and is a link to call",
    ".masthead .lead": "read out still; the overview and the fields' names say it at more length",
    ".st-key-filters [data-testid=stWidgetLabel]": "read out still; the choices say what they are about",
}
# Words that are there to be seen, however they are broken into lines.
WORDS: Final = """(leftOut) => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const isClipped = (node) => node && (
    getComputedStyle(node).clipPath.startsWith("inset(50") || isClipped(node.parentElement)
  );
  const seen = new Set();
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const around = node.parentElement;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    const isSeen = box.width > 1 && box.height > 1 && around.checkVisibility({visibilityProperty: true});
    if (isSeen && !isClipped(around) && !(leftOut && around.closest(leftOut))) {
      seen.add(node.textContent.trim().replace(/\\s+/g, " "));
    }
  }
  return [...seen];
}"""
# WCAG 2.2, criterion 1.4.12: what a person's own style sheet may set.
SPACING: Final = """* {
  line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important;
}
p { margin-bottom: 2em !important; }"""
CUT_OFF: Final = """() => [...document.querySelectorAll("body *")].filter((node) => {
  const style = getComputedStyle(node);
  const holdsText = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
  if (!holdsText || !node.checkVisibility({visibilityProperty: true})) return false;
  if (node.closest(".unseen") || style.clipPath.startsWith("inset(50")) return false;
  const cuts = (overflow) => overflow === "hidden" || overflow === "clip";
  return (cuts(style.overflowX) && node.scrollWidth > node.clientWidth + 1)
    || (cuts(style.overflowY) && node.scrollHeight > node.clientHeight + 1);
}).map((node) => node.outerHTML.slice(0, 160))"""
# Everything to press that is too small. A field's label is pressed in its place. A link in a sentence takes
# the height of its line, which criterion 2.5.8 allows; a link to skip by is for the keyboard.
SMALL_TARGETS: Final = """(least) => {
  const targets = "a[href], button, input, select, textarea, summary, [role=button], [role=radio]";
  const isText = (node) => node.nodeType === 3 && node.textContent.trim().length > 2;
  const isInSentence = (node) => node.localName === "a" && getComputedStyle(node).display === "inline"
    && [...node.parentElement.childNodes].some(isText);
  const isExempt = (node) => node.closest(".skip") || node.type === "file" || isInSentence(node);
  const frames = [...document.querySelectorAll("iframe")].map((frame) => frame.contentDocument);
  return [document, ...frames].flatMap((page) => [...page.querySelectorAll(targets)]).filter((node) => {
    if (!node.checkVisibility({visibilityProperty: true}) || isExempt(node)) return false;
    const pressed = /checkbox|radio/.test(node.type) ? node.closest("label") : node;
    const box = pressed.getBoundingClientRect();
    return box.width < least || box.height < least;
  }).map((node) => node.outerHTML.slice(0, 160));
}"""
WATCH_MOTION: Final = """() => {
  window.moved = [];
  const note = ({target, type, pseudoElement}) => {
    const {transitionDuration, animationDuration} = getComputedStyle(target, pseudoElement || null);
    const seconds = `${transitionDuration},${animationDuration}`.split(",").map(parseFloat);
    if (seconds.some((one) => one > 0.01)) window.moved.push(`${type} ${target.className}`);
  };
  for (const type of ["transitionrun", "animationstart"]) addEventListener(type, note, {capture: true});
  const {scrollIntoView} = Element.prototype;
  Element.prototype.scrollIntoView = function (options) {
    if (options?.behavior === "smooth") window.moved.push("smooth scrolling");
    return scrollIntoView.call(this, options);
  };
}"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningServer, Path]]:
    """One app for all of these tests."""
    with walked_app(tmp_path_factory.mktemp("layout")) as started:
        yield started


@pytest.fixture(scope="module")
def narrow(chromium: Browser) -> Iterator[BrowserContext]:
    """A window of 320 pixels."""
    with chromium.new_context(**NARROW) as context:
        context.set_default_timeout(PATIENCE_MS)
        yield context


@pytest.fixture(scope="module")
def wide(chromium: Browser) -> Iterator[BrowserContext]:
    """A window of a desktop."""
    with chromium.new_context(**WIDE) as context:
        context.set_default_timeout(PATIENCE_MS)
        yield context


def walk(name: str, page: Page, app: tuple[RunningServer, Path]) -> Iterator[str]:
    """The states of the page with this name."""
    server, clinics = app
    if name == "finder":
        return through_the_finder(Finder(page, server.url), clinics)
    if name == "referral page":
        return through_the_referral_page(ReferralPage(page, server.url))
    return through_the_staff_page(StaffPage(page, server.url))


@pytest.mark.parametrize("name", ["finder", "referral page", "staff page"])
def test_at_320_pixels_no_state_of_a_page_needs_sideways_scrolling_nor_cuts_words_off(
    narrow: BrowserContext, app: tuple[RunningServer, Path], name: str
) -> None:
    with narrow.new_page() as page:
        found = {
            state: [*page.evaluate(STICKING_OUT), *page.evaluate(CUT_OFF)] for state in walk(name, page, app)
        }
    assert {state: what for state, what in found.items() if what} == {}
    assert len(found) > 5


@dataclass(frozen=True, slots=True)
class Measured:
    """A page in its fullest state: its words, what is too small to press, and the same in a person's spacing.

    `spaced_wrong` is what sticks out or is cut off with that spacing, `spaced_words` what is then still seen.
    """

    words: set[str]
    small: list[str]
    small_at_twice_the_size: list[str]
    spaced_wrong: list[str]
    spaced_words: set[str]


def measure(page: Page, name: str, url: str) -> Measured:
    """Visit the page with this name, open all of it, and measure it."""
    if name == "finder":
        finder = Finder(page, url)
        finder.visit()
        finder.search("55407")
    elif name == "referral page":
        ReferralPage(page, url).visit("?from=55387&evaluation=chaska&procedure=burnsville")
    else:
        staff = StaffPage(page, url)
        staff.sign_in(PAT, PHRASE)
        staff.choose("Edina (edina)")
    arrived(page)
    page.locator("details").evaluate_all(OPEN_ALL)
    words = set(page.evaluate(WORDS, ", ".join(LEFT_OUT_WHEN_NARROW)))
    small, at_twice = (
        page.evaluate(SMALL_TARGETS, least) for least in (LEAST_TARGET_PX, 2 * LEAST_TARGET_PX)
    )
    page.add_style_tag(content=SPACING)
    wrong = [*page.evaluate(CUT_OFF), *page.evaluate(STICKING_OUT)]
    return Measured(words, small, at_twice, wrong, set(page.evaluate(WORDS, ", ".join(LEFT_OUT_WHEN_NARROW))))


@pytest.fixture(scope="module", params=["finder", "referral page", "staff page"])
def measured(
    request: pytest.FixtureRequest,
    narrow: BrowserContext,
    wide: BrowserContext,
    app: tuple[RunningServer, Path],
) -> tuple[Measured, Measured]:
    """A page measured in the narrow window and in the wide one."""
    with narrow.new_page() as narrow_page, wide.new_page() as wide_page:
        narrowly, widely = (
            measure(page, str(request.param), app[0].url) for page in (narrow_page, wide_page)
        )
    return narrowly, widely


def test_a_narrow_page_leaves_out_no_word_of_the_wide_one_without_a_reason(
    measured: tuple[Measured, Measured],
) -> None:
    narrowly, widely = measured
    assert len(widely.words) > 50
    assert widely.words - narrowly.words == set()


def test_a_persons_own_spacing_of_the_text_loses_none_of_it(measured: tuple[Measured, Measured]) -> None:
    for one in measured:
        assert one.spaced_wrong == []
        assert one.words - one.spaced_words == set()


def test_all_there_is_to_press_is_large_enough_on_the_page_and_on_the_map(
    measured: tuple[Measured, Measured],
) -> None:
    for one in measured:
        assert one.small == []
        # The measure finds what is small: at twice the size something always is.
        assert one.small_at_twice_the_size != []


def test_on_a_narrow_map_a_pop_up_fits_beside_the_buttons_that_zoom(
    narrow: BrowserContext, app: tuple[RunningServer, Path]
) -> None:
    with narrow.new_page() as page:
        finder = Finder(page, app[0].url)
        finder.visit()
        for clinic in (EDINA, "iSpine Clinics – Delano", "iSpine Clinics – Maplewood"):
            finder.press_on_pin(clinic, "Enter")
            expect(finder.map.popup_name).to_contain_text(clinic)
            parts = (finder.map.popup, finder.map.canvas, finder.map.inside.locator(".leaflet-control-zoom"))
            popup, around, buttons = (part.bounding_box() for part in parts)
            assert popup is not None
            assert around is not None
            assert buttons is not None
            assert popup["x"] >= buttons["x"] + buttons["width"]
            assert popup["x"] + popup["width"] <= around["x"] + around["width"]
            assert popup["y"] >= around["y"]


def test_neither_the_page_nor_the_map_in_it_keeps_a_person_from_zooming(
    wide: BrowserContext, app: tuple[RunningServer, Path]
) -> None:
    with wide.new_page() as page:
        Finder(page, app[0].url).visit()
        said = [
            str(meta.get_attribute("content"))
            for frame in page.frames
            for meta in frame.locator('meta[name="viewport"]').all()
        ]
    assert len(said) > 1
    assert [one for one in said if "user-scalable" in one or "maximum-scale" in one] == []


@pytest.mark.parametrize("wish", ["reduce", "no-preference"])
def test_nothing_moves_for_those_who_ask_for_less_motion(
    chromium: Browser, app: tuple[RunningServer, Path], wish: Literal["reduce", "no-preference"]
) -> None:
    with chromium.new_context(**{**WIDE, "reduced_motion": wish}) as context:
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.add_init_script(f"({WATCH_MOTION})()")
        finder = Finder(page, app[0].url)
        finder.visit()
        finder.search("55407")
        page.get_by_role("button", name="More filters").hover()
        finder.click_pin(EDINA)
        finder.choose_card("iSpine Clinics – Delano")
        finder.map.zoom_in()
        moved = [what for frame in page.frames for what in frame.evaluate("() => window.moved")]
    assert (moved == []) == (wish == "reduce"), moved


def test_markers_the_choice_and_the_focus_are_seen_in_forced_colours(
    chromium: Browser, app: tuple[RunningServer, Path]
) -> None:
    with chromium.new_context(**WIDE, forced_colors="active", color_scheme="dark") as context:
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        finder = Finder(page, app[0].url)
        finder.visit()
        for marker in (finder.cards.first.locator(".clinic-marker"), finder.map.pin(EDINA)):
            colours = pixels(marker)
            assert {EVALUATION_COLOUR, PROCEDURE_COLOUR} & colours
        finder.press_on_pin(EDINA, "Enter")
        changed, perimeter = changed_pixels(page)
        assert changed >= perimeter
        chosen = page.locator(".clinic.is-chosen")
        expect(chosen).to_have_count(1)
        assert chosen.evaluate("(card) => getComputedStyle(card).outlineStyle") == "solid"
        finder.show_button(EDINA).focus()
        page.keyboard.press("Shift+Tab")
        changed, perimeter = changed_pixels(page)
        assert changed >= perimeter


def pixels(part: Locator) -> set[str]:
    """The colours in a picture of this part, in hex digits."""
    rgb = np.asarray(Image.open(io.BytesIO(part.screenshot())).convert("RGB")).reshape(-1, 3)
    return {"#{:02X}{:02X}{:02X}".format(*colour) for colour in np.unique(rgb, axis=0)}
