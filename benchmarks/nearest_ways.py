"""Six ways to find the nearest ten of the same points: the project's index and five that are usual."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from geopy.distance import geodesic
from pyproj import Geod

from benchmarks.duckdb_spatial import connected, nearest_by_duckdb
from benchmarks.postgis import index_points, nearest_by_postgis
from benchmarks.timing import timed_us
from locator.clinics import SiteIndex, nearest
from locator.sites import Coordinate
from tests.support.samples import make_site

if TYPE_CHECKING:
    from psycopg import Connection
    from sklearn.neighbors import BallTree

K: Final = 10
MOST_QUERIES: Final = 40
OURS: Final = "this project"
GEOPY: Final = "geopy loop"
BALL_TREE: Final = "BallTree, haversine"
PYPROJ: Final = "pyproj over all"
DUCKDB: Final = "DuckDB spatial, R-tree"
POSTGIS: Final = "PostGIS, KNN index"
# A pure Python loop costs the same for each site, so past this many it is timed on a part and scaled up.
_LOOP_AT_MOST: Final = 1_000

Search = Callable[[Coordinate], Sequence[int]]
Points = Sequence[Coordinate]


@dataclass(frozen=True, slots=True)
class Way:
    """A way to find the nearest among points it is ready for.

    A query's time is to be multiplied by `scale`: it is more than 1 where only a part of the points is looked
    at. `queries` is how many to time in a round. `build_ms` is None where there is nothing to get ready.
    """

    name: str
    search: Search
    build_ms: float | None = None
    queries: int = MOST_QUERIES
    scale: float = 1.0


def ways(points: Points, database: Connection | None) -> list[Way]:
    """Every way that is installed here, ready for these points; it answers with positions, nearest first."""
    _build_ball_tree(points[:1])  # the first ever also pays for what the library sets up once
    made = [our_index(points), geopy_loop(points), ball_tree(points), _pyproj(points)]
    connected()  # loading the extension is no part of getting points ready
    searching, duckdb_us = timed_us(lambda them: nearest_by_duckdb(them, count=K), points)
    if searching:
        made.append(Way(DUCKDB, searching, duckdb_us / 1000))
    if database:
        _, postgis_us = timed_us(lambda them: index_points(database, them), points)
        made.append(Way(POSTGIS, nearest_by_postgis(database, count=K), postgis_us / 1000))
    return made


def brute_force(points: Points) -> Search:
    """The nearest by measuring every geodesic and sorting them all; ties by position."""
    geod = Geod(ellps="WGS84")
    lats, lons = [point.lat_deg for point in points], [point.lon_deg for point in points]

    def search(origin: Coordinate) -> Sequence[int]:
        here_lons, here_lats = [origin.lon_deg] * len(points), [origin.lat_deg] * len(points)
        metres = geod.inv(here_lons, here_lats, lons, lats)[2]
        return [position for _, position in sorted(zip(metres, range(len(points)), strict=True))[:K]]

    return search


def our_index(points: Points) -> Way:
    """The project's own."""
    # The position is in the made-up id, so that no other contestant's work is charged to this one.
    sites = [make_site(f"fake-{number:06}", point) for number, point in enumerate(points)]
    index, took_us = timed_us(SiteIndex, sites)

    def search(origin: Coordinate) -> Sequence[int]:
        return [int(site.site_id[5:]) for _, site in nearest(index, origin, limit=K)]

    return Way(OURS, search, took_us / 1000)


def geopy_loop(points: Points) -> Way:
    """Measure to every point, one at a time, and sort; what tutorials do."""
    pairs = [(point.lat_deg, point.lon_deg) for point in points[:_LOOP_AT_MOST]]

    def search(origin: Coordinate) -> Sequence[int]:
        here = (origin.lat_deg, origin.lon_deg)
        ranked = sorted((geodesic(here, pair).m, position) for position, pair in enumerate(pairs))
        return [position for _, position in ranked[:K]]

    queries = max(1, min(MOST_QUERIES // 2, _LOOP_AT_MOST // len(points)))
    return Way(GEOPY, search, queries=queries, scale=max(1.0, len(points) / _LOOP_AT_MOST))


def _build_ball_tree(points: Points) -> BallTree:
    # It takes seconds to load, which whoever imports this module for another way would wait.
    from sklearn.neighbors import BallTree  # noqa: PLC0415

    return BallTree(np.radians([(point.lat_deg, point.lon_deg) for point in points]), metric="haversine")


def ball_tree(points: Points) -> Way:
    """scikit-learn's tree on a sphere, which is not the order on the ground."""
    tree, took_us = timed_us(_build_ball_tree, points)
    count = min(K, len(points))

    def search(origin: Coordinate) -> Sequence[int]:
        here = np.radians([[origin.lat_deg, origin.lon_deg]])
        found: list[int] = tree.query(here, k=count, return_distance=False)[0].tolist()
        return found

    return Way(BALL_TREE, search, took_us / 1000)


def _pyproj(points: Points) -> Way:
    geod = Geod(ellps="WGS84")
    lats = np.array([point.lat_deg for point in points])
    lons = np.array([point.lon_deg for point in points])

    def search(origin: Coordinate) -> Sequence[int]:
        here_lons, here_lats = np.full_like(lons, origin.lon_deg), np.full_like(lats, origin.lat_deg)
        metres = geod.inv(here_lons, here_lats, lons, lats)[2]
        count = min(K, len(metres))
        found = np.argpartition(metres, count - 1)[:count]
        ranked: list[int] = found[np.argsort(metres[found], kind="stable")].tolist()
        return ranked

    return Way(PYPROJ, search, queries=3 if len(points) > _LOOP_AT_MOST else MOST_QUERIES)
