"""Operations for callgrind to count, each some times over and then twice as often, with a dump after each.

`python -m benchmarks.counted` is of use only inside valgrind, where `benchmarks.instructions` starts it.
"""

from __future__ import annotations

import gc
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from benchmarks.nearest import SPREADS
from benchmarks.nearest_ways import Points, Way, ball_tree, geopy_loop, our_index
from benchmarks.sheet import plain_pdf
from locator.clinics import Filters, SiteIndex, read_directory, search
from locator.geocoding.places import OfflinePlaces, load_gazetteer
from locator.presentation import listing, render_list
from locator.referral.sheet.pdf import sheet_pdf
from locator.settings import SHIPPED
from locator.sites import Located
from tests.support.sheet_samples import sample_sheet

BEFORE: Final = "before"
ONCE: Final = "once"
TWICE: Final = "twice"
SIZES: Final = (8, 100_000)
_SEED: Final = 20261122
_PLACES: Final = ("55407", "Maple Grove", "123 Fake St, Minneapolis, MN 55407", "55318", "St Paul", "56001")
_NOW: Final = datetime(2026, 11, 22, 18, tzinfo=UTC)
# Far beyond this, counting a loop that costs the same for each site takes minutes and says no more.
_LOOP_AT_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Operation:
    """Something to be done `times` times, each with the number of the time.

    What is counted of it is to be multiplied by `scale`.
    """

    what: str
    how: str
    run: Callable[[int], object]
    times: int
    scale: float = 1.0


def operations() -> list[Operation]:
    """All that is counted, ready to run."""
    found = [operation for size in SIZES for operation in _nearest(size)]
    return [*found, *_pages(), *_sheets()]


def _nearest(size: int) -> Iterator[Operation]:
    dice = random.Random(f"{_SEED} {size}")  # noqa: S311 - for repeatable points
    place = SPREADS["nation"]
    points: Points = [place(dice) for _ in range(size)]
    queries = [place(dice) for _ in range(50)]
    looped = points[:_LOOP_AT_MOST]

    def counted(way: Way, times: int, scale: float = 1.0) -> Operation:
        what = f"nearest 10 of {size:,}, nation"
        return Operation(what, way.name, lambda turn: way.search(queries[turn % len(queries)]), times, scale)

    yield counted(our_index(points), 50)
    yield counted(ball_tree(points), 50)
    yield counted(geopy_loop(looped), 1, len(points) / len(looped))


def _pages() -> Iterator[Operation]:
    sites = read_directory(SHIPPED.clinics, today=_NOW.date()).sites
    places, index = OfflinePlaces(load_gazetteer(SHIPPED.gazetteer), sites), SiteIndex(sites)

    def located(turn: int) -> object:
        return places.locate(_PLACES[turn % len(_PLACES)])

    def listed(turn: int) -> str:
        answer = places.locate(_PLACES[turn % len(_PLACES)])
        if not isinstance(answer, Located):
            raise TypeError(f"not one place: {_PLACES[turn % len(_PLACES)]}")
        results = search(index, answer.origin, Filters(), limit=50)
        found = listing.found(answer.origin, results, Filters(), phone="612-555-0100")
        return render_list(found.groups, now=_NOW)

    yield Operation("one place looked up, offline", "this project", located, 6 * len(_PLACES))
    yield Operation("the same, then the list of 8 clinics as HTML", "this project", listed, 2 * len(_PLACES))


def _sheets() -> Iterator[Operation]:
    what = "one PDF"
    yield Operation(
        what, "the referral sheet", lambda turn: sheet_pdf(sample_sheet(practice_name=f"Fake {turn}")), 1
    )
    yield Operation(what, "Typst, an empty document", lambda turn: plain_pdf(f"// {turn}"), 3)


def count(operations: Iterable[Operation], dump: Callable[[str], None]) -> None:
    """Do each its number of times, again, and then twice as often; ask for a dump after each of the three."""
    for number, operation in enumerate(operations):
        # The first round also fills what is kept from one time to the next.
        for name, rounds in ((BEFORE, 1), (ONCE, 1), (TWICE, 2)):
            for turn in [*range(operation.times)] * rounds:
                operation.run(turn)
            dump(f"{number} {name}")


def _ask_valgrind(*command: str) -> None:
    subprocess.run(["vgdb", f"--pid={os.getpid()}", *command], check=True, capture_output=True)  # noqa: S603, S607


def main() -> int:
    """Count everything: what is counted goes to standard output in JSON, the counts to callgrind's files."""
    every = operations()
    print(json.dumps([[one.what, one.how, one.times, one.scale] for one in every]))
    # It comes when it comes: not at the same point of two runs.
    gc.disable()
    _ask_valgrind("instrumentation", "on")
    count(every, lambda name: _ask_valgrind("dump", name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
