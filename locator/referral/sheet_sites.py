"""The sites of a plan as facts and warnings in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from locator import wording
from locator.hours import hours_summary
from locator.language import gettext as _
from locator.language import marked as N_
from locator.referral.journey import VisitPlace
from locator.referral.legs import Leg, Travel
from locator.referral.lengths import miles
from locator.referral.plan import Plan
from locator.referral.sheet_parts import Fact, SheetSite, plain
from locator.sites import Answer, Claim, Site, Status

NOT_KNOWN: Final = N_("Not known")
_PARTS: Final = {
    VisitPlace.EVALUATION: N_("Evaluation clinic"),
    VisitPlace.PROCEDURE: N_("Procedure site"),
}
_ROLES: Final = {VisitPlace.EVALUATION: N_("Evaluation"), VisitPlace.PROCEDURE: N_("Procedures")}
_NOT_KNOWN_THERE: Final = {
    VisitPlace.EVALUATION: N_("evaluation there: not known"),
    VisitPlace.PROCEDURE: N_("procedures there: not known"),
}
_ANSWERED_THERE: Final = {
    VisitPlace.EVALUATION: N_("evaluation there: {answer}"),
    VisitPlace.PROCEDURE: N_("procedures there: {answer}"),
}
_NOT_CONFIRMED: Final = {
    VisitPlace.EVALUATION: N_("evaluation not yet confirmed by the practice"),
    VisitPlace.PROCEDURE: N_("procedures not yet confirmed by the practice"),
}
_SOURCES: Final = {
    VisitPlace.EVALUATION: N_("Evaluation, {city}: {source} ({date})."),
    VisitPlace.PROCEDURE: N_("Procedures, {city}: {source} ({date})."),
}
_NEW_PATIENTS: Final = {Answer.YES: N_("Accepted"), Answer.NO: N_("Not accepted"), Answer.UNKNOWN: NOT_KNOWN}


def part_name(place: VisitPlace) -> str:
    """What the site for visits of that kind is called on the sheet."""
    return _(_PARTS[place])


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
    heading = part_name(places[0]) if len(places) == 1 else _("Evaluation clinic and procedure site")
    roles = tuple(
        Fact(_(_ROLES[place]), (_sentence_case(wording.role(_claim(site, place))),)) for place in places
    )
    locality = f"{site.city}, {site.state} {site.zip_code}"
    facts = (
        *roles,
        Fact(_("Address"), (plain(site.street_line), plain(locality)), may_clip=True),
        Fact(_("Phone"), (plain(site.phone),)),
        Fact(_("Fax"), (plain(site.fax or _(NOT_KNOWN)),)),
        Fact(_("Hours"), _hours(site)),
        Fact(_("Distance"), _distance(plan, plan.leg_to(places[0]))),
        Fact(_("New patients"), (_(_NEW_PATIENTS[site.accepting_new_patients]),)),
        Fact(_("Listing"), (plain(wording.freshness(site)),)),
        *((Fact(_("Note"), (plain(site.note),), may_clip=True, in_english=True),) if site.note else ()),
    )
    return SheetSite(heading, plain(site.title), facts)


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def _hours(site: Site) -> tuple[str, ...]:
    if site.hours is None:
        return (_(NOT_KNOWN),)
    listed = _("As listed in a time not stated")
    if site.hours_as_of:
        listed = _("As listed in about {month}").format(month=wording.month_or_date(site.hours_as_of))
    return hours_summary(site.hours), listed


def _distance(plan: Plan, leg: Leg | None) -> tuple[str, ...]:
    if plan.origin is None:
        return (_("Not known: no start was chosen"),)
    if leg is None:
        return (_("Not known: this clinic has no map pin"),)
    straight = _("{miles} miles from the start, in a straight line").format(miles=miles(leg.distance_m))
    if not (spread := spread_of(leg)):
        return (straight,)
    low, high = spread
    return straight, _("Between {low} and {high} miles for 9 in 10 addresses there").format(
        low=low, high=high
    )


def spread_of(way: Leg | Travel) -> tuple[str, str] | None:
    """The range a length lies in, from and to, in miles; None where it is no wider than what is shown."""
    low, high = miles(way.low_m, grouped=True), miles(way.high_m, grouped=True)
    return None if low == high else (low, high)


def site_warnings(plan: Plan) -> tuple[Fact, ...]:
    """For each site, what the practice has not yet confirmed or does not do there, and whom to call."""
    said = _("{doubts}. Call {phone} before the patient travels.")
    return tuple(
        Fact(plain(site.title), (said.format(doubts="; ".join(doubts), phone=plain(site.phone)),))
        for site, places in _chosen(plan)
        if (doubts := list(_doubts(site, places)))
    )


def _doubts(site: Site, places: tuple[VisitPlace, ...]) -> Iterator[str]:
    for place in places:
        claim = _claim(site, place)
        if claim.answer is Answer.UNKNOWN:
            yield _(_NOT_KNOWN_THERE[place])
        elif claim.answer is Answer.NO:
            yield _(_ANSWERED_THERE[place]).format(answer=wording.role(claim))
        elif claim.status is not Status.CONFIRMED:
            yield _(_NOT_CONFIRMED[place])
    if site.verified_on is None:
        yield _("listing not checked by the practice")


def site_sources(plan: Plan) -> tuple[str, ...]:
    """What the listings and the sites' parts rest on, each source once, in the order of the sites."""
    said = []
    for site, places in _chosen(plan):
        listing = _("Listing: {source} ({date}).")
        said.append(listing.format(source=plain(site.source), date=wording.full_date(site.as_of)))
        for place in places:
            claim = _claim(site, place)
            if claim.source and claim.as_of:
                source, day = plain(claim.source), wording.full_date(claim.as_of)
                said.append(_(_SOURCES[place]).format(city=plain(site.city), source=source, date=day))
    return tuple(dict.fromkeys(said))
