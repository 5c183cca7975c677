"""Measure everything, print the tables and keep them in docs/benchmarks.md: `python -m benchmarks`."""

from __future__ import annotations

import os
import sys
from time import monotonic

from benchmarks import memory, nearest, pages, pairing, placing, startup, vitals
from benchmarks.machine import describe, load_average
from benchmarks.report import Measurements, render
from scripts.chromium import NONE_TO_BE_HAD, find
from tests.servers import ROOT


def main() -> int:
    """Run all benchmarks, one after the other; 1 with one line where there is no Chromium."""
    path = find(os.environ)
    if path is None:
        print(NONE_TO_BE_HAD, file=sys.stderr)
        return 1
    began_s, load_before = monotonic(), load_average()
    _say("nearest 10")
    contests = nearest.run()
    _say("pairs of sites")
    rankers = pairing.run()
    _say("getting ready")
    ready = startup.run()
    _say("placing addresses")
    placed = placing.placing()
    with pages.chromium(path) as browser:
        _say("in the browser")
        page_times = pages.run(browser)
        _say("memory")
        used = memory.run(browser)
    machine = describe(path, load_before=load_before, run_s=monotonic() - began_s)
    text = render(Measurements(machine, contests, rankers, ready, page_times, used, placed))
    page = ROOT / "docs" / "benchmarks.md"
    page.write_text(vitals.kept(page.read_text(encoding="utf-8"), text), encoding="utf-8")
    print(text)
    return 0


def _say(what: str) -> None:
    print(f"Measuring: {what} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
