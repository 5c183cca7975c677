"""Looking over pins without asking anybody: those too far from their ZIP code, and those on one point."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from locator.clinics import distance_m
from locator.geocoding.pins.asking import is_for
from locator.geocoding.places import Gazetteer
from locator.language import gettext as _
from locator.sites import METRES_PER_MILE, Coordinate, Pin, Site

ZIP_REACH: Final = 1.5
"""How many of a ZIP code's radii a right pin may lie from its middle; see docs/decisions/008."""

_ONE_POINT_DEG: Final = 0.00001
_ONE_POINT_M: Final = 1.5


@dataclass(frozen=True, slots=True)
class PinWarning:
    """Something about one clinic's pin that a person should look at; not a reason to refuse the file."""

    site_id: str
    message: str

    def __str__(self) -> str:
        return f"{self.site_id}: {self.message}"


@dataclass(frozen=True, slots=True)
class Stray:
    """A point `distance_m` from the middle of a ZIP code whose addresses nearly all lie within `reach_m`."""

    zip_code: str
    distance_m: float
    reach_m: float

    def told_by(self, message: str) -> str:
        """The message with `{distance}` and `{reach}` in miles and `{zip_code}` put in."""
        distance, reach = (f"{metres / METRES_PER_MILE:.1f}" for metres in (self.distance_m, self.reach_m))
        return message.format(distance=distance, zip_code=self.zip_code, reach=reach)


def stray_from_zip(point: Coordinate, zip_code: str, gazetteer: Gazetteer) -> Stray | None:
    """How the point is too far out for its ZIP code (ZIP+4 too); None if it is not.

    None too for a ZIP code the gazetteer does not cover: nothing is known against the point.
    """
    area = gazetteer.zips.get(zip_code[:5])
    if area is None:
        return None
    away_m, reach_m = distance_m(area.point, point), ZIP_REACH * area.radius_m
    return Stray(area.zip_code, away_m, reach_m) if away_m > reach_m else None


def audit(
    sites: Iterable[Site], gazetteer: Gazetteer, pin_addresses: Mapping[str, str] | None = None
) -> tuple[PinWarning, ...]:
    """What is odd about the sites' pins, in the order of the sites.

    `pin_addresses` holds, by `site_id`, the address each pin was made for, as in the file. Two pins that are
    equal to the last digit are not reported: the directory refuses those itself.
    """
    placed = [(site, site.pin) for site in sites if site.pin is not None]
    made_for = pin_addresses or {}
    near = _on_one_point(placed)
    findings: list[PinWarning] = []
    for site, pin in placed:
        stray = stray_from_zip(pin.point, site.zip_code, gazetteer)
        if stray is not None:
            message = _(
                "the pin is {distance} miles from the middle of ZIP {zip_code},"
                " whose addresses lie within about {reach}."
            )
            findings.append(PinWarning(site.site_id, stray.told_by(message)))
        findings += [
            PinWarning(site.site_id, _("the pin is on the same point as {site_id}'s.").format(site_id=other))
            for other in near.get(site.site_id, ())
        ]
        if not is_for(site, made_for.get(site.site_id, "")):
            message = _('the pin was made for "{address}": run the geocode command.')
            findings.append(PinWarning(site.site_id, message.format(address=made_for[site.site_id])))
    return tuple(findings)


def _on_one_point(placed: list[tuple[Site, Pin]]) -> dict[str, list[str]]:
    """By `site_id`, the others whose pins are about a metre away or less, but not equal."""
    near: dict[str, list[str]] = {}
    for one, other in _close_latitudes(placed):
        points = one[1].point, other[1].point
        if points[0] != points[1] and distance_m(*points) <= _ONE_POINT_M:
            near.setdefault(one[0].site_id, []).append(other[0].site_id)
            near.setdefault(other[0].site_id, []).append(one[0].site_id)
    return near


def _close_latitudes(
    placed: list[tuple[Site, Pin]],
) -> Iterator[tuple[tuple[Site, Pin], tuple[Site, Pin]]]:
    # Sorted, each pin has only its neighbours to be compared with: thousands of clinics stay cheap.
    ordered = sorted(placed, key=lambda entry: entry[1].point.lat_deg)
    for at, one in enumerate(ordered):
        # By position: a copy of the rest for each pin would be most of the work.
        for next_at in range(at + 1, len(ordered)):
            other = ordered[next_at]
            if other[1].point.lat_deg - one[1].point.lat_deg > 2 * _ONE_POINT_DEG:
                break
            yield one, other
