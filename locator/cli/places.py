"""What commands share: the directory and its places, and how those begin that start from a place."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from locator.cli.arguments import positive_miles, positive_number
from locator.cli.exit_codes import Exit
from locator.clinics import DirectoryReading, format_report, no_collecting, read_directory
from locator.clock import chicago_today
from locator.errors import DirectoryInvalidError
from locator.geocoding.places import OfflinePlaces, load_gazetteer
from locator.presentation import json_text, origin_json
from locator.settings import DataFiles, Settings
from locator.sites import Ambiguous, Located, NotLocated, Origin, Site


def valid_directory(files: DataFiles) -> DirectoryReading:
    """The clinic directory as it is now. Raises DirectoryInvalidError, with every problem, for a bad one."""
    reading = read_directory(files.clinics, today=chicago_today())
    if not reading.valid:
        raise DirectoryInvalidError(format_report(reading))
    return reading


def known_places(files: DataFiles, sites: Sequence[Site]) -> OfflinePlaces:
    """Every place that can be named, those of `sites` among them. Raises as `load_gazetteer`."""
    with no_collecting():
        return OfflinePlaces(load_gazetteer(files.gazetteer), sites)


@dataclass(frozen=True, slots=True)
class Start:
    """The place a command starts from, and the active clinics."""

    origin: Origin
    sites: tuple[Site, ...]


def add_place_arguments(parser: argparse.ArgumentParser, *, limit: int) -> None:
    """Add the arguments that all these commands have; `limit` is the default."""
    parser.add_argument("place", help="a ZIP code, city, county, address or clinic")
    parser.add_argument(
        "--limit",
        type=positive_number,
        default=limit,
        metavar="N",
        help=f"at most so many; {limit} unless told",
    )
    parser.add_argument(
        "--within",
        type=positive_miles,
        default=math.inf,
        metavar="MILES",
        help="only what is no farther than this in a straight line",
    )
    parser.add_argument("--json", action="store_true", help="print JSON, as described in docs/cli.md")


def find_start(
    options: argparse.Namespace, settings: Settings, *, nothing: Mapping[str, Any]
) -> Start | Exit:
    """The one place that `options` names; where there is none, says why and returns the exit code.

    `nothing` is what the command's JSON then holds between `origin` and `notes`.
    """
    reading = read_directory(settings.data_files.clinics, today=chicago_today())
    if not reading.valid:
        return _invalid_directory(options, reading, nothing)
    sites = tuple(site for site in reading.sites if site.active)
    answer = known_places(settings.data_files, sites).locate(options.place)
    if not isinstance(answer, Located):
        return _no_such_place(options, answer, nothing)
    return Start(answer.origin, sites)


def _invalid_directory(
    options: argparse.Namespace, reading: DirectoryReading, nothing: Mapping[str, Any]
) -> Exit:
    sys.stderr.write(f"{format_report(reading)}\n")
    if options.json:
        problems = [str(problem) for problem in reading.problems]
        write_json({"query": options.place, "origin": None, **nothing, "notes": problems})
    return Exit.INVALID_DATA


def _no_such_place(
    options: argparse.Namespace, answer: Ambiguous | NotLocated, nothing: Mapping[str, Any]
) -> Exit:
    candidates = answer.candidates if isinstance(answer, Ambiguous) else answer.suggestions
    reason = (
        f"We found {len(candidates)} places. Which one do you mean?"
        if isinstance(answer, Ambiguous)
        else answer.reason
    )
    if options.json:
        response = {"candidates": [origin_json(candidate) for candidate in candidates], "notes": [reason]}
        write_json({"query": options.place, "origin": None, **nothing, **response})
    else:
        lines = [reason, *(f"  {candidate.label}" for candidate in candidates)]
        sys.stderr.writelines(f"{line}\n" for line in lines)
    return Exit.NO_SUCH_PLACE


def write_json(value: Mapping[str, Any]) -> None:
    """Write the answer to a program."""
    sys.stdout.write(json_text(value))


def write_lines(lines: Iterable[str]) -> None:
    """Write the answer to a person."""
    sys.stdout.writelines(f"{line}\n" for line in lines)
