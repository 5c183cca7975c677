"""The command line: `python -m locator COMMAND`; `--help` lists the commands.

Exit codes: 0 found or valid, 2 wrong usage, 3 place unknown or ambiguous, 4 a service is out, 5 the directory
or another file the project reads is invalid, 6 something in a table needs a look.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from locator import (
    evaluate,
    export_command,
    history_command,
    match_command,
    move_data_command,
    nearest,
    pair,
)
from locator.clock import chicago_today
from locator.directory import format_report, read_directory
from locator.directory_table import read_table
from locator.errors import LocatorError, ServiceUnavailableError, SettingsError
from locator.exit_codes import Exit
from locator.files import read_file
from locator.geocoding.gazetteer import load_gazetteer
from locator.pins import command as clinic_pins
from locator.pins.audit import audit
from locator.settings import Settings, load_settings
from locator.staff import command as staff


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
        return Exit.DONE
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
    nearest.add_parser(commands)
    pair.add_parser(commands)
    check = commands.add_parser("check", help="report every problem in a clinic directory")
    check.add_argument("file", type=Path, nargs="?", help="the CSV file; the project's own by default")
    check.set_defaults(run=_check)
    clinic_pins.add_parser(commands).set_defaults(run=_geocode)
    evaluate.add_parser(commands)
    match_command.add_parser(commands)
    staff.add_parser(commands)
    history_command.add_parsers(commands)
    export_command.add_parser(commands)
    move_data_command.add_parser(commands)
    return parser


def _check(options: argparse.Namespace) -> Exit:
    settings = load_settings().with_data()
    path = options.file or _clinics_csv(settings)
    reading = read_directory(path, today=chicago_today())
    print(format_report(reading))
    if not reading.valid:
        return Exit.INVALID_DATA
    findings = audit(reading.sites, load_gazetteer(settings.data_files.gazetteer), _made_for(path))
    print(*findings, sep="\n", end="\n" if findings else "")
    return Exit.NEEDS_A_LOOK if findings else Exit.DONE


def _made_for(path: Path) -> dict[str, str]:
    """The address each pin was made for, by site_id."""
    columns = read_table(read_file(path), ("site_id", "pin_address"), {"pin_address"}).columns
    return dict(zip(columns["site_id"], columns.get("pin_address", ()), strict=False))


def _geocode(options: argparse.Namespace) -> int:
    # geopy takes a tenth of a second to load, which no other command pays.
    from locator.geocoding._http import user_agent  # noqa: PLC0415
    from locator.geocoding.services import make_geocoder  # noqa: PLC0415

    settings = load_settings()
    settings = settings.with_data() if options.file else settings.with_data_to_change()
    options.file = options.file or _clinics_csv(settings)
    geocoder = make_geocoder(settings.clinic_geocoder, user_agent=user_agent(settings.contact))
    if geocoder is None:
        raise SettingsError("No service is set for placing clinics: name one in [clinic_geocoder].")
    gazetteer = load_gazetteer(settings.data_files.gazetteer)
    return clinic_pins.run(options, geocoder=geocoder, gazetteer=gazetteer, today=chicago_today())


def _clinics_csv(settings: Settings) -> Path:
    return settings.data_files.clinics
