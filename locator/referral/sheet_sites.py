"""The sites of a plan as facts and warnings in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from locator import wording
from locator.hours import hours_summary
from locator.referral.journey import VisitPlace
from locator.referral.legs import Leg
from locator.referral.plan import Plan
from locator.referral.sheet_parts import Fact, SheetSite, plain
from locator.sites import Answer, Claim, Site, Status

NOT_KNOWN: Final = "Not known"
_PARTS: Final = {VisitPlace.EVALUATION: "Evaluation clinic", VisitPlace.PROCEDURE: "Procedure site"}
_ROLES: Final = {VisitPlace.EVALUATION: "Evaluation", VisitPlace.PROCEDURE: "Procedures"}
_NEW_PATIENTS: Final = {Answer.YES: "Accepted", Answer.NO: "Not accepted", Answer.UNKNOWN: NOT_KNOWN}


def part_name(place: VisitPlace) -> str:
    """What the site for visits of that kind is called on the sheet."""
    return _PARTS[place]


def _claim(site: Site, place: VisitPlace) -> Claim:
    return site.evaluation if place is VisitPlace.EVALUATION else site.procedure


def _chosen(plan: Plan) -> list[tuple[Site, tuple[VisitPlace, ...]]]:
    """Each site of the plan once, with its parts in it."""
    if plan.procedure is None:
        return [(plan.evaluation, (VisitPlace.EVALUATION,))]
    if plan.is_one_site:
        return [(plan.evaluation, tuple(VisitPlace))]
    return [(plan.evaluation, (VisitPlace.EVALUATION,)), (plan.procedure, (VisitPlace.PROCEDURE,))]


def sheet_sites(plan: Plan) -> tuple[SheetSite, ...]:
    """The evaluation clinic and the procedure site, or the one site that is all there is."""
    return tuple(_sheet_site(plan, site, places) for site, places in _chosen(plan))


def _sheet_site(plan: Plan, site: Site, places: tuple[VisitPlace, ...]) -> SheetSite:
    first, *others = (part_name(place) for place in places)
    heading = " and ".join([first, *(name.lower() for name in others)])
    roles = tuple(
        Fact(_ROLES[place], (_sentence_case(wording.role(_claim(site, place))),)) for place in places
    )
    locality = f"{site.city}, {site.state} {site.zip_code}"
    facts = (
        *roles,
        Fact("Address", (plain(site.street_line), plain(locality)), may_clip=True),
        Fact("Phone", (plain(site.phone),)),
        Fact("Fax", (plain(site.fax or NOT_KNOWN),)),
        Fact("Hours", _hours(site)),
        Fact("Distance", _distance(plan, plan.leg_to(places[0]))),
        Fact("New patients", (_NEW_PATIENTS[site.accepting_new_patients],)),
        Fact("Listing", (plain(wording.freshness(site)),)),
        *((Fact("Note", (plain(site.note),), may_clip=True),) if site.note else ()),
    )
    return SheetSite(heading, plain(site.title), facts)


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def _hours(site: Site) -> tuple[str, ...]:
    if site.hours is None:
        return (NOT_KNOWN,)
    listed = f"about {wording.month_or_date(site.hours_as_of)}" if site.hours_as_of else "a time not stated"
    return hours_summary(site.hours), f"As listed in {listed}"


def _distance(plan: Plan, leg: Leg | None) -> tuple[str, ...]:
    if plan.origin is None:
        return (f"{NOT_KNOWN}: no start was chosen",)
    if leg is None:
        return (f"{NOT_KNOWN}: this clinic has no map pin",)
    straight = f"{wording.miles(leg.distance_m)} miles from the start, in a straight line"
    spread = miles_between(leg.low_m, leg.high_m)
    return (straight, f"{_sentence_case(spread)} for 9 in 10 addresses there") if spread else (straight,)


def miles_between(low_m: float, high_m: float) -> str | None:
    """The range between two lengths in metres, as miles; None where it is no wider than what is shown."""
    low_mi, high_mi = wording.miles(low_m), wording.miles(high_m)
    return None if low_mi == high_mi else f"between {low_mi:,} and {high_mi:,} miles"


def site_warnings(plan: Plan) -> tuple[Fact, ...]:
    """For each site, what the practice has not yet confirmed or does not do there, and whom to call."""
    return tuple(
        Fact(
            plain(site.title), (f"{'; '.join(doubts)}. Call {plain(site.phone)} before the patient travels.",)
        )
        for site, places in _chosen(plan)
        if (doubts := list(_doubts(site, places)))
    )


def _doubts(site: Site, places: tuple[VisitPlace, ...]) -> Iterator[str]:
    for place in places:
        claim, role = _claim(site, place), _ROLES[place].lower()
        if claim.answer is Answer.UNKNOWN:
            yield f"{role} there: not known"
        elif claim.answer is Answer.NO:
            yield f"{role} there: {wording.role(claim)}"
        elif claim.status is not Status.CONFIRMED:
            yield f"{role} not yet confirmed by the practice"
    if site.verified_on is None:
        yield "listing not checked by the practice"


def site_sources(plan: Plan) -> tuple[str, ...]:
    """What the listings and the sites' parts rest on, each source once, in the order of the sites."""
    said = []
    for site, places in _chosen(plan):
        said.append(f"Listing: {plain(site.source)} ({wording.full_date(site.as_of)}).")
        for place in places:
            claim = _claim(site, place)
            if claim.source and claim.as_of:
                role = f"{_ROLES[place]}, {plain(site.city)}"
                said.append(f"{role}: {plain(claim.source)} ({wording.full_date(claim.as_of)}).")
    return tuple(dict.fromkeys(said))
