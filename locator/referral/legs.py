"""How far a patient travels: one way, and there and back for every visit, with its range. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from locator.search import distance_m
from locator.sites import Origin, Site


@dataclass(frozen=True, slots=True)
class Leg:
    """The way from a start to a site: the WGS-84 geodesic in metres, and the range it lies in.

    For about 90 % of the addresses the start stands for, the true distance lies from `low_m` to `high_m`.
    """

    site: Site
    distance_m: float
    low_m: float
    high_m: float


@dataclass(frozen=True, slots=True)
class Travel:
    """Round trips added up, in metres along geodesics: from the start's point, and the range they lie in."""

    total_m: float
    low_m: float
    high_m: float


def leg(site: Site, metres: float, uncertainty_m: float) -> Leg:
    """A way of known length from a start that stands for an area of this radius."""
    return Leg(site, metres, max(0.0, metres - uncertainty_m), metres + uncertainty_m)


def leg_to(origin: Origin, site: Site) -> Leg | None:
    """The way from a start to a site; None where the site has no map pin."""
    if site.pin is None:
        return None
    return leg(site, distance_m(origin.point, site.pin.point), origin.uncertainty_m)


def travel(parts: Iterable[tuple[Leg, int]]) -> Travel:
    """There and back along each leg, as many times as it is travelled."""
    trips = [(way, 2 * times) for way, times in parts]
    return Travel(
        total_m=sum(way.distance_m * times for way, times in trips),
        low_m=sum(way.low_m * times for way, times in trips),
        high_m=sum(way.high_m * times for way, times in trips),
    )
