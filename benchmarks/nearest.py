"""Exact nearest-10 among few and many sites: the project's index beside three usual ways of finding them."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from geopy.distance import geodesic
from pyproj import Geod
from sklearn.neighbors import BallTree

from benchmarks.timing import Spread, interleaved, median_us, ratios, spread, timed_us
from locator.search import SiteIndex, nearest
from locator.sites import Coordinate
from tests.samples import MINNEAPOLIS, make_site

SIZES: Final = (8, 1_000, 100_000)
OURS: Final = "this project"
GEOPY: Final = "geopy loop"
BALL_TREE: Final = "BallTree, haversine"
PYPROJ: Final = "pyproj over all"
_K: Final = 10
_SEED: Final = 20261122
_ROUNDS: Final = 9
_JUDGED: Final = 40
# A pure Python loop costs the same for each site, so past this many it is timed on a part and scaled up.
_LOOP_AT_MOST: Final = 1_000

Search = Callable[[Coordinate], Sequence[int]]


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
    """One size of directory over one spread of places."""

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
    return [_contest(name, size) for name in SPREADS for size in SIZES]


def _contest(spread_name: str, size: int) -> Contest:
    dice = random.Random(f"{_SEED} {spread_name} {size}")  # noqa: S311 - for repeatable points
    place = SPREADS[spread_name]
    points = [place(dice) for _ in range(size)]
    queries = [place(dice) for _ in range(_ROUNDS * _JUDGED)]
    searches, builds_ms = _ready(points)
    per_round = _queries_per_round(size)
    times = interleaved(
        {
            name: _timed(search, queries, per_round[name], scale=_scale(name, size))
            for name, search in searches.items()
        },
        rounds=_ROUNDS,
    )
    right = _exact_shares(searches, points, queries[:_JUDGED])
    made = (
        Contestant(name, builds_ms.get(name), spread(us), ratios(times[OURS], us), right[name])
        for name, us in times.items()
    )
    return Contest(spread_name, size, tuple(made))


def _queries_per_round(size: int) -> dict[str, int]:
    """As many queries as the time allows; the slow ones get by with fewer."""
    loop = max(1, min(20, 1_000 // size))
    return {OURS: _JUDGED, BALL_TREE: _JUDGED, GEOPY: loop, PYPROJ: 3 if size > _LOOP_AT_MOST else _JUDGED}


def _timed(
    search: Search, queries: Sequence[Coordinate], count: int, *, scale: float
) -> Callable[[int], float]:
    """The median time of a query in one round, in microseconds; every round has queries of its own."""

    def one_round(number: int) -> float:
        first = number * _JUDGED
        return median_us(search, queries[first : first + count]) * scale

    return one_round


def _scale(name: str, size: int) -> float:
    return max(1.0, size / _LOOP_AT_MOST) if name == GEOPY else 1.0


def _ready(points: Sequence[Coordinate]) -> tuple[dict[str, Search], dict[str, float]]:
    """The four searches over the same points, and how long those that prepare took to, in milliseconds."""
    sites = [make_site(f"fake-{number:06}", point) for number, point in enumerate(points)]
    index, ours_us = timed_us(SiteIndex, sites)
    _build_ball_tree(points[:1])  # the first ever also pays for what the library sets up once
    tree, theirs_us = timed_us(_build_ball_tree, points)
    searches: dict[str, Search] = {
        OURS: _ours(index),
        GEOPY: _geopy(points[:_LOOP_AT_MOST]),
        BALL_TREE: _ball_tree(tree, len(points)),
        PYPROJ: _pyproj(points),
    }
    return searches, {OURS: ours_us / 1000, BALL_TREE: theirs_us / 1000}


def _ours(index: SiteIndex) -> Search:
    def search(origin: Coordinate) -> Sequence[int]:
        # The position is in the made-up id, so that no other contestant's work is charged to this one.
        return [int(site.site_id[5:]) for _, site in nearest(index, origin, limit=_K)]

    return search


def _geopy(points: Sequence[Coordinate]) -> Search:
    pairs = [(point.lat_deg, point.lon_deg) for point in points]

    def search(origin: Coordinate) -> Sequence[int]:
        here = (origin.lat_deg, origin.lon_deg)
        ranked = sorted((geodesic(here, pair).m, position) for position, pair in enumerate(pairs))
        return [position for _, position in ranked[:_K]]

    return search


def _build_ball_tree(points: Sequence[Coordinate]) -> BallTree:
    return BallTree(np.radians([(point.lat_deg, point.lon_deg) for point in points]), metric="haversine")


def _ball_tree(tree: BallTree, size: int) -> Search:
    count = min(_K, size)

    def search(origin: Coordinate) -> Sequence[int]:
        here = np.radians([[origin.lat_deg, origin.lon_deg]])
        found: list[int] = tree.query(here, k=count, return_distance=False)[0].tolist()
        return found

    return search


def _pyproj(points: Sequence[Coordinate]) -> Search:
    geod = Geod(ellps="WGS84")
    lats = np.array([point.lat_deg for point in points])
    lons = np.array([point.lon_deg for point in points])

    def search(origin: Coordinate) -> Sequence[int]:
        here_lons, here_lats = np.full_like(lons, origin.lon_deg), np.full_like(lats, origin.lat_deg)
        metres = geod.inv(here_lons, here_lats, lons, lats)[2]
        count = min(_K, len(metres))
        found = np.argpartition(metres, count - 1)[:count]
        ranked: list[int] = found[np.argsort(metres[found], kind="stable")].tolist()
        return ranked

    return search


def _exact_shares(
    searches: Mapping[str, Search], points: Sequence[Coordinate], queries: Sequence[Coordinate]
) -> dict[str, float | None]:
    """How often each answers as a full sort by the geodesic does; a scaled-up loop has no answer to judge."""
    shares: dict[str, float | None] = {}
    brute_force = _brute_force(points)
    truths = [brute_force(origin) for origin in queries]
    for name, search in searches.items():
        asked = list(zip(queries, truths, strict=True))[: 10 if name == GEOPY else None]
        right = sum(list(search(origin)) == truth for origin, truth in asked)
        shares[name] = None if _scale(name, len(points)) > 1 else right / len(asked)
    return shares


def _brute_force(points: Sequence[Coordinate]) -> Search:
    """The nearest by measuring every geodesic and sorting them all; ties by position."""
    geod = Geod(ellps="WGS84")
    lats, lons = [point.lat_deg for point in points], [point.lon_deg for point in points]

    def search(origin: Coordinate) -> Sequence[int]:
        here_lons, here_lats = [origin.lon_deg] * len(points), [origin.lat_deg] * len(points)
        metres = geod.inv(here_lons, here_lats, lons, lats)[2]
        return [position for _, position in sorted(zip(metres, range(len(points)), strict=True))[:_K]]

    return search
