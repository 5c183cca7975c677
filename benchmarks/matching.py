"""The nearest clinics for every row of a table: `locator match` beside what an analyst would write."""

from __future__ import annotations

import csv
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.timing import Spread, interleaved, spread
from locator.geocoding.places import load_gazetteer
from locator.settings import SHIPPED
from tests.support.servers import ROOT

AIM_PER_S: Final = 100_000
_FEW: Final = 10_000
_MANY: Final = 1_000_000
_STREETS: Final = 100_000
_LOOPED: Final = 2_000
"""As many rows as are measured for a second or so."""
_ROUNDS: Final = 3
_SEED: Final = 20261122
_STREET_NAMES: Final = ("Fake St", "Fake Ave S", "7th St NE", "County Road 10", "Fake Ct, Apt 3")


@dataclass(frozen=True, slots=True)
class Matching:
    """A way to match a table: from the start of its process to the end, and the most memory it held.

    `took_s` is by the clock, `worked_s` of one processor, which others on the machine do not slow. Megabytes
    are 10^6 bytes.
    """

    name: str
    rows: int
    took_s: Spread
    worked_s: Spread
    peak_mb: float

    @property
    def rows_per_s(self) -> float:
        """Rows a second of one processor, the start included."""
        return self.rows / self.worked_s.median


@dataclass(frozen=True, slots=True)
class _Measured:
    took_s: float
    worked_s: float
    peak_mb: float


def run() -> list[Matching]:
    """Every way over made-up rows, each in a process of its own; they take turns over the same rows."""
    with tempfile.TemporaryDirectory(prefix="matching-") as folder:
        contests = _contests(Path(folder))
        ways = {contest.key: partial(_measured, contest.command) for contest in contests}
        measured = interleaved(ways, rounds=_ROUNDS)
    return [_summed_up(contest, measured[contest.key]) for contest in contests]


def section(found: Iterable[Matching]) -> str:
    """The part of the report, in Markdown."""
    lines = [
        "## Matching a table",
        "",
        "The nearest evaluation clinic and procedure site for each row of a made-up CSV file, from the",
        "start of the process to its end. `match` adds 32 cells, among them ranges and the best pair; the",
        f"others add four and the point. The aim is {AIM_PER_S:,} rows a second of one processor with ZIP",
        "codes, and the memory of ten thousand rows for a million. The loop is measured on few rows.",
        "",
        "| how | rows | time | rows a second of one processor | most memory |",
        "| --- | --- | --- | --- | --- |",
    ]
    for one in found:
        took = one.took_s
        lines.append(
            f"| {one.name} | {one.rows:,} | {took.median:.2f} s ({took.low:.2f} to {took.high:.2f})"
            f" | {one.rows_per_s:,.0f} | {one.peak_mb:,.0f} MB |"
        )
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class _Contest:
    name: str
    rows: int
    command: Sequence[str]

    @property
    def key(self) -> str:
        return f"{self.name} {self.rows}"


def _contests(folder: Path) -> list[_Contest]:
    out = str(folder / "out.csv")

    def ours(name: str, rows: int, table: Path) -> _Contest:
        return _Contest(name, rows, ("locator", "match", str(table), "-o", out))

    def theirs(name: str, rows: int, way: str, table: Path) -> _Contest:
        return _Contest(name, rows, ("benchmarks.baselines.match_table", way, str(table), out))

    looped, few, many = (
        _table(folder / f"{rows}.csv", rows, with_street=False) for rows in (_LOOPED, _FEW, _MANY)
    )
    streets = _table(folder / "streets.csv", _STREETS, with_street=True)
    return [
        ours("`match`, ZIP codes", _FEW, few),
        ours("`match`, ZIP codes", _MANY, many),
        ours("`match`, street addresses", _STREETS, streets),
        theirs("pandas and a geopy loop, ZIP codes", _LOOPED, "loop", looped),
        theirs("pandas and BallTree, ZIP codes", _FEW, "tree", few),
        theirs("pandas and BallTree, ZIP codes", _MANY, "tree", many),
    ]


def _table(path: Path, rows: int, *, with_street: bool) -> Path:
    """As many rows in each ZIP as its share of the people; names and streets are made up."""
    dice = random.Random(f"{_SEED} {rows}")  # noqa: S311 - for repeatable rows
    areas = list(load_gazetteer(SHIPPED.gazetteer).zips.values())
    homes = dice.choices(areas, [area.population or 0 for area in areas], k=rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "name", *(("address", "city", "state") if with_street else ()), "zip"))
        for number, area in enumerate(homes):
            street = f"{dice.randint(1, 19_999)} {dice.choice(_STREET_NAMES)}"
            where = (street, area.city, area.state) if with_street else ()
            writer.writerow((number, f"Fake Person {number}", *where, area.zip_code))
    return path


def _measured(command: Sequence[str], _round: int) -> _Measured:
    began_s, worked_s = perf_counter(), _children_worked_s()
    done = subprocess.run(  # noqa: S603 - our own modules
        [sys.executable, "-m", "benchmarks.peak_memory", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    took_s = perf_counter() - began_s
    return _Measured(took_s, _children_worked_s() - worked_s, float(done.stdout.split()[-1]))


def _children_worked_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _summed_up(contest: _Contest, measured: Sequence[_Measured]) -> Matching:
    return Matching(
        contest.name,
        contest.rows,
        spread([one.took_s for one in measured]),
        spread([one.worked_s for one in measured]),
        max(one.peak_mb for one in measured),
    )


if __name__ == "__main__":
    print(section(run()))
