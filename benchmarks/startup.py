"""How long the app's parts take to get ready, and a whole run of the command line, start-up included."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from benchmarks.timing import Spread, interleaved, spread, timed_us
from locator.clinics import SiteIndex, read_directory
from locator.geocoding.places import OfflinePlaces, load_gazetteer
from locator.settings import SHIPPED
from tests.support.servers import ROOT

_LOADS: Final = 15
_PROCESSES: Final = 7


@dataclass(frozen=True, slots=True)
class Startup:
    """Times in milliseconds; `bare_python_ms` is a Python that does nothing, to set the others against."""

    gazetteer_ms: Spread
    directory_ms: Spread
    places_ms: Spread
    index_ms: Spread
    command_line_ms: Spread
    bare_python_ms: Spread


def run() -> Startup:
    """Measure each part as it is on the shipped data, once each unmeasured to begin with."""
    gazetteer = load_gazetteer(SHIPPED.gazetteer)
    today = datetime.now(UTC).date()
    sites = read_directory(SHIPPED.clinics, today=today).sites
    parts = {
        "gazetteer": _ms(lambda: load_gazetteer(SHIPPED.gazetteer)),
        "directory": _ms(lambda: read_directory(SHIPPED.clinics, today=today)),
        "places": _ms(lambda: OfflinePlaces(gazetteer, sites)),
        "index": _ms(lambda: SiteIndex(sites)),
    }
    processes = {
        "command line": _ms(lambda: _python("-m", "locator", "nearest", "55407", "--json")),
        "bare Python": _ms(lambda: _python("-c", "pass")),
    }
    loads = interleaved(parts, rounds=_LOADS)
    ran = interleaved(processes, rounds=_PROCESSES)
    return Startup(
        gazetteer_ms=spread(loads["gazetteer"]),
        directory_ms=spread(loads["directory"]),
        places_ms=spread(loads["places"]),
        index_ms=spread(loads["index"]),
        command_line_ms=spread(ran["command line"]),
        bare_python_ms=spread(ran["bare Python"]),
    )


def _ms(run_once: Callable[[], object]) -> Callable[[int], float]:
    def one_round(_number: int) -> float:
        return timed_us(lambda _: run_once(), None)[1] / 1000

    return one_round


def _python(*arguments: str) -> None:
    """Run this Python in the project's folder until it ends; an exit code other than 0 is an error."""
    subprocess.run([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)  # noqa: S603
