"""The sites a referrer can choose by hand: the nearest, or those of a city, never more than a few. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final

from locator.language import gettext as _
from locator.referral.legs import leg, leg_to
from locator.referral.plan import Plan
from locator.referral.timeline import way
from locator.search import SiteIndex, nearest
from locator.sites import Origin, Site
from locator.wording import whole_number

MOST_CHOICES: Final = 50


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
    wanted = city.strip()
    if wanted:
        found, note = _in_cities(index, origin, wanted), _said_of_cities(index, wanted)
    elif origin is None:
        found, note = [(site, "") for site in index.by_city[:MOST_CHOICES]], _said_of_first(index)
    else:
        found, note = _nearest(index, origin), _said_of_nearest(index)
    listed = {site.site_id for site, _said in found}
    chosen = {site.site_id: site for site in (plan.evaluation, plan.procedure) if site} if plan else {}
    others = ((site, "") for site_id, site in chosen.items() if site_id not in listed)
    return Choices((*found, *others), note)


def is_long(index: SiteIndex) -> bool:
    """Whether there are more sites than can be offered at once, so that a city may be asked for."""
    return len(index.by_city) > MOST_CHOICES


def _nearest(index: SiteIndex, origin: Origin) -> list[tuple[Site, str]]:
    measured = nearest(index, origin.point, limit=MOST_CHOICES)
    found = [(site, way(leg(site, metres, origin.uncertainty_m))) for metres, site in measured]
    return [*found, *((site, "") for site in index.unplaced[:MOST_CHOICES])]


def _in_cities(index: SiteIndex, origin: Origin | None, city: str) -> list[tuple[Site, str]]:
    found: Iterable[Site] = islice(index.in_cities(city), MOST_CHOICES)
    return [(site, _way_to(origin, site)) for site in found]


def _way_to(origin: Origin | None, site: Site) -> str:
    found = None if origin is None else leg_to(origin, site)
    return "" if found is None else way(found)


def _said_of_first(index: SiteIndex) -> str | None:
    if not is_long(index):
        return None
    said = _("These are the first {shown} of {count} sites, by city. Give a place above to see the nearest.")
    return said.format(shown=MOST_CHOICES, count=whole_number(len(index.by_city)))


def _said_of_nearest(index: SiteIndex) -> str | None:
    if max(len(index), len(index.unplaced)) <= MOST_CHOICES:
        return None
    said = _("These are the nearest {shown} of {count} sites. For another, type its city above.")
    return said.format(shown=MOST_CHOICES, count=whole_number(len(index.by_city)))


def _said_of_cities(index: SiteIndex, city: str) -> str | None:
    found = sum(1 for _site in islice(index.in_cities(city), MOST_CHOICES + 1))
    if not found:
        return _("No site is listed in a city of that name.")
    if found <= MOST_CHOICES:
        return None
    said = _("These are the first {shown} sites in cities that begin so. Give more of the name.")
    return said.format(shown=MOST_CHOICES)
