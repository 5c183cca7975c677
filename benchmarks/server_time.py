"""What one act of a visitor takes of the server's processor, and what it is sent, by size of directory.

The visitor speaks over the real websocket from another process. The processor time is the server's own, as
the system counts it for that process: what else runs on the machine adds little to it.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.pages import bare_server, our_server
from benchmarks.timing import Spread, spread
from benchmarks.visitor import Answer, Visitor, visiting
from tests.made_up_directory import data_folder
from tests.servers import RunningServer

SIZES: Final = (8, 1_000, 10_000, 100_000)
SEARCH: Final = "search"
PIN_CLICK: Final = "pin click"
AIM_MS: Final = {8: 8.0, 100_000: 15.0}
_WARM_UP: Final = 8
_TIMES: Final = 60
# Far enough apart that the list is another one each time.
_ZIPS: Final = ("55407", "55318", "55369", "55101", "56001", "55337", "55811", "54016")

Act = Callable[[Visitor, int], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Cost:
    """One act on one page: the server's processor time, the time until the whole answer was there, bytes."""

    page: str
    sites: int | None
    act: str
    processor_ms: Spread
    answered_ms: Spread
    received_bytes: float
    messages: float


ACTS: Final[dict[str, Act]] = {
    SEARCH: lambda visitor, turn: visitor.submit(_ZIPS[turn % len(_ZIPS)]),
    # On what the search found: with a filter, what may fit is a second list on the page.
    PIN_CLICK: lambda visitor, turn: visitor.click_a_pin(turn),
    # Never the one that is chosen already, which a browser would not say.
    "filter": lambda visitor, turn: visitor.choose_need((turn + 1) % 3),
    "rerun": lambda visitor, _turn: visitor.open(),
}
OURS: Final = "this project"
ECHO: Final = "text box and echo"


def run() -> list[Cost]:
    """Every act for every size, then the text box of a bare Streamlit page."""
    costs: list[Cost] = []
    for size in SIZES:
        with _ours_with(size) as server:
            costs += asyncio.run(_costs(server, OURS, size, ACTS))
    with bare_server("echo_page.py") as server:
        costs += asyncio.run(_costs(server, ECHO, None, {SEARCH: ACTS[SEARCH]}))
    return costs


def section(costs: list[Cost]) -> str:
    """The part of the report, in Markdown."""
    lines = [
        "## The server's time",
        "",
        "Processor time of the server for one act, asked over its websocket from another process; the time",
        f"until the whole answer was there; what was sent. Median of {_TIMES} acts, the least and the most.",
        "What a visitor has been sent is not sent again, as with a browser. A pan asks for nothing.",
        "",
        "| page | sites | act | processor | answered after | sent | messages |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {cost.page} | {'' if cost.sites is None else f'{cost.sites:,}'} | {cost.act} |"
        f" {_ms(cost.processor_ms)} | {_ms(cost.answered_ms)} | {cost.received_bytes / 1000:.1f} kB |"
        f" {cost.messages:.0f} |"
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


async def _costs(server: RunningServer, page: str, sites: int | None, acts: dict[str, Act]) -> list[Cost]:
    costs = []
    async with visiting(server.port) as visitor:
        await visitor.open()
        await visitor.read()
        for name, act in acts.items():
            for turn in range(_WARM_UP):
                await act(visitor, turn)
            measured = [await _measured(server, act(visitor, turn)) for turn in range(_TIMES)]
            answers = [answer for _spent_ms, answer in measured]
            costs.append(
                Cost(
                    page,
                    sites,
                    name,
                    spread([spent_ms for spent_ms, _answer in measured]),
                    spread([answer.elapsed_s * 1000 for answer in answers]),
                    statistics.median(answer.received_bytes for answer in answers),
                    statistics.median(answer.messages for answer in answers),
                )
            )
    return costs


async def _measured(server: RunningServer, acting: Awaitable[Answer]) -> tuple[float, Answer]:
    before_ms = _processor_ms(server)
    answer = await acting
    return _processor_ms(server) - before_ms, answer


def _processor_ms(server: RunningServer) -> float:
    """All processor time of the server's process so far; Linux names its clock by the process's id."""
    clock = (~server.process_id << 3) | 2
    return time.clock_gettime_ns(clock) / 1e6
