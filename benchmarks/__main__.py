"""Measure everything, print the tables and keep them in docs/benchmarks.md: `python -m benchmarks`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

from benchmarks import (
    directory,
    first_documents,
    instructions,
    load,
    matching,
    memory,
    nearest,
    pages,
    pairing,
    placing,
    server_time,
    sheet,
    startup,
    uses,
    vitals,
)
from benchmarks.machine import describe, load_average
from benchmarks.report import Measurements, render
from scripts.chromium import NONE_TO_BE_HAD, find
from tests.support.servers import ROOT

_Made = TypeVar("_Made")


def main() -> int:
    """Run all benchmarks, one after the other; 1 with one line where there is no Chromium."""
    path = find(os.environ)
    if path is None:
        print(NONE_TO_BE_HAD, file=sys.stderr)
        return 1
    began_s, load_before = monotonic(), load_average()
    contests = _measured("nearest 10", nearest.run)
    rankers = _measured("pairs of sites", pairing.run)
    ready = _measured("getting ready", startup.run)
    placed = _measured("placing addresses", placing.placing)
    before = [
        matching.section(_measured("matching a table", matching.run)),
        directory.section(_measured("directories by size", directory.run)),
        sheet.section(_measured("the referral sheet", sheet.run)),
        instructions.section(_measured("instructions", instructions.run)),
    ]
    costs = _measured("the server's time", server_time.run)
    before.append(server_time.section(costs))
    with pages.chromium(path) as browser:
        page_times = _measured("in the browser", lambda: pages.run(browser))
        by_size = _measured("in the browser, by size", lambda: uses.run(browser))
    after = [
        uses.section(by_size),
        first_documents.section(_measured("first documents", first_documents.run)),
        load.section(_measured("many people at once", load.run)),
        memory.section(_measured("memory", memory.run)),
    ]
    machine = describe(path, load_before=load_before, run_s=monotonic() - began_s)
    found = Measurements(machine, contests, rankers, ready, page_times, placed, costs, before, after)
    text = render(found)
    page = ROOT / "docs" / "benchmarks.md"
    page.write_text(vitals.kept(page.read_text(encoding="utf-8"), text), encoding="utf-8")
    print(text)
    return 0


def _measured(what: str, measure: Callable[[], _Made]) -> _Made:
    print(f"Measuring: {what} ...", file=sys.stderr, flush=True)
    return measure()


if __name__ == "__main__":
    sys.exit(main())
