"""The commands `history`, `publish FILE` and `restore ID`: what the clinic file was, and is to be."""

from __future__ import annotations

import argparse
import os
import pwd
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from locator.cli.arguments import not_blank, positive_number
from locator.cli.clinic_files import as_directory
from locator.cli.exit_codes import Exit
from locator.cli.places import write_json, write_lines
from locator.clinics import (
    COLUMNS,
    ID_COLUMN,
    MAX_BYTES,
    OPTIONAL_COLUMNS,
    DirectoryReading,
    format_report,
    parse_directory,
    read_table,
)
from locator.clock import chicago_today
from locator.errors import LocatorError
from locator.files import open_file
from locator.settings import load_settings
from locator.staff.publishing import DirectoryWriter, History, Kind, Outdated, Refused, Version, Versions

_DEFAULT_LIMIT: Final = 20
_MOST_NAMED: Final = 10
_BECAME: Final = {
    Kind.FIRST: "there at first",
    Kind.PUBLISHED: "published",
    Kind.RESTORED: "restored",
    Kind.OUTSIDE: "changed outside",
    Kind.INTERRUPTED: "interrupted, not in service",
}


def add_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `history`, `publish` and `restore` to the commands of the command line."""
    history = commands.add_parser("history", help="list the versions of the clinic directory, newest first")
    history.add_argument(
        "--limit",
        type=positive_number,
        default=_DEFAULT_LIMIT,
        metavar="N",
        help=f"at most so many; {_DEFAULT_LIMIT} unless told",
    )
    history.add_argument("--json", action="store_true", help="print JSON, as described in docs/history.md")
    history.set_defaults(run=list_versions)
    publish = commands.add_parser("publish", help="put a clinic directory into service, of any size")
    publish.add_argument(
        "file", type=Path, metavar="FILE", help="a CSV file or workbook like data/clinics.csv"
    )
    publish.add_argument(
        "--why", type=not_blank, required=True, metavar="TEXT", help="the reason, for the history"
    )
    publish.set_defaults(run=publish_file)
    restore = commands.add_parser("restore", help="put an earlier version of the directory into service")
    restore.add_argument("id", metavar="ID", help="a version's id, as `history` lists it")
    restore.add_argument("--why", default="", metavar="TEXT", help="the reason, for the history")
    restore.add_argument("--force", action="store_true", help="also a version in which problems are found")
    restore.set_defaults(run=restore_version)


def list_versions(options: argparse.Namespace) -> Exit:
    """List the newest versions; a change made outside is recorded first."""
    history, writer = _wired()
    try:
        writer.load()
    except LocatorError as exc:
        # What is there can be listed all the same, and is what helps.
        sys.stderr.write(f"{exc}\n")
    versions = history.versions(limit=options.limit)
    for version_id in versions.damaged:
        sys.stderr.write(f"{version_id}: the record of this version cannot be read.\n")
    if options.json:
        write_json(_report(versions))
    else:
        write_lines(_line(version) for version in versions.readable)
    return Exit.NEEDS_A_LOOK if versions.damaged else Exit.DONE


def restore_version(options: argparse.Namespace) -> Exit:
    """Put a version's very bytes back into service, in the name of the operating system's user."""
    _, writer = _wired()
    outcome = writer.restore(options.id, who=_user_name(), why=options.why, force=options.force)
    if isinstance(outcome, Refused):
        reading = DirectoryReading((), outcome.problems, rows_read=0, version="")
        sys.stderr.write(
            f"{format_report(reading)}\nNothing was changed; --force restores it all the same.\n"
        )
        return Exit.INVALID_DATA
    write_lines([f"Version {options.id} is in service, as version {outcome.version_id}."])
    return Exit.DONE


def publish_file(options: argparse.Namespace) -> Exit:
    """Put a file's bytes into service, in the name of the operating system's user."""
    raw = _bytes_of(options.file)
    _, writer = _wired()
    loaded = writer.load()
    given = as_directory(raw, options.file, loaded.raw)
    sys.stderr.writelines(f"{_printable(note)}\n" for note in given.notes)
    if given.problems:
        reading = DirectoryReading((), given.problems, rows_read=0, version="")
        sys.stderr.write(f"{format_report(reading)}\nNothing was changed.\n")
        return Exit.INVALID_DATA
    new = given.content
    if not _site_ids(new):
        reading = parse_directory(new, today=chicago_today())
        sys.stderr.write(
            f"{options.file} is not a clinic directory.\n{format_report(reading)}\nNothing was changed.\n"
        )
        return Exit.INVALID_DATA
    missing = sorted(_site_ids(loaded.raw) - _site_ids(new))
    if missing:
        sys.stderr.write(f"{_left_out(missing)}\nNothing was changed.\n")
        return Exit.INVALID_DATA
    outcome = writer.publish(loaded.sha256, new, who=_user_name(), why=options.why)
    if isinstance(outcome, Refused):
        reading = DirectoryReading((), outcome.problems, rows_read=0, version="")
        sys.stderr.write(f"{format_report(reading)}\nNothing was changed.\n")
        return Exit.INVALID_DATA
    if isinstance(outcome, Outdated):
        sys.stderr.write("Somebody else published meanwhile. Nothing was changed: look, then try again.\n")
        return Exit.NEEDS_A_LOOK
    write_lines([f"{options.file} is in service, as version {outcome.version_id}."])
    return Exit.DONE


def _bytes_of(path: Path) -> bytes:
    try:
        with open_file(path) as file:
            # One byte over the limit is enough for the rules to refuse it.
            return file.read(MAX_BYTES + 1)
    except OSError as exc:
        raise LocatorError(f"{path} cannot be read: {exc.strerror}") from exc


def _site_ids(raw: bytes) -> set[str]:
    return set(read_table(raw, COLUMNS, OPTIONAL_COLUMNS).column(ID_COLUMN)) - {""}


def _left_out(missing: Sequence[str]) -> str:
    named = ", ".join(_printable(site_id) for site_id in missing[:_MOST_NAMED])
    more = f" and {len(missing) - _MOST_NAMED:,} more" if len(missing) > _MOST_NAMED else ""
    return (
        f"The file lacks {named}{more}. A clinic is never deleted, as links name it: put it back, and set"
        " active to no instead."
    )


def _wired() -> tuple[History, DirectoryWriter]:
    files = load_settings().with_data_to_change().data_files
    history = History(files.history)
    return history, DirectoryWriter(files.clinics, history, chicago_today)


def _report(versions: Versions) -> dict[str, Any]:
    listed = [{**asdict(version), "when": version.when.isoformat()} for version in versions.readable]
    return {"versions": listed, "damaged": list(versions.damaged)}


def _line(version: Version) -> str:
    by = f" by {version.who}" if version.who else ""
    approved = f", approved by {version.approved_by}" if version.approved_by else ""
    why = f": {version.why}" if version.why else ""
    summary = f"{_BECAME[version.kind]}{by}{approved}{why}"
    return f"{version.id}  {version.when:%Y-%m-%d %H:%M} UTC  {_printable(summary)}"


def _printable(text: str) -> str:
    """The text on one line, without anything a terminal would obey."""
    return "".join(character if character.isprintable() else " " for character in text)


def _user_name() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        # In a container the account may have no name.
        return f"user {os.getuid()}"
