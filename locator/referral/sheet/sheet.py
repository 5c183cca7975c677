"""The referral sheet: one value that contains every word, ready for any rendering. Pure.

Its only field about a patient is the label of the place; the rest is written on it by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from locator.clinics import hours_summary
from locator.language import current
from locator.language import gettext as _
from locator.language import marked as N_
from locator.presentation import miles_text, wording
from locator.referral import (
    Assessment,
    Leg,
    Plan,
    ReferralContent,
    Travel,
    Visit,
    VisitPlace,
    finding_words,
    summary,
)
from locator.referral.sheet.parts import (
    BlankGroup,
    CriteriaTable,
    CriterionRow,
    Paragraphs,
    SheetFact,
    SheetLink,
    SheetSite,
    SheetTable,
    Warnings,
    plain,
)
from locator.sites import Answer, Claim, Site, Status

_NOT_KNOWN: Final = N_("Not known")
_PARTS: Final = {
    VisitPlace.EVALUATION: N_("Evaluation clinic"),
    VisitPlace.PROCEDURE: N_("Procedure site"),
}
_ROLES: Final = {VisitPlace.EVALUATION: N_("Evaluation"), VisitPlace.PROCEDURE: N_("Procedures")}
_UNKNOWN_THERE: Final = {
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
_NEW_PATIENTS: Final = {Answer.YES: N_("Accepted"), Answer.NO: N_("Not accepted"), Answer.UNKNOWN: _NOT_KNOWN}


def _part_name(place: VisitPlace) -> str:
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
    heading = _part_name(places[0]) if len(places) == 1 else _("Evaluation clinic and procedure site")
    roles = tuple(
        SheetFact(_(_ROLES[place]), (_sentence_case(wording.role(_claim(site, place))),)) for place in places
    )
    locality = f"{site.city}, {site.state} {site.zip_code}"
    facts = (
        *roles,
        SheetFact(_("Address"), (plain(site.street_line), plain(locality)), may_clip=True),
        SheetFact(_("Phone"), (plain(site.phone),)),
        SheetFact(_("Fax"), (plain(site.fax or _(_NOT_KNOWN)),)),
        SheetFact(_("Hours"), _hours(site)),
        SheetFact(_("Distance"), _distance(plan, plan.leg_to(places[0]))),
        SheetFact(_("New patients"), (_(_NEW_PATIENTS[site.accepting_new_patients]),)),
        SheetFact(_("Listing"), (plain(wording.freshness(site)),)),
        *((SheetFact(_("Note"), (plain(site.note),), may_clip=True, in_english=True),) if site.note else ()),
    )
    return SheetSite(heading, plain(site.title), facts)


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def _hours(site: Site) -> tuple[str, ...]:
    if site.hours is None:
        return (_(_NOT_KNOWN),)
    listed = _("As listed in a time not stated")
    if site.hours_as_of:
        listed = _("As listed in about {month}").format(month=wording.month_or_date(site.hours_as_of))
    return hours_summary(site.hours), listed


def _distance(plan: Plan, leg: Leg | None) -> tuple[str, ...]:
    if plan.origin is None:
        return (_("Not known: no start was chosen"),)
    if leg is None:
        return (_("Not known: this clinic has no map pin"),)
    straight = _("{miles} miles from the start, in a straight line").format(miles=miles_text(leg.distance_m))
    if not (limits := _range_of(leg)):
        return (straight,)
    low, high = limits
    return straight, _("Between {low} and {high} miles for 9 in 10 addresses there").format(
        low=low, high=high
    )


def _range_of(length: Leg | Travel) -> tuple[str, str] | None:
    """The range a length lies in, from and to, in miles; None where it is no wider than what is shown."""
    low, high = miles_text(length.low_m, grouped=True), miles_text(length.high_m, grouped=True)
    return None if low == high else (low, high)


def site_warnings(plan: Plan) -> tuple[SheetFact, ...]:
    """For each site, what the practice has not yet confirmed or does not do there, and whom to call."""
    warning = _("{doubts}. Call {phone} before the patient travels.")
    return tuple(
        SheetFact(plain(site.title), (warning.format(doubts="; ".join(doubts), phone=plain(site.phone)),))
        for site, places in _chosen(plan)
        if (doubts := list(_doubts(site, places)))
    )


def _doubts(site: Site, places: tuple[VisitPlace, ...]) -> Iterator[str]:
    for place in places:
        claim = _claim(site, place)
        if claim.answer is Answer.UNKNOWN:
            yield _(_UNKNOWN_THERE[place])
        elif claim.answer is Answer.NO:
            yield _(_ANSWERED_THERE[place]).format(answer=wording.role(claim))
        elif claim.status is not Status.CONFIRMED:
            yield _(_NOT_CONFIRMED[place])
    if site.verified_on is None:
        yield _("listing not checked by the practice")


def site_sources(plan: Plan) -> tuple[str, ...]:
    """What the listings and the sites' parts rest on, each source once, in the order of the sites."""
    sources = []
    for site, places in _chosen(plan):
        listing = _("Listing: {source} ({date}).")
        sources.append(listing.format(source=plain(site.source), date=wording.full_date(site.as_of)))
        for place in places:
            claim = _claim(site, place)
            if claim.source and claim.as_of:
                source, day = plain(claim.source), wording.full_date(claim.as_of)
                sources.append(_(_SOURCES[place]).format(city=plain(site.city), source=source, date=day))
    return tuple(dict.fromkeys(sources))


def journey_table(plan: Plan) -> SheetTable:
    """Each kind of visit with where, how often and how many miles there and back, and the sum of them all.

    A plan without visits has no rows.
    """
    visits = [visit for visit in plan.journey.visits if visit.times]
    travel = plan.travel()
    total = _(_NOT_KNOWN) if travel is None else miles_text(travel.total_m, grouped=True)
    times = str(sum(visit.times for visit in visits))
    rows = [_row(plan, visit) for visit in visits]
    return SheetTable(
        heading=_("Visits and travel"),
        columns=(_("Visit"), _("When"), _("Where"), _("Times"), _("Miles there and back")),
        rows=(*rows, (_("All visits"), "", "", times, total)) if rows else (),
        notes=(
            _travel_sentence(plan),
            _("Some numbers and places of visits are assumed; the practice decides."),
        ),
    )


def _row(plan: Plan, visit: Visit) -> tuple[str, ...]:
    site, leg = plan.site_at(visit.place), plan.leg_to(visit.place)
    where = _part_name(visit.place) if site is None else f"{_part_name(visit.place)}, {plain(site.city)}"
    length = _(_NOT_KNOWN) if leg is None else miles_text(2 * visit.times * leg.distance_m, grouped=True)
    return plain(visit.name), plain(visit.when), where, str(visit.times), length


def _travel_sentence(plan: Plan) -> str:
    travel = plan.travel()
    if plan.origin is None:
        return _("Total travel: not known, because no start was chosen.")
    place = plain(plan.origin.label)
    if travel is None:
        return _("Total travel from {place}: not known, because a clinic has no map pin.").format(place=place)
    sentence = _(
        "Total travel from {place}: {miles} miles there and back for all visits."
        " Measured in a straight line; by road it is farther."
    )
    low, high = _range_of(travel) or ("", "")
    if low:
        sentence = _(
            "Total travel from {place}: {miles} miles there and back for all visits"
            " (between {low} and {high} miles for 9 in 10 addresses there)."
            " Measured in a straight line; by road it is farther."
        )
    return sentence.format(place=place, miles=miles_text(travel.total_m, grouped=True), low=low, high=high)


_BLANKS: Final = (
    BlankGroup(
        N_("Patient"),
        (N_("Name"), N_("Date of birth"), N_("Phone"), N_("Insurance"), N_("Member number")),
    ),
    BlankGroup(
        N_("Referred by"),
        (N_("Name"), N_("Practice"), N_("Phone"), N_("Fax"), N_("Signature"), N_("Date")),
    ),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A referral to a practice in words: what to fill in, whom to call, where to go, and what it rests on.

    `language` is the BCP 47 tag of all its words. An empty tuple, a table without rows or a list without
    items has nothing to show, and its heading is left out with it.
    """

    language: str
    title: str
    recipient: str
    accurate: str
    made_on: date
    blanks: tuple[BlankGroup, ...]
    warnings: Warnings
    sites: tuple[SheetSite, ...]
    journey: SheetTable
    criteria: CriteriaTable
    send_along: Paragraphs
    link: SheetLink | None
    sources: Paragraphs


def make_sheet(  # noqa: PLR0913 - each is one fact of its own that the sheet shows
    plan: Plan,
    *,
    content_source: str,
    content_read_on: date,
    assessments: Sequence[Assessment],
    send_along: Sequence[str],
    send_along_basis: str,
    practice_name: str,
    phone: str,
    link: str | None,
    today: date,
    translation_note: str | None = None,
) -> Sheet:
    """The sheet of a plan as of `today`; a plan without a procedure site covers the evaluation alone.

    `content_source` is where the visits and criteria were read, `send_along_basis` what the list of records
    to send rests on, `link` the address of the same plan, `translation_note` how far its translation is to
    be trusted, if that needs saying.
    """
    title = _("Referral: DRG stimulation")
    if plan.procedure is None:
        plan = replace(plan, journey=plan.journey.evaluation_only())
        title = _("Referral: evaluation for DRG stimulation")
    content = _("Visits and criteria: {source}, read on {date}.").format(
        source=plain(content_source), date=wording.full_date(content_read_on)
    )
    return Sheet(
        language=current().tag,
        title=title,
        recipient=_("To {practice}, phone {phone}").format(practice=plain(practice_name), phone=plain(phone)),
        accurate=_("Accurate as of {date}").format(date=wording.full_date(today)),
        made_on=today,
        blanks=tuple(_translated(group) for group in _BLANKS),
        warnings=Warnings(_("Not yet confirmed"), site_warnings(plan)),
        sites=sheet_sites(plan),
        journey=journey_table(plan),
        criteria=_criteria(assessments),
        send_along=Paragraphs(
            _("Send along"), tuple(plain(item) for item in send_along), plain(send_along_basis) or None
        ),
        link=_link(link),
        sources=Paragraphs(_("Sources"), (content, *site_sources(plan)), translation_note),
    )


def content_sheet(  # noqa: PLR0913 - each is one fact of its own that the sheet shows
    plan: Plan,
    content: ReferralContent,
    assessments: Sequence[Assessment],
    *,
    practice_name: str,
    phone: str,
    link: str | None,
    today: date,
    translation_note: str | None,
) -> Sheet:
    """As `make_sheet`, with what the referral page's content says."""
    return make_sheet(
        plan,
        content_source=content.source,
        content_read_on=content.read_on,
        assessments=assessments,
        send_along=content.send_along.items,
        send_along_basis=content.send_along.basis,
        practice_name=practice_name,
        phone=phone,
        link=link,
        today=today,
        translation_note=translation_note,
    )


def pdf_file_name(plan: Plan) -> str:
    """What the sheet of a plan is called as a PDF: by its sites, and nothing of a patient."""
    ids = dict.fromkeys(site.site_id for site in (plan.evaluation, plan.procedure) if site)
    return f"drg-referral-{'-'.join(ids)}.pdf"


def _translated(group: BlankGroup) -> BlankGroup:
    return BlankGroup(_(group.heading), tuple(_(label) for label in group.labels))


def _criteria(assessments: Sequence[Assessment]) -> CriteriaTable:
    rows = tuple(
        CriterionRow(
            mark=str(one.finding),
            finding=finding_words(one.finding),
            text=plain(one.criterion.text),
            detail=plain(one.detail) if one.detail else None,
        )
        for one in assessments
    )
    return CriteriaTable(
        heading=_("Criteria that the practice's page names"),
        columns=(_("Answer"), _("Criterion")),
        rows=rows,
        notes=(summary(assessments), _("This restates answers. It is not a diagnosis.")),
    )


def _link(url: str | None) -> SheetLink | None:
    if not url:
        return None
    return SheetLink(plain(url), _("This plan online"), _("QR code of the link to this plan"))
