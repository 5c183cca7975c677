"""What a referrer chose: the sites, the place they are measured from, the visits, and the travel of all that.

Pure. Travel is one way, or there and back for every visit, always with its range; as figures, and in words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from locator.clinics import distance_m
from locator.language import gettext as _
from locator.language import marked as N_
from locator.language import ngettext
from locator.presentation import miles_text, wording
from locator.referral.journey import Journey, Visit, VisitPlace
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


def one_way(leg: Leg) -> str:
    """How long a way is, one way, with its range: "3.2 miles (2.1 to 4.4)"."""
    low, high = miles_text(leg.low_m), miles_text(leg.high_m)
    text = _("{miles} miles") if low == high else _("{miles} miles ({low} to {high})")
    return text.format(miles=miles_text(leg.distance_m), low=low, high=high)


@dataclass(frozen=True, slots=True)
class Stop:
    """One kind of visit, and where it takes place with the miles it means, in words."""

    visit: Visit
    times: str
    where: str


def stops(journey: Journey, plan: Plan | None) -> tuple[Stop, ...]:
    """The visits in their order; one that takes place no times is left out. Without a plan, no miles."""
    return tuple(_stop(visit, plan) for visit in journey.visits if visit.times)


_PARTS: Final = {
    VisitPlace.EVALUATION: N_("At the evaluation clinic"),
    VisitPlace.PROCEDURE: N_("At the procedure site"),
}


def _stop(visit: Visit, plan: Plan | None) -> Stop:
    return Stop(visit, _visits(visit.times), _where(visit, plan))


def _where(visit: Visit, plan: Plan | None) -> str:
    site = plan.site_at(visit.place) if plan else None
    leg = plan.leg_to(visit.place) if plan else None
    if leg is None:
        return site.title if site else _(_PARTS[visit.place])
    text = _("{site}: {miles} miles there and back")
    if visit.times > 1:
        text = _("{site}: {miles} miles there and back in all")
    return text.format(site=leg.site.title, miles=miles_text(2 * leg.distance_m * visit.times))


def _visits(count: int) -> str:
    return ngettext("{count} visit", "{count} visits", count).format(count=count)


def total(journey: Journey, plan: Plan | None) -> str:
    """All the travel in a sentence or two, with its range, and why it is not known where it is not."""
    count = sum(visit.times for visit in journey.visits)
    travel = plan.travel() if plan else None
    if travel is not None:
        return _with_miles(_visits(count), travel)
    if plan is None:
        text = ngettext(
            "{count} visit in all. Choose the sites to see where.",
            "{count} visits in all. Choose the sites to see where.",
            count,
        )
    elif plan.origin is None:
        text = ngettext(
            "{count} visit. Give a ZIP code or a city to see the miles.",
            "{count} visits. Give a ZIP code or a city to see the miles.",
            count,
        )
    else:
        text = ngettext(
            "{count} visit. The miles are not known, because a site has no place on the map.",
            "{count} visits. The miles are not known, because a site has no place on the map.",
            count,
        )
    return text.format(count=count)


def _with_miles(visits: str, travel: Travel) -> str:
    whole, low, high = map(wording.whole_miles, (travel.total_m, travel.low_m, travel.high_m))
    text = _("{visits}, about {miles} there and back in all, in straight lines. Roads are longer.")
    if low != high:
        text = _(
            "{visits}, about {miles} there and back in all (between {low} and {high}), in straight lines."
            " Roads are longer."
        )
    total_miles = ngettext("{count} mile", "{count} miles", whole).format(count=whole)
    return text.format(visits=visits, miles=total_miles, low=low, high=high)
