"""The clinics of a large directory as counts by area on the map: one small file of where all are. Pure.

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
import math
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from locator.clinics import TRAITS, Answers, Filters, SiteIndex, required_traits
from locator.language import Language, current, ngettext
from locator.language import gettext as _
from locator.presentation import PAGE_SIZE, ListPages
from locator.sites import Coordinate, Site

# Counts up to here have all the forms that a language has for them: beyond, the last two digits decide.
_COUNTS_TOLD: Final = 200


@dataclass(frozen=True, slots=True)
class Clusters:
    """Which clinics are counted, and where they are.

    `path` is that of the file of all clinics (`map_points`), `asks` what they must not deny, as places in
    TRAITS, and `pinned` the places in that file of those that do have a pin. `corners` are the south-western
    and the north-eastern one around all clinics; `pages` are those of the list, whose clinics have pins. The
    counts ignore a limit of distance, which `is_limited` reports.
    """

    path: str
    asks: tuple[int, ...]
    pinned: tuple[int, ...]
    corners: tuple[Coordinate, Coordinate]
    pages: ListPages = field(default_factory=ListPages)
    is_limited: bool = False

    @property
    def turned(self) -> str:
        """A text that differs for other pages; "" for the first ones."""
        shown = self.pages
        return "" if shown == ListPages() else f"{shown.fitting} {shown.possible}"

    def in_view(
        self, pins: Sequence[Coordinate], *, nearest: Sequence[Coordinate] | None
    ) -> Sequence[Coordinate]:
        """The points the map is to show at first: before a search, when `nearest` is None, all clinics.

        After one, the nearest few; or the pins that the list was turned to.
        """
        if nearest is None:
            return self.corners
        return pins if self.turned else nearest

    def facts(self) -> dict[str, Any]:
        """What the map is told."""
        return {"path": self.path, "asks": self.asks, "pinned": self.pinned, "words": _words(current())}


def clusters_of(
    index: SiteIndex, shown: Iterable[Site], filters: Filters, *, path: str, pages: ListPages
) -> Clusters | None:
    """The clinics that fit or may fit, but for those `shown`; None where the list can show all."""
    if len(index) <= PAGE_SIZE or index.corners is None:
        return None
    pinned = (index.place_of(site) for site in shown)
    places = tuple(place for place in pinned if place is not None)
    is_limited = math.isfinite(filters.within_m)
    return Clusters(path, required_traits(filters), places, index.corners, pages, is_limited)


@lru_cache(maxsize=8)
def _words(_language: Language) -> Mapping[str, Any]:
    by_count = [ngettext("{count} clinic", "{count} clinics", count) for count in range(_COUNTS_TOLD)]
    forms = list(dict.fromkeys(by_count))
    return {
        "forms": forms,
        "form_of": "".join(str(forms.index(form)) for form in by_count),
        "closer": _("Look closer"),
        "not_listed": _("Not in the list now. To list what is here, search for a place nearby."),
        "missing": _("The counts of the other clinics could not be loaded."),
    }


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


def points_path(prefix: str, version: str) -> str:
    """Where that file is served, under the base path's prefix."""
    return f"{prefix}/assets/points/{points_name(version)}"


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
