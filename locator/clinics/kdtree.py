"""Candidates for "nearest" among many points; imported only for large directories, as scipy loads slowly."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from scipy.spatial import cKDTree

from locator.sites import Coordinate

_SPHERE_RADIUS_M: Final = 6_371_008.8
# Reading WGS-84 coordinates as a sphere's makes no path longer than 1/this times its true length: the
# ellipsoid's smallest radius of curvature (6,335,439 m, along the meridian at the equator) over the sphere's.
_GEODESIC_OVER_SPHERE_MIN: Final = 6_335_439 / _SPHERE_RADIUS_M
# Of twelve, the first ten are certain 99 times of 100; only what is almost as far as the last is not.
_FIRST_CANDIDATES: Final = 12
# Past so many, looking at all points costs less than being led past those that are not wanted.
_MOST_PASSED_OVER: Final = 1024

_Vector = tuple[float, float, float]
_Floats = np.ndarray[Any, np.dtype[np.float64]]
_Flags = np.ndarray[Any, np.dtype[np.bool_]]


class SphereTree:
    """A k-d tree of unit vectors; it ranks by chord: close to the geodesic order, but not the same."""

    def __init__(self, lats_deg: Sequence[float], lons_deg: Sequence[float]) -> None:
        self._size = len(lats_deg)
        self._tree = cKDTree(_unit_vectors(lats_deg, lons_deg))

    def growing_candidates(
        self, origin: Coordinate, chosen: bytes | None = None
    ) -> Iterator[tuple[list[int], float]]:
        """Growing lists of positions, each with a distance in metres.

        Every point nearer than that distance on the WGS-84 geodesic is in the list. With `chosen`, a byte for
        each point, all of this is said of the points where it is not 0. Ends before the list would hold every
        such point.
        """
        vector = _unit_vector(origin)
        are_chosen = None if chosen is None else np.frombuffer(chosen, np.bool_)
        count = _FIRST_CANDIDATES
        while count < self._size:
            if are_chosen is not None and count > _MOST_PASSED_OVER:
                yield from self._chosen_candidates(vector, are_chosen)
                return
            chords, nearest = np.atleast_1d(*self._tree.query(vector, k=count))
            candidates = nearest if are_chosen is None else nearest[are_chosen[nearest]]
            yield candidates.tolist(), _certain_m(chords[-1])
            count *= 4

    def _chosen_candidates(self, vector: _Vector, are_chosen: _Flags) -> Iterator[tuple[list[int], float]]:
        """The same by looking at every chosen point, where the tree leads to too many others first."""
        which = np.flatnonzero(are_chosen)
        chords = np.linalg.norm(self._tree.data[which] - vector, axis=1)
        count = _FIRST_CANDIDATES
        while count < len(which):
            nearest = np.argpartition(chords, count)[:count]
            yield which[nearest].tolist(), _certain_m(chords[nearest].max())
            count *= 4


def _certain_m(chord: float) -> float:
    """Metres on the WGS-84 geodesic under which no point lies whose chord is longer than this."""
    angle_rad = 2 * math.asin(min(1.0, float(chord) / 2))
    return angle_rad * _SPHERE_RADIUS_M * _GEODESIC_OVER_SPHERE_MIN


def _unit_vectors(lats_deg: Sequence[float], lons_deg: Sequence[float]) -> _Floats:
    """One row a point."""
    lats, lons = np.radians(lats_deg), np.radians(lons_deg)
    return np.column_stack((np.cos(lats) * np.cos(lons), np.cos(lats) * np.sin(lons), np.sin(lats)))


def _unit_vector(point: Coordinate) -> _Vector:
    """The same of a single point, in a fraction of the time."""
    lat, lon = math.radians(point.lat_deg), math.radians(point.lon_deg)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)
