"""How far addresses lie from a point, when all that is known is discs in which people live."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from locator.sites import Coordinate

SHAPE_FACTOR: Final = 1.2
"""Radius of the disc that stands for a ZIP or city, as a multiple of its equal-area radius."""

HELD_SHARE: Final = 0.90
"""Share of the modelled people that the radius of a county, a state or a city elsewhere holds."""

_EARTH_RADIUS_MI: Final = 3958.76
_POINTS_PER_DISC: Final = 128
_PARTS_PER_DISC: Final = 32
_GOLDEN_ANGLE: Final = math.pi * (3 - math.sqrt(5))


@dataclass(frozen=True, slots=True)
class Disc:
    """`weight` people living evenly over a disc."""

    point: Coordinate
    radius_mi: float
    weight: float


def area_disc_mi(area_sq_mi: float) -> float:
    """Radius of the disc that stands for an area."""
    return SHAPE_FACTOR * math.sqrt(area_sq_mi / math.pi)


def distance_mi(start: Coordinate, end: Coordinate) -> float:
    """Great-circle distance; within 0.5 % of the geodesic, which is far finer than any radius here."""
    lat_1, lat_2 = math.radians(start.lat_deg), math.radians(end.lat_deg)
    half_lat, half_lon = (lat_2 - lat_1) / 2, math.radians(end.lon_deg - start.lon_deg) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_1) * math.cos(lat_2) * math.sin(half_lon) ** 2
    return 2 * _EARTH_RADIUS_MI * math.asin(math.sqrt(chord))


def centre(discs: Sequence[Disc]) -> Coordinate:
    """Where the people's mean position meets the ground; all discs count alike if none has people."""
    weights = np.array([disc.weight for disc in discs])
    if weights.sum() == 0:
        weights = np.ones(len(discs))
    lat = np.radians([disc.point.lat_deg for disc in discs])
    lon = np.radians([disc.point.lon_deg for disc in discs])
    east, north = float(weights @ (np.cos(lat) * np.cos(lon))), float(weights @ (np.cos(lat) * np.sin(lon)))
    up = float(weights @ np.sin(lat))
    return Coordinate(
        math.degrees(math.atan2(up, math.hypot(east, north))), math.degrees(math.atan2(north, east))
    )


def parts(disc: Disc) -> list[Disc]:
    """Split a disc into small ones of equal weight together as large; they overhang its edge a little."""
    step = np.arange(_PARTS_PER_DISC) + 0.5
    reach_mi = disc.radius_mi * np.sqrt(step / _PARTS_PER_DISC)
    north_mi, east_mi = reach_mi * np.sin(step * _GOLDEN_ANGLE), reach_mi * np.cos(step * _GOLDEN_ANGLE)
    lat_deg = disc.point.lat_deg + np.degrees(north_mi / _EARTH_RADIUS_MI)
    narrow = math.cos(math.radians(disc.point.lat_deg))
    lon_deg = disc.point.lon_deg + np.degrees(east_mi / (_EARTH_RADIUS_MI * narrow))
    return [
        Disc(Coordinate(lat, lon), disc.radius_mi / math.sqrt(_PARTS_PER_DISC), disc.weight / _PARTS_PER_DISC)
        for lat, lon in zip(lat_deg.tolist(), lon_deg.tolist(), strict=True)
    ]


def radius_holding_mi(start: Coordinate, discs: Sequence[Disc], share: float = HELD_SHARE) -> float:
    """Radius around `start` that holds `share` of the discs' people; all count alike if none has any."""
    weights = np.array([disc.weight for disc in discs])
    if weights.sum() == 0:
        weights = np.ones(len(discs))
    step = np.arange(_POINTS_PER_DISC) + 0.5
    # A sunflower: even over the disc, without randomness, so that two runs agree to the byte.
    unit_mi = np.sqrt(step / _POINTS_PER_DISC)
    radii_mi = np.array([disc.radius_mi for disc in discs])[:, None]
    north_mi = radii_mi * unit_mi * np.sin(step * _GOLDEN_ANGLE)
    east_mi = radii_mi * unit_mi * np.cos(step * _GOLDEN_ANGLE)
    lat = np.radians(np.array([disc.point.lat_deg for disc in discs]))[:, None]
    lon = np.radians(np.array([disc.point.lon_deg for disc in discs]))[:, None]
    reach_mi = _great_circle_mi(
        start, lat + north_mi / _EARTH_RADIUS_MI, lon + east_mi / (_EARTH_RADIUS_MI * np.cos(lat))
    )
    order = np.argsort(reach_mi, axis=None, kind="stable")
    held = np.cumsum(np.repeat(weights, _POINTS_PER_DISC)[order])
    return float(reach_mi.ravel()[order][np.searchsorted(held, share * held[-1])])


def _great_circle_mi(
    start: Coordinate, lat: NDArray[np.float64], lon: NDArray[np.float64]
) -> NDArray[np.float64]:
    start_lat, start_lon = math.radians(start.lat_deg), math.radians(start.lon_deg)
    chord = (
        np.sin((lat - start_lat) / 2) ** 2
        + math.cos(start_lat) * np.cos(lat) * np.sin((lon - start_lon) / 2) ** 2
    )
    reach: NDArray[np.float64] = 2 * _EARTH_RADIUS_MI * np.arcsin(np.sqrt(chord))
    return reach
