"""Why the best pair of sites is the best, and what a call may change, in sentences. Pure.

The sentences are made of clauses about what is required of a site, and how the site answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from locator.clinics import Filters, Need, SiteIndex, open_on
from locator.language import gettext as _
from locator.language import ngettext
from locator.presentation import listing, wording
from locator.referral.pairing import Pair, Pairing
from locator.referral.plan import Leg
from locator.sites import Answer, Claim, Origin, Site, Status


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something required of a site: its answer, what may follow "whether", and a sentence that denies it."""

    answer: Answer
    clause: str
    denial: str


def requirements(site: Site, filters: Filters) -> tuple[Requirement, ...]:
    """All that the filters require of a site, its part first."""
    required: list[Requirement] = []
    if filters.need in {Need.EVALUATION, Need.BOTH}:
        required.append(_evaluation_requirement(site.evaluation))
    if filters.need in {Need.PROCEDURE, Need.BOTH}:
        required.append(_procedure_requirement(site.procedure))
    if filters.open_weekday is not None:
        day = wording.weekday_name(filters.open_weekday)
        listed = _("hours on {day} are listed").format(day=day)
        closed = _("No hours on {day} are listed there").format(day=day)
        required.append(Requirement(open_on(site.hours, filters.open_weekday), listed, closed))
    if filters.wheelchair:
        accessible = _("the entrance is wheelchair accessible")
        steps = _("The entrance is not wheelchair accessible there")
        required.append(Requirement(site.wheelchair.entrance, accessible, steps))
    if filters.accepting:
        accepted, full = _("new patients are accepted"), _("New patients are not accepted there")
        required.append(Requirement(site.accepting_new_patients, accepted, full))
    return tuple(required)


def _evaluation_requirement(claim: Claim) -> Requirement:
    denial = _("A source, not yet confirmed, says that patients are not evaluated there")
    if claim.status is Status.CONFIRMED:
        denial = _("Patients are not evaluated there")
    return Requirement(claim.answer, _("patients are evaluated"), denial)


def _procedure_requirement(claim: Claim) -> Requirement:
    denial = _("A source, not yet confirmed, says that procedures are not done there")
    if claim.status is Status.CONFIRMED:
        denial = _("Procedures are not done there")
    return Requirement(claim.answer, _("procedures are done"), denial)


def announcement(pairing: Pairing, origin: Origin, filters: Filters) -> str:
    """What follows for a place, or why nothing does, in one sentence to read out."""
    if _far_m(pairing, origin) is not None:
        return listing.out_of_area(origin)
    if pairing.pairs:
        return _("Pairs of sites from {place}, the least travel first.").format(place=origin.label)
    if pairing.possible:
        return _("No pair of sites from {place} is known to fit; these may.").format(place=origin.label)
    return _none_found(origin, filters)


def procedure_warning(index: SiteIndex, pairs: Iterable[Pair], *, phone: str) -> str | None:
    """That no procedure site is confirmed, and whom to call; None where one of the pairs has one that is.

    Looks at the whole directory first, whatever was left of it in the pairs.
    """
    surest = index.surest_procedure
    if surest is None:
        sentence = _(
            "No clinic listed here is known to be a procedure site."
            " Call {phone} to ask where procedures are done."
        )
        return sentence.format(phone=phone)
    if surest is not Status.CONFIRMED:
        sentence = _(
            "No procedure site is confirmed by the practice yet. Call {phone} before the patient travels."
        )
        return sentence.format(phone=phone)
    claims = [pair.procedure.site.procedure for pair in pairs]
    if claims and not any(claim.status is Status.CONFIRMED for claim in claims):
        sentence = _(
            "No procedure site in these pairs is confirmed by the practice yet."
            " Call {phone} before the patient travels."
        )
        return sentence.format(phone=phone)
    return None


def reasons(pairing: Pairing, origin: Origin, filters: Filters, *, phone: str) -> tuple[str, ...]:
    """When and why the best pair is not made of the nearest sites, and what else is worth knowing of it.

    First what to do far from every clinic. Then why the nearest clinic has no part, or not both; what less
    travel a call may bring; and what it costs to keep all visits at one site. `origin` and `filters` are
    those of the pairing.
    """
    best = pairing.pairs[0] if pairing.pairs else None
    far_m = _far_m(pairing, origin)
    sentences = (
        None if far_m is None else listing.out_of_area_advice(far_m, phone=phone),
        _nearest_passed_over(best, pairing.nearest, filters) if best and pairing.nearest else None,
        _worth_a_call(best, pairing.possible[0], filters) if pairing.possible else None,
        _all_at_one_site(best, pairing.one_site) if best and pairing.one_site else None,
    )
    return tuple(sentence for sentence in sentences if sentence)


def _far_m(pairing: Pairing, origin: Origin) -> float | None:
    """How far the nearest clinic is, if that is out of the area; else None."""
    if pairing.nearest is None or not listing.is_out_of_area(origin, pairing.nearest.distance_m):
        return None
    return pairing.nearest.distance_m


def _none_found(origin: Origin, filters: Filters) -> str:
    if filters.within_m < float("inf"):
        sentence = _("No pair of sites that fits is within {distance} of {place}. Choose a longer distance.")
        return sentence.format(distance=wording.reach(filters.within_m), place=origin.label)
    return _("No pair of sites from {place} fits all that is asked for.").format(place=origin.label)


def _nearest_passed_over(best: Pair, nearest: Leg, filters: Filters) -> str | None:
    """Why the nearest clinic has not both parts; None where it has, or where another is just as near."""
    needs_by_reason: dict[str, list[Need]] = {}
    for need, one in ((Need.EVALUATION, best.evaluation), (Need.PROCEDURE, best.procedure)):
        if one.distance_m > nearest.distance_m:
            why = _why_not(nearest.site, replace(filters, need=need))
            needs_by_reason.setdefault(why, []).append(need)
    if not needs_by_reason:
        return None
    first = _("The nearest clinic is {clinic}.").format(clinic=_at(nearest))
    return " ".join([first, *(_instead(best, why, needs) for why, needs in needs_by_reason.items())])


def _instead(best: Pair, why: str, needs: Sequence[Need]) -> str:
    """Where the best pair has the parts that the nearest clinic, for one reason, has not."""
    if len(needs) > 1 and best.is_one_site:
        sentence = _("{why}, so the best pair has all its visits at {evaluation}.")
    elif len(needs) > 1:
        sentence = _(
            "{why}, so the best pair has its evaluation at {evaluation} and its procedures at {procedure}."
        )
    elif needs[0] is Need.EVALUATION:
        sentence = _("{why}, so the best pair has its evaluation at {evaluation}.")
    else:
        sentence = _("{why}, so the best pair has its procedures at {procedure}.")
    return sentence.format(why=why, evaluation=_at(best.evaluation), procedure=_at(best.procedure))


def _why_not(site: Site, filters: Filters) -> str:
    """The first no among what is required of a site, or else all that is unknown; how a sentence begins."""
    required = requirements(site, filters)
    denials = [one.denial for one in required if one.answer is Answer.NO]
    if denials:
        return denials[0]
    clauses = wording.listed(_unknown_clauses(required))
    return _("It is not known whether {clauses} there").format(clauses=clauses)


def _unknown_clauses(required: Iterable[Requirement]) -> list[str]:
    """What is not known of all that is required, each in words that may follow "whether"."""
    return [one.clause for one in required if one.answer is Answer.UNKNOWN]


def _worth_a_call(best: Pair | None, possible: Pair, filters: Filters) -> str | None:
    """What the best of the possible pairs would mean, and whom to ask; None if it is no less travel."""
    total_mi = wording.whole_miles(possible.total_m)
    if best is not None and total_mi >= wording.whole_miles(best.total_m):
        return None
    if best is None:
        meaning = _best_that_may(possible)
    else:
        meaning = _less_travel(possible, wording.whole_miles(best.total_m) - total_mi)
    return f"{meaning} {_ask(possible, filters)}"


def _best_that_may(pair: Pair) -> str:
    total_mi = wording.whole_miles(pair.total_m)
    if pair.is_one_site:
        sentence = ngettext(
            "No pair is known to fit. The best that may is all visits at {evaluation}:"
            " about {count} mile in all.",
            "No pair is known to fit. The best that may is all visits at {evaluation}:"
            " about {count} miles in all.",
            total_mi,
        )
    else:
        sentence = ngettext(
            "No pair is known to fit. The best that may is evaluation at {evaluation} and procedures at"
            " {procedure}: about {count} mile in all.",
            "No pair is known to fit. The best that may is evaluation at {evaluation} and procedures at"
            " {procedure}: about {count} miles in all.",
            total_mi,
        )
    return sentence.format(count=total_mi, **_titles(pair))


def _less_travel(pair: Pair, saved_mi: int) -> str:
    total_mi = wording.whole_miles(pair.total_m)
    if pair.is_one_site:
        sentence = ngettext(
            "Less travel may be possible with all visits at {evaluation}:"
            " about {count} mile in all, {saved} less than the best pair.",
            "Less travel may be possible with all visits at {evaluation}:"
            " about {count} miles in all, {saved} less than the best pair.",
            total_mi,
        )
    else:
        sentence = ngettext(
            "Less travel may be possible with evaluation at {evaluation} and procedures at {procedure}:"
            " about {count} mile in all, {saved} less than the best pair.",
            "Less travel may be possible with evaluation at {evaluation} and procedures at {procedure}:"
            " about {count} miles in all, {saved} less than the best pair.",
            total_mi,
        )
    return sentence.format(count=total_mi, saved=saved_mi, **_titles(pair))


def _ask(pair: Pair, filters: Filters) -> str:
    """What is not known of each site of a pair, and the number to call."""
    clauses: dict[Site, list[str]] = {}
    for one, need in ((pair.evaluation, Need.EVALUATION), (pair.procedure, Need.PROCEDURE)):
        required = requirements(one.site, replace(filters, need=need))
        clauses.setdefault(one.site, []).extend(_unknown_clauses(required))
    sentence = _("At {site} it is not known whether {clauses}. Call {phone} to ask.")
    return " ".join(
        sentence.format(
            site=site.title, clauses=wording.listed(list(dict.fromkeys(unknown))), phone=site.phone
        )
        for site, unknown in clauses.items()
        if unknown
    )


def _all_at_one_site(best: Pair, one_site: Pair) -> str | None:
    """How many more miles it takes to keep all visits at one site; None where the best pair does."""
    if best.is_one_site:
        return None
    total_mi = wording.whole_miles(one_site.total_m)
    more_mi = total_mi - wording.whole_miles(best.total_m)
    if more_mi:
        sentence = ngettext(
            "All visits at one site, {site}, would take about {count} mile in all,"
            " {more} more than the best pair.",
            "All visits at one site, {site}, would take about {count} miles in all,"
            " {more} more than the best pair.",
            total_mi,
        )
    else:
        sentence = ngettext(
            "All visits at one site, {site}, would take about {count} mile in all,"
            " about as many as the best pair.",
            "All visits at one site, {site}, would take about {count} miles in all,"
            " about as many as the best pair.",
            total_mi,
        )
    return sentence.format(site=one_site.evaluation.site.title, count=total_mi, more=more_mi)


def _titles(pair: Pair) -> dict[str, str]:
    return {"evaluation": pair.evaluation.site.title, "procedure": pair.procedure.site.title}


def _at(leg: Leg) -> str:
    return _("{site} ({miles} miles)").format(site=leg.site.title, miles=wording.miles_text(leg.distance_m))
