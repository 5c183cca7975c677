"""The clinic directory: from `clinics.csv` to sites, every problem named, the last good one kept going."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Final

from locator.clinics.csv_table import MAX_BYTES, Problem, Record, read_table
from locator.clinics.gc_pause import no_collecting
from locator.clinics.schema import COLUMNS, OPTIONAL_COLUMNS, read_row
from locator.files import open_file
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

_LOGGER: Final = logging.getLogger(__name__)

_VERSION_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class DirectoryReading:
    """What one reading of the file gave: rows without a problem as sites, in file order, and all problems.

    `version` is the start of the SHA-256 of the file's bytes, empty if the file could not be read. `ids` says
    by line which `site_id` a row has, right or wrong.
    """

    sites: tuple[Site, ...]
    problems: tuple[Problem, ...]
    rows_read: int
    version: str
    ids: Mapping[int, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def valid(self) -> bool:
        """Whether the whole file is without a problem."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class ServedDirectory:
    """The active clinics people are shown, and what keeps newer ones from being shown.

    `as_of` is the newest of the clinics' dates. `stale` says that the file is invalid now and that these
    clinics are those of an earlier, valid version. `clock_behind` is None, or where the clock of this machine
    must be doubted, as most of the file lies after today, the newest date in the file.
    """

    sites: tuple[Site, ...]
    version: str
    as_of: date | None
    problems: tuple[Problem, ...] = ()
    stale: bool = False
    clock_behind: date | None = None

    def no_earlier_than(self, today: date) -> date:
        """The day it is at least: `today` by the clock, unless that is in doubt and the file knows better."""
        return max(today, self.clock_behind or today)


def read_directory(path: Path, *, today: date) -> DirectoryReading:
    """The file's clinics and problems; a file that cannot be read is itself a problem, never an exception."""
    raw = _read_bytes(path)
    return raw if isinstance(raw, DirectoryReading) else parse_directory(raw, today=today)


def _read_bytes(path: Path) -> bytes | DirectoryReading:
    """The file's bytes, or the reading that says why there are none."""
    try:
        with open_file(path) as file:
            # One byte over the limit shows that the file is too large; the rest need not be read for that.
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or _("unknown error")
        message = _("{file} cannot be read: {reason}").format(file=path.name, reason=reason)
        return DirectoryReading((), (Problem(None, None, "", message),), rows_read=0, version="")


def parse_directory(raw: bytes, *, today: date) -> DirectoryReading:
    """The clinics and problems of a file's bytes; dates after `today` are problems.

    Problems are ordered by line, then by column.
    """
    with no_collecting():
        # A call of its own: the table is gone before the next search for garbage, which goes through all.
        return _parsed(raw, today)


def _parsed(raw: bytes, today: date) -> DirectoryReading:
    table = read_table(raw, COLUMNS, OPTIONAL_COLUMNS)
    problems = list(table.problems)
    sites = []
    repeats = _Repeats()
    for record in table.records():
        answer = read_row(record, today=today)
        repeated = list(repeats.with_earlier(record))
        wrong = repeated if isinstance(answer, Site) else [*answer, *repeated]
        problems += wrong
        if isinstance(answer, Site) and not wrong:
            sites.append(answer)
    problems.sort(key=_reading_order)
    ids = dict(zip((row.line for row in table.rows), table.column("site_id"), strict=True))
    return DirectoryReading(tuple(sites), tuple(problems), table.rows_read, version_of(raw), ids)


def version_of(raw: bytes) -> str:
    """The version that these bytes of a clinic file are."""
    return hashlib.sha256(raw).hexdigest()[:_VERSION_DIGITS]


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
    in English, as all visitors share it. Where the clock is in doubt, no row is left out for its dates.
    """

    def __init__(self, path: Path, *, today: Callable[[], date]) -> None:
        self._path = path
        self._today = today
        self._lock = threading.Lock()
        self._good: tuple[ServedDirectory, date] | None = None
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
                    raw = _read_bytes(self._path)
                    is_read = isinstance(raw, bytes)
                    served = self._served(raw, today)
                # A file that could not be read is tried again: the cause may go without changing the stamp.
                self._latest = (stamp if is_read else None, served)
            return self._latest[1]

    def unread_bytes(self) -> int | None:
        """The size of a file that `current` would read now, 0 for one that is not there; None if it need not.

        Never waits for a reading that is under way: that counts as unread.
        """
        stamp, latest = self._stamp(self._today()), self._latest
        if latest is not None and latest[0] == stamp:
            return None
        try:
            return self._path.stat().st_size
        except OSError:
            return 0

    def _stamp(self, today: date) -> Hashable:
        """What tells one state of the file from another; None while there is no file.

        Taken before the file is read: a change in between is then seen at the next call.
        """
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return (stat.st_mtime_ns, stat.st_size, stat.st_ino, today)

    def _served(self, raw: bytes | DirectoryReading, today: date) -> ServedDirectory:
        if self._good is not None and isinstance(raw, bytes):
            good, right_since = self._good
            # The rules know one thing that changes by itself: a day that lay in the future comes.
            if today >= right_since and version_of(raw) == good.version:
                return good
        reading = raw if isinstance(raw, DirectoryReading) else parse_directory(raw, today=today)
        if isinstance(raw, bytes) and not reading.valid:
            on_any_day = parse_directory(raw, today=date.max)
            if self._doubts_clock(reading, on_any_day):
                return self._despite_clock(on_any_day, today)
        if not reading.valid and self._good is not None:
            return replace(self._good[0], problems=reading.problems, stale=True)
        served = _of(reading)
        if reading.valid:
            self._good = served, today
        return served

    def _doubts_clock(self, reading: DirectoryReading, on_any_day: DirectoryReading) -> bool:
        """Whether rows that are refused for their dates alone speak against the clock, not against them."""
        refused = len(on_any_day.sites) - len(reading.sites)
        if self._good is not None and self._good[0].version == reading.version:
            # The very file was right on a later day.
            return refused > 0
        # One date may be mistyped. Most of them are not.
        return refused > 1 and 2 * refused > reading.rows_read

    def _despite_clock(self, on_any_day: DirectoryReading, today: date) -> ServedDirectory:
        """The last good clinics, or where there are none those of the file, whatever its dates."""
        newest = max(map(_newest_date, on_any_day.sites))
        _LOGGER.warning(
            "the clock of this machine may be wrong: it says %s, and the clinic file has dates up to %s",
            today,
            newest,
        )
        if self._good is None:
            return replace(_of(on_any_day), clock_behind=newest)
        good = self._good[0]
        is_older = good.version != on_any_day.version
        return replace(good, problems=on_any_day.problems, stale=is_older, clock_behind=newest)


def _of(reading: DirectoryReading) -> ServedDirectory:
    """The reading's active clinics, as they are served."""
    sites = tuple(site for site in reading.sites if site.active)
    as_of = max((site.as_of for site in sites), default=None)
    return ServedDirectory(sites, reading.version, as_of, reading.problems)


def _newest_date(site: Site) -> date:
    """The newest day that the row of a clinic names; months are none."""
    days = (site.as_of, site.verified_on, *(claim.as_of for claim in site.claims.values()))
    return max(day for day in days if day is not None)


class _Repeats:
    """Finds what must not stand twice and does; rows with other problems are compared too."""

    def __init__(self) -> None:
        self._first_lines: dict[tuple[str, Hashable], int] = {}

    def with_earlier(self, record: Record) -> Iterator[Problem]:
        """What of a row stands on an earlier line already; rows come in the order of the file."""
        for column, message, key_of in _UNIQUE:
            key = key_of(record.cells)
            first = record.line if key is None else self._first_lines.setdefault((column, key), record.line)
            if first != record.line:
                text = _(message).format(line=first)
                yield Problem.of(record.line, column, record.cells[column], text)


def _site_id(cells: Mapping[str, str]) -> Hashable:
    return cells.get("site_id") or None


def _address(cells: Mapping[str, str]) -> Hashable:
    # Without a whole column, such as the units, different addresses would look the same.
    if not cells.keys() >= _ADDRESS or not cells["street"]:
        return None
    # ZIP+4 and plain ZIP are one place; so are Ave and AVE.
    plain = (" ".join(cells[column].casefold().split()) for column in ("street", "unit", "city", "state"))
    return (*plain, cells["zip"][:5])


def _pin(cells: Mapping[str, str]) -> Hashable:
    try:
        return float(cells.get("latitude", "")), float(cells.get("longitude", ""))
    except ValueError:
        return None


_ADDRESS: Final = {"street", "unit", "city", "state", "zip"}
_UNIQUE: Final[tuple[tuple[str, str, Callable[[Mapping[str, str]], Hashable]], ...]] = (
    ("site_id", N_("this site_id is on line {line} too"), _site_id),
    ("street", N_("the same address and unit is on line {line} too"), _address),
    ("latitude", N_("exactly the same pin is on line {line} too"), _pin),
)
_ORDER: Final = {column: at for at, column in enumerate(COLUMNS)}


def _reading_order(problem: Problem) -> tuple[int, int]:
    return problem.line or 0, _ORDER.get(problem.column or "", -1)
