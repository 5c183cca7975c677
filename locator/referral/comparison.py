"""Sites side by side: one column a site, one row a fact, the unknown said as such. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from locator import hours, wording
from locator.referral.plan import Plan
from locator.sites import Site

MOST_COMPARED: Final = 5
_NOT_KNOWN: Final = "Not known"


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
    distances = {site.site_id: (site, said) for site, said in nearby}
    parts = {site.site_id: (site, part) for site, part in _parts(plan)}
    others = [site for site_id, (site, _) in distances.items() if site_id not in parts]
    shown = [*(site for site, _ in parts.values()), *others][:limit]
    return tuple(
        Column(
            number,
            site,
            part=parts[site.site_id][1] if site.site_id in parts else "",
            distance=distances[site.site_id][1] if site.site_id in distances else "",
        )
        for number, site in enumerate(shown, start=1)
    )


def _parts(plan: Plan | None) -> list[tuple[Site, str]]:
    if plan is None:
        return []
    if plan.procedure is None:
        return [(plan.evaluation, "Evaluation")]
    if plan.is_one_site:
        return [(plan.evaluation, "Evaluation and procedures")]
    return [(plan.evaluation, "Evaluation"), (plan.procedure, "Procedures")]


def rows(shown: Sequence[Column]) -> list[tuple[str, list[str]]]:
    """Each fact's name with what is known of it at each site."""
    sites = [column.site for column in shown]
    table = [
        ("Evaluation", [_said(wording.role(site.evaluation)) for site in sites]),
        ("Procedures", [_said(wording.role(site.procedure)) for site in sites]),
        ("Address", [site.address for site in sites]),
        ("Phone", [site.phone for site in sites]),
        ("Fax", [site.fax or _NOT_KNOWN for site in sites]),
        ("Listed hours", [hours.hours_summary(site.hours) if site.hours else _NOT_KNOWN for site in sites]),
        ("Wheelchair access", [wording.wheelchair(site) for site in sites]),
        ("New patients", [_said(wording.plain_answer(site.accepting_new_patients)) for site in sites]),
        ("Listing", [wording.freshness(site) for site in sites]),
    ]
    if any(column.distance for column in shown):
        table.insert(0, ("Distance", [column.distance or _NOT_KNOWN for column in shown]))
    return table


def _said(text: str) -> str:
    return text[:1].upper() + text[1:]
