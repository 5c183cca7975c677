"""How much memory a server holds: after its start, for each open page, over many searches, after visits."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Final

import psutil

from benchmarks.load_generator import Action, search, shuffled_zips
from benchmarks.pages import bare_server, our_server
from benchmarks.visitor import Visitor, visiting
from tests.support.servers import RunningServer

SESSIONS: Final = 100
SEARCHES: Final = 10_000
AIM_STARTED_MB: Final = 250
AIM_PER_SESSION_MB: Final = 0.2
AIM_FREE_AFTER_S: Final = 60
_SEARCHING: Final = 20
_READINGS: Final = 10
# The first readings hold what is only made once.
_SKIPPED: Final = 2
# At 1,000 searches: what the allocator takes in steps is no growth.
_NO_GROWTH_MB: Final = 0.5
_PROBE_EVERY_S: Final = 5.0
_SETTLING_S: Final = 3.0
_BYTES_A_MB: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Lasting:
    """What stays: megabytes for each 1,000 searches, and seconds until a session that was left is forgotten.

    `after_waves_mb` are the readings after SESSIONS people came and left, once, twice and a third time.
    """

    per_1000_searches_mb: float
    forgotten_after_s: float
    after_waves_mb: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class MemoryUse:
    """Resident memory of a server's process in megabytes (10^6 bytes).

    `per_session_mb` is the slope of a straight line through the readings with 1 to 1 + SESSIONS open pages.
    """

    started_mb: float
    first_page_mb: float
    per_session_mb: float
    lasting: Lasting | None = None


def run(searches: int = SEARCHES) -> dict[str, MemoryUse]:
    """Our server and the bare map's, one after the other, each newly started."""
    with our_server() as server:
        ours = asyncio.run(_ours(server, searches))
    with bare_server("map_page.py") as server:
        baseline = asyncio.run(_use(server))
    return {"ours": ours, "baseline": baseline}


async def _ours(server: RunningServer, searches: int) -> MemoryUse:
    used = await _use(server)
    lasting = Lasting(
        await _growth_mb(server, search(shuffled_zips()), searches),
        await _forgotten_after_s(server),
        tuple([await _after_a_wave_mb(server) for _ in range(3)]),
    )
    return MemoryUse(used.started_mb, used.first_page_mb, used.per_session_mb, lasting)


async def _use(server: RunningServer) -> MemoryUse:
    await asyncio.sleep(_SETTLING_S)
    started_mb = _resident_mb(server)
    readings_mb = []
    async with AsyncExitStack() as visits:
        for _ in range(1 + SESSIONS):
            visitor = await visits.enter_async_context(visiting(server.port))
            await visitor.open()
            readings_mb.append(_resident_mb(server))
    slope = statistics.linear_regression(range(len(readings_mb)), readings_mb).slope
    return MemoryUse(started_mb, readings_mb[0], slope)


@asynccontextmanager
async def _open_pages(server: RunningServer, count: int) -> AsyncIterator[Sequence[Visitor]]:
    async with AsyncExitStack() as visits:
        there = [await visits.enter_async_context(visiting(server.port)) for _ in range(count)]
        for visitor in there:
            await visitor.open()
        yield there


async def _growth_mb(server: RunningServer, action: Action, searches: int) -> float:
    """The slope of the readings over the searches, in megabytes for 1,000 of them."""
    turns = searches // _SEARCHING // _READINGS

    async def act_often(visitor: Visitor, begin: int) -> None:
        for turn in range(begin, begin + turns):
            await action(visitor, turn)

    readings_mb = []
    async with _open_pages(server, _SEARCHING) as there:
        await there[-1].read()
        for reading in range(_READINGS):
            begins = (reading * turns + number * 97 for number in range(_SEARCHING))
            await asyncio.gather(*(act_often(who, begin) for who, begin in zip(there, begins, strict=True)))
            readings_mb.append(_resident_mb(server))
    kept = readings_mb[_SKIPPED:]
    return statistics.linear_regression(range(len(kept)), kept).slope * 1000 * _READINGS / searches


async def _forgotten_after_s(server: RunningServer) -> float:
    """How long after a page was left a browser that comes back is given a new session.

    Another one comes back each time, since coming back keeps a session alive.
    """
    async with _open_pages(server, round(2 * AIM_FREE_AFTER_S / _PROBE_EVERY_S)) as there:
        left = [visitor.session_id for visitor in there]
    began_s = monotonic()
    for session_id in left:
        await asyncio.sleep(_PROBE_EVERY_S)
        async with visiting(server.port, session_id=session_id) as visitor:
            await visitor.open()
            if visitor.session_id != session_id:
                return monotonic() - began_s
    return float("inf")


async def _after_a_wave_mb(server: RunningServer) -> float:
    """The reading a minute after SESSIONS people came and left."""
    async with _open_pages(server, SESSIONS):
        pass
    await asyncio.sleep(AIM_FREE_AFTER_S)
    return _resident_mb(server)


def _resident_mb(server: RunningServer) -> float:
    resident_bytes: int = psutil.Process(server.process_id).memory_info().rss
    return resident_bytes / _BYTES_A_MB


def section(used: Mapping[str, MemoryUse]) -> str:
    """The part of the report, in Markdown."""
    ours, lasting = used["ours"], used["ours"].lasting
    names = {"ours": "this project", "baseline": "bare map page"}
    lines = [
        "## Memory",
        "",
        "Resident memory of the server's process; open pages are visits over the websocket.",
        "",
        "| server | after its start | after the first page | each further open page |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {names[key]} | {one.started_mb:.0f} MB | {one.first_page_mb:.0f} MB |"
        f" {one.per_session_mb:.2f} MB |"
        for key, one in used.items()
    ]
    verdicts = [
        ("after start", f"{ours.started_mb:.0f} MB", "under 250 MB", ours.started_mb < AIM_STARTED_MB),
        (
            "each open page",
            f"{ours.per_session_mb:.2f} MB",
            "under 0.2 MB",
            ours.per_session_mb < AIM_PER_SESSION_MB,
        ),
    ]
    if lasting is not None:
        verdicts += _lasting(lasting)
    lines += ["", "| aim for this project | measured | aim | met |", "|---|---|---|---|"]
    lines += [
        f"| {what} | {was} | {aim} | {'yes' if met else '**no**'} |" for what, was, aim, met in verdicts
    ]
    return "\n".join(lines)


def _lasting(found: Lasting) -> list[tuple[str, str, str, bool]]:
    waves = ", ".join(f"{reading_mb:.0f}" for reading_mb in found.after_waves_mb)
    grown_mb = found.per_1000_searches_mb
    return [
        (
            f"1,000 of {SEARCHES:,} searches add",
            f"{grown_mb:.2f} MB",
            f"nothing (under {_NO_GROWTH_MB} MB)",
            grown_mb < _NO_GROWTH_MB,
        ),
        (
            "a session left is forgotten after",
            f"{found.forgotten_after_s:.0f} s",
            "a minute",
            found.forgotten_after_s <= AIM_FREE_AFTER_S,
        ),
        (
            f"a minute after {SESSIONS} people left, three times",
            f"{waves} MB",
            "no growth",
            found.after_waves_mb[-1] <= found.after_waves_mb[0] + SESSIONS * AIM_PER_SESSION_MB / 2,
        ),
    ]


if __name__ == "__main__":
    print(section(run()))
