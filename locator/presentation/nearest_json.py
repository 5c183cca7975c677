"""Places, clinics and the ranked list of clinics around a place, as the JSON that docs/cli.md describes.

Pure; the command line and the API share it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from locator.clinics import Filters, Match, Results, SiteIndex, search
from locator.presentation import listing, wording
from locator.sites import Claim, ClinicRole, Origin, Site

DEFAULT_LIMIT: Final = 10
"""How many clinics are listed by default."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """The clinics around a place, those known to fit first, and what to know about the list."""

    origin: Origin
    matches: tuple[Match, ...]
    notes: tuple[str, ...]


def find_nearest(index: SiteIndex, origin: Origin, filters: Filters, *, limit: int, phone: str) -> Nearest:
    """At most `limit` clinics around a place: known to fit, then of unknown fit, each nearest first."""
    results = search(index, origin, filters, limit=limit)
    headline = listing.found(origin, results, filters, phone=phone)
    matches = (*results.matches, *results.possible)[:limit]
    return Nearest(
        origin, matches, (headline.announcement, *headline.notes, *_unranked_notes(results, matches))
    )


def json_text(value: Mapping[str, Any]) -> str:
    """An answer to a program, as text that ends its last line."""
    return json.dumps(value, indent=2) + "\n"


def origin_json(origin: Origin) -> dict[str, Any]:
    """A place as docs/cli.md describes it."""
    return {
        "label": origin.label,
        "lat_deg": origin.point.lat_deg,
        "lon_deg": origin.point.lon_deg,
        "precision": origin.precision,
        "uncertainty_mi": wording.miles(origin.uncertainty_m),
        "source": origin.source,
    }


def site_json(site: Site) -> dict[str, Any]:
    """A clinic and what is claimed of it, as docs/cli.md describes it."""
    return {
        "site_id": site.site_id,
        "name": site.title,
        "address": site.address,
        "phone": site.phone,
        **{name: value for role, claim in site.claims.items() for name, value in _claim_json(role, claim)},
    }


def _claim_json(role: ClinicRole, claim: Claim) -> tuple[tuple[str, str], ...]:
    return (role, claim.answer), (f"{role}_status", claim.status)


def freshness_json(site: Site) -> dict[str, Any]:
    """The days of a listing, as docs/cli.md describes them."""
    return {
        "as_of": site.as_of.isoformat(),
        "verified_on": site.verified_on.isoformat() if site.verified_on else None,
    }


def nearest_json(query: str, nearest: Nearest) -> dict[str, Any]:
    """The list as docs/cli.md describes it."""
    return {
        "query": query,
        "origin": origin_json(nearest.origin),
        "matches": [_match(rank, match) for rank, match in enumerate(nearest.matches, start=1)],
        "notes": list(nearest.notes),
    }


def _unranked_notes(results: Results, matches: Sequence[Match]) -> list[str]:
    """What the ranked list alone would hide: unknown facts, clinics past the limit, clinics without a pin."""
    sure = len(results.matches)
    unsure = max(0, len(matches) - sure)
    hidden = len(results.possible) - unsure
    notes = []
    if unsure:
        notes.append(f"From rank {sure + 1} on, whether the clinic fits is not known; not known is not no.")
    if hidden:
        notes.append(f"{wording.plural(hidden, 'more clinic', 'more clinics')} may fit; it is not known.")
    return [*notes, *listing.unplaced_note(results.unplaced)]


def _match(rank: int, match: Match) -> dict[str, Any]:
    return {
        "rank": rank,
        **site_json(match.site),
        "distance_mi": wording.miles(match.distance_m),
        "distance_low_mi": wording.miles(match.low_m),
        "distance_high_mi": wording.miles(match.high_m),
        "about_same_as_previous": match.about_same_as_previous,
        **freshness_json(match.site),
    }
