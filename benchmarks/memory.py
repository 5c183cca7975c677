"""How much memory a server holds after its start, after its first visitor, and for each more that stays."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import Final

import psutil
from playwright.sync_api import Browser

from benchmarks.pages import Subject, bare_server, new_visitor, our_server, ours, usual_map, visit
from tests.servers import RunningServer

SESSIONS: Final = 20
_BYTES_A_MB: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class MemoryUse:
    """Resident memory of a server's process in megabytes (10^6 bytes).

    `per_session_mb` is the slope of a straight line through the readings with 1 to 1 + SESSIONS open pages.
    """

    started_mb: float
    first_page_mb: float
    per_session_mb: float


def run(browser: Browser) -> dict[str, MemoryUse]:
    """Our server and the bare map's, one after the other, each newly started."""
    used = {}
    for name, server, subject in (
        ("ours", our_server(), ours),
        ("baseline", bare_server("map_page.py"), usual_map),
    ):
        with server as running:
            used[name] = _use(browser, running, subject(running))
    return used


def _use(browser: Browser, server: RunningServer, subject: Subject) -> MemoryUse:
    started_mb = _resident_mb(server)
    visitor = new_visitor(browser, subject)
    readings_mb = []
    for _ in range(1 + SESSIONS):
        visit(visitor, subject, stay=True)
        readings_mb.append(_resident_mb(server))
    visitor.close()
    slope = statistics.linear_regression(range(len(readings_mb)), readings_mb).slope
    return MemoryUse(started_mb, readings_mb[0], slope)


def _resident_mb(server: RunningServer) -> float:
    resident_bytes: int = psutil.Process(server.process_id).memory_info().rss
    return resident_bytes / _BYTES_A_MB
