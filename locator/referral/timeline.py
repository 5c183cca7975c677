"""The visits of a plan as a timeline in words, with the miles of each. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from locator.language import gettext as _
from locator.language import marked as N_
from locator.language import ngettext
from locator.presentation import miles_text, wording
from locator.referral.journey import Journey, Visit, VisitPlace
from locator.referral.plan import Leg, Plan, Travel


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
