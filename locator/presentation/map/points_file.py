"""Where all clinics of a large directory are, as one small file that the map counts them from. Pure.

The file is gzip. Inside stand the length of the header in four bytes, little-endian; the header as JSON, with
the `count` of clinics, the `low` and `high` corner of the square they lie in as latitude and longitude, and
the `profiles`; then a column each of the high bytes and the low bytes of the latitudes, of the longitudes and
of the places of the profiles. A coordinate counts in steps, of which 65,535 lead from `low` to `high`; even
for the whole country a step is about 0.001 degrees. A profile is a text of digits, one for each of
TRAITS, which are positions in CODES. The clinics are those with a map pin, by city.
"""

from __future__ import annotations

import gzip
import json
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from locator.clinics import TRAITS, Answers, SiteIndex
from locator.sites import Coordinate

FORMAT: Final = 1
"""Grows with every change to the file: browsers keep what they have under its name."""
_STEPS: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class PointsFile:
    """The file made of one version of the directory, as gzip, and the name it is served under."""

    name: str
    compressed: bytes


def points_name(version: str) -> str:
    """The name of the file for a version of the directory: another content has another name."""
    return f"{FORMAT}-{version}.bin"


def points_file(index: SiteIndex, version: str) -> PointsFile:
    """The file of all the clinics that have a map pin."""
    low, high = index.corners or (Coordinate(0, 0), Coordinate(0, 0))
    points = [site.pin.point for site in index.placed if site.pin is not None]
    profiles = _profiles(index.answers, [site.pin is not None for site in index.by_city])
    places = {profile: place for place, profile in enumerate(dict.fromkeys(profiles))}
    header = {
        "count": len(points),
        "low": [low.lat_deg, low.lon_deg],
        "high": [high.lat_deg, high.lon_deg],
        "profiles": list(places),
    }
    text = json.dumps(header, separators=(",", ":")).encode()
    columns = (
        _steps((point.lat_deg for point in points), low.lat_deg, high.lat_deg),
        _steps((point.lon_deg for point in points), low.lon_deg, high.lon_deg),
        [places[profile] for profile in profiles],
    )
    parts = [part for column in columns for part in _split(column)]
    body = b"".join([len(text).to_bytes(4, "little"), text, *parts])
    # Without a time in it, the same clinics make the same file.
    return PointsFile(points_name(version), gzip.compress(body, compresslevel=6, mtime=0))


def _profiles(answers: Answers, has_pin: Sequence[bool]) -> list[str]:
    by_site = zip(*(answers.trait(trait) for trait in range(len(TRAITS))), strict=True)
    return ["".join(map(str, codes)) for codes, placed in zip(by_site, has_pin, strict=True) if placed]


def _steps(values_deg: Iterable[float], low_deg: float, high_deg: float) -> list[int]:
    width_deg = high_deg - low_deg or 1.0
    return [round((value - low_deg) / width_deg * _STEPS) for value in values_deg]


def _split(values: Sequence[int]) -> Iterator[bytes]:
    """The high bytes and the low bytes: apart, neighbours have the former in common, and gzip finds them."""
    column = array("H", values)
    if sys.byteorder == "big":
        column.byteswap()
    pairs = column.tobytes()
    yield pairs[1::2]
    yield pairs[::2]
