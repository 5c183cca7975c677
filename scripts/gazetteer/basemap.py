"""The built-in base map: simplified county outlines that still meet, and city labels that do not collide."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from locator.sites import Coordinate
from scripts.gazetteer.region import BETWEEN_THE_CITIES
from scripts.gazetteer.sources import CountyShape, NamedPlace
from scripts.gazetteer.spread import distance_mi

REACH_MI: Final = 75.0
"""Counties with a corner nearer than this are drawn."""

TOLERANCE_DEG: Final = 0.0015
"""No simplified border strays further than this, about 130 metres, from the drawn one."""

LABELS: Final = 40
LABEL_WIDTH_DEG: Final = 0.26
LABEL_HEIGHT_DEG: Final = 0.075
"""Room for one label and some air at zoom 9, where the whole metro fits a laptop's map."""

LINE_HEIGHT_DEG: Final = 0.034
"""The largest cities may stand this close: Minneapolis and Saint Paul are both named."""

_RANK_FLOORS: Final = (250_000, 60_000, 20_000)

Spot = tuple[float, float]
"""Longitude and latitude in degrees, in GeoJSON's order."""


def write_basemap(path: Path, shapes: Sequence[CountyShape], towns: Iterable[NamedPlace]) -> None:
    """Write county polygons and city labels as one GeoJSON file, a feature a line."""
    near = [shape for shape in shapes if _reach_mi(shape) <= REACH_MI]
    features = [*_counties(near), *_labels(near, towns)]
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features)
    path.write_text(
        f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', encoding="utf-8", newline="\n"
    )


def _reach_mi(shape: CountyShape) -> float:
    return min(
        distance_mi(BETWEEN_THE_CITIES, Coordinate(lat, lon)) for ring in shape.rings for lon, lat in ring
    )


def _counties(shapes: Sequence[CountyShape]) -> Iterator[dict[str, Any]]:
    joints = _joints(shapes)
    for shape in shapes:
        rings = [_simplified(ring, joints) for ring in shape.rings]
        geometry = {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]}
        yield _feature({"kind": "county", "name": shape.name, "state": shape.state}, geometry)


def _joints(shapes: Sequence[CountyShape]) -> set[Spot]:
    """Corners at which more than two borders meet; every ring is cut there, so both sides simplify alike."""
    neighbours: dict[Spot, set[Spot]] = defaultdict(set)
    for shape in shapes:
        for ring in shape.rings:
            for start, end in pairwise(ring):
                neighbours[start].add(end)
                neighbours[end].add(start)
    return {spot for spot, others in neighbours.items() if len(others) > 2}


def _simplified(ring: Sequence[Spot], joints: set[Spot]) -> list[list[float]]:
    """Simplify a closed ring joint by joint; a ring without joints is cut at its extreme corners."""
    corners = list(ring[:-1])
    cuts = joints & set(corners) or {min(corners), max(corners)}
    first = next(i for i, corner in enumerate(corners) if corner in cuts)
    corners = [*corners[first:], *corners[: first + 1]]
    stops = [i for i, corner in enumerate(corners) if corner in cuts]
    kept: list[Spot] = [corners[0]]
    for start, end in pairwise(stops):
        kept += _border(corners[start : end + 1])[1:]
    return [[round(lon, 4), round(lat, 4)] for lon, lat in kept]


def _border(line: list[Spot]) -> list[Spot]:
    """Thin a border by Douglas-Peucker, always the same way round so that both its counties agree."""
    return _thinned(line) if line[0] <= line[-1] else _thinned(line[::-1])[::-1]


def _thinned(line: list[Spot]) -> list[Spot]:
    if len(line) <= 2:
        return line
    strays = [_stray_deg(spot, line[0], line[-1]) for spot in line]
    furthest = max(range(len(line)), key=strays.__getitem__)
    if strays[furthest] <= TOLERANCE_DEG:
        return [line[0], line[-1]]
    return [*_thinned(line[: furthest + 1])[:-1], *_thinned(line[furthest:])]


def _stray_deg(spot: Spot, start: Spot, end: Spot) -> float:
    """Distance of a corner from the straight border, in degrees of latitude."""
    narrow = math.cos(math.radians(BETWEEN_THE_CITIES.lat_deg))
    x, y = (spot[0] - start[0]) * narrow, spot[1] - start[1]
    dx, dy = (end[0] - start[0]) * narrow, end[1] - start[1]
    length_2 = dx * dx + dy * dy
    along = min(1.0, max(0.0, (x * dx + y * dy) / length_2)) if length_2 else 0.0
    return math.hypot(x - along * dx, y - along * dy)


def _labels(shapes: Sequence[CountyShape], towns: Iterable[NamedPlace]) -> Iterator[dict[str, Any]]:
    """Largest towns first, each with room for its name."""
    placed: list[NamedPlace] = []
    for town in towns:
        if len(placed) == LABELS:
            return
        has_room = all(_apart(town, other) for other in placed)
        if has_room and any(shape.holds(town.point) for shape in shapes):
            placed.append(town)
            properties = {"kind": "city", "name": town.name, "rank": _rank(town)}
            spot = [round(town.point.lon_deg, 4), round(town.point.lat_deg, 4)]
            yield _feature(properties, {"type": "Point", "coordinates": spot})


def _apart(town: NamedPlace, other: NamedPlace) -> bool:
    height_deg = LINE_HEIGHT_DEG if _rank(town) == _rank(other) == 1 else LABEL_HEIGHT_DEG
    return (
        abs(town.point.lon_deg - other.point.lon_deg) >= LABEL_WIDTH_DEG
        or abs(town.point.lat_deg - other.point.lat_deg) >= height_deg
    )


def _rank(town: NamedPlace) -> int:
    return 1 + sum(town.population < floor for floor in _RANK_FLOORS)


def _feature(properties: dict[str, Any], geometry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}
