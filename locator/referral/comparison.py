"""The sites a referrer can choose by hand, and some of them side by side, the unknown said as such. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from locator.clinics import SiteIndex, hours, nearest
from locator.language import gettext as _
from locator.language import marked as N_
from locator.presentation import wording
from locator.referral.journey import VisitPlace
from locator.referral.plan import Plan, leg, leg_to, one_way
from locator.sites import Origin, Site

MOST_CHOICES: Final = 50
MOST_COMPARED: Final = 5
_NOT_KNOWN: Final = N_("Not known")


@dataclass(frozen=True, slots=True)
class Choices:
    """Sites with their distances in words, and what to know where these are not all; None where they are."""

    sites: tuple[tuple[Site, str], ...]
    note: str | None = None


def choices(index: SiteIndex, origin: Origin | None, plan: Plan | None = None, *, city: str = "") -> Choices:
    """Sites to choose from, nearest first; by city where there is no start.

    Of the placed ones at most the fifty nearest, then those without a map pin, without a distance. With a
    `city`, those in cities that begin so, by city. A site of `plan` is always among them, if need be as the
    last.
    """
    prefix = city.strip()
    if prefix:
        sites, note = _in_cities(index, origin, prefix), _note_on_cities(index, prefix)
    elif origin is None:
        sites, note = [(site, "") for site in index.by_city[:MOST_CHOICES]], _note_on_first(index)
    else:
        sites, note = _nearest(index, origin), _note_on_nearest(index)
    listed = {site.site_id for site, _distance in sites}
    chosen = {site.site_id: site for site in (plan.evaluation, plan.procedure) if site} if plan else {}
    others = ((site, "") for site_id, site in chosen.items() if site_id not in listed)
    return Choices((*sites, *others), note)


def is_long(index: SiteIndex) -> bool:
    """Whether there are more sites than can be offered at once, so that the page offers a search by city."""
    return len(index.by_city) > MOST_CHOICES


def _nearest(index: SiteIndex, origin: Origin) -> list[tuple[Site, str]]:
    placed = nearest(index, origin.point, limit=MOST_CHOICES)
    measured = [(site, one_way(leg(site, metres, origin.uncertainty_m))) for metres, site in placed]
    return [*measured, *((site, "") for site in index.unplaced[:MOST_CHOICES])]


def _in_cities(index: SiteIndex, origin: Origin | None, city: str) -> list[tuple[Site, str]]:
    return [(site, _distance(origin, site)) for site in islice(index.in_cities(city), MOST_CHOICES)]


def _distance(origin: Origin | None, site: Site) -> str:
    leg = None if origin is None else leg_to(origin, site)
    return "" if leg is None else one_way(leg)


def _note_on_first(index: SiteIndex) -> str | None:
    if not is_long(index):
        return None
    note = _("These are the first {shown} of {count} sites, by city. Give a place above to see the nearest.")
    return note.format(shown=MOST_CHOICES, count=wording.whole_number(len(index.by_city)))


def _note_on_nearest(index: SiteIndex) -> str | None:
    if max(len(index), len(index.unplaced)) <= MOST_CHOICES:
        return None
    note = _("These are the nearest {shown} of {count} sites. For another, type its city above.")
    return note.format(shown=MOST_CHOICES, count=wording.whole_number(len(index.by_city)))


def _note_on_cities(index: SiteIndex, city: str) -> str | None:
    count = sum(1 for _site in islice(index.in_cities(city), MOST_CHOICES + 1))
    if not count:
        return _("No site is listed in a city of that name.")
    if count <= MOST_CHOICES:
        return None
    note = _("These are the first {shown} sites in cities that begin so. Give more of the name.")
    return note.format(shown=MOST_CHOICES)


@dataclass(frozen=True, slots=True)
class ComparedSite:
    """A site in the comparison, under the number of its pin; `part` is "" for one that is not chosen."""

    number: int
    site: Site
    part: str
    distance: str


def columns(
    plan: Plan | None, nearby: Iterable[tuple[Site, str]], *, limit: int = MOST_COMPARED
) -> tuple[ComparedSite, ...]:
    """The chosen sites first, then those nearby with their distances in words, at most `limit` in all."""
    chosen, measured = _parts(plan), list(nearby)
    parts = {site.site_id: part for site, part in chosen}
    distances = _distances(plan) | {site.site_id: distance for site, distance in measured}
    others = [site for site, _distance_text in measured if site.site_id not in parts]
    compared = [*(site for site, _ in chosen), *others][:limit]
    return tuple(
        ComparedSite(number, site, parts.get(site.site_id, ""), distances.get(site.site_id, ""))
        for number, site in enumerate(compared, start=1)
    )


def _parts(plan: Plan | None) -> list[tuple[Site, str]]:
    if plan is None:
        return []
    if plan.procedure is None:
        return [(plan.evaluation, _("Evaluation"))]
    if plan.is_one_site:
        return [(plan.evaluation, _("Evaluation and procedures"))]
    return [(plan.evaluation, _("Evaluation")), (plan.procedure, _("Procedures"))]


def _distances(plan: Plan | None) -> dict[str, str]:
    """How far the chosen sites are, which need not be among those nearby."""
    legs = [plan.leg_to(place) for place in VisitPlace] if plan else []
    return {one.site.site_id: one_way(one) for one in legs if one is not None}


def rows(compared: Sequence[ComparedSite]) -> list[tuple[str, list[str]]]:
    """Each fact's name with what is known of it at each site."""
    sites = [column.site for column in compared]
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
    if any(column.distance for column in compared):
        table.insert(0, (_("Distance"), [column.distance or unknown for column in compared]))
    return table


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
