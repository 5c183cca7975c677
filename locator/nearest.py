"""The command `python -m locator nearest PLACE`: clinics around a place, as sentences or as JSON."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from locator import listing, wording
from locator.clock import chicago_today
from locator.exit_codes import Exit
from locator.place_command import (
    add_place_arguments,
    find_start,
    freshness_json,
    origin_json,
    site_json,
    write_json,
    write_lines,
)
from locator.search import Filters, Match, Need, Results, SiteIndex, search
from locator.settings import load_settings
from locator.sites import METRES_PER_MILE, Origin, Site

_DEFAULT_LIMIT: Final = 10


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `nearest` to the commands of the command line."""
    near = commands.add_parser("nearest", help="list the clinics nearest to a place")
    add_place_arguments(near, limit=_DEFAULT_LIMIT)
    near.add_argument("--need", choices=[Need.EVALUATION, Need.PROCEDURE], default=Need.ANY)
    near.set_defaults(run=run)


def run(options: argparse.Namespace) -> Exit:
    """List the clinics around the place that `options` names; the exit code says how that went."""
    settings = load_settings()
    start = find_start(options, settings, nothing={"matches": []})
    if isinstance(start, Exit):
        return start
    filters = Filters(options.need, options.within * METRES_PER_MILE)
    results = search(SiteIndex(start.sites), start.origin, filters, limit=options.limit)
    said = listing.found(start.origin, results, filters, phone=settings.practice_phone)
    matches = (*results.matches, *results.possible)[: options.limit]
    notes = [said.announcement, *said.notes, *_unranked_notes(results, matches)]
    if options.json:
        write_json(_report(options.place, start.origin, matches, notes))
    else:
        write_lines(notes)
        today = chicago_today()
        write_lines(
            line for rank, match in enumerate(matches, start=1) for line in _lines(rank, match, today)
        )
    return Exit.FOUND


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


def _report(query: str, origin: Origin, matches: Sequence[Match], notes: list[str]) -> dict[str, Any]:
    return {
        "query": query,
        "origin": origin_json(origin),
        "matches": [_match(rank, match) for rank, match in enumerate(matches, start=1)],
        "notes": notes,
    }


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


def _lines(rank: int, match: Match, today: date) -> list[str]:
    site: Site = match.site
    distance = f"{wording.miles(match.distance_m)} mi"
    if not match.is_exact:
        distance += f" ({wording.distance_range(match)})"
    if match.about_same_as_previous:
        distance += ", about the same as the one before"
    lines = [
        f"\n{rank}. {site.title}: {distance}",
        f"   {site.address}; {site.phone}",
        f"   {wording.roles(site)}",
    ]
    if wording.is_unconfirmed(site):
        lines.append(f"   {wording.confirm_by_phone(site)}")
    lines.append(f"   {wording.listing_age(site, today)}")
    return lines
