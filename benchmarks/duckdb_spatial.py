"""The nearest of many points as DuckDB's spatial extension finds them: an R-tree, asked for growing boxes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd

from locator.sites import Coordinate

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Box = tuple[float, float, float, float]
"""West, south, east, north, in degrees."""

Ask = Callable[[Coordinate, Box], Sequence[tuple[int, float]]]
"""Positions of points in a box with their metres from a place, nearest first, and no more than are wanted."""

WIDEST_DEG: Final = 20.0
# What lies outside a box is at least so far away for each degree from its middle to its southern side, up to
# the widest box and 50 degrees north: a degree of a meridian is never shorter than 110.5 km, but the shortest
# way to a box's east or west side bends poleward.
_LEAST_M_A_DEGREE: Final = 107_000
_POINTS_IN_FIRST_BOX: Final = 20
_LEAST_FIRST_DEG: Final = 0.001
_TABLE: Final = "create or replace table sites (id integer, place geometry, lat_lon point_2d)"
_FILL: Final = "insert into sites select id, ST_Point(lon, lat), ST_Point2D(lat, lon) from points"
_NEAREST: Final = """
select id, ST_Distance_Spheroid(lat_lon, ST_Point2D(?, ?)) as metres from sites
where ST_Within(place, ST_MakeEnvelope(?, ?, ?, ?)) order by metres, id limit ?
"""


def nearest_by_duckdb(
    points: Sequence[Coordinate], *, count: int
) -> Callable[[Coordinate], Sequence[int]] | None:
    """A search for the nearest `count` of the points on the spheroid; None where DuckDB is not installed.

    It is good until the next is made, which takes its table. No index of DuckDB leads to the nearest, so its
    R-tree is asked for the points in a box, and for those in one twice as wide until none outside can be
    nearer. The points lie in the contiguous United States.
    """
    ask = _table_of(points, count=count)
    if ask is None:
        return None
    lats, lons = [point.lat_deg for point in points], [point.lon_deg for point in points]
    area_deg2 = (max(lats) - min(lats)) * (max(lons) - min(lons))
    first_deg = max(_LEAST_FIRST_DEG, math.sqrt(area_deg2 * _POINTS_IN_FIRST_BOX / len(points)) / 2)
    wanted = min(count, len(points))
    return lambda origin: nearest_in_boxes(ask, origin, wanted=wanted, first_deg=first_deg)


def nearest_in_boxes(ask: Ask, origin: Coordinate, *, wanted: int, first_deg: float) -> list[int]:
    """The positions of the nearest `wanted` points, by asking for boxes from `first_deg` to each side on."""
    half_deg = first_deg
    while half_deg < WIDEST_DEG:
        found = ask(origin, _box_around(origin, half_deg))
        if len(found) == wanted and found[-1][1] <= half_deg * _LEAST_M_A_DEGREE:
            return [position for position, _ in found]
        half_deg *= 2
    return [position for position, _ in ask(origin, (-180.0, -90.0, 180.0, 90.0))]


def _box_around(origin: Coordinate, half_deg: float) -> Box:
    east_deg = half_deg / math.cos(math.radians(origin.lat_deg))
    return (
        origin.lon_deg - east_deg,
        origin.lat_deg - half_deg,
        origin.lon_deg + east_deg,
        origin.lat_deg + half_deg,
    )


def _table_of(points: Sequence[Coordinate], *, count: int) -> Ask | None:
    connection = connected()
    if connection is None:
        return None
    rows = [(number, point.lat_deg, point.lon_deg) for number, point in enumerate(points)]
    connection.register("points", pd.DataFrame(rows, columns=["id", "lat", "lon"]))
    for statement in (_TABLE, _FILL, "create index by_place on sites using rtree (place)"):
        connection.execute(statement)

    def ask(origin: Coordinate, box: Box) -> Sequence[tuple[int, float]]:
        found: list[tuple[int, float]] = connection.execute(
            _NEAREST, [origin.lat_deg, origin.lon_deg, *box, count]
        ).fetchall()
        return found

    return ask


def duckdb_version() -> str | None:
    """The release the extension is made for, which is DuckDB's own; None where it is not installed."""
    return None if connected() is None else version("duckdb")


@cache
def connected() -> DuckDBPyConnection | None:
    """The one database, in memory, with its spatial extension; None where one of the two is not installed."""
    try:
        import duckdb  # noqa: PLC0415 - installed for the benchmarks alone
    except ImportError:
        return None
    extension = _extension()
    if extension is None:
        return None
    # Loaded from the package's own file: it asks no server for an extension, now or later.
    connection = duckdb.connect(config={"autoinstall_known_extensions": False})
    connection.load_extension(str(extension))
    return connection


def _extension() -> Path | None:
    """The file of the spatial extension as its package brings it, for the one DuckDB it is made for."""
    package = find_spec("duckdb_extension_spatial")
    if package is None or package.origin is None:
        return None
    return next(Path(package.origin).parent.glob("extensions/*/spatial.duckdb_extension"), None)
