"""The command line: `python -m locator nearest | check | geocode | evaluate`.

Exit codes: 0 found or valid, 2 wrong usage, 3 place unknown or ambiguous, 4 a service is out, 5 the directory
or another file the project reads is invalid, 6 something in the directory needs a look.
"""

from __future__ import annotations

import argparse
import io
import json
import math
import os
import sys
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

from locator import evaluate, listing, wording
from locator.clock import chicago_today
from locator.directory import DirectoryReading, format_report, read_directory
from locator.errors import LocatorError, ServiceUnavailableError, SettingsError
from locator.geocoding.gazetteer import load_gazetteer
from locator.geocoding.offline import OfflinePlaces
from locator.pins import command as clinic_pins
from locator.pins.audit import audit
from locator.pins.csv_edit import CsvCells
from locator.search import Filters, Match, Need, Results, SiteIndex, search
from locator.settings import Settings, load_settings
from locator.sites import METRES_PER_MILE, Ambiguous, Located, NotLocated, Origin, Site

_ROOT: Final = Path(__file__).resolve().parents[1]
_DEFAULT_LIMIT: Final = 10


class Exit(IntEnum):
    """What the exit code says."""

    FOUND = 0
    USAGE = 2
    NO_SUCH_PLACE = 3
    SERVICE_OUT = 4
    INVALID_DATA = 5
    NEEDS_A_LOOK = 6


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; results go to standard output, trouble to standard error."""
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a dash must not stop the answer.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        code = int(options.run(options))
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has had enough. Python would complain about that once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.FOUND
    except ServiceUnavailableError as exc:
        print(exc, file=sys.stderr)
        return Exit.SERVICE_OUT
    except LocatorError as exc:
        print(exc, file=sys.stderr)
        return Exit.INVALID_DATA
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m locator", description="Find clinics for DRG stimulation."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    near = commands.add_parser("nearest", help="list the clinics nearest to a place")
    near.add_argument("place", help="a ZIP code, city, county, address or clinic")
    near.add_argument("--need", choices=[Need.EVALUATION, Need.PROCEDURE], default=Need.ANY)
    near.add_argument("--limit", type=_positive_int, default=_DEFAULT_LIMIT, metavar="N")
    near.add_argument("--within", type=_positive_miles, default=math.inf, metavar="MILES")
    near.add_argument("--json", action="store_true", help="print JSON, as described in docs/cli.md")
    near.set_defaults(run=_nearest)
    check = commands.add_parser("check", help="report every problem in a clinic directory")
    check.add_argument("file", type=Path, nargs="?", help="the CSV file; the project's own by default")
    check.set_defaults(run=_check)
    clinic_pins.add_parser(commands).set_defaults(run=_geocode)
    evaluate.add_parser(commands)
    return parser


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


def _check(options: argparse.Namespace) -> Exit:
    settings = load_settings(_ROOT)
    path = options.file or _clinics_csv(settings)
    reading = read_directory(path, today=chicago_today())
    print(format_report(reading))
    if not reading.valid:
        return Exit.INVALID_DATA
    made_for = CsvCells(path.read_bytes()).column("pin_address")
    findings = audit(reading.sites, load_gazetteer(settings.data_dir / "gazetteer"), made_for)
    print(*findings, sep="\n", end="\n" if findings else "")
    return Exit.NEEDS_A_LOOK if findings else Exit.FOUND


def _geocode(options: argparse.Namespace) -> int:
    # geopy takes a tenth of a second to load, which no other command pays.
    from locator.geocoding._http import user_agent  # noqa: PLC0415
    from locator.geocoding.services import make_geocoder  # noqa: PLC0415

    settings = load_settings(_ROOT)
    options.file = options.file or _clinics_csv(settings)
    geocoder = make_geocoder(settings.clinic_geocoder, user_agent=user_agent(settings.contact))
    if geocoder is None:
        raise SettingsError("No service is set for placing clinics: name one in [clinic_geocoder].")
    gazetteer = load_gazetteer(settings.data_dir / "gazetteer")
    return clinic_pins.run(options, geocoder=geocoder, gazetteer=gazetteer, today=chicago_today())


def _nearest(options: argparse.Namespace) -> Exit:
    settings = load_settings(_ROOT)
    reading = read_directory(_clinics_csv(settings), today=chicago_today())
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


def _clinics_csv(settings: Settings) -> Path:
    return settings.data_dir / "clinics.csv"


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
