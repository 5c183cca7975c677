"""`python -m locator geocode`: fill in missing and outdated pins, and say which ones need a look."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

from locator.cli.clinic_files import is_plain
from locator.cli.exit_codes import Exit
from locator.clinics import ClinicTable, edit_cells, format_report, parse_directory
from locator.errors import LocatorError, ServiceUnavailableError
from locator.files import ChangedMeanwhileError, read_file, replace_file
from locator.geocoding import StreetGeocoder
from locator.geocoding.pins import (
    PIN_ADDRESS,
    Inquiry,
    Journal,
    Proposal,
    changes,
    is_due,
    is_for,
    is_manual,
    journal_path,
    left_alone,
    propose,
    report,
    requested_address,
    settle,
)
from locator.geocoding.places import Gazetteer
from locator.installation import command_name
from locator.progress import Pace, Progress, bar, duration
from locator.sites import Site

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - it has no public name

_KEPT: Final = "What was found is kept: run the command again to go on from there."


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run uses apart from the file: output, a monotonic clock, and sleep."""

    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class _Due:
    """A valid file as it was read, and its rows that need a pin; `manual` ones are only reported."""

    path: Path
    raw: bytes
    today: date
    sites: tuple[Site, ...]
    rows: tuple[Site, ...]
    manual: tuple[Site, ...]


class _StoppedError(Exception):
    """The run ends early with this code, after saying these sentences."""

    def __init__(self, code: Exit, *sentences: str) -> None:
        super().__init__(*sentences)
        self.code = code
        self.sentences = sentences


def add_parser(commands: Commands) -> argparse.ArgumentParser:
    """Add the `geocode` command; `options` then has file (None by default), dry_run, accept and json."""
    parser = commands.add_parser("geocode", help="fill in missing and outdated map pins")
    parser.add_argument("file", type=Path, nargs="?", help="the CSV file; the project's own by default")
    parser.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing")
    parser.add_argument(
        "--accept",
        nargs="+",
        action="extend",
        default=[],
        metavar="ID",
        help="write these clinics' pins in spite of what speaks against them; FILE goes before it",
    )
    parser.add_argument("--json", action="store_true", help="print JSON, as described in docs/pins.md")
    return parser


def run(
    options: argparse.Namespace,
    *,
    geocoder: StreetGeocoder,
    gazetteer: Gazetteer,
    today: date,
    around: Surroundings | None = None,
) -> int:
    """Run the command on `options.file` and return its exit code, as documented in docs/pins.md.

    The table or JSON goes to standard output, progress and trouble to standard error.
    """
    around = around or Surroundings()
    try:
        due = _read(options, today)
        inquiry = Inquiry(geocoder, today, around.sleep)
        proposals = _carry_out(options, due, inquiry, gazetteer, around)
    except _StoppedError as stopped:
        for sentence in stopped.sentences:
            around.err.write(f"{sentence}\n")
        if options.json:
            _print_json(options, (), stopped.sentences, around.out)
        return stopped.code
    waiting = [proposal for proposal in proposals if not proposal.to_write]
    notes = [*_advice(options, waiting), *report.attributions(proposals)]
    if options.json:
        _print_json(options, proposals, notes, around.out)
    else:
        _print_table(options, proposals, notes, around.out)
    return Exit.NEEDS_A_LOOK if waiting else Exit.DONE


def _read(options: argparse.Namespace, today: date) -> _Due:
    # Through a link, the file itself is to be replaced, and its own folder holds the journal.
    path = options.file.resolve()
    try:
        raw = read_file(path)
    except OSError as exc:
        problem = f"{options.file.name} cannot be read: {exc.strerror}"
        raise _StoppedError(Exit.INVALID_DATA, problem) from exc
    reading = parse_directory(raw, today=today)
    if raw and not is_plain(raw):
        what = (
            f"{path.name} is not comma-separated text that names the directory's columns, and pins are"
            " written into the file itself: put it into service with publish, or save it as CSV UTF-8."
        )
        raise _StoppedError(Exit.INVALID_DATA, what)
    if not reading.valid:
        raise _StoppedError(Exit.INVALID_DATA, format_report(reading))
    unknown = sorted(set(options.accept) - {site.site_id for site in reading.sites})
    if unknown:
        what = (
            f"--accept names no clinic of {path.name}: {', '.join(unknown)}. The file goes before --accept."
        )
        raise _StoppedError(Exit.USAGE, what)
    made_for = ClinicTable.parse(raw).column(PIN_ADDRESS)
    rows = tuple(site for site in reading.sites if is_due(site, made_for[site.site_id]))
    manual = tuple(
        site for site in reading.sites if is_manual(site) and not is_for(site, made_for[site.site_id])
    )
    return _Due(path, raw, today, reading.sites, rows, manual)


def _carry_out(
    options: argparse.Namespace,
    due: _Due,
    inquiry: Inquiry,
    gazetteer: Gazetteer,
    around: Surroundings,
) -> tuple[Proposal, ...]:
    """Ask, decide and write; the journal is removed once no row waits for a person."""
    reported = tuple(left_alone(site) for site in due.manual)
    if not due.rows:
        if not options.dry_run:
            # Left over from a run that was cut off after its last step but one.
            journal_path(due.path).unlink(missing_ok=True)
        return reported
    try:
        with Journal(journal_path(due.path)) as journal:
            _ask(due, inquiry, journal, around)
            asked = [
                propose(site, recorded, gazetteer)
                for site in due.rows
                if (recorded := inquiry.recorded(site, journal)) is not None
            ]
            proposals = settle(asked, due.sites, options.accept)
            if not options.dry_run:
                _write(due, proposals)
                if all(proposal.to_write for proposal in proposals):
                    journal.discard()
    except ServiceUnavailableError as exc:
        raise _StoppedError(Exit.SERVICE_OUT, str(exc), _KEPT) from exc
    except ChangedMeanwhileError as exc:
        raise _StoppedError(Exit.NEEDS_A_LOOK, f"{exc}. Nothing was written. {_KEPT}") from exc
    except LocatorError as exc:
        raise _StoppedError(Exit.INVALID_DATA, f"{exc}. Nothing was written.") from exc
    except KeyboardInterrupt as exc:
        raise _StoppedError(Exit.INTERRUPTED, f"Stopped. {_KEPT}") from exc
    return (*proposals, *reported)


def _ask(due: _Due, inquiry: Inquiry, journal: Journal, around: Surroundings) -> None:
    """Request every row without a response in the journal; rows with the same address are requested once."""
    unknown = [site for site in due.rows if inquiry.recorded(site, journal) is None]
    unasked = {requested_address(site).one_line: site for site in unknown}
    progress = Progress(around.err, around.now)

    def on_answer(site: Site) -> None:
        progress.advance(1, lambda pace: _describe(pace, len(unasked), site.site_id))

    already = len(due.rows) - len(unknown)
    if already:
        are = "is" if already == 1 else "are"
        progress.say(f"{already} of {len(due.rows)} answers {are} known from an earlier run.")
    try:
        inquiry.request_all(unasked.values(), journal, on_response=on_answer, say=progress.say)
    finally:
        progress.close()


def _describe(pace: Pace, total: int, name: str) -> str:
    remaining = f"{pace.per_s:.1f} a second, {duration((total - pace.done) / pace.per_s)} left"
    if pace.on_terminal:
        return f"{bar(pace.done, total)} {pace.done} of {total}, {remaining}"
    return f"{pace.done} of {total}: {name}; {remaining}"


def _write(due: _Due, proposals: Sequence[Proposal]) -> None:
    """Put the new pins into the file, unless that would make a file the directory refuses."""
    cells = changes(proposals)
    if not cells:
        return
    after = edit_cells(due.raw, cells)
    reading = parse_directory(after, today=due.today)
    if not reading.valid:
        raise LocatorError(f"The new pins would make the file invalid: {reading.problems[0]}")
    try:
        replace_file(due.path, before=due.raw, after=after)
    except OSError as exc:
        raise LocatorError(f"{due.path.name} cannot be written: {exc.strerror}") from exc


def _advice(options: argparse.Namespace, waiting: Sequence[Proposal]) -> list[str]:
    if not waiting:
        return []
    count = f"{len(waiting)} {'row needs' if len(waiting) == 1 else 'rows need'} a look"
    can = [proposal.site.site_id for proposal in waiting if proposal.acceptable]
    if not can:
        return [f"{count}."]
    return [f"{count}. If a pin is right: {command_name()} geocode {options.file} --accept {' '.join(can)}"]


def _print_table(
    options: argparse.Namespace, proposals: Sequence[Proposal], notes: Sequence[str], out: TextIO
) -> None:
    if proposals:
        out.write(f"{report.table(proposals, dry_run=options.dry_run)}\n\n")
    else:
        out.write("Every clinic has a pin for its present address; there is nothing to do.\n")
    out.writelines(f"{note}\n" for note in notes)


def _print_json(
    options: argparse.Namespace, proposals: Sequence[Proposal], notes: Sequence[str], out: TextIO
) -> None:
    value: dict[str, Any] = {
        "file": str(options.file),
        "dry_run": options.dry_run,
        "rows": report.as_json(proposals, dry_run=options.dry_run),
        "notes": list(notes),
    }
    out.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")
