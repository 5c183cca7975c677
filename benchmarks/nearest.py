"""Exact nearest-10 among few and many sites: the project's index beside five usual ways of finding them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from benchmarks.duckdb_spatial import duckdb_version
from benchmarks.nearest_ways import (
    BALL_TREE,
    DUCKDB,
    GEOPY,
    MOST_QUERIES,
    OURS,
    POSTGIS,
    PYPROJ,
    Search,
    Way,
    brute_force,
    ways,
)
from benchmarks.postgis import postgis_version, running_postgis
from benchmarks.timing import Spread, interleaved, median_us, ratios, spread
from locator.sites import Coordinate
from tests.support.samples import MINNEAPOLIS

if TYPE_CHECKING:
    from psycopg import Connection

__all__ = ["BALL_TREE", "OURS", "Contest", "Contestant", "run", "section"]

SIZES: Final = (8, 1_000, 10_000, 100_000)
NAMES: Final = (OURS, GEOPY, BALL_TREE, PYPROJ, DUCKDB, POSTGIS)
NOT_HERE: Final = "not installed here"
_SEED: Final = 20261122
_ROUNDS: Final = 9
# How many queries each way's answers are judged by; each takes the geopy loop a tenth of a second.
_JUDGED: Final = 40
_JUDGED_SLOW: Final = 10


@dataclass(frozen=True, slots=True)
class Contestant:
    """A way to find the nearest: how long to get ready, how long a query, and how often it is right.

    `exact_share` is the share of queries whose answer is, in order, the one of measuring every geodesic; None
    where that was not asked. `ratio` is ours over this one's time a query, round by round.
    """

    name: str
    build_ms: float | None
    query_us: Spread
    ratio: Spread
    exact_share: float | None


@dataclass(frozen=True, slots=True)
class Contest:
    """One size of directory over one spread of places; who is missing is not installed here."""

    spread_name: str
    sites: int
    contestants: tuple[Contestant, ...]


def _metro(dice: random.Random) -> Coordinate:
    return Coordinate(dice.gauss(MINNEAPOLIS.lat_deg, 0.2), dice.gauss(MINNEAPOLIS.lon_deg, 0.28))


def _nation(dice: random.Random) -> Coordinate:
    return Coordinate(dice.uniform(25, 49), dice.uniform(-124, -67))


SPREADS: Final[Mapping[str, Callable[[random.Random], Coordinate]]] = {"metro": _metro, "nation": _nation}


def run() -> list[Contest]:
    """Every size over every spread; the points are the same in every run."""
    with running_postgis() as database:
        return [_contest(name, size, database) for name in SPREADS for size in SIZES]


def section(contests: Iterable[Contest]) -> str:
    """The part of the report, in Markdown."""
    head = ("points", "sites", "how", "a query", "ours over it", "exact", "made ready in")
    rows = [row for contest in contests for row in _rows(contest)]
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *rows)]
    rivals = {"DuckDB": duckdb_version(), "PostGIS": postgis_version()}
    beside = ", ".join(f"{name} {release or NOT_HERE}" for name, release in rivals.items())
    return "\n".join(["## Nearest 10", "", f"{beside}; the others' releases are above.", "", *lines])


def _contest(spread_name: str, size: int, database: Connection | None) -> Contest:
    dice = random.Random(f"{_SEED} {spread_name} {size}")  # noqa: S311 - for repeatable points
    place = SPREADS[spread_name]
    points = [place(dice) for _ in range(size)]
    queries = [place(dice) for _ in range(_ROUNDS * MOST_QUERIES)]
    ready = ways(points, database)
    shares = _exact_shares(ready, points, queries)
    times = interleaved({way.name: _timed(way, queries) for way in ready}, rounds=_ROUNDS)
    made = (
        Contestant(
            way.name,
            way.build_ms,
            spread(times[way.name]),
            ratios(times[OURS], times[way.name]),
            shares[way.name],
        )
        for way in ready
    )
    return Contest(spread_name, size, tuple(made))


def _timed(way: Way, queries: Sequence[Coordinate]) -> Callable[[int], float]:
    """The median time of a query in one round, in microseconds; every round has queries of its own."""

    def one_round(number: int) -> float:
        first = number * MOST_QUERIES
        return median_us(way.search, queries[first : first + way.queries]) * way.scale

    return one_round


def _exact_shares(
    ready: Iterable[Way], points: Sequence[Coordinate], queries: Sequence[Coordinate]
) -> dict[str, float | None]:
    """How often each answers as a full sort by the geodesic does; a scaled-up loop has no answer to judge."""
    right = brute_force(points)
    truths = [(origin, right(origin)) for origin in queries[:_JUDGED]]
    return {
        way.name: None
        if way.scale > 1
        else _share(way.search, truths[: _JUDGED_SLOW if way.name == GEOPY else _JUDGED])
        for way in ready
    }


def _share(search: Search, truths: Sequence[tuple[Coordinate, Sequence[int]]]) -> float:
    return sum(list(search(origin)) == list(truth) for origin, truth in truths) / len(truths)


def _rows(contest: Contest) -> Iterable[Sequence[str]]:
    by_name = {made.name: made for made in contest.contestants}
    for name in NAMES:
        made = by_name.get(name)
        measured = (NOT_HERE, "", "", "") if made is None else _measured(made)
        yield contest.spread_name, f"{contest.sites:,}", name, *measured


def _measured(made: Contestant) -> tuple[str, str, str, str]:
    return (
        f"{made.query_us.median:,.0f} µs",
        "1" if made.name == OURS else _ratio(made.ratio),
        "not asked" if made.exact_share is None else f"{made.exact_share * 100:.0f} %",
        "none" if made.build_ms is None else f"{made.build_ms:.1f} ms",
    )


def _ratio(ratio: Spread) -> str:
    middle, low, high = (
        f"{value:.2f}" if value >= 0.1 else f"{value:.1g}" for value in (ratio.median, ratio.low, ratio.high)
    )
    return f"{middle} ({low} to {high})"
