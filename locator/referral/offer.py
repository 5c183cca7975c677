"""What a referrer is offered for a place and their wishes, and the plan their choice makes of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from locator import listing, wording
from locator.language import gettext as _
from locator.referral.journey import Journey
from locator.referral.options import OptionGroup, evaluation_groups, pair_groups
from locator.referral.pairing import rank_pairs
from locator.referral.plan import Plan, SiteChoice
from locator.referral.reasons import announcement, procedure_warning, reasons
from locator.search import Filters, SiteIndex, search
from locator.sites import Answer, Origin

MOST_OPTIONS: Final = 3


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is planned, and what each site must offer."""

    evaluation_only: bool
    journey: Journey
    filters: Filters


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


def no_start(index: SiteIndex, wishes: Wishes, *, phone: str) -> Offer:
    """What is said before any place is given."""
    said = _("Give a ZIP code, a city or a county to rank the sites by travel.")
    warning = None if wishes.evaluation_only else procedure_warning(index, (), phone=phone)
    return Offer(said, warning, (), (), SiteChoice())


def offer(index: SiteIndex, origin: Origin, wishes: Wishes, *, phone: str) -> Offer:
    """The options from a place, the least travel first, and what to know before taking one."""
    if wishes.evaluation_only:
        return _evaluations(index, origin, wishes, phone)
    return _pairs(index, origin, wishes, phone)


def _pairs(index: SiteIndex, origin: Origin, wishes: Wishes, phone: str) -> Offer:
    pairing = rank_pairs(index, origin, wishes.journey, wishes.filters, limit=MOST_OPTIONS)
    best = SiteChoice()
    if pairing.pairs:
        first = pairing.pairs[0]
        best = SiteChoice(first.evaluation.site.site_id, first.procedure.site.site_id)
    return Offer(
        announcement=announcement(pairing, origin, wishes.filters),
        warning=procedure_warning(index, pairing.pairs, phone=phone),
        notes=(
            *reasons(pairing, origin, wishes.filters, phone=phone),
            *origin.notes,
            wording.how_exact(origin),
            *listing.unplaced_note(pairing.unplaced),
        ),
        groups=pair_groups(pairing, wishes.journey, phone=phone),
        best=best,
    )


def _evaluations(index: SiteIndex, origin: Origin, wishes: Wishes, phone: str) -> Offer:
    results = search(index, origin, wishes.filters, limit=MOST_OPTIONS)
    found = listing.found(origin, results, wishes.filters, phone=phone)
    best = SiteChoice(results.matches[0].site.site_id) if results.matches else SiteChoice()
    notes = (*found.notes, *listing.unplaced_note(results.unplaced))
    return Offer(found.announcement, None, notes, evaluation_groups(results, phone=phone), best)


def still_offered(index: SiteIndex, choice: SiteChoice) -> SiteChoice:
    """What holds of a choice: without a site that is not listed, or is known not to do its part."""
    evaluation, procedure = index.by_id.get(choice.evaluation_id), index.by_id.get(choice.procedure_id)
    return SiteChoice(
        evaluation.site_id if evaluation and evaluation.evaluation.answer is not Answer.NO else "",
        procedure.site_id if procedure and procedure.procedure.answer is not Answer.NO else "",
    )


def plan_of(index: SiteIndex, choice: SiteChoice, origin: Origin | None, wishes: Wishes) -> Plan | None:
    """The plan that a choice makes; None as long as a site for one of its parts is missing."""
    held = still_offered(index, choice)
    evaluation = index.by_id.get(held.evaluation_id)
    procedure = None if wishes.evaluation_only else index.by_id.get(held.procedure_id)
    if evaluation is None or (procedure is None and not wishes.evaluation_only):
        return None
    return Plan(evaluation, procedure, origin, wishes.journey)
