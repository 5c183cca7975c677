"""What one action of a visitor takes of the server's processor, and what it is sent, by size of directory.

The visitors speak over the real websocket from another process. The processor time is the server's own, as
the system counts it for that process. A processor shared with others runs at half its speed for seconds at a
time, so all servers and all actions take turns: none has the quick moments to itself. Each acts several times
in its turn, as what other servers do to the processor's caches is none of its costs.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from benchmarks.pages import bare_server, our_server
from benchmarks.timing import Spread, interleaved, ratios, spread
from benchmarks.visitor import Response, Visitor, visiting
from tests.support.made_up_directory import data_folder
from tests.support.servers import RunningServer

SIZES: Final = (8, 1_000, 10_000, 100_000)
SEARCH: Final = "search"
PIN_CLICK: Final = "pin click"
AIM_MS: Final = {8: 8.0, 100_000: 15.0}
_ROUNDS: Final = 12
_ACTS: Final = 10
# Far enough apart that the list is another one each time.
_ZIPS: Final = ("55407", "55318", "55369", "55101", "56001", "55337", "55811", "54016")

Act = Callable[[Visitor, int], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Cost:
    """One action on one page: the server's processor time, the time until the whole answer was there, bytes.

    `over_search` is its processor time over that of the searches in the same round, on the same page.
    """

    page: str
    sites: int | None
    action: str
    processor_ms: Spread
    over_search: Spread
    answered_ms: Spread
    received_bytes: float
    messages: float


def _search(visitor: Visitor, turn: int) -> Awaitable[Response]:
    return visitor.submit(_ZIPS[turn % len(_ZIPS)])


# Those in one row are the same visitor's. A pin is clicked on what the last search found, without the second
# list that a filter makes of what may fit; and whoever opens the page anew has it drawn whole for a second.
VISITORS: Final[tuple[dict[str, Act], ...]] = (
    {SEARCH: _search, PIN_CLICK: lambda visitor, turn: visitor.click_a_pin(turn)},
    # Never the one that is chosen already, which a browser would not say.
    {"filter": lambda visitor, turn: visitor.choose_need((turn + 1) % 3)},
    {"rerun": lambda visitor, _turn: visitor.open()},
)
OURS: Final = "this project"
ECHO: Final = "text box and echo"


@dataclass(frozen=True, slots=True)
class _Taken:
    processor_ms: float
    answer: Response


@dataclass(frozen=True, slots=True)
class _Contestant:
    page: str
    sites: int | None
    action: str


def run() -> list[Cost]:
    """Every action for every size, and the text box of a bare Streamlit page."""
    with ExitStack() as servers, asyncio.Runner() as runner, _visitors_by(runner) as come:
        actions = {}
        for size in SIZES:
            server = servers.enter_context(_ours_with(size))
            for own in VISITORS:
                visitor = come(server)
                for name, action in own.items():
                    actions[_Contestant(OURS, size, name)] = _measuring(runner, server, visitor, action)
        echo = servers.enter_context(bare_server("echo_page.py"))
        actions[_Contestant(ECHO, None, SEARCH)] = _measuring(runner, echo, come(echo), _search)
        # The first round warms up; after it no action repeats the one before.
        taken = {who: rounds[1:] for who, rounds in interleaved(actions, rounds=1 + _ROUNDS).items()}
    return [_cost(who, rounds, taken[replace(who, action=SEARCH)]) for who, rounds in taken.items()]


def section(costs: list[Cost]) -> str:
    """The part of the report, in Markdown."""
    lines = [
        "## The server's time",
        "",
        "Processor time of the server for one action, requested over its websocket from another process; the",
        f"time until the whole response had arrived; what was sent. Median of {_ROUNDS * _ACTS} actions, the",
        f"least and the most. All pages and actions take turns of {_ACTS}, so the machine's slow moments",
        "affect all of them.",
        "What a visitor has been sent is not sent again, as with a browser. A pan asks for nothing.",
        "",
        "| page | sites | action | processor | over a search | answered after | sent | messages |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {cost.page} | {'' if cost.sites is None else f'{cost.sites:,}'} | {cost.action} |"
        f" {_ms(cost.processor_ms)} | {cost.over_search.median:.2f} | {_ms(cost.answered_ms)} |"
        f" {cost.received_bytes / 1000:.1f} kB | {cost.messages:.0f} |"
        for cost in costs
    ]
    return "\n".join(lines)


def _ms(times: Spread) -> str:
    return f"{times.median:.1f} ms ({times.low:.1f} to {times.high:.1f})"


@contextmanager
def _ours_with(size: int) -> Iterator[RunningServer]:
    with tempfile.TemporaryDirectory() as folder:
        data = data_folder(Path(folder) / "data", size)
        with our_server({"LOCATOR_DATA_DIR": str(data)}) as server:
            yield server


@contextmanager
def _visitors_by(runner: asyncio.Runner) -> Iterator[Callable[[RunningServer], Visitor]]:
    """What has somebody come to a server, read its page and search; all leave at the end."""
    visits = AsyncExitStack()

    async def arrive(server: RunningServer) -> Visitor:
        visitor = await visits.enter_async_context(visiting(server.port))
        await visitor.open()
        await visitor.read()
        await _search(visitor, 0)
        return visitor

    try:
        yield lambda server: runner.run(arrive(server))
    finally:
        runner.run(visits.aclose())


def _measuring(
    runner: asyncio.Runner, server: RunningServer, visitor: Visitor, action: Act
) -> Callable[[int], list[_Taken]]:
    """What has the visitor act some times, for the round of this number."""

    async def taken(round_number: int) -> list[_Taken]:
        found = []
        for turn in range(round_number * _ACTS, (round_number + 1) * _ACTS):
            before_ms = processor_ms(server)
            answer = await action(visitor, turn)
            found.append(_Taken(processor_ms(server) - before_ms, answer))
        return found

    return lambda round_number: runner.run(taken(round_number))


def _cost(who: _Contestant, rounds: list[list[_Taken]], searches: list[list[_Taken]]) -> Cost:
    found = [one for each in rounds for one in each]
    return Cost(
        who.page,
        who.sites,
        who.action,
        spread([one.processor_ms for one in found]),
        ratios(_medians_ms(rounds), _medians_ms(searches)),
        spread([one.answer.elapsed_s * 1000 for one in found]),
        statistics.median(one.answer.received_bytes for one in found),
        statistics.median(one.answer.messages for one in found),
    )


def _medians_ms(rounds: list[list[_Taken]]) -> list[float]:
    return [statistics.median(one.processor_ms for one in each) for each in rounds]


def processor_ms(server: RunningServer) -> float:
    """All processor time of the server's process so far; Linux names its clock by the process's id."""
    clock = (~server.process_id << 3) | 2
    return time.clock_gettime_ns(clock) / 1e6
