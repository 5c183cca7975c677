"""The command line: `drg-locator COMMAND` or `python -m locator COMMAND`; `--help` lists the commands.

Exit codes: 0 found or valid, 2 wrong usage, 3 place unknown or ambiguous, 4 a service is out, 5 the directory
or another file the project reads is invalid, or something cannot be read or written, 6 something in a table
needs a look, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from locator.cli import completion, evaluate, export, geocode, history, match, move_data, nearest, pair, staff
from locator.cli.clinic_files import as_directory, is_plain
from locator.cli.exit_codes import Exit
from locator.clinics import DirectoryReading, format_report, parse_directory, read_directory, read_table
from locator.clock import chicago_today
from locator.errors import DirectoryInvalidError, LocatorError, ServiceUnavailableError, SettingsError
from locator.files import read_file
from locator.geocoding.pins import audit
from locator.geocoding.places import load_gazetteer
from locator.installation import DISTRIBUTION, command_name, version
from locator.settings import Settings, load_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; results go to standard output, trouble to standard error.

    Raises SystemExit, as argparse does, for wrong usage, `--help` and `--version`.
    """
    if sys.stdout is None:
        _say("There is no standard output to write to: it was closed.")
        return Exit.INVALID_DATA
    sys.stdin = sys.stdin or Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - open to the end
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    try:
        try:
            return _run(_parser().parse_args(arguments))
        finally:
            # Now, not at the end of Python, which would complain in words of its own.
            sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has had enough.
        _drop_output()
        return Exit.DONE
    except OSError as exc:
        return _trouble(exc)
    except KeyboardInterrupt:
        _say("Stopped.")
        return Exit.INTERRUPTED


def _run(options: argparse.Namespace) -> int:
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a dash must not stop the answer.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        return int(options.run(options))
    except ServiceUnavailableError as exc:
        _say(exc)
        return Exit.SERVICE_OUT
    except LocatorError as exc:
        _say(exc)
        return Exit.INVALID_DATA


def _trouble(exc: OSError) -> Exit:
    """Say what the system would not do. Commands name their files themselves: what is left is the answer."""
    if exc.filename is None:
        _drop_output()
        _say(f"The answer cannot be written: {exc.strerror}.")
    else:
        _say(f"{exc.filename} cannot be read or written: {exc.strerror}.")
    return Exit.INVALID_DATA


def _drop_output() -> None:
    """Let what could not be written go: Python would try, and complain, once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(what: object) -> None:
    # Where even this cannot be written, the exit code is all there is.
    with suppress(OSError):
        print(what, file=sys.stderr, flush=True)


class _Version(argparse.Action):
    """Prints the version, which is looked up only if somebody asks."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(f"{DISTRIBUTION} {version()}")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=command_name(), description="Find clinics for DRG stimulation.")
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    nearest.add_parser(commands)
    pair.add_parser(commands)
    check = commands.add_parser("check", help="report every problem in a clinic directory")
    check.add_argument("file", type=Path, nargs="?", help="the CSV file; the project's own by default")
    check.set_defaults(run=_check)
    geocode.add_parser(commands).set_defaults(run=_geocode)
    evaluate.add_parser(commands)
    match.add_parser(commands)
    staff.add_parser(commands)
    history.add_parsers(commands)
    export.add_parser(commands)
    move_data.add_parser(commands)
    completion.add_parser(commands, _parser)
    return parser


def _check(options: argparse.Namespace) -> Exit:
    settings = load_settings().with_data()
    path = options.file or _clinics_csv(settings)
    reading = read_directory(path, today=chicago_today())
    raw = None if reading.rows_read or not path.is_file() else _other_kind(path, settings)
    if raw is not None:
        reading = parse_directory(raw, today=chicago_today())
    print(format_report(reading))
    if not reading.valid:
        return Exit.INVALID_DATA
    made_for = _made_for(raw or read_file(path))
    findings = audit(reading.sites, load_gazetteer(settings.data_files.gazetteer), made_for)
    print(*findings, sep="\n", end="\n" if findings else "")
    return Exit.NEEDS_A_LOOK if findings else Exit.DONE


def _other_kind(path: Path, settings: Settings) -> bytes | None:
    """What a workbook or the like holds, as CSV; None for a file that the server would read, or fail to.

    Raises DirectoryInvalidError, with every problem, for one that cannot be read so either.
    """
    current = _clinics_csv(settings)
    raw = read_file(path)
    if not raw or is_plain(raw) or path.resolve() == current.resolve():
        return None
    given = as_directory(raw, path, read_file(current) if current.is_file() else b"")
    sys.stderr.writelines(f"{note}\n" for note in given.notes)
    if given.problems:
        reading = DirectoryReading((), given.problems, rows_read=0, version="")
        raise DirectoryInvalidError(format_report(reading))
    sys.stderr.write(
        f"{path.name} is no plain CSV, which alone the server reads: put it into service with publish.\n"
    )
    return given.content


def _made_for(raw: bytes) -> dict[str, str]:
    """The address each pin was made for, by site_id."""
    table = read_table(raw, ("site_id", "pin_address"), {"pin_address"})
    return dict(zip(table.column("site_id"), table.column("pin_address"), strict=True))


def _geocode(options: argparse.Namespace) -> int:
    # geopy takes a tenth of a second to load, which no other command pays.
    from locator.geocoding.services.http import user_agent  # noqa: PLC0415
    from locator.geocoding.services.services import make_geocoder  # noqa: PLC0415

    settings = load_settings()
    settings = settings.with_data() if options.file else settings.with_data_to_change()
    options.file = options.file or _clinics_csv(settings)
    choice = settings.clinic_geocoder.choice()
    if choice is None:
        raise SettingsError("No service is set for placing clinics: name one in [clinic_geocoder].")
    geocoder = make_geocoder(choice, user_agent=user_agent(settings.contact))
    gazetteer = load_gazetteer(settings.data_files.gazetteer)
    return geocode.run(options, geocoder=geocoder, gazetteer=gazetteer, today=chicago_today())


def _clinics_csv(settings: Settings) -> Path:
    return settings.data_files.clinics
