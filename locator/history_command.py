"""The commands `python -m locator history` and `restore ID`: what the clinic file was, and the way back."""

from __future__ import annotations

import argparse
import os
import pwd
import sys
from dataclasses import asdict
from typing import Any, Final

from locator.clock import chicago_today
from locator.directory import DirectoryReading, format_report
from locator.errors import LocatorError
from locator.exit_codes import Exit
from locator.place_command import write_json, write_lines
from locator.settings import load_settings
from locator.staff.history import History
from locator.staff.publishing import Publisher, Refused
from locator.staff.versions import Kind, Version, Versions

_DEFAULT_LIMIT: Final = 20
_BECAME: Final = {
    Kind.FIRST: "there at first",
    Kind.PUBLISHED: "published",
    Kind.RESTORED: "restored",
    Kind.OUTSIDE: "changed outside",
    Kind.INTERRUPTED: "interrupted, not in service",
}


def add_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `history` and `restore` to the commands of the command line."""
    history = commands.add_parser("history", help="list the versions of the clinic directory, newest first")
    history.add_argument("--limit", type=_count, default=_DEFAULT_LIMIT, metavar="N")
    history.add_argument("--json", action="store_true", help="print JSON, as described in docs/history.md")
    history.set_defaults(run=list_versions)
    restore = commands.add_parser("restore", help="put an earlier version of the directory into service")
    restore.add_argument("id", metavar="ID", help="a version's id, as `history` lists it")
    restore.add_argument("--why", default="", metavar="TEXT", help="the reason, for the history")
    restore.add_argument("--force", action="store_true", help="also a version in which problems are found")
    restore.set_defaults(run=restore_version)


def list_versions(options: argparse.Namespace) -> Exit:
    """List the newest versions; a change made outside is recorded first."""
    history, publisher = _wired()
    try:
        publisher.load()
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
    return Exit.NEEDS_A_LOOK if versions.damaged else Exit.FOUND


def restore_version(options: argparse.Namespace) -> Exit:
    """Put a version's very bytes back into service, in the name of the operating system's user."""
    _, publisher = _wired()
    outcome = publisher.restore(options.id, who=_user_name(), why=options.why, force=options.force)
    if isinstance(outcome, Refused):
        reading = DirectoryReading((), outcome.problems, rows_read=0, version="")
        sys.stderr.write(
            f"{format_report(reading)}\nNothing was changed; --force restores it all the same.\n"
        )
        return Exit.INVALID_DATA
    write_lines([f"Version {options.id} is in service, as version {outcome.version_id}."])
    return Exit.FOUND


def _wired() -> tuple[History, Publisher]:
    data_dir = load_settings().data_dir
    history = History(data_dir / "history")
    return history, Publisher(data_dir / "clinics.csv", history, chicago_today)


def _report(versions: Versions) -> dict[str, Any]:
    listed = [{**asdict(version), "when": version.when.isoformat()} for version in versions.readable]
    return {"versions": listed, "damaged": list(versions.damaged)}


def _line(version: Version) -> str:
    by = f" by {version.who}" if version.who else ""
    approved = f", approved by {version.approved_by}" if version.approved_by else ""
    why = f": {version.why}" if version.why else ""
    said = f"{_BECAME[version.kind]}{by}{approved}{why}"
    return f"{version.id}  {version.when:%Y-%m-%d %H:%M} UTC  {_printable(said)}"


def _printable(text: str) -> str:
    """The text on one line, without anything a terminal would obey."""
    return "".join(character if character.isprintable() else " " for character in text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError("must be a whole number, 1 or more")
    return int(text)


def _user_name() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        # In a container the account may have no name.
        return f"user {os.getuid()}"
