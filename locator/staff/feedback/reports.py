"""Visitors' complaints about listings: counts by clinic, kind and day, and nothing about the visitor."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, TypeAdapter

from locator.clock import chicago_today
from locator.errors import LocatorError
from locator.language import ENGLISH, speaking
from locator.language import gettext as _
from locator.language import marked as N_
from locator.presentation import Reporting
from locator.staff.feedback.count_file import CountFile
from locator.staff.publishing import explained

_LOGGER: Final = logging.getLogger(__name__)
_MOST_AN_HOUR: Final = 30
_HOUR_S: Final = 3600.0
_LOCK_WAIT_S: Final = 0.5
# A clinic's worst day has one entry for each kind of complaint; an entry takes less than 200 bytes.
_MOST_ENTRIES: Final = 2_000


class Complaint(StrEnum):
    """What may be wrong with a listing; a value is what a button sends, `words` is what it says."""

    CLOSED = "closed"
    MOVED = "moved"
    WRONG_PHONE = "wrong-phone"
    WRONG_HOURS = "wrong-hours"
    NOT_DONE_HERE = "not-done-here"
    OTHER = "other"

    @property
    def words(self) -> str:
        """The complaint as a visitor chooses it and as staff read it."""
        return _(_WORDS[self])


def reporting(phone: str) -> Reporting:
    """What a card offers to report, in the current language; `phone` is for what the list does not have."""
    return Reporting({str(complaint): complaint.words for complaint in Complaint}, phone)


_WORDS: Final = {
    Complaint.CLOSED: N_("It has closed"),
    Complaint.MOVED: N_("It has moved"),
    Complaint.WRONG_PHONE: N_("The phone number is wrong"),
    Complaint.WRONG_HOURS: N_("The hours are wrong"),
    Complaint.NOT_DONE_HERE: N_("It does not do this"),
    Complaint.OTHER: N_("Something else"),
}


@dataclass(frozen=True, slots=True)
class ComplaintCount:
    """How often one complaint about a clinic was made on one day."""

    complaint: Complaint
    day: date
    count: Annotated[int, Field(ge=1)]


_ByClinic = dict[str, tuple[ComplaintCount, ...]]
_FILE: Final = TypeAdapter(_ByClinic)
# How often, by clinic, complaint and day.
_Counts = Counter[tuple[str, Complaint, date]]


def read_choice(sent: object, site_ids: Container[str]) -> tuple[str, Complaint] | None:
    """The clinic and the complaint of a button, "SITE_ID COMPLAINT"; None for all a button cannot send."""
    if not isinstance(sent, str):
        return None
    site_id, _, value = sent.rpartition(" ")
    if site_id not in site_ids or value not in {str(complaint) for complaint in Complaint}:
        return None
    return site_id, Complaint(value)


class ComplaintCounts:
    """Open reports in a small file, each written at once; safe among threads and processes.

    One process accepts 30 per hour at most. Above 2,000 entries those of the oldest days go. A file that
    is damaged counts as empty; it, a full hour and a file that cannot be written are each logged once.
    """

    def __init__(
        self,
        path: Path,
        *,
        today: Callable[[], date] = chicago_today,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._file = CountFile(path, _FILE)
        self._today = today
        self._clock_s = clock_s
        self._guard = threading.Lock()
        self._taken_s: deque[float] = deque()
        self._logged: set[str] = set()

    def add(self, site_id: str, complaint: Complaint) -> bool:
        """Count a complaint made today; False if the hour is full or the file cannot be written."""
        with self._guard:
            if not self._has_room():
                self._log("more reports came in an hour than are taken, and were refused")
                return False
            try:
                # What goes wrong here is for the log, whoever the visitor is.
                with speaking(ENGLISH):
                    made = _counted(site_id, [ComplaintCount(complaint, self._today(), 1)])
                    self._change(lambda counts: counts.update(made))
            except (OSError, LocatorError) as exc:
                self._log(f"a report could not be kept in {self._file.name}: {exc}")
                return False
            return True

    def open(self) -> Mapping[str, tuple[ComplaintCount, ...]]:
        """The open reports by site_id, each clinic's by day, then in the order of the fixed list."""
        with self._guard:
            return _by_clinic(self._counts(self._file.read()))

    def settle(self, site_id: str, seen: Iterable[ComplaintCount] | None = None) -> None:
        """Staff dealt with a clinic's reports: those they have `seen`, which leaves later ones open, or all.

        Raises HistoryUnwritableError, BusyError or BusyError; the reports then stay open.
        """

        def without(counts: _Counts) -> None:
            settled = _by_clinic(counts).get(site_id, ()) if seen is None else seen
            counts.subtract(_counted(site_id, settled))

        with self._guard, explained():
            self._change(without)

    def _has_room(self) -> bool:
        """Whether one more may come this hour; it then counts, also if it cannot be written."""
        now_s = self._clock_s()
        while self._taken_s and now_s - self._taken_s[0] >= _HOUR_S:
            self._taken_s.popleft()
        if len(self._taken_s) >= _MOST_AN_HOUR:
            return False
        self._taken_s.append(now_s)
        return True

    def _change(self, change: Callable[[_Counts], None]) -> None:
        """Change the counts as they are in the file."""

        def changed(by_clinic: _ByClinic | None) -> _ByClinic:
            counts = self._counts(by_clinic)
            change(counts)
            return _by_clinic(_newest(+counts))

        self._file.change(changed, wait_s=_LOCK_WAIT_S)

    def _counts(self, by_clinic: _ByClinic | None) -> _Counts:
        if by_clinic is None and self._file.is_there():
            self._log(f"{self._file.name} could not be read, and the reports begin anew")
        entries = (by_clinic or {}).items()
        return sum((_counted(site_id, counts) for site_id, counts in entries), _Counts())

    def _log(self, what: str) -> None:
        if what not in self._logged:
            self._logged.add(what)
            _LOGGER.warning("visitors' reports: %s", what)


def _counted(site_id: str, reports: Iterable[ComplaintCount]) -> _Counts:
    counts = _Counts()
    for report in reports:
        counts[site_id, report.complaint, report.day] += report.count
    return counts


def _newest(counts: _Counts) -> _Counts:
    by_day = sorted(counts, key=lambda entry: entry[2], reverse=True)
    return _Counts({entry: counts[entry] for entry in by_day[:_MOST_ENTRIES]})


def _by_clinic(counts: _Counts) -> _ByClinic:
    listed = list(Complaint)
    ordered = sorted(counts, key=lambda entry: (entry[0], entry[2], listed.index(entry[1])))
    by_clinic: _ByClinic = {}
    for entry in ordered:
        site_id, complaint, day = entry
        by_clinic[site_id] = (*by_clinic.get(site_id, ()), ComplaintCount(complaint, day, counts[entry]))
    return by_clinic
