"""One visitor in Chromium who does on a page what people do: our finder, or the page made the usual way.

The browser itself takes the times, at frames that it draws, so that what drives the browser adds nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from benchmarks.pages import VIEWPORT
from tests.support.servers import RunningServer

PATIENCE_S: Final = 60
FIRST: Final = "first visit"
SEARCH: Final = "search"
FILTER: Final = "filter"
PIN: Final = "pin click"
ACTIONS: Final = (FIRST, SEARCH, FILTER, PIN)
_PATIENCE_MS: Final = PATIENCE_S * 1000
# What one action still does must not be charged to the next.
_SETTLING_MS: Final = 300
# streamlit-folium tells the server of a move a quarter of a second after it; this is well past that.
_LONGER_THAN_ITS_DEBOUNCE_MS: Final = 600
_AT_REST: Final = '[data-testid=stApp][data-test-script-state="notRunning"]'
_ZIP: Final = "55407"
_DRAG_PX: Final = (-140, 60)
_WATCH: Final = Path(__file__).with_name("actions.js").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Moving:
    """One pan and one zoom of the map: what they sent to the server, and what they and the page weigh.

    `longest_task_ms` is 0 if nothing held the page up for more than 50 ms.
    """

    messages_sent: int
    longest_task_ms: float
    page_elements: int
    map_elements: int


@dataclass(frozen=True, slots=True)
class Visit:
    """What one new visitor waited for: milliseconds by action, None for what did not come in PATIENCE_S.

    An action that is missing was not tried, because one before it did not come; so is `moving` then.
    """

    times_ms: Mapping[str, float | None]
    moving: Moving | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """How the same actions are done on one kind of page, as CSS selectors.

    `drawn` is what the map may show first, `pin` what of it can be clicked, `answer` and `chosen` say what
    a search or filter and what a pin click asked for.
    """

    card: str
    drawn: str
    pin: str
    answer: str
    chosen: str
    filter: Callable[[Page], Locator]


class _Question(NamedTuple):
    """What begins the time, and where the page then says something new that holds `text`."""

    event: str
    place: str
    text: str = ""
    isInMap: bool = False  # noqa: N815 - as the script has it


def _our_filter(page: Page) -> Locator:
    return page.get_by_role("radio", name="Evaluation", exact=True)


def _usual_filter(page: Page) -> Locator:
    """The list of options is opened first, which is not measured."""
    page.get_by_role("combobox").click()
    return page.get_by_role("option", name="evaluation", exact=True)


OURS: Final = Kind(
    card=".clinic-list .clinic",
    drawn=".pin-holder, .crowd-count",
    pin=".pin-holder",
    answer=".found, .clinic-list",
    chosen=".clinic.is-chosen",
    filter=_our_filter,
)
USUAL: Final = Kind(
    card=".st-key-list [data-testid=stText]",
    drawn=".leaflet-marker-pane img",
    pin=".leaflet-marker-pane img",
    answer=".st-key-asked",
    chosen=".st-key-asked",
    filter=_usual_filter,
)


def visit(browser: Browser, server: RunningServer, kind: Kind, *, only_look: bool = False) -> Visit:
    """One new visitor, who gives up after waiting in vain once; `only_look` does the first action."""
    sent: list[int] = []
    times_ms: dict[str, float | None] = {}
    with _new_visitor(browser, kind) as context:
        page = context.new_page()
        page.on("websocket", lambda socket: socket.on("framesent", lambda said: sent.append(len(said))))
        doing: dict[str, Callable[[], float | None]] = {
            FIRST: partial(_open, page, server),
            SEARCH: partial(_search, page, kind),
            FILTER: partial(_filter, page, kind),
            PIN: partial(_click, page, kind),
        }
        for action in (FIRST,) if only_look else ACTIONS:
            times_ms[action] = doing[action]()
            if times_ms[action] is None:
                return Visit(times_ms)
            _settle(page)
        return Visit(times_ms, None if only_look else _move(page, sent))


@contextmanager
def _new_visitor(browser: Browser, kind: Kind) -> Iterator[BrowserContext]:
    """A browser that was never there."""
    context = browser.new_context(viewport=VIEWPORT)
    context.set_default_timeout(_PATIENCE_MS)
    wanted = {"card": kind.card, "drawn": kind.drawn, "pin": kind.pin, "patienceMs": _PATIENCE_MS}
    context.add_init_script(f"{_WATCH}\nwatchActs({json.dumps(wanted)});")
    try:
        yield context
    finally:
        context.close()


def _open(page: Page, server: RunningServer) -> float | None:
    """Milliseconds from navigation until a card and, on the live map, a pin or a count are drawn."""
    page.goto(server.url, wait_until="commit")
    elapsed_ms: float | None = page.evaluate("window.actions.usable")
    return elapsed_ms


def _search(page: Page, kind: Kind) -> float | None:
    box = page.locator("input[type=text]").first
    box.fill(_ZIP)
    return _answer_ms(page, _Question("keydown", kind.answer, _ZIP), partial(box.press, "Enter"))


def _filter(page: Page, kind: Kind) -> float | None:
    return _answer_ms(page, _Question("click", kind.answer), kind.filter(page).click)


def _click(page: Page, kind: Kind) -> float | None:
    """A click on a pin that nothing covers; None where there was none in time, too."""
    at: Sequence[float] | None = page.evaluate("window.actions.pinToClick()")
    if at is None:
        return None
    return _answer_ms(page, _Question("click", kind.chosen, isInMap=True), partial(page.mouse.click, *at))


def _answer_ms(page: Page, question: _Question, action: Callable[[], object]) -> float | None:
    """Milliseconds from the event that `action` makes until the answer is there."""
    page.evaluate("(question) => window.actions.awaitAnswer(question)", question._asdict())
    action()
    elapsed_ms: float | None = page.evaluate("window.actions.answer")
    return elapsed_ms


def _move(page: Page, sent: Sequence[int]) -> Moving:
    """Drag the map by mouse and zoom it by key; raises AssertionError if it does not follow."""
    x, y = page.evaluate("window.actions.freePlace()")
    _settle(page)
    began_ms, before = page.evaluate("[performance.now(), window.actions.view()]")
    sent_before = len(sent)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + _DRAG_PX[0], y + _DRAG_PX[1], steps=10)
    page.mouse.up()
    _await_move(page, "isDragged", before)
    page.keyboard.press("+")
    _await_move(page, "isZoomedIn", before)
    longest_ms: float = page.evaluate("(sinceMs) => window.actions.longestTaskMs(sinceMs)", began_ms)
    return Moving(len(sent) - sent_before, longest_ms, *page.evaluate("window.actions.elements()"))


def _await_move(page: Page, which: str, before: Mapping[str, object]) -> None:
    if page.evaluate(f"(before) => window.actions.{which}(before)", before) is None:
        raise AssertionError(f"the map did not follow: not {which}")
    page.wait_for_timeout(_LONGER_THAN_ITS_DEBOUNCE_MS)


def _settle(page: Page) -> None:
    """Wait until the page's script has run, and what it brought is drawn."""
    page.locator(_AT_REST).wait_for()
    page.wait_for_timeout(_SETTLING_MS)
    page.locator(_AT_REST).wait_for()
