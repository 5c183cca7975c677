"""The built-in base layer as a picture needs it: county outlines and city names in Web Mercator.

Read once from `basemap.geojson`, of which `map.js` draws all. Neighbouring counties share a border corner by
corner, so each border is simplified by itself and the same for both: no gap shows between them.
"""

from __future__ import annotations

import json
import logging
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from locator.sites import Coordinate

_LOGGER: Final = logging.getLogger(__name__)

# Web Mercator ends where its world is as high as wide.
_HIGHEST_LAT_DEG: Final = 85.0511287798
_TILE_PX: Final = 256


@dataclass(frozen=True, slots=True)
class WorldPoint:
    """A point in Web Mercator: 0 to 1 from the date line eastwards, and from the far north southwards."""

    x: float
    y: float

    @classmethod
    def of(cls, point: Coordinate) -> WorldPoint:
        """Where a point lies; what is nearer to a pole than the projection reaches lies at its edge."""
        lat_deg = max(-_HIGHEST_LAT_DEG, min(_HIGHEST_LAT_DEG, point.lat_deg))
        y = 0.5 - math.asinh(math.tan(math.radians(lat_deg))) / (2 * math.pi)
        return cls((point.lon_deg + 180) / 360, y)


def world_px(zoom: float) -> float:
    """How many pixels wide and high the whole world is at a zoom of the live map."""
    return _TILE_PX * math.exp2(zoom)


_Ring = tuple[WorldPoint, ...]


@dataclass(frozen=True, slots=True)
class City:
    """A city's name and where the label stands; rank 1 is the largest."""

    name: str
    rank: int
    at: WorldPoint


GRID_PX: Final = 3
"""Corners lie on a grid of so many pixels, and borders keep as near to what they were."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A county drawn for one zoom: the data of an SVG path in `GRID_PX`, from the middle of the world.

    `low` is its north-western corner, `high` its south-eastern one.
    """

    path: str
    low: WorldPoint
    high: WorldPoint


@dataclass(frozen=True, eq=False, slots=True)
class BaseLayer:
    """The county outlines, each the rings of one polygon or several, and the cities, the largest first."""

    counties: tuple[tuple[_Ring, ...], ...] = ()
    cities: tuple[City, ...] = ()

    def outlines(self, zoom: float) -> tuple[Outline, ...]:
        """The counties as they are drawn at a zoom; those too small to be seen are left out."""
        return _outlines(self, zoom)


def read_base_layer(path: Path) -> BaseLayer:
    """The base layer in a file, read anew when the file has changed.

    Where the file cannot be read it is empty, as on the live map: a map without county lines is still a map.
    """
    try:
        facts = path.stat()
    except OSError:
        return _read(path, None)
    return _read(path, (facts.st_mtime_ns, facts.st_size))


@lru_cache(maxsize=4)
def _read(path: Path, _version: tuple[int, int] | None) -> BaseLayer:
    try:
        return _parsed(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, LookupError, TypeError) as error:
        _LOGGER.warning(
            "The picture of the map has no county lines: %s cannot be read (%r)", path.name, error
        )
        return BaseLayer()


def _parsed(collection: Mapping[str, Any]) -> BaseLayer:
    features = collection["features"]
    areas = [one["geometry"] for one in features if one["geometry"]["type"] == "MultiPolygon"]
    counties = tuple(
        tuple(_ring(ring) for polygon in area["coordinates"] for ring in polygon) for area in areas
    )
    cities = (_city(one) for one in features if one["geometry"]["type"] == "Point")
    return BaseLayer(counties, tuple(sorted(cities, key=lambda city: city.rank)))


def _city(feature: Mapping[str, Any]) -> City:
    facts = feature["properties"]
    # A character that XML has no place for would cost the whole picture.
    name = "".join(char for char in str(facts["name"]) if char.isprintable())
    return City(name, int(facts["rank"]), _world_point(feature["geometry"]["coordinates"]))


def _ring(corners: Iterable[Sequence[float]]) -> _Ring:
    """The corners of a ring, of which the last is not said again."""
    ring = tuple(_world_point(corner) for corner in corners)
    return ring[:-1] if ring[0] == ring[-1] else ring


def _world_point(position: Sequence[float]) -> WorldPoint:
    lon_deg, lat_deg = position[:2]
    return WorldPoint.of(Coordinate(float(lat_deg), float(lon_deg)))


@lru_cache(maxsize=32)
def _outlines(base: BaseLayer, zoom: float) -> tuple[Outline, ...]:
    rings = [ring for county in base.counties for ring in county]
    junctions = _junctions(rings)
    grid = _Grid(world_px(zoom) / GRID_PX)
    outlines = []
    for county in base.counties:
        path = "".join(_path([grid.drawn(border) for border in _borders(ring, junctions)]) for ring in county)
        if path:
            xs, ys = zip(*((corner.x, corner.y) for ring in county for corner in ring), strict=True)
            outlines.append(Outline(path, WorldPoint(min(xs), min(ys)), WorldPoint(max(xs), max(ys))))
    return tuple(outlines)


def _junctions(rings: Iterable[_Ring]) -> set[WorldPoint]:
    """The corners where a border between two counties begins or ends: lines lead three ways or more."""
    neighbours: dict[WorldPoint, set[WorldPoint]] = defaultdict(set)
    for ring in rings:
        for one, other in zip(ring, (*ring[1:], ring[0]), strict=True):
            neighbours[one].add(other)
            neighbours[other].add(one)
    return {corner for corner, around in neighbours.items() if len(around) > 2}


def _borders(ring: _Ring, junctions: set[WorldPoint]) -> Iterator[_Ring]:
    """A ring's parts from junction to junction, the last of which ends where the first begins."""
    starts = [place for place, corner in enumerate(ring) if corner in junctions] or [0]
    twice = ring + ring
    for start, end in zip(starts, (*starts[1:], starts[0] + len(ring)), strict=True):
        yield twice[start : end + 1]


_Corner = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Grid:
    """Draws borders on a grid of `size` steps to the width of the world."""

    size: float

    def drawn(self, border: _Ring) -> list[_Corner]:
        """The border's corners on the grid, without those that show no bend; the same from either end."""
        is_backwards = _key(border) > _key(border[::-1])
        points = [self._at(point) for point in (border[::-1] if is_backwards else border)]
        corners = [(round(x), round(y)) for x, y in _simplified(points, 1.0)]
        return corners[::-1] if is_backwards else corners

    def _at(self, point: WorldPoint) -> tuple[float, float]:
        return (point.x - 0.5) * self.size, (point.y - 0.5) * self.size


def _key(border: _Ring) -> list[tuple[float, float]]:
    return [(point.x, point.y) for point in border]


def _simplified(points: Sequence[tuple[float, float]], tolerance: float) -> list[tuple[float, float]]:
    """Ramer, Douglas and Peucker's: none of the points left out is farther than `tolerance` from the line."""
    kept = {0, len(points) - 1}
    parts = [(0, len(points) - 1)]
    while parts:
        first, last = parts.pop()
        inner = range(first + 1, last)
        far = max(
            inner, key=lambda place: _distance(points[place], points[first], points[last]), default=first
        )
        if far != first and _distance(points[far], points[first], points[last]) > tolerance:
            kept.add(far)
            parts += [(first, far), (far, last)]
    return [points[place] for place in sorted(kept)]


def _distance(point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    """How far a point is from the line through two others, or from both where they are one."""
    along = (end[0] - start[0], end[1] - start[1])
    to_point = (point[0] - start[0], point[1] - start[1])
    length = math.hypot(*along)
    if length == 0:
        return math.hypot(*to_point)
    return abs(to_point[0] * along[1] - to_point[1] * along[0]) / length


def _path(borders: Iterable[Sequence[_Corner]]) -> str:
    """The data of a closed path along the borders, "" where nothing is left to be seen.

    Steps from corner to corner are shorter than places, and commas are not changed in a data URL.
    """
    corners = [corner for border in borders for corner in border[:-1]]
    steps = [
        (after[0] - before[0], after[1] - before[1]) for before, after in pairwise(corners) if after != before
    ]
    if len(steps) < 2:
        return ""
    (x, y), moves = corners[0], "".join(f"{_joined(dx)}{_joined(dy)}" for dx, dy in steps)
    return f"M{x},{y}l{moves.removeprefix(',')}z"


def _joined(number: int) -> str:
    """A number as it goes on after another: a minus sign parts them too."""
    return f"{number}" if number < 0 else f",{number}"
