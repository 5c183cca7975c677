"""Imitated ZIP areas: random spots of the metro, each with its ZIP and its share of the people.

No source has the outlines of ZIP areas, so they are imitated twice: by the ground nearest to each centre (a
Voronoi diagram), and by the same after allowing for each area's known size (a power diagram). People live in
each area evenly, or drawn towards the denser of its neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from locator.geocoding.places import Gazetteer
from locator.sites import Coordinate
from scripts.gazetteer.region import BETWEEN_THE_CITIES, METRO_COUNTIES
from scripts.gazetteer.sources import zip_records

SAMPLES: Final = 400_000
MARGIN_MI: Final = 25.0
NEIGHBOURS: Final = 6
SEED: Final = 2

_MI_PER_DEG: Final = 69.055

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Areas:
    """The inhabited ZIPs of both states, one each: centres in miles east and north, equal-area radii."""

    codes: list[str]
    centres_mi: Floats
    radii_mi: Floats
    people: Floats
    land_sq_mi: Floats


@dataclass(frozen=True, slots=True)
class Imitation:
    """Spots in metro ZIPs, the number of the ZIP each falls to, and the people each stands for."""

    title: str
    spots_mi: Floats
    cell: NDArray[np.int64]
    people: Floats


def inhabited_areas() -> Areas:
    """Read the Census areas of Minnesota and Wisconsin that people live in."""
    codes, rows = [], []
    for record in zip_records():
        area = record.area
        if record.state in {"MN", "WI"} and area and area.population and area.land_sq_mi:
            radius_mi = math.sqrt(area.total_sq_mi / math.pi)
            codes.append(record.zip_code)
            rows.append((*east_north_mi(area.point), radius_mi, area.population, area.land_sq_mi))
    table = np.array(rows, dtype=np.float64)
    return Areas(codes, table[:, :2], table[:, 2], table[:, 3], table[:, 4])


def imitations(areas: Areas, gazetteer: Gazetteer) -> Iterator[Imitation]:
    """Both shapes of areas, each with people spread both ways; the same spots every time."""
    metro = np.array([_is_metro(gazetteer, code) for code in areas.codes])
    crowd = np.log(areas.people / areas.land_sq_mi + 5)
    for shape, allowance_mi in (("Voronoi", 0 * areas.radii_mi), ("power", areas.radii_mi)):
        spots_mi, cell = _cells(areas.centres_mi, allowance_mi, metro)
        for spread, pull in (
            ("evenly", np.ones(len(cell))),
            ("towards dense neighbours", _pull(spots_mi, areas.centres_mi, crowd)),
        ):
            people = areas.people[cell] * pull / np.bincount(cell, pull, minlength=len(areas.codes))[cell]
            yield Imitation(f"{shape} cells, addresses spread {spread}", spots_mi, cell, people)


def east_north_mi(point: Coordinate) -> tuple[float, float]:
    """Where a point lies on a flat map of the metro, in miles from its middle."""
    narrow = math.cos(math.radians(BETWEEN_THE_CITIES.lat_deg))
    east_deg, north_deg = (
        point.lon_deg - BETWEEN_THE_CITIES.lon_deg,
        point.lat_deg - BETWEEN_THE_CITIES.lat_deg,
    )
    return east_deg * narrow * _MI_PER_DEG, north_deg * _MI_PER_DEG


def _is_metro(gazetteer: Gazetteer, code: str) -> bool:
    area = gazetteer.zips.get(code)
    return area is not None and area.state == "MN" and area.county in METRO_COUNTIES


def _cells(
    centres_mi: Floats, allowance_mi: Floats, metro: NDArray[np.bool_]
) -> tuple[Floats, NDArray[np.int64]]:
    """Random spots around the metro that fall to a metro ZIP, and the ZIP each falls to."""
    random = np.random.default_rng(SEED)
    low, high = centres_mi[metro].min(axis=0) - MARGIN_MI, centres_mi[metro].max(axis=0) + MARGIN_MI
    spots_mi = random.uniform(low, high, (SAMPLES, 2))
    cell = np.concatenate(
        [
            (_squared_mi(part, centres_mi) - allowance_mi**2).argmin(axis=1)
            for part in np.array_split(spots_mi, 100)
        ]
    )
    kept = metro[cell]
    return spots_mi[kept], cell[kept]


def _pull(spots_mi: Floats, centres_mi: Floats, crowd: Floats) -> Floats:
    """Density at each spot, from the nearest ZIPs' by inverse squared distance."""
    parts = []
    for part in np.array_split(spots_mi, 100):
        squared_mi = _squared_mi(part, centres_mi)
        near = np.argpartition(squared_mi, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
        closeness = 1 / (np.take_along_axis(squared_mi, near, axis=1) + 0.1)
        parts.append(np.exp((closeness * crowd[near]).sum(axis=1) / closeness.sum(axis=1)))
    return np.concatenate(parts)


def _squared_mi(spots_mi: Floats, centres_mi: Floats) -> Floats:
    offsets = spots_mi[:, None, :] - centres_mi[None, :, :]
    squared: Floats = (offsets**2).sum(axis=2)
    return squared
