"""What a referrer is offered for a place and their preferences, and the plan their choice makes. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Self

from locator.clinics import Filters, Match, Need, Results, SiteIndex, search
from locator.language import gettext as _
from locator.language import ngettext
from locator.presentation import listing, wording
from locator.referral.journey import PROGRAMMING_VISIT, Journey, VisitPlace
from locator.referral.pairing import Pair, Pairing, rank_pairs
from locator.referral.plan import Leg, Plan, SiteChoice
from locator.referral.reasons import announcement, procedure_warning, reasons
from locator.sites import Answer, Claim, Origin, Site

MOST_OPTIONS: Final = 3


@dataclass(frozen=True, slots=True)
class Preferences:
    """What is planned, and what each site must offer."""

    evaluation_only: bool
    journey: Journey
    filters: Filters

    @classmethod
    def of(
        cls, journey: Journey, filters: Filters, *, evaluation_only: bool, sessions: int, accepting: bool
    ) -> Self:
        """What follows from the page's fields: `journey` is the practice's, `filters` hold for any clinic.

        `sessions` is how many programming sessions to count; raises ValueError as `Journey.with_times`.
        """
        if evaluation_only:
            planned, need = journey.evaluation_only(), Need.EVALUATION
        else:
            planned, need = journey.with_times(PROGRAMMING_VISIT, sessions), Need.ANY
        return cls(evaluation_only, planned, replace(filters, need=need, accepting=accepting))


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: the sites with their parts, what to know about them, and the ids that name it."""

    choice: str
    parts: tuple[tuple[str, Site], ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """Options under a heading, with a sentence that says why they are apart."""

    heading: str
    explanation: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered: one sentence that sums up, a warning before it, notes, and options.

    `best` is the choice to begin with.
    """

    announcement: str
    warning: str | None
    notes: tuple[str, ...]
    groups: tuple[OptionGroup, ...]
    best: SiteChoice


def no_start(index: SiteIndex, preferences: Preferences, *, phone: str) -> Offer:
    """What is shown before any place is given."""
    prompt = _("Give a ZIP code, a city or a county to rank the sites by travel.")
    warning = None if preferences.evaluation_only else procedure_warning(index, (), phone=phone)
    return Offer(prompt, warning, (), (), SiteChoice())


def offer(index: SiteIndex, origin: Origin, preferences: Preferences, *, phone: str) -> Offer:
    """The options from a place, the least travel first, and what to know before taking one."""
    if preferences.evaluation_only:
        return _evaluations(index, origin, preferences, phone)
    return _pairs(index, origin, preferences, phone)


def _pairs(index: SiteIndex, origin: Origin, preferences: Preferences, phone: str) -> Offer:
    pairing = rank_pairs(index, origin, preferences.journey, preferences.filters, limit=MOST_OPTIONS)
    best = SiteChoice()
    if pairing.pairs:
        first = pairing.pairs[0]
        best = SiteChoice(first.evaluation.site.site_id, first.procedure.site.site_id)
    return Offer(
        announcement=announcement(pairing, origin, preferences.filters),
        warning=procedure_warning(index, pairing.pairs, phone=phone),
        notes=(
            *reasons(pairing, origin, preferences.filters, phone=phone),
            *origin.notes,
            wording.how_exact(origin),
            *listing.unplaced_note(pairing.unplaced),
        ),
        groups=pair_groups(pairing, preferences.journey, phone=phone),
        best=best,
    )


def _evaluations(index: SiteIndex, origin: Origin, preferences: Preferences, phone: str) -> Offer:
    results = search(index, origin, preferences.filters, limit=MOST_OPTIONS)
    headline = listing.found(origin, results, preferences.filters, phone=phone)
    best = SiteChoice(results.matches[0].site.site_id) if results.matches else SiteChoice()
    notes = (*headline.notes, *listing.unplaced_note(results.unplaced))
    return Offer(headline.announcement, None, notes, evaluation_groups(results, phone=phone), best)


def still_offered(index: SiteIndex, choice: SiteChoice) -> SiteChoice:
    """What holds of a choice: without a site that is not listed, or is known not to do its part."""
    evaluation, procedure = index.by_id.get(choice.evaluation_id), index.by_id.get(choice.procedure_id)
    return SiteChoice(
        evaluation.site_id if evaluation and evaluation.evaluation.answer is not Answer.NO else "",
        procedure.site_id if procedure and procedure.procedure.answer is not Answer.NO else "",
    )


def plan_of(
    index: SiteIndex, choice: SiteChoice, origin: Origin | None, preferences: Preferences
) -> Plan | None:
    """The plan that a choice makes; None as long as a site for one of its parts is missing."""
    offered = still_offered(index, choice)
    evaluation = index.by_id.get(offered.evaluation_id)
    procedure = None if preferences.evaluation_only else index.by_id.get(offered.procedure_id)
    if evaluation is None or (procedure is None and not preferences.evaluation_only):
        return None
    return Plan(evaluation, procedure, origin, preferences.journey)


def pair_groups(pairing: Pairing, journey: Journey, *, phone: str) -> tuple[OptionGroup, ...]:
    """The pairs in order of travel, and apart from them those whose part or fact is not known."""
    groups = (
        OptionGroup(
            _("Least travel first"), "", tuple(_pair_option(pair, journey) for pair in pairing.pairs)
        ),
        _possible(tuple(_pair_option(pair, journey) for pair in pairing.possible), phone),
    )
    return tuple(group for group in groups if group.options)


def evaluation_groups(results: Results, *, phone: str) -> tuple[OptionGroup, ...]:
    """The evaluation clinics by distance, and apart from them those of which it is not known."""
    groups = (
        OptionGroup(_("Nearest evaluation clinics"), "", tuple(map(_site_option, results.matches))),
        _possible(tuple(map(_site_option, results.possible)), phone),
    )
    return tuple(group for group in groups if group.options)


def _possible(options: tuple[Option, ...], phone: str) -> OptionGroup:
    why = _(
        "Not all that is asked for is known of these sites. Not known does not mean no: call {phone} to ask."
    )
    return OptionGroup(_(listing.MAY_FIT), why.format(phone=phone), options)


def _pair_option(pair: Pair, journey: Journey) -> Option:
    first, second = pair.evaluation, pair.procedure
    apart = ((_("Evaluation"), first.site), (_("Procedures"), second.site))
    together = ((_("All visits"), first.site),) if pair.is_one_site else apart
    roles = f"{_evaluation(first.site.evaluation)} {_procedures(second.site.procedure)}"
    lines = [_total(pair), _visits(pair, journey), roles]
    if pair.about_same_as_previous:
        lines.insert(1, _("About the same travel as the one above"))
    return Option(f"{first.site.site_id} {second.site.site_id}", together, tuple(lines))


def _total(pair: Pair) -> str:
    total, low, high = map(wording.whole_miles, (pair.total_m, pair.low_m, pair.high_m))
    if low == high:
        return ngettext("{count} mile in all", "{count} miles in all", total).format(count=total)
    sentence = ngettext(
        "{count} mile in all (between {low} and {high})",
        "{count} miles in all (between {low} and {high})",
        total,
    )
    return sentence.format(count=total, low=low, high=high)


def _visits(pair: Pair, journey: Journey) -> str:
    at_first, at_second = (journey.times_at(place) for place in VisitPlace)
    if pair.is_one_site:
        return _visits_of(pair.evaluation, at_first + at_second)
    return f"{_visits_of(pair.evaluation, at_first)}, {_visits_of(pair.procedure, at_second)}"


def _visits_of(leg: Leg, times: int) -> str:
    visits = ngettext("{count} visit of {miles} mi one way", "{count} visits of {miles} mi one way", times)
    return visits.format(count=times, miles=wording.miles_text(leg.distance_m))


def _evaluation(claim: Claim) -> str:
    return _("Evaluation: {known}.").format(known=wording.role(claim))


def _procedures(claim: Claim) -> str:
    return _("Procedures: {known}.").format(known=wording.role(claim))


def _site_option(match: Match) -> Option:
    distance = _("{miles} miles one way") if match.is_exact else _("{miles} miles one way, {range}")
    miles = wording.miles_text(match.distance_m)
    lines = [distance.format(miles=miles, range=wording.distance_range(match))]
    if match.about_same_as_previous:
        lines.append(_("About the same distance as the one above"))
    lines.append(_evaluation(match.site.evaluation))
    return Option(match.site.site_id, ((_("Evaluation"), match.site),), tuple(lines))
