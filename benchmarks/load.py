"""Many people at once, over the real websocket, from one process beside the server's: how long each waits."""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from benchmarks.load_generator import (
    EVERY_S,
    Action,
    LoadResult,
    generate_load,
    search,
    shuffled_zips,
    type_a_word,
)
from benchmarks.machine import load_average
from benchmarks.pages import bare_server, our_server
from tests.support.made_up_directory import data_folder
from tests.support.servers import RunningServer

OURS: Final = "this project"
ECHO: Final = "text box and echo"
STEADY: Final = "steady"
OVERLOAD: Final = "overload"
RECOVERY: Final = "right after"
AIMS_MS: Final = {100: 300.0, 200: 1_000.0}
_LASTING_S: Final = {STEADY: 40.0, OVERLOAD: 30.0, RECOVERY: 30.0}
_HEAD: Final = (
    "page",
    "visitors",
    "actions a second: asked, answered",
    "p50",
    "p95",
    "p99",
    "longest",
    "uneven",
    "first page: median, longest",
    "errors",
    "cores: server, visitors",
    "load average",
)
_PHASES: Final = ((100, STEADY), (200, STEADY), (600, OVERLOAD), (100, RECOVERY))


@dataclass(frozen=True, slots=True)
class Phase:
    """So many visitors for a while; times are from when an action was due to the end of its response.

    `evenness` is the largest of the visitors' own medians over the smallest. `first_page_ms` is the median
    and the longest wait of who came meanwhile. Cores are how many each process kept busy, on average.
    """

    page: str
    what: str
    visitors: int
    asked_per_s: float
    answered_per_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    longest_ms: float
    evenness: float
    first_page_ms: tuple[float, float]
    errors: dict[str, int]
    server_cores: float
    driver_cores: float
    load: float

    @property
    def aim_ms(self) -> float | None:
        """What 95 of 100 actions should stay under; None where there is no aim."""
        return AIMS_MS.get(self.visitors) if self.page != ECHO and self.what != OVERLOAD else None

    @property
    def is_met(self) -> bool:
        """Whether the aim is reached and nothing failed."""
        return not self.errors and (self.aim_ms is None or self.p95_ms < self.aim_ms)


def run(sites: int | None = None) -> list[Phase]:
    """The phases one after the other, then the bare page; with `sites` made-up clinics, if so asked."""
    action = search(shuffled_zips())
    with _server(sites) as server:
        _phase(server, (8, STEADY), action, page="warming up", lasting_s=EVERY_S)
        phases = [_phase(server, who, action, page=OURS) for who in _PHASES]
    with bare_server("echo_page.py") as server:
        phases.append(_phase(server, (100, STEADY), type_a_word, page=ECHO))
    return phases


@contextmanager
def _server(sites: int | None) -> Iterator[RunningServer]:
    if sites is None:
        with our_server() as server:
            yield server
        return
    with tempfile.TemporaryDirectory() as folder:
        data = data_folder(Path(folder) / "data", sites)
        with our_server({"LOCATOR_DATA_DIR": str(data)}) as server:
            yield server


def _phase(
    server: RunningServer, who: tuple[int, str], action: Action, *, page: str, lasting_s: float | None = None
) -> Phase:
    visitors, what = who
    process = psutil.Process(server.process_id)
    spent_s, own_s, began_s = _processor_s(process), time.process_time(), time.monotonic()
    lasting_s = lasting_s or _LASTING_S[what]
    result = asyncio.run(generate_load(server.port, action, visitors=visitors, lasting_s=lasting_s))
    took_s = time.monotonic() - began_s
    cores = ((_processor_s(process) - spent_s) / took_s, (time.process_time() - own_s) / took_s)
    return _as_phase(result, page=page, what=what, cores=cores)


def _as_phase(result: LoadResult, *, page: str, what: str, cores: tuple[float, float]) -> Phase:
    waits_ms = sorted(wait_s * 1000 for waits in result.waits for wait_s in waits)
    medians = [statistics.median(waits) for waits in result.waits if waits]
    first_ms = sorted(wait_s * 1000 for wait_s in result.first_pages)
    return Phase(
        page=page,
        what=what,
        visitors=len(result.waits),
        asked_per_s=len(result.waits) / EVERY_S,
        answered_per_s=len(waits_ms) / result.lasted_s,
        p50_ms=_percentile(waits_ms, 50),
        p95_ms=_percentile(waits_ms, 95),
        p99_ms=_percentile(waits_ms, 99),
        longest_ms=_percentile(waits_ms, 100),
        evenness=max(medians) / min(medians) if medians else float("nan"),
        first_page_ms=(_percentile(first_ms, 50), _percentile(first_ms, 100)),
        errors=dict(Counter(error.partition(":")[0] for error in result.errors)),
        server_cores=cores[0],
        driver_cores=cores[1],
        load=load_average(),
    )


def _processor_s(process: psutil.Process) -> float:
    used = process.cpu_times()
    return float(used.user + used.system)


def _percentile(ordered: Sequence[float], percent: int) -> float:
    """The smallest value that `percent` of 100 do not exceed; not a number where there is none."""
    if not ordered:
        return float("nan")
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def section(phases: Sequence[Phase]) -> str:
    """The part of the report, in Markdown."""
    lines = [
        "## Many people at once",
        "",
        f"Each acts every {EVERY_S:.0f} s at fixed times: searches of many ZIP codes, now and then another",
        "need, a card or a pin. A wait counts from when the action was due, so an answer that holds up the",
        f"next action counts twice. One process plays all visitors, on the same {os.cpu_count()} cores as",
        "the server; somebody new opens the page every second. Uneven is the slowest visitor's median over",
        "the quickest's.",
        "",
        "| " + " | ".join(_HEAD) + " |",
        "|" + "---|" * len(_HEAD),
    ]
    lines += [_row(phase) for phase in phases]
    lines += ["", "| aim | measured | met |", "|---|---|---|"]
    lines += [
        f"| {phase.visitors} visitors, {phase.what}: p95 under {phase.aim_ms:.0f} ms, no errors |"
        f" {phase.p95_ms:.0f} ms, {sum(phase.errors.values())} errors |"
        f" {'yes' if phase.is_met else '**no**'} |"
        for phase in phases
        if phase.aim_ms is not None
    ]
    return "\n".join(lines)


def _row(phase: Phase) -> str:
    errors = ", ".join(f"{count} {name}" for name, count in phase.errors.items()) or "none"
    cells = (
        phase.page,
        f"{phase.visitors}, {phase.what}",
        f"{phase.asked_per_s:.0f}, {phase.answered_per_s:.1f}",
        *(f"{ms:,.0f} ms" for ms in (phase.p50_ms, phase.p95_ms, phase.p99_ms, phase.longest_ms)),
        f"{phase.evenness:.1f}",
        f"{phase.first_page_ms[0]:,.0f}, {phase.first_page_ms[1]:,.0f} ms",
        errors,
        f"{phase.server_cores:.2f}, {phase.driver_cores:.2f}",
        f"{phase.load:.1f}",
    )
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    print(section(run(int(sys.argv[1]) if len(sys.argv) > 1 else None)))
