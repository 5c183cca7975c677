"""What a referrer is offered for a place and their wishes, and the plan their choice makes of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from locator import listing, wording
from locator.language import gettext as _
from locator.referral.journey import Journey
from locator.referral.legs import leg
from locator.referral.options import OptionGroup, evaluation_groups, pair_groups
from locator.referral.pairing import rank_pairs
from locator.referral.plan import Plan, SiteChoice
from locator.referral.reasons import announcement, procedure_warning, reasons
from locator.referral.timeline import way
from locator.search import Filters, SiteIndex, nearest, search
from locator.sites import Answer, Origin, Site

MOST_OPTIONS: Final = 3
MOST_NEARBY: Final = 50


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


def no_start(sites: Iterable[Site], wishes: Wishes, *, phone: str) -> Offer:
    """What is said before any place is given."""
    said = _("Give a ZIP code, a city or a county to rank the sites by travel.")
    warning = None if wishes.evaluation_only else procedure_warning(sites, (), phone=phone)
    return Offer(said, warning, (), (), SiteChoice())


def offer(index: SiteIndex, sites: Iterable[Site], origin: Origin, wishes: Wishes, *, phone: str) -> Offer:
    """The options from a place, the least travel first, and what to know before taking one.

    `sites` is the whole directory, which `index` was made of.
    """
    if wishes.evaluation_only:
        return _evaluations(index, origin, wishes, phone)
    return _pairs(index, sites, origin, wishes, phone)


def _pairs(index: SiteIndex, sites: Iterable[Site], origin: Origin, wishes: Wishes, phone: str) -> Offer:
    pairing = rank_pairs(index, origin, wishes.journey, wishes.filters, limit=MOST_OPTIONS)
    best = SiteChoice()
    if pairing.pairs:
        first = pairing.pairs[0]
        best = SiteChoice(first.evaluation.site.site_id, first.procedure.site.site_id)
    return Offer(
        announcement=announcement(pairing, origin, wishes.filters),
        warning=procedure_warning(sites, pairing.pairs, phone=phone),
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


def still_offered(sites: Iterable[Site], choice: SiteChoice) -> SiteChoice:
    """What holds of a choice: without a site that is not listed, or is known not to do its part."""
    by_id = {site.site_id: site for site in sites}
    evaluation, procedure = by_id.get(choice.evaluation_id), by_id.get(choice.procedure_id)
    return SiteChoice(
        evaluation.site_id if evaluation and evaluation.evaluation.answer is not Answer.NO else "",
        procedure.site_id if procedure and procedure.procedure.answer is not Answer.NO else "",
    )


def plan_of(sites: Iterable[Site], choice: SiteChoice, origin: Origin | None, wishes: Wishes) -> Plan | None:
    """The plan that a choice makes; None as long as a site for one of its parts is missing."""
    by_id = {site.site_id: site for site in sites}
    held = still_offered(by_id.values(), choice)
    evaluation = by_id.get(held.evaluation_id)
    procedure = None if wishes.evaluation_only else by_id.get(held.procedure_id)
    if evaluation is None or (procedure is None and not wishes.evaluation_only):
        return None
    return Plan(evaluation, procedure, origin, wishes.journey)


def nearby(
    index: SiteIndex, sites: Iterable[Site], origin: Origin | None, plan: Plan | None = None
) -> list[tuple[Site, str]]:
    """Sites to choose from with their distances in words, nearest first; by city where there is no start.

    Of the placed ones at most the fifty nearest, then those without a map pin, without a distance. A site of
    `plan` is always among them, if need be as the last.
    """
    if origin is None:
        by_city = sorted(sites, key=lambda site: (site.city, site.site_id))
        found = [(site, "") for site in by_city[:MOST_NEARBY]]
    else:
        measured = nearest(index, origin.point, limit=MOST_NEARBY)
        found = [(site, way(leg(site, metres, origin.uncertainty_m))) for metres, site in measured]
        found += [(site, "") for site in index.unplaced]
    listed = {site.site_id for site, _said in found}
    chosen = {site.site_id: site for site in (plan.evaluation, plan.procedure) if site} if plan else {}
    return [*found, *((site, "") for site_id, site in chosen.items() if site_id not in listed)]
