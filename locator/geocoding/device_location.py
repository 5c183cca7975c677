"""A device's own location as a place to search from: checked, and never finer than an area. Pure.

The browser rounds before it sends anything; the same rules are applied here, since a request may be forged.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from locator.language import gettext as _
from locator.sites import Coordinate, Origin, Precision

CELL_DEG: Final = 0.01
"""The side of the cell that stands for a location, in degrees both ways: half a mile by 0.7 miles here."""

ROUGHEST_M: Final = 16_000
"""About ten miles, in whole steps of the accuracy. A location that may be off by more is not used: which
clinic is nearest would be a guess."""

_DECIMALS: Final = 2
_ACCURACY_STEP_M: Final = 100
# The longest that a degree of latitude is anywhere, at the poles, and one of longitude, at the equator.
_LATITUDE_DEGREE_M: Final = 111_695.0
_LONGITUDE_DEGREE_M: Final = 111_320.0
_SOURCE: Final = "the visitor's device"


@dataclass(frozen=True, slots=True)
class DeviceLocation:
    """Where a device says it is: the centre of a cell, and how far off the device may be, in metres.

    `accuracy_m` is the radius of 95 % confidence by the W3C's Geolocation standard, in whole hundreds.
    """

    cell: Coordinate
    accuracy_m: float


def parse_location(sent: object) -> DeviceLocation | None:
    """The location that was sent, rounded again; None if it is malformed or too rough.

    A point halfway between two cells may go to either. The accuracy is rounded up.
    """
    if not isinstance(sent, Mapping):
        return None
    lat_deg = _number(sent.get("lat_deg"), -90, 90)
    lon_deg = _number(sent.get("lon_deg"), -180, 180)
    accuracy_m = _number(sent.get("accuracy_m"), 0, ROUGHEST_M)
    if lat_deg is None or lon_deg is None or accuracy_m is None:
        return None
    cell = Coordinate(round(lat_deg, _DECIMALS), round(lon_deg, _DECIMALS))
    # Floor division, unlike a quotient, does not lose an accuracy that is nearly nothing.
    return DeviceLocation(cell, float(-(-accuracy_m // _ACCURACY_STEP_M) * _ACCURACY_STEP_M))


def _number(sent: object, least: float, most: float) -> float | None:
    """A number from `least` to `most`; a boolean is not a number, and NaN fails both comparisons."""
    if isinstance(sent, bool) or not isinstance(sent, int | float):
        return None
    return float(sent) if least <= sent <= most else None


def origin(location: DeviceLocation) -> Origin:
    """The place to search from, labelled in the current language.

    The device is within its accuracy 95 times of 100, more than the 90 that an origin's radius requires; the
    accuracy is kept as a safe bound, plus what the rounding can add.
    """
    return Origin(
        label=_("your location"),
        point=location.cell,
        # The map treats it like a person's street: it blurs it, and does not zoom in on it.
        precision=Precision.STREET,
        uncertainty_m=location.accuracy_m + half_diagonal_m(location.cell.lat_deg),
        source=_SOURCE,
        notes=(_("Your location, rounded to about half a mile."),),
    )


def half_diagonal_m(lat_deg: float) -> float:
    """How far, at most, a point lies from the middle of its cell, where that middle has this latitude."""
    half_deg = CELL_DEG / 2
    # A cell is widest at its side towards the equator.
    widest_deg = max(0.0, abs(lat_deg) - half_deg)
    east_m = half_deg * _LONGITUDE_DEGREE_M * math.cos(math.radians(widest_deg))
    return math.hypot(half_deg * _LATITUDE_DEGREE_M, east_m)
