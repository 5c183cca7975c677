"""Why the best pair of sites is the best, and what a call may change, in sentences. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from locator import listing, wording
from locator.hours import open_on
from locator.referral.legs import Leg
from locator.referral.pairing import Pair, Pairing
from locator.search import Filters, Need
from locator.sites import METRES_PER_MILE, Answer, Claim, Origin, Site, Status


@dataclass(frozen=True, slots=True)
class Fact:
    """Something asked of a site: its answer, the clause that it is so, and the clause that it is not."""

    answer: Answer
    clause: str
    denial: str


def announcement(pairing: Pairing, origin: Origin, filters: Filters) -> str:
    """What follows for a place, or why nothing does, in one sentence to read out."""
    if _far_m(pairing, origin) is not None:
        return listing.out_of_area(origin)
    if pairing.pairs:
        return f"Pairs of sites from {origin.label}, the least travel first."
    if pairing.possible:
        return f"No pair of sites from {origin.label} is known to fit; these may."
    return _none_found(origin, filters)


def procedure_warning(sites: Iterable[Site], pairs: Iterable[Pair], *, phone: str) -> str | None:
    """That no procedure site is confirmed, and whom to call; None where one of the pairs has one that is.

    Looks at the whole directory first, whatever was left of it in the pairs.
    """
    procedures = [site.procedure for site in sites]
    known = [claim for claim in procedures if claim.answer is Answer.YES]
    if not known:
        return (
            "No clinic listed here is known to be a procedure site."
            f" Call {phone} to ask where procedures are done."
        )
    if not any(claim.status is Status.CONFIRMED for claim in known):
        return f"No procedure site is confirmed by the practice yet. Call {phone} before the patient travels."
    shown = [pair.procedure.site.procedure for pair in pairs]
    if shown and not any(claim.status is Status.CONFIRMED for claim in shown):
        return (
            "No procedure site in these pairs is confirmed by the practice yet."
            f" Call {phone} before the patient travels."
        )
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


def deciding_facts(site: Site, filters: Filters) -> tuple[Fact, ...]:
    """All that the filters ask of a site, its part first."""
    asked: list[Fact] = []
    if filters.need in {Need.EVALUATION, Need.BOTH}:
        asked.append(_role_fact(site.evaluation, "patients are{} evaluated"))
    if filters.need in {Need.PROCEDURE, Need.BOTH}:
        asked.append(_role_fact(site.procedure, "procedures are{} done"))
    if filters.open_weekday is not None:
        hours = f"hours on {wording.weekday_name(filters.open_weekday)} are listed"
        asked.append(Fact(open_on(site.hours, filters.open_weekday), hours, f"no {hours}"))
    if filters.wheelchair:
        asked.append(_fact(site.wheelchair.entrance, "the entrance is{} wheelchair accessible"))
    if filters.accepting:
        asked.append(_fact(site.accepting_new_patients, "new patients are{} accepted"))
    return tuple(asked)


def _fact(answer: Answer, clause: str) -> Fact:
    return Fact(answer, clause.format(""), clause.format(" not"))


def _role_fact(claim: Claim, clause: str) -> Fact:
    fact = _fact(claim.answer, clause)
    if claim.status is Status.CONFIRMED:
        return fact
    return replace(fact, denial=f"a source, not yet confirmed, says that {fact.denial}")


def _far_m(pairing: Pairing, origin: Origin) -> float | None:
    """How far the nearest clinic is, if that is out of the area; else None."""
    if pairing.nearest is None or not listing.is_out_of_area(origin, pairing.nearest.distance_m):
        return None
    return pairing.nearest.distance_m


def _none_found(origin: Origin, filters: Filters) -> str:
    if filters.within_m < float("inf"):
        reach = f"{filters.within_m / METRES_PER_MILE:.10g}"
        return (
            f"No pair of sites that fits is within {reach} miles of {origin.label}. Choose a longer distance."
        )
    return f"No pair of sites from {origin.label} fits all that is asked for."


def _nearest_passed_over(best: Pair, nearest: Leg, filters: Filters) -> str | None:
    """Why the nearest clinic has not both parts; None where it has, or where another is just as near."""
    instead: dict[str, list[str]] = {}
    parts = (
        (Need.EVALUATION, "its evaluation", best.evaluation),
        (Need.PROCEDURE, "its procedures", best.procedure),
    )
    for need, what, way in parts:
        if way.distance_m > nearest.distance_m:
            why = _why_not(nearest.site, replace(filters, need=need))
            instead.setdefault(why, []).append(f"{what} at {_at(way)}")
    if not instead:
        return None
    if best.is_one_site and len(instead) == 1 and all(len(parts) == 2 for parts in instead.values()):
        instead = {why: [f"all its visits at {_at(best.evaluation)}"] for why in instead}
    reasons = [f"{why}, so the best pair has {wording.listed(parts)}." for why, parts in instead.items()]
    return " ".join([f"The nearest clinic is {_at(nearest)}.", *reasons])


def _why_not(site: Site, filters: Filters) -> str:
    """The first no among what is asked of a site, or else all that is not known, as a clause."""
    facts = deciding_facts(site, filters)
    denied = [fact.denial for fact in facts if fact.answer is Answer.NO]
    why = denied[0] if denied else f"it is not known whether {wording.listed(_open_clauses(facts))}"
    return f"{why[:1].upper()}{why[1:]} there"


def _worth_a_call(best: Pair | None, possible: Pair, filters: Filters) -> str | None:
    """What the best of the possible pairs would mean, and whom to ask; None if it is no less travel."""
    total_mi = wording.whole_miles(possible.total_m)
    if best is not None and total_mi >= wording.whole_miles(best.total_m):
        return None
    where = _where(possible)
    if best is None:
        meaning = f"No pair is known to fit. The best that may is {where}: about {_miles(total_mi)} in all."
    else:
        saved_mi = wording.whole_miles(best.total_m) - total_mi
        meaning = (
            f"Less travel may be possible with {where}: about {_miles(total_mi)} in all, {saved_mi} less than"
            " the best pair."
        )
    return f"{meaning} {_ask(possible, filters)}"


def _ask(pair: Pair, filters: Filters) -> str:
    """What is not known of each site of a pair, and the number to call."""
    clauses: dict[Site, list[str]] = {}
    for way, need in ((pair.evaluation, Need.EVALUATION), (pair.procedure, Need.PROCEDURE)):
        clauses.setdefault(way.site, []).extend(
            _open_clauses(deciding_facts(way.site, replace(filters, need=need)))
        )
    return " ".join(
        f"At {site.title} it is not known whether {wording.listed(list(dict.fromkeys(unknown)))}."
        f" Call {site.phone} to ask."
        for site, unknown in clauses.items()
        if unknown
    )


def _all_at_one_site(best: Pair, one_site: Pair) -> str | None:
    """How many more miles it takes to keep all visits at one site; None where the best pair does."""
    if best.is_one_site:
        return None
    more_mi = wording.whole_miles(one_site.total_m) - wording.whole_miles(best.total_m)
    more = f"{more_mi} more than" if more_mi else "about as many as"
    total = _miles(wording.whole_miles(one_site.total_m))
    title = one_site.evaluation.site.title
    return f"All visits at one site, {title}, would take about {total} in all, {more} the best pair."


def _where(pair: Pair) -> str:
    first, second = pair.evaluation.site.title, pair.procedure.site.title
    return (
        f"all visits at {first}" if pair.is_one_site else f"evaluation at {first} and procedures at {second}"
    )


def _at(way: Leg) -> str:
    return f"{way.site.title} ({wording.miles(way.distance_m)} miles)"


def _miles(whole: int) -> str:
    return wording.plural(whole, "mile", "miles")


def _open_clauses(facts: Iterable[Fact]) -> list[str]:
    return [fact.clause for fact in facts if fact.answer is Answer.UNKNOWN]
