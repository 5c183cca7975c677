"""Why the best pair of sites is the best, and what a call may change, in sentences. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from locator import listing, wording
from locator.language import gettext as _
from locator.language import ngettext
from locator.referral.deciding import deciding_facts, open_clauses
from locator.referral.legs import Leg
from locator.referral.lengths import miles
from locator.referral.pairing import Pair, Pairing
from locator.search import Filters, Need, SiteIndex
from locator.sites import METRES_PER_MILE, Answer, Origin, Site, Status


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
        said = _(
            "No clinic listed here is known to be a procedure site."
            " Call {phone} to ask where procedures are done."
        )
        return said.format(phone=phone)
    if surest is not Status.CONFIRMED:
        said = _(
            "No procedure site is confirmed by the practice yet. Call {phone} before the patient travels."
        )
        return said.format(phone=phone)
    shown = [pair.procedure.site.procedure for pair in pairs]
    if shown and not any(claim.status is Status.CONFIRMED for claim in shown):
        said = _(
            "No procedure site in these pairs is confirmed by the practice yet."
            " Call {phone} before the patient travels."
        )
        return said.format(phone=phone)
    return None


def reasons(pairing: Pairing, origin: Origin, filters: Filters, *, phone: str) -> tuple[str, ...]:
    """When and why the best pair is not made of the nearest sites, and what else is worth knowing of it.

    First what to do far from every clinic. Then why the nearest clinic has no part, or not both; what less
    travel a call may bring; and what it costs to keep all visits at one site. `origin` and `filters` are
    those of the pairing.
    """
    best = pairing.pairs[0] if pairing.pairs else None
    far_m = _far_m(pairing, origin)
    said = (
        None if far_m is None else listing.out_of_area_advice(far_m, phone=phone),
        _nearest_passed_over(best, pairing.nearest, filters) if best and pairing.nearest else None,
        _worth_a_call(best, pairing.possible[0], filters) if pairing.possible else None,
        _all_at_one_site(best, pairing.one_site) if best and pairing.one_site else None,
    )
    return tuple(sentence for sentence in said if sentence)


def _far_m(pairing: Pairing, origin: Origin) -> float | None:
    """How far the nearest clinic is, if that is out of the area; else None."""
    if pairing.nearest is None or not listing.is_out_of_area(origin, pairing.nearest.distance_m):
        return None
    return pairing.nearest.distance_m


def _none_found(origin: Origin, filters: Filters) -> str:
    if filters.within_m < float("inf"):
        reach = f"{filters.within_m / METRES_PER_MILE:.10g}"
        said = _("No pair of sites that fits is within {miles} miles of {place}. Choose a longer distance.")
        return said.format(miles=reach, place=origin.label)
    return _("No pair of sites from {place} fits all that is asked for.").format(place=origin.label)


def _nearest_passed_over(best: Pair, nearest: Leg, filters: Filters) -> str | None:
    """Why the nearest clinic has not both parts; None where it has, or where another is just as near."""
    needs_by_reason: dict[str, list[Need]] = {}
    for need, way in ((Need.EVALUATION, best.evaluation), (Need.PROCEDURE, best.procedure)):
        if way.distance_m > nearest.distance_m:
            why = _why_not(nearest.site, replace(filters, need=need))
            needs_by_reason.setdefault(why, []).append(need)
    if not needs_by_reason:
        return None
    first = _("The nearest clinic is {clinic}.").format(clinic=_at(nearest))
    return " ".join([first, *(_instead(best, why, needs) for why, needs in needs_by_reason.items())])


def _instead(best: Pair, why: str, needs: Sequence[Need]) -> str:
    """Where the best pair has the parts that the nearest clinic, for one reason, has not."""
    if len(needs) > 1 and best.is_one_site:
        said = _("{why}, so the best pair has all its visits at {evaluation}.")
    elif len(needs) > 1:
        said = _(
            "{why}, so the best pair has its evaluation at {evaluation} and its procedures at {procedure}."
        )
    elif needs[0] is Need.EVALUATION:
        said = _("{why}, so the best pair has its evaluation at {evaluation}.")
    else:
        said = _("{why}, so the best pair has its procedures at {procedure}.")
    return said.format(why=why, evaluation=_at(best.evaluation), procedure=_at(best.procedure))


def _why_not(site: Site, filters: Filters) -> str:
    """The first no among what is asked of a site, or else all that is not known; how a sentence begins."""
    facts = deciding_facts(site, filters)
    denied = [fact.denial for fact in facts if fact.answer is Answer.NO]
    if denied:
        return denied[0]
    return _("It is not known whether {clauses} there").format(clauses=wording.listed(open_clauses(facts)))


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
        said = ngettext(
            "No pair is known to fit. The best that may is all visits at {evaluation}:"
            " about {count} mile in all.",
            "No pair is known to fit. The best that may is all visits at {evaluation}:"
            " about {count} miles in all.",
            total_mi,
        )
    else:
        said = ngettext(
            "No pair is known to fit. The best that may is evaluation at {evaluation} and procedures at"
            " {procedure}: about {count} mile in all.",
            "No pair is known to fit. The best that may is evaluation at {evaluation} and procedures at"
            " {procedure}: about {count} miles in all.",
            total_mi,
        )
    return said.format(count=total_mi, **_titles(pair))


def _less_travel(pair: Pair, saved_mi: int) -> str:
    total_mi = wording.whole_miles(pair.total_m)
    if pair.is_one_site:
        said = ngettext(
            "Less travel may be possible with all visits at {evaluation}:"
            " about {count} mile in all, {saved} less than the best pair.",
            "Less travel may be possible with all visits at {evaluation}:"
            " about {count} miles in all, {saved} less than the best pair.",
            total_mi,
        )
    else:
        said = ngettext(
            "Less travel may be possible with evaluation at {evaluation} and procedures at {procedure}:"
            " about {count} mile in all, {saved} less than the best pair.",
            "Less travel may be possible with evaluation at {evaluation} and procedures at {procedure}:"
            " about {count} miles in all, {saved} less than the best pair.",
            total_mi,
        )
    return said.format(count=total_mi, saved=saved_mi, **_titles(pair))


def _ask(pair: Pair, filters: Filters) -> str:
    """What is not known of each site of a pair, and the number to call."""
    clauses: dict[Site, list[str]] = {}
    for way, need in ((pair.evaluation, Need.EVALUATION), (pair.procedure, Need.PROCEDURE)):
        clauses.setdefault(way.site, []).extend(
            open_clauses(deciding_facts(way.site, replace(filters, need=need)))
        )
    said = _("At {site} it is not known whether {clauses}. Call {phone} to ask.")
    return " ".join(
        said.format(site=site.title, clauses=wording.listed(list(dict.fromkeys(unknown))), phone=site.phone)
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
        said = ngettext(
            "All visits at one site, {site}, would take about {count} mile in all,"
            " {more} more than the best pair.",
            "All visits at one site, {site}, would take about {count} miles in all,"
            " {more} more than the best pair.",
            total_mi,
        )
    else:
        said = ngettext(
            "All visits at one site, {site}, would take about {count} mile in all,"
            " about as many as the best pair.",
            "All visits at one site, {site}, would take about {count} miles in all,"
            " about as many as the best pair.",
            total_mi,
        )
    return said.format(site=one_site.evaluation.site.title, count=total_mi, more=more_mi)


def _titles(pair: Pair) -> dict[str, str]:
    return {"evaluation": pair.evaluation.site.title, "procedure": pair.procedure.site.title}


def _at(way: Leg) -> str:
    return _("{site} ({miles} miles)").format(site=way.site.title, miles=miles(way.distance_m))
