"""The finder page in Chromium beside bare Streamlit pages: until it is usable, and from search to new list.

The browser itself takes the times, at each frame it draws, so that what drives the browser adds nothing.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from benchmarks.timing import Comparison, compare, interleaved
from tests.support.servers import ROOT, RunningServer, running, running_app

PINS: Final = 8
AIM_LIST: Final = 0.5
AIM_MAP: Final = 1.1
"""The most that our list and our live map may take of the time that the bare page's map takes."""

_PAIRS: Final = 7
VIEWPORT: Final[ViewportSize] = {"width": 1366, "height": 900}
_SEARCH_PAIRS: Final = 12
_PATIENCE_MS: Final = 45_000
# What a page still does after it can be used must not be charged to whoever comes next.
_SETTLING_MS: Final = 400
_FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing but this machine exists for the browser.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
# Alternating places far enough apart that the nearest clinic differs.
_ZIPS: Final = ("55407", "55318")
# The only settings of the bare pages: as with ours, no third party is called and no file is watched.
_BARE_CONFIG: Final = '[browser]\ngatherUsageStats = false\n[server]\nfileWatcherType = "none"\n'

# Asked at every frame from the first: are all cards on the page beside a field to search from, and are all
# pins drawn inside the live map's frame? Before Streamlit's page has taken over, nobody can see that.
_WATCH_USABLE: Final = """
({pin, card, count, patienceMs}) => {
  if (window.top !== window) return;
  const drawn = (node) => node?.getClientRects().length > 0 && node.naturalWidth !== 0;
  const inside = (frame) => [...frame.contentDocument.querySelectorAll(pin)].filter((node) => {
    const box = node.getBoundingClientRect();
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    return drawn(node) && x > 0 && y > 0 && x < frame.clientWidth && y < frame.clientHeight;
  });
  const cards = (within) => [...within.querySelectorAll(card)].filter(drawn).length;
  const shown = () => document.getElementById("start") ?? document;
  const isListed = () =>
    card === null || (cards(shown()) === count && drawn(shown().querySelector("input[type=text]")));
  const isLive = () => {
    const frame = document.querySelector('iframe[src*="streamlit_folium"]');
    return shown() === document && frame?.contentDocument && isListed() && inside(frame).length === count;
  };
  const firstFrame = (isSeen) =>
    new Promise((resolve, reject) => {
      const look = () => {
        if (isSeen()) resolve(performance.now());
        else if (performance.now() > patienceMs) reject(new Error("not usable in time"));
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
  window.usableAfterMs = Promise.all([firstFrame(isListed), firstFrame(isLive)]);
}
"""
# From the key press that submits to the first frame in which the page says what it was asked for.
_WATCH_ANSWER: Final = """
({place, text, patienceMs}) => {
  window.answeredAfterMs = new Promise((resolve, reject) => {
    addEventListener("keydown", ({timeStamp}) => {
      const look = () => {
        const elapsedMs = performance.now() - timeStamp;
        if (document.querySelector(place)?.textContent.includes(text)) resolve(elapsedMs);
        else if (elapsedMs > patienceMs) reject(new Error("no answer in time"));
        else requestAnimationFrame(look);
      };
      look();
    }, {once: true, capture: true});
  });
}
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """A page to measure: where it is, and CSS selectors of a pin and of a card (None where it has none)."""

    url: str
    pin: str
    card: str | None


@dataclass(frozen=True, slots=True)
class Usable:
    """Milliseconds from navigation until there was a list to search, and until the live map was there too."""

    list_ms: float
    map_ms: float


@dataclass(frozen=True, slots=True)
class PageTimes:
    """In milliseconds; cold is a browser that was never here, warm the same one's second visit.

    Our list and our live map are each set beside the same map of the bare page.
    """

    list_cold: Comparison
    list_warm: Comparison
    map_cold: Comparison
    map_warm: Comparison
    search: Comparison


def ours(server: RunningServer) -> Subject:
    """The finder page."""
    return Subject(server.url, ".pin-holder", ".clinic-list .clinic")


def usual_map(server: RunningServer) -> Subject:
    """Baseline A, which has no list."""
    return Subject(server.url, ".leaflet-marker-pane img", None)


@contextmanager
def our_server(settings: Mapping[str, str] | None = None) -> Iterator[RunningServer]:
    """The app as it is run, without street tiles; `settings` are further `LOCATOR_...` variables."""
    every = {"LOCATOR_TILE_URL": "none", "LOCATOR_MOST_VISITS": "1000", **(settings or {})}
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "server.log", every) as server,
    ):
        yield server


@contextmanager
def bare_server(page: str, settings: Mapping[str, str] | None = None) -> Iterator[RunningServer]:
    """A page of benchmarks/baselines; `settings` are environment variables for it."""
    command = [sys.executable, str(ROOT / "benchmarks" / "baselines" / "server.py"), page]
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / ".streamlit" / "config.toml"
        config.parent.mkdir()
        config.write_text(_BARE_CONFIG, encoding="utf-8")
        log = Path(folder) / "server.log"
        with running(command, log=log, settings=settings, await_path="/_stcore/health") as server:
            yield server


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """One browser for all: its own start is nobody's."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def run(browser: Browser) -> PageTimes:
    """All page times; each server answers one unmeasured visit first, as a server that has been up does."""
    with our_server() as app, bare_server("map_page.py") as bare_map, bare_server("echo_page.py") as echo:
        visits = {"ours": _visits(browser, ours(app)), "baseline": _visits(browser, usual_map(bare_map))}
        for unmeasured in visits.values():
            unmeasured(0)
        loads = interleaved(visits, rounds=_PAIRS)
        search = _search_times(browser, app.url, echo.url)
    bare_ms = [[pair[kind].map_ms for pair in loads["baseline"]] for kind in (0, 1)]
    list_cold, list_warm = (
        compare([pair[kind].list_ms for pair in loads["ours"]], bare_ms[kind]) for kind in (0, 1)
    )
    map_cold, map_warm = (
        compare([pair[kind].map_ms for pair in loads["ours"]], bare_ms[kind]) for kind in (0, 1)
    )
    return PageTimes(list_cold, list_warm, map_cold, map_warm, search)


def _visits(browser: Browser, subject: Subject) -> Callable[[int], tuple[Usable, Usable]]:
    """The times of a first and a second visit of a browser that was never there."""

    def one_round(_number: int) -> tuple[Usable, Usable]:
        context = new_visitor(browser, subject)
        try:
            cold = visit(context, subject)
            return cold, visit(context, subject)
        finally:
            context.close()

    return one_round


def new_visitor(browser: Browser, subject: Subject) -> BrowserContext:
    """A visitor with an empty cache, whose pages note when the subject can be used."""
    context = browser.new_context(viewport=VIEWPORT)
    wanted = json.dumps({"pin": subject.pin, "card": subject.card, "count": PINS, "patienceMs": _PATIENCE_MS})
    context.add_init_script(f"({_WATCH_USABLE})({wanted})")
    return context


def visit(context: BrowserContext, subject: Subject) -> Usable:
    """When the list, if the page has one, and the live map could be used."""
    page = context.new_page()
    page.goto(subject.url, wait_until="commit")
    # A promise is awaited where the page's own policy would refuse to evaluate a condition again and again.
    list_ms, map_ms = page.evaluate("window.usableAfterMs")
    page.wait_for_timeout(_SETTLING_MS)
    page.close()
    return Usable(list_ms, map_ms)


def _search_times(browser: Browser, our_url: str, echo_url: str) -> Comparison:
    """The live page's search beside the echo, each in a page that stays open."""
    context = browser.new_context(viewport=VIEWPORT)
    finder, echo = context.new_page(), context.new_page()
    finder.goto(our_url)
    finder.locator("#start").wait_for(state="detached", timeout=_PATIENCE_MS)
    echo.goto(echo_url)
    turns: Mapping[str, Callable[[int], float]] = {
        "ours": lambda number: _answer_ms(finder, ".found", _ZIPS[number % len(_ZIPS)]),
        "baseline": lambda number: _answer_ms(echo, '[data-testid="stText"]', f"word-{number}"),
    }
    turns["ours"](1)
    turns["baseline"](-1)
    times = interleaved(turns, rounds=_SEARCH_PAIRS)
    context.close()
    return compare(times["ours"], times["baseline"])


def _answer_ms(page: Page, place: str, text: str) -> float:
    """Milliseconds from Enter in the page's text box until `place` says `text`."""
    page.bring_to_front()
    box = page.locator("input[type=text]").first
    box.fill(text, timeout=_PATIENCE_MS)
    page.evaluate(_WATCH_ANSWER, {"place": place, "text": text, "patienceMs": _PATIENCE_MS})
    box.press("Enter")
    elapsed_ms = float(page.evaluate("window.answeredAfterMs"))
    page.wait_for_timeout(_SETTLING_MS)
    return elapsed_ms
