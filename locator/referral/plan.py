"""What a referrer chose: the sites, the place they are measured from, the visits, and the travel of all that.

Pure. Travel is one way, or there and back for every visit, always with its range.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from locator.clinics import distance_m
from locator.referral.journey import Journey, VisitPlace
from locator.sites import Claim, Origin, Site, Status


@dataclass(frozen=True, slots=True)
class Leg:
    """The way from a start to a site: the WGS-84 geodesic in metres, and the range it lies in.

    For about 90 % of the addresses the start stands for, the true distance lies from `low_m` to `high_m`.

    This is not the `Match` of a search, though both are a site at a distance. The range of a match is widened
    to the tenths of a mile it is shown in, and a match has a rank; a leg's range is exact, because it is
    multiplied by the visits before it is shown, and a widened one would add up to miles that nobody travels.
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
    """The leg of known length from a start that stands for an area of this radius."""
    return Leg(site, metres, max(0.0, metres - uncertainty_m), metres + uncertainty_m)


def leg_to(origin: Origin, site: Site) -> Leg | None:
    """The leg from a start to a site; None where the site has no map pin."""
    if site.pin is None:
        return None
    return leg(site, distance_m(origin.point, site.pin.point), origin.uncertainty_m)


def travel(parts: Iterable[tuple[Leg, int]]) -> Travel:
    """There and back along each leg, as many times as it is travelled."""
    trips = [(one, 2 * times) for one, times in parts]
    return Travel(
        total_m=sum(one.distance_m * times for one, times in trips),
        low_m=sum(one.low_m * times for one, times in trips),
        high_m=sum(one.high_m * times for one, times in trips),
    )


@dataclass(frozen=True, slots=True)
class SiteChoice:
    """Sites by their ids; "" for a part that nobody has chosen."""

    evaluation_id: str = ""
    procedure_id: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """An evaluation clinic and a procedure site, which may be one and the same, and the travel they mean.

    `procedure` is None where only the evaluation is planned, `origin` where no start is known: then no
    distance is stated. A site without a map pin has no distance either.
    """

    evaluation: Site
    procedure: Site | None
    origin: Origin | None
    journey: Journey

    @property
    def is_one_site(self) -> bool:
        """Whether all visits take place at one site."""
        return self.procedure is None or self.procedure.site_id == self.evaluation.site_id

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What is claimed of the sites' parts in this plan."""
        evaluation = self.evaluation.evaluation
        return (evaluation,) if self.procedure is None else (evaluation, self.procedure.procedure)

    @property
    def is_confirmed(self) -> bool:
        """Whether the practice has confirmed the part of each site."""
        return all(claim.status is Status.CONFIRMED for claim in self.claims)

    def site_at(self, place: VisitPlace) -> Site | None:
        """The site at which visits of that kind take place."""
        return self.evaluation if place is VisitPlace.EVALUATION else self.procedure

    def leg_to(self, place: VisitPlace) -> Leg | None:
        """The leg there, one way; None without a start, a site or its pin."""
        site = self.site_at(place)
        return None if self.origin is None or site is None else leg_to(self.origin, site)

    def travel(self) -> Travel | None:
        """All round trips of all visits together; None where one of the legs is not known."""
        parts = []
        for place in VisitPlace:
            times = self.journey.times_at(place)
            leg = self.leg_to(place)
            if times and leg is None:
                return None
            if leg is not None:
                parts.append((leg, times))
        return travel(parts)
