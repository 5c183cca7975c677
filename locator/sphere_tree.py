"""Candidates for "nearest" among many points; imported only for large directories, as scipy loads slowly."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from locator.sites import Coordinate

_SPHERE_RADIUS_M: Final = 6_371_008.8
# Reading WGS-84 coordinates as a sphere's makes no path longer than 1/this times its true length: the
# ellipsoid's smallest radius of curvature (6,335,439 m, along the meridian at the equator) over the sphere's.
_GEODESIC_OVER_SPHERE_MIN: Final = 6_335_439 / _SPHERE_RADIUS_M
_FIRST_CANDIDATES: Final = 16


class SphereTree:
    """A k-d tree of unit vectors; it ranks by chord: close to the geodesic order, but not the same."""

    def __init__(self, points: Sequence[Coordinate]) -> None:
        self._size = len(points)
        self._tree = cKDTree(_unit_vectors(points))

    def growing_candidates(self, origin: Coordinate) -> Iterator[tuple[list[int], float]]:
        """Growing lists of positions, each with a distance in metres.

        Every point nearer than that distance on the WGS-84 geodesic is in the list. Ends before the list
        would hold every point.
        """
        vector = _unit_vectors([origin])[0]
        count = _FIRST_CANDIDATES
        while count < self._size:
            chords, found = (np.atleast_1d(part) for part in self._tree.query(vector, k=count))
            angle_rad = 2 * math.asin(min(1.0, float(chords[-1]) / 2))
            yield found.tolist(), angle_rad * _SPHERE_RADIUS_M * _GEODESIC_OVER_SPHERE_MIN
            count *= 4


def _unit_vectors(points: Sequence[Coordinate]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    lat, lon = np.radians([(point.lat_deg, point.lon_deg) for point in points]).T
    return np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
