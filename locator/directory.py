"""The clinic directory: from `clinics.csv` to sites, every problem named, the last good one kept going."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from locator.directory_rules import COLUMNS, OPTIONAL_COLUMNS, read_row
from locator.directory_table import MAX_BYTES, Problem, Record, read_table
from locator.language import ENGLISH, speaking
from locator.language import gettext as _
from locator.language import marked as N_
from locator.sites import Site

__all__ = [
    "COLUMNS",
    "OPTIONAL_COLUMNS",
    "DirectoryReading",
    "LastGoodDirectory",
    "Problem",
    "ServedDirectory",
    "format_report",
    "parse_directory",
    "read_directory",
]

_VERSION_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class DirectoryReading:
    """What one reading of the file gave: rows without a problem as sites, in file order, and all problems.

    `version` is the start of the SHA-256 of the file's bytes, empty if the file could not be read.
    """

    sites: tuple[Site, ...]
    problems: tuple[Problem, ...]
    rows_read: int
    version: str

    @property
    def valid(self) -> bool:
        """Whether the whole file is without a problem."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class ServedDirectory:
    """The active clinics people are shown, and what keeps newer ones from being shown.

    `as_of` is the newest of the clinics' dates. `stale` says that the file is invalid now and that these
    clinics are those of an earlier, valid version.
    """

    sites: tuple[Site, ...]
    version: str
    as_of: date | None
    problems: tuple[Problem, ...] = ()
    stale: bool = False


def read_directory(path: Path, *, today: date) -> DirectoryReading:
    """The file's clinics and problems; a file that cannot be read is itself a problem, never an exception."""
    try:
        with path.open("rb") as file:
            # One byte over the limit shows that the file is too large; the rest need not be read for that.
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        said = error.strerror or _("unknown error")
        message = _("{file} cannot be read: {reason}").format(file=path.name, reason=said)
        return DirectoryReading((), (Problem(None, None, "", message),), rows_read=0, version="")
    return parse_directory(raw, today=today)


def parse_directory(raw: bytes, *, today: date) -> DirectoryReading:
    """The clinics and problems of a file's bytes; dates after `today` are problems.

    Problems are ordered by line, then by column.
    """
    table = read_table(raw, COLUMNS, OPTIONAL_COLUMNS)
    found = list(table.problems)
    sites: dict[int, Site] = {}
    for record in table.records:
        answer = read_row(record, today=today)
        if isinstance(answer, Site):
            sites[record.line] = answer
        else:
            found.extend(answer)
    repeats = list(_repeats(table.records))
    for problem in repeats:
        sites.pop(problem.line or 0, None)
    return DirectoryReading(
        tuple(sites.values()),
        tuple(sorted(found + repeats, key=_reading_order)),
        table.rows_read,
        hashlib.sha256(raw).hexdigest()[:_VERSION_DIGITS],
    )


def format_report(reading: DirectoryReading) -> str:
    """The problems, one a line, then one line of summary."""
    rows = f"{reading.rows_read:,} {'row' if reading.rows_read == 1 else 'rows'} read"
    if reading.valid:
        return f"{rows}, no problems."
    count = len(reading.problems)
    to_correct = f"{count:,} {'problem' if count == 1 else 'problems'} to correct"
    summary = f"{rows}, {len(reading.sites):,} without a problem; {to_correct}."
    return "\n".join([*map(str, reading.problems), summary])


class LastGoodDirectory:
    """Serves the newest directory that was valid; a broken file never takes the good one out of service.

    Until there has been a valid one, the valid rows are served and `problems` says what is left out; that is
    in English, as all visitors share it.
    """

    def __init__(self, path: Path, *, today: Callable[[], date]) -> None:
        self._path = path
        self._today = today
        self._lock = threading.Lock()
        self._good: ServedDirectory | None = None
        self._latest: tuple[Hashable, ServedDirectory] | None = None

    def current(self) -> ServedDirectory:
        """The directory to serve now; the file is read again when it, or the day, has changed.

        The day counts because a date in the future is a problem only until that day. Safe across threads.
        """
        with self._lock:
            today = self._today()
            stamp = self._stamp(today)
            if self._latest is None or self._latest[0] != stamp:
                with speaking(ENGLISH):
                    reading = read_directory(self._path, today=today)
                # A file that could not be read is tried again: the cause may go without changing the stamp.
                self._latest = (stamp if reading.version else None, self._served(reading))
            return self._latest[1]

    def _stamp(self, today: date) -> Hashable:
        """What tells one state of the file from another; None while there is no file.

        Taken before the file is read: a change in between is then seen at the next call.
        """
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return (stat.st_mtime_ns, stat.st_size, stat.st_ino, today)

    def _served(self, reading: DirectoryReading) -> ServedDirectory:
        if not reading.valid and self._good is not None:
            return replace(self._good, problems=reading.problems, stale=True)
        sites = tuple(site for site in reading.sites if site.active)
        as_of = max((site.as_of for site in sites), default=None)
        served = ServedDirectory(sites, reading.version, as_of, reading.problems)
        if reading.valid:
            self._good = served
        return served


def _repeats(records: Sequence[Record]) -> Iterator[Problem]:
    """What must not stand twice and does, on the later line; rows with other problems are compared too."""
    for column, message, key_of in _UNIQUE:
        first_lines: dict[Hashable, int] = {}
        for record in records:
            key = key_of(record.cells)
            first = record.line if key is None else first_lines.setdefault(key, record.line)
            if first != record.line:
                said = _(message).format(line=first)
                yield Problem.of(record.line, column, record.cells[column], said)


def _site_id(cells: Mapping[str, str]) -> Hashable:
    return cells.get("site_id") or None


def _address(cells: Mapping[str, str]) -> Hashable:
    # Without a whole column, such as the units, different addresses would look the same.
    if not cells.get("street") or not cells.keys() >= {"unit", "city", "state", "zip"}:
        return None
    # ZIP+4 and plain ZIP are one place; so are Ave and AVE.
    parts = (cells["street"], cells["unit"], cells["city"], cells["state"], cells["zip"][:5])
    return tuple(" ".join(part.casefold().split()) for part in parts)


def _pin(cells: Mapping[str, str]) -> Hashable:
    try:
        return float(cells.get("latitude", "")), float(cells.get("longitude", ""))
    except ValueError:
        return None


_UNIQUE: Final = (
    ("site_id", N_("this site_id is on line {line} too"), _site_id),
    ("street", N_("the same address and unit is on line {line} too"), _address),
    ("latitude", N_("exactly the same pin is on line {line} too"), _pin),
)
_ORDER: Final = {column: at for at, column in enumerate(COLUMNS)}


def _reading_order(problem: Problem) -> tuple[int, int]:
    return problem.line or 0, _ORDER.get(problem.column or "", -1)
