"""The visits of a plan as a timeline in words, with the miles of each. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from locator import wording
from locator.referral.journey import Journey, Visit, VisitPlace
from locator.referral.legs import Leg
from locator.referral.plan import Plan


def way(leg: Leg) -> str:
    """How long a way is, one way, with its range: "3.2 miles (2.1 to 4.4)"."""
    said = f"{wording.miles(leg.distance_m)} miles"
    low, high = wording.miles(leg.low_m), wording.miles(leg.high_m)
    return said if low == high else f"{said} ({low} to {high})"


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
    VisitPlace.EVALUATION: "At the evaluation clinic",
    VisitPlace.PROCEDURE: "At the procedure site",
}


def _stop(visit: Visit, plan: Plan | None) -> Stop:
    site = plan.site_at(visit.place) if plan else None
    where = site.title if site else _PARTS[visit.place]
    leg = plan.leg_to(visit.place) if plan else None
    if leg is not None:
        there_and_back = wording.miles(2 * leg.distance_m * visit.times)
        where += f": {there_and_back} miles there and back" + (" in all" if visit.times > 1 else "")
    return Stop(visit, wording.plural(visit.times, "visit", "visits"), where)


def total(journey: Journey, plan: Plan | None) -> str:
    """All the travel in a sentence or two, with its range, and why it is not known where it is not."""
    visits = wording.plural(sum(visit.times for visit in journey.visits), "visit", "visits")
    if plan is None:
        return f"{visits} in all. Choose the sites to see where."
    travel = plan.travel()
    if travel is None:
        return f"{visits}. {_why_no_miles(plan)}"
    miles = wording.plural(wording.whole_miles(travel.total_m), "mile", "miles")
    said = f"{visits}, about {miles} there and back in all"
    if wording.whole_miles(travel.low_m) != wording.whole_miles(travel.high_m):
        said += f" (between {wording.whole_miles(travel.low_m)} and {wording.whole_miles(travel.high_m)})"
    return f"{said}, in straight lines. Roads are longer."


def _why_no_miles(plan: Plan) -> str:
    if plan.origin is None:
        return "Give a ZIP code or a city to see the miles."
    return "The miles are not known, because a site has no place on the map."
