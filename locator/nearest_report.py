"""The clinics around a place as one ranked list, and as JSON. Pure; the command line and the API share it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from locator import listing, wording
from locator.place_json import freshness_json, origin_json, site_json
from locator.search import Filters, Match, Results, SiteIndex, search
from locator.sites import Origin

DEFAULT_LIMIT: Final = 10
"""How many clinics are listed unless another number is told."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """The clinics around a place, those known to fit first, and what to know about the list."""

    origin: Origin
    matches: tuple[Match, ...]
    notes: tuple[str, ...]


def find_nearest(index: SiteIndex, origin: Origin, filters: Filters, *, limit: int, phone: str) -> Nearest:
    """At most `limit` clinics around a place: known to fit, then of unknown fit, each nearest first."""
    results = search(index, origin, filters, limit=limit)
    said = listing.found(origin, results, filters, phone=phone)
    matches = (*results.matches, *results.possible)[:limit]
    return Nearest(origin, matches, (said.announcement, *said.notes, *_unranked_notes(results, matches)))


def nearest_json(query: str, found: Nearest) -> dict[str, Any]:
    """The list as docs/cli.md describes it."""
    return {
        "query": query,
        "origin": origin_json(found.origin),
        "matches": [_match(rank, match) for rank, match in enumerate(found.matches, start=1)],
        "notes": list(found.notes),
    }


def _unranked_notes(results: Results, shown: Sequence[Match]) -> list[str]:
    """What the ranked list alone would hide: unknown facts, clinics past the limit, clinics without a pin."""
    sure = len(results.matches)
    unsure = max(0, len(shown) - sure)
    hidden = len(results.possible) - unsure
    said = []
    if unsure:
        said.append(f"From rank {sure + 1} on, whether the clinic fits is not known; not known is not no.")
    if hidden:
        said.append(f"{wording.plural(hidden, 'more clinic', 'more clinics')} may fit; it is not known.")
    return [*said, *listing.unplaced_note(results.unplaced)]


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
