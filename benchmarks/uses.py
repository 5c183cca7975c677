"""What a visitor waits for in Chromium, by size of directory, beside a page made the usual way.

The browser itself takes the times, at frames that it draws. Each round is one new visitor who does everything
once, on our page and on the other one in turn.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Final

from playwright.sync_api import Browser

from benchmarks.actions import ACTIONS, FIRST, OURS, PATIENCE_S, USUAL, Kind, Visit, visit
from benchmarks.pages import bare_server, chromium, our_server
from benchmarks.server_time import SIZES
from benchmarks.timing import Spread, interleaved, ratios, spread
from scripts.chromium import NONE_TO_BE_HAD, find
from tests.support.made_up_directory import data_folder
from tests.support.servers import RunningServer

ROUNDS: Final = 3
# Beyond it the usual page takes half a minute for each action: one visitor must do.
_USUAL_OFTEN_UP_TO: Final = 1_000


@dataclass(frozen=True, slots=True)
class Uses:
    """All that was measured at one size: starts of our server, and a visit a round.

    A visit is None where none was paid in that round; `usual` is empty where none was paid at all.
    """

    sites: int
    ready_ms: Sequence[float]
    ours: Sequence[Visit | None]
    usual: Sequence[Visit | None]

    @property
    def usual_came(self) -> bool:
        """Whether anybody got to see the usual page."""
        return any(one is not None and one.times_ms[FIRST] is not None for one in self.usual)


def run(browser: Browser, sizes: Sequence[int] = SIZES) -> list[Uses]:
    """Every size, the smallest first; past one at which the usual page did not come, it is not tried."""
    found: list[Uses] = []
    for size in sizes:
        is_tried = not found or found[-1].usual_came
        with tempfile.TemporaryDirectory() as folder:
            data = data_folder(Path(folder) / "data", size)
            found.append(_measured(browser, size, data, is_usual_tried=is_tried))
    return found


def _measured(browser: Browser, size: int, data: Path, *, is_usual_tried: bool) -> Uses:
    settings = {"LOCATOR_DATA_DIR": str(data)}
    starting = {
        "ours": partial(our_server, settings),
        "usual": partial(bare_server, "usual_page.py", settings),
    }
    with ExitStack() as running:
        ready_ms = [_start_ms(starting["ours"]) for _ in range(ROUNDS)]
        paying = {"ours": _visits(browser, running.enter_context(starting["ours"]()), OURS)}
        if is_usual_tried and size <= _USUAL_OFTEN_UP_TO:
            paying["usual"] = _visits(browser, running.enter_context(starting["usual"]()), USUAL)
        elif is_usual_tried:
            paying["usual"] = partial(_only_visit, browser, starting["usual"])
        visits = interleaved(paying, rounds=ROUNDS)
    return Uses(size, ready_ms, visits["ours"], visits.get("usual", []))


def _start_ms(starting: Callable[[], AbstractContextManager[RunningServer]]) -> float:
    """From starting the process until the server says that it is ready."""
    began_s = monotonic()
    with starting():
        return (monotonic() - began_s) * 1000


def _visits(browser: Browser, server: RunningServer, kind: Kind) -> Callable[[int], Visit | None]:
    """A visit a round, to a server that has answered one before, as one that has been up."""
    visit(browser, server, kind, only_look=True)
    return lambda _number: visit(browser, server, kind)


def _only_visit(
    browser: Browser, starting: Callable[[], AbstractContextManager[RunningServer]], number: int
) -> Visit | None:
    """The first round's visit, to a server of its own: what it still works at when left ends with it."""
    if number > 0:
        return None
    with starting() as server:
        return visit(browser, server, USUAL)


def section(found: Sequence[Uses]) -> str:
    """The part of the report, in Markdown."""
    waits = [["sites", "what", "this project", "the usual page", "ours over it"], ["---"] * 5]
    moves = [
        ["sites", "page", "messages sent", "longest task", "elements of the page", "of the map"],
        ["---"] * 6,
    ]
    for uses in found:
        waits += _waits(uses)
        moves += [
            [f"{uses.sites:,}", name, *cells]
            for name, visits in (("this project", uses.ours), ("the usual page", uses.usual))
            if (cells := _moved(visits))
        ]
    return "\n\n".join([_HEADING, _WHAT, _table(waits), _MOVES, _table(moves)])


_HEADING: Final = "## In the browser, by size"
_WHAT: Final = f"""\
Made-up directories, in Chromium, without street tiles. Each round is one new browser that was never there,
whose visitor does everything once: {ROUNDS} rounds, on the two pages in turn. Given is the median, with the
smallest and the largest. The browser takes the times, at the first frame in which the answer stands.

- **Start to ready** is from starting the server's process until `/readyz` answers 200. The usual page has no
  such moment: it reads its table in the first visit.
- **First visit** is from the navigation until a card of the list, and a pin or a count of clinics in the
  live map's frame, are drawn; on our page, until that has taken the place of the first document, in which
  the list is there long before. The server has answered one visit before.
- **Search** is from the Enter key, **filter** (to clinics that evaluate) from the click, to the new list;
  **pin click** is from the click in the map until the page outside it says which clinic was clicked.
- **The usual page** has a text box for a ZIP code, a list to choose the filter from, a loop of geopy over
  all clinics, and an `st_folium` map with a `folium.Marker`, popup and tooltip for each clinic that fits. It
  lists the first ten and says neither how exact a place is nor what nobody has confirmed. Beyond
  {_USUAL_OFTEN_UP_TO:,} sites one visitor comes to it, the first of a newly started server, and gives up
  after waiting {PATIENCE_S} s for one thing; past a size that did not come at all, it is not tried."""
_MOVES: Final = """\
Then the map is dragged by mouse and zoomed by key. Messages are those of the page's websocket to the server
meanwhile; the longest task is what held the page up longest, if for more than 50 ms; elements are those of
the page and of the document in the map's frame. Each is the most of all rounds."""


def _waits(uses: Uses) -> list[list[str]]:
    rows = [[f"{uses.sites:,}", "start to ready", _ms(spread(uses.ready_ms)), "no such moment", ""]]
    for action in ACTIONS:
        cells = [_waited(visits, action) for visits in (uses.ours, uses.usual)]
        rows.append([f"{uses.sites:,}", action, *cells, _ratio(uses, action)])
    return rows


def _waited(visits: Sequence[Visit | None], action: str) -> str:
    """The spread of what came; what did not come, and what was not tried, is said as such."""
    tried = [one.times_ms[action] for one in visits if one and action in one.times_ms]
    came = [value for value in tried if value is not None]
    if not tried:
        return "not tried"
    late = f"not within {PATIENCE_S} s"
    if not came:
        return late
    missed = len(tried) - len(came)
    return _ms(spread(came)) + (f"; {missed} of {len(tried)} {late}" if missed else "")


def _ratio(uses: Uses, action: str) -> str:
    """Ours over the other's in those rounds in which both came; "" where there is none."""
    both = [
        (mine, other)
        for ours, usual in zip(uses.ours, uses.usual, strict=False)
        if ours and usual and (mine := ours.times_ms.get(action)) and (other := usual.times_ms.get(action))
    ]
    if not both:
        return ""
    found = ratios(*zip(*both, strict=True))
    if len(both) == 1:
        return f"{found.median:.2g}"
    return f"{found.median:.2g} ({found.low:.2g} to {found.high:.2g})"


def _moved(visits: Sequence[Visit | None]) -> list[str]:
    """The cells of one page; none if nobody came to move its map."""
    moves = [one.moving for one in visits if one and one.moving]
    if not moves:
        return []
    longest_ms = max(move.longest_task_ms for move in moves)
    return [
        str(max(move.messages_sent for move in moves)),
        f"{longest_ms:.0f} ms" if longest_ms else "none over 50 ms",
        f"{max(move.page_elements for move in moves):,}",
        f"{max(move.map_elements for move in moves):,}",
    ]


def _table(rows: Sequence[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _ms(times: Spread) -> str:
    if times.low == times.high:
        return f"{times.median:,.0f} ms"
    return f"{times.median:,.0f} ms ({times.low:,.0f} to {times.high:,.0f})"


def main() -> int:
    """Measure and print this part alone; 1 with one line where there is no Chromium."""
    path = find(os.environ)
    if path is None:
        print(NONE_TO_BE_HAD, file=sys.stderr)
        return 1
    with chromium(path) as browser:
        print(section(run(browser)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
