"""Text and symbols in a browser come from our own small fonts, once, and nothing moves when they arrive."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, Route, expect

from benchmarks.slow_phone import PHONE
from benchmarks.vitals import WATCH
from locator.presentation import STATIC, font_addresses, font_styles
from tests.e2e.conftest import DESKTOP, OpenFinder
from tests.support.servers import RunningServer

RECORD: Final[dict[str, Any]] = json.loads((STATIC / "fonts" / "fonts.json").read_text(encoding="utf-8"))
FONT_FILE: Final = re.compile(r"\.woff2(\?|$)")
OUR_FONTS: Final = re.compile(r"/assets/app/fonts/")

# Has text wait for its font however late that is; otherwise a slow machine's page would go without.
AWAIT_FONTS: Final = """new MutationObserver((_, observer) => {
  const style = [...document.querySelectorAll("style")].find(
    (one) => one.nextSibling && one.textContent.includes("font-display: optional")
  );
  if (!style) return;
  style.textContent = style.textContent.replaceAll("font-display: optional", "font-display: block");
  observer.disconnect();
}).observe(document, { childList: true, subtree: true })"""
SIZES: Final = """(lines) => lines.map(({ font, text }) => {
  const line = document.body.appendChild(document.createElement("span"));
  line.style.cssText = `position: absolute; white-space: nowrap; font: ${font}`;
  line.textContent = text;
  const { width, height } = line.getBoundingClientRect();
  line.remove();
  return [width, height];
})"""


def characters(font: str) -> str:
    """All that a font has and that leaves ink on a page."""
    runs = [run.removeprefix("U+").split("-") for run in RECORD["fonts"][font]["characters"].split(", ")]
    every = (chr(code) for run in runs for code in range(int(run[0], 16), int(run[-1], 16) + 1))
    return "".join(one for one in every if one.isprintable() and not one.isspace())


def fonts_drawn_with(page: Page, part: Locator) -> set[str]:
    """The fonts that the browser says it has drawn a part of the page with, those of the system too."""
    line = page.context.new_cdp_session(page)
    line.send("DOM.enable")
    line.send("CSS.enable")
    part.evaluate("(element) => element.toggleAttribute('data-looked-at', true)")
    root = line.send("DOM.getDocument")["root"]["nodeId"]
    node = line.send("DOM.querySelector", {"nodeId": root, "selector": "[data-looked-at]"})["nodeId"]
    found = line.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    line.detach()
    part.evaluate("(element) => element.toggleAttribute('data-looked-at', false)")
    return {
        font["familyName"] if font["isCustomFont"] else f"{font['familyName']} (system)" for font in found
    }


def test_a_visit_fetches_our_fonts_and_symbols_once_each_and_none_of_streamlits(
    open_finder: OpenFinder, app_server: RunningServer
) -> None:
    finder = open_finder(app_server)
    fetched: list[Request] = []
    finder.page.on(
        "requestfinished", lambda request: fetched.append(request) if FONT_FILE.search(request.url) else None
    )
    finder.visit()
    finder.search("55407")
    finder.page.evaluate("document.fonts.ready.then(() => null)")
    names = Counter(request.url.rpartition("/")[2].partition("?")[0] for request in fetched)
    symbols = RECORD["fonts"]["symbols.woff2"]["source"]
    assert names == {"locator-sans.woff2": 1, "locator-serif.woff2": 1, symbols: 1}
    assert sum(request.sizes()["responseBodySize"] for request in fetched) < 70_000


def test_headings_and_text_are_drawn_with_our_fonts(
    open_finder: OpenFinder, app_server: RunningServer
) -> None:
    finder = open_finder(app_server)
    page = finder.page
    page.add_init_script(AWAIT_FONTS)
    finder.visit()
    page.evaluate("document.fonts.ready.then(() => null)")
    card = finder.cards.first
    assert fonts_drawn_with(page, card.get_by_role("heading")) == {"Locator Serif"}
    assert fonts_drawn_with(page, card.get_by_role("link").first) == {"Locator Sans"}
    assert fonts_drawn_with(page, page.get_by_text("More filters")) == {"Locator Sans"}


@pytest.fixture
def sheet_of_paper(chromium: Browser, app_server: RunningServer) -> Iterator[Page]:
    """A page of the app's with nothing on it but what has loaded: our fonts and the symbols."""
    with chromium.new_context(base_url=app_server.url) as context:
        page = context.new_page()
        page.goto("/healthz")
        addresses = {
            "Locator Sans": font_addresses("")[0],
            "Locator Serif": font_addresses("")[1],
            "Symbols": f"/static/media/{RECORD['fonts']['symbols.woff2']['source']}",
        }
        page.evaluate(
            """(addresses) => Promise.all(Object.entries(addresses).map(async ([family, address]) => {
              document.fonts.add(await new FontFace(family, `url(${address})`, { weight: "400 700" }).load());
            })).then(() => null)""",
            addresses,
        )
        yield page


@pytest.mark.parametrize(
    ("family", "file"), [("Locator Sans", "locator-sans.woff2"), ("Locator Serif", "locator-serif.woff2")]
)
def test_every_character_that_the_record_names_is_drawn_by_the_font_itself(
    sheet_of_paper: Page, family: str, file: str
) -> None:
    text = characters(file)
    assert {"ñ", "¿", "ő", "–", "€"} <= set(text)
    sheet_of_paper.evaluate(
        """([family, text]) => {
          const line = document.body.appendChild(document.createElement("p"));
          line.style.font = `600 1em "${family}"`;
          line.textContent = text;
        }""",
        [family, text],
    )
    assert fonts_drawn_with(sheet_of_paper, sheet_of_paper.locator("p")) == {family}


def test_every_symbol_is_one_sign_and_not_its_name(sheet_of_paper: Page) -> None:
    names = [*RECORD["symbols"], "nosuchsymbol"]
    lines = [{"font": "24px/1 Symbols", "text": name} for name in names]
    widths = {
        name: width for name, (width, _) in zip(names, sheet_of_paper.evaluate(SIZES, lines), strict=True)
    }
    # What the font does not have is as wide as its letters.
    assert widths.pop("nosuchsymbol") > 100
    assert {name: width for name, width in widths.items() if width != pytest.approx(24, abs=0.1)} == {}


@pytest.mark.parametrize(
    ("font", "stand_in"),
    [
        ('400 17px "Locator Sans"', '400 17px "Locator Sans DejaVu"'),
        ('600 17px "Locator Sans"', '600 17px "Locator Sans DejaVu"'),
        ('600 24px "Locator Serif"', '600 24px "Locator Serif DejaVu"'),
    ],
)
def test_what_stands_in_is_about_as_wide_and_exactly_as_high(
    sheet_of_paper: Page, font: str, stand_in: str
) -> None:
    text = "Clínicas que evalúan para la estimulación; clinics that do the procedure first. 763-201-8191."
    sheet_of_paper.add_style_tag(content=font_styles(""))
    (width, height), (other_width, other_height) = sheet_of_paper.evaluate(
        SIZES, [{"font": font, "text": text}, {"font": stand_in, "text": text}]
    )
    assert other_width == pytest.approx(width, rel=0.03)
    assert other_height == height


@pytest.mark.parametrize("options", [{"viewport": DESKTOP}, PHONE], ids=["desktop", "phone"])
def test_text_waits_for_no_font_and_nothing_moves_when_one_comes_late(
    open_finder: OpenFinder, app_server: RunningServer, options: dict[str, Any]
) -> None:
    finder = open_finder(app_server, **options)
    page = finder.page
    page.add_init_script(WATCH)
    held: list[Route] = []
    page.route(OUR_FONTS, lambda route: held.append(route))  # noqa: PLW0108 - a built-in will not do
    page.goto(app_server.url, wait_until="commit")
    heading = finder.cards.first.get_by_role("heading")
    expect(heading).to_be_visible()
    expect(page.locator("#start")).to_have_count(0)
    finder.map.view()
    stands_in = fonts_drawn_with(page, heading)
    assert stands_in
    assert "Locator Serif" not in stands_in
    page.wait_for_timeout(500)
    before = len(page.evaluate("window.vitals.shifts"))
    assert len(held) == 2
    with page.expect_event("requestfinished"), page.expect_event("requestfinished"):
        for route in held:
            route.continue_()
    page.evaluate("document.fonts.ready.then(() => null)")
    page.wait_for_timeout(500)
    assert page.evaluate("window.vitals.shifts")[before:] == []
    assert fonts_drawn_with(page, heading) == stands_in
