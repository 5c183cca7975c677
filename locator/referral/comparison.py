"""Sites side by side: one column a site, one row a fact, the unknown said as such. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from locator import hours, wording
from locator.language import gettext as _
from locator.language import marked as N_
from locator.referral.journey import VisitPlace
from locator.referral.plan import Plan
from locator.referral.timeline import way
from locator.sites import Site

MOST_COMPARED: Final = 5
_NOT_KNOWN: Final = N_("Not known")


@dataclass(frozen=True, slots=True)
class Column:
    """A site in the comparison, under the number of its pin; `part` is "" for one that is not chosen."""

    number: int
    site: Site
    part: str
    distance: str


def columns(
    plan: Plan | None, nearby: Iterable[tuple[Site, str]], *, limit: int = MOST_COMPARED
) -> tuple[Column, ...]:
    """The chosen sites first, then those nearby with their distances in words, at most `limit` in all."""
    chosen, measured = _parts(plan), list(nearby)
    parts = {site.site_id: part for site, part in chosen}
    distances = _ways(plan) | {site.site_id: said for site, said in measured}
    others = [site for site, _said in measured if site.site_id not in parts]
    shown = [*(site for site, _ in chosen), *others][:limit]
    return tuple(
        Column(number, site, parts.get(site.site_id, ""), distances.get(site.site_id, ""))
        for number, site in enumerate(shown, start=1)
    )


def _parts(plan: Plan | None) -> list[tuple[Site, str]]:
    if plan is None:
        return []
    if plan.procedure is None:
        return [(plan.evaluation, _("Evaluation"))]
    if plan.is_one_site:
        return [(plan.evaluation, _("Evaluation and procedures"))]
    return [(plan.evaluation, _("Evaluation")), (plan.procedure, _("Procedures"))]


def _ways(plan: Plan | None) -> dict[str, str]:
    """How far the chosen sites are, which need not be among those nearby."""
    legs = [plan.leg_to(place) for place in VisitPlace] if plan else []
    return {leg.site.site_id: way(leg) for leg in legs if leg is not None}


def rows(shown: Sequence[Column]) -> list[tuple[str, list[str]]]:
    """Each fact's name with what is known of it at each site."""
    sites = [column.site for column in shown]
    unknown = _(_NOT_KNOWN)
    table = [
        (_("Evaluation"), [_sentence_case(wording.role(site.evaluation)) for site in sites]),
        (_("Procedures"), [_sentence_case(wording.role(site.procedure)) for site in sites]),
        (_("Address"), [site.address for site in sites]),
        (_("Phone"), [site.phone for site in sites]),
        (_("Fax"), [site.fax or unknown for site in sites]),
        (_("Listed hours"), [hours.hours_summary(site.hours) if site.hours else unknown for site in sites]),
        (_("Wheelchair access"), [wording.wheelchair(site) for site in sites]),
        (
            _("New patients"),
            [_sentence_case(wording.plain_answer(site.accepting_new_patients)) for site in sites],
        ),
        (_("Listing"), [wording.freshness(site) for site in sites]),
    ]
    if any(column.distance for column in shown):
        table.insert(0, (_("Distance"), [column.distance or unknown for column in shown]))
    return table


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
