"""The command `python -m locator nearest PLACE`: clinics around a place, as sentences or as JSON."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from typing import Any, Final

from locator import listing, wording
from locator.clock import chicago_today
from locator.directory import DirectoryReading, format_report, read_directory
from locator.exit_codes import Exit
from locator.geocoding.gazetteer import load_gazetteer
from locator.geocoding.offline import OfflinePlaces
from locator.search import Filters, Match, Need, Results, SiteIndex, search
from locator.settings import load_settings
from locator.sites import METRES_PER_MILE, Ambiguous, Located, NotLocated, Origin, Site

_DEFAULT_LIMIT: Final = 10


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `nearest` to the commands of the command line."""
    near = commands.add_parser("nearest", help="list the clinics nearest to a place")
    near.add_argument("place", help="a ZIP code, city, county, address or clinic")
    near.add_argument("--need", choices=[Need.EVALUATION, Need.PROCEDURE], default=Need.ANY)
    near.add_argument("--limit", type=_positive_int, default=_DEFAULT_LIMIT, metavar="N")
    near.add_argument("--within", type=_positive_miles, default=math.inf, metavar="MILES")
    near.add_argument("--json", action="store_true", help="print JSON, as described in docs/cli.md")
    near.set_defaults(run=run)


def _positive_int(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError("must be a whole number, 1 or more")
    return int(text)


def _positive_miles(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    # NaN fails the comparison.
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError("must be a number of miles above 0")
    return number


def run(options: argparse.Namespace) -> Exit:
    """List the clinics around the place that `options` names; the exit code says how that went."""
    settings = load_settings()
    reading = read_directory(settings.data_dir / "clinics.csv", today=chicago_today())
    if not reading.valid:
        return _invalid_directory(options, reading)
    sites = [site for site in reading.sites if site.active]
    answer = OfflinePlaces(load_gazetteer(settings.data_dir / "gazetteer"), sites).locate(options.place)
    if not isinstance(answer, Located):
        return _no_such_place(options, answer)
    filters = Filters(options.need, options.within * METRES_PER_MILE)
    results = search(SiteIndex(sites), answer.origin, filters, limit=options.limit)
    said = listing.found(answer.origin, results, filters, phone=settings.practice_phone)
    matches = (*results.matches, *results.possible)[: options.limit]
    notes = [said.announcement, *said.notes, *_unranked_notes(results, matches)]
    if options.json:
        _print_json(_report(options.place, answer.origin, matches, notes))
    else:
        _print_matches(matches, notes)
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
    if results.unplaced:
        titles = "; ".join(site.title for site in results.unplaced)
        said.append(f"No place on the map, so no distance: {titles}.")
    return said


def _invalid_directory(options: argparse.Namespace, reading: DirectoryReading) -> Exit:
    print(format_report(reading), file=sys.stderr)
    if options.json:
        problems = [str(problem) for problem in reading.problems]
        _print_json({"query": options.place, "origin": None, "matches": [], "notes": problems})
    return Exit.INVALID_DATA


def _no_such_place(options: argparse.Namespace, answer: Ambiguous | NotLocated) -> Exit:
    candidates = answer.candidates if isinstance(answer, Ambiguous) else answer.suggestions
    reason = (
        f"We found {len(candidates)} places. Which one do you mean?"
        if isinstance(answer, Ambiguous)
        else answer.reason
    )
    if options.json:
        listed = [_origin(candidate) for candidate in candidates]
        _print_json(
            {"query": options.place, "origin": None, "matches": [], "candidates": listed, "notes": [reason]}
        )
    else:
        print(reason, *(f"  {candidate.label}" for candidate in candidates), sep="\n", file=sys.stderr)
    return Exit.NO_SUCH_PLACE


def _report(query: str, origin: Origin, matches: Sequence[Match], notes: list[str]) -> dict[str, Any]:
    return {
        "query": query,
        "origin": _origin(origin),
        "matches": [_match(rank, match) for rank, match in enumerate(matches, start=1)],
        "notes": notes,
    }


def _origin(origin: Origin) -> dict[str, Any]:
    return {
        "label": origin.label,
        "lat_deg": origin.point.lat_deg,
        "lon_deg": origin.point.lon_deg,
        "precision": origin.precision,
        "uncertainty_mi": wording.miles(origin.uncertainty_m),
        "source": origin.source,
    }


def _match(rank: int, match: Match) -> dict[str, Any]:
    site = match.site
    return {
        "rank": rank,
        "site_id": site.site_id,
        "name": site.title,
        "address": site.address,
        "phone": site.phone,
        "evaluation": site.evaluation.answer,
        "evaluation_status": site.evaluation.status,
        "procedure": site.procedure.answer,
        "procedure_status": site.procedure.status,
        "distance_mi": wording.miles(match.distance_m),
        "distance_low_mi": wording.miles(match.low_m),
        "distance_high_mi": wording.miles(match.high_m),
        "about_same_as_previous": match.about_same_as_previous,
        "as_of": site.as_of.isoformat(),
        "verified_on": site.verified_on.isoformat() if site.verified_on else None,
    }


def _print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, indent=2))


def _print_matches(matches: Sequence[Match], notes: Sequence[str]) -> None:
    print(*notes, sep="\n")
    for rank, match in enumerate(matches, start=1):
        print(*_lines(rank, match), sep="\n")


def _lines(rank: int, match: Match) -> list[str]:
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
    lines.append(f"   {wording.freshness(site)}")
    return lines
