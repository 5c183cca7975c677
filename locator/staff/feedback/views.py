"""How often each clinic was shown as the first result: counts only, no places, no times finer than a day."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, TypeAdapter

from locator.clock import chicago_today
from locator.errors import LocatorError
from locator.files import BusyError
from locator.language import ENGLISH, speaking
from locator.staff.feedback.count_file import CountFile

_LOGGER: Final = logging.getLogger(__name__)
_FLUSH_EVERY_S: Final = 60.0
_SHARING: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Tally:
    since: date
    shown_first: dict[str, Annotated[int, Field(ge=0)]]


_TALLY: Final = TypeAdapter(_Tally)


class ViewCounts:
    """Counts in memory, added to a small file at most once a minute; safe among threads and processes.

    Whoever searches never notices trouble with the file: it is logged once, and the counts are kept in memory
    until it can be written. What was counted since the last writing is lost when the process ends, unless
    `flush` is called, as the server does when it is stopped.
    """

    def __init__(
        self,
        path: Path,
        *,
        today: Callable[[], date] = chicago_today,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._file = CountFile(path, _TALLY)
        self._today = today
        self._clock_s = clock_s
        self._guard = threading.Lock()
        self._new: Counter[str] = Counter()
        self._written_s = clock_s()
        self._complained = False

    def shown_first(self, site_id: str) -> None:
        """Count a clinic that was shown as the first result."""
        with self._guard:
            self._new[site_id] += 1
            if self._clock_s() - self._written_s >= _FLUSH_EVERY_S:
                self._flush()

    def counts(self) -> Mapping[str, int]:
        """How often each clinic was shown first, by site_id, those not yet written included."""
        with self._guard:
            tally = self._file.read()
            return Counter(tally.shown_first if tally else {}) + self._new

    def flush(self, *, wait_s: float = 0) -> None:
        """Write what was counted now; wait at most `wait_s` seconds for another process that does so too."""
        with self._guard:
            self._flush(wait_s)

    def _flush(self, wait_s: float = 0) -> None:
        # Also after a failure: a full disk is not asked again at every search.
        self._written_s = self._clock_s()
        if not self._new:
            return
        try:
            # What goes wrong here is for the log, whoever the visitor is.
            with speaking(ENGLISH):
                self._file.change(self._added, wait_s=wait_s)
        except BusyError:
            # Another process writes its own counts at this moment: ours go with the next writing.
            return
        except (OSError, LocatorError) as exc:
            self._complain(str(exc))
        else:
            self._new.clear()

    def _added(self, tally: _Tally | None) -> _Tally:
        """The tally with the new counts added; others may have added theirs since the last time."""
        if tally is None and self._file.is_there():
            self._complain("it could not be read, and the counts begin anew")
        before = tally or _Tally(self._today(), {})
        return _Tally(before.since, Counter(before.shown_first) + self._new)

    def _complain(self, why: str) -> None:
        if not self._complained:
            self._complained = True
            _LOGGER.warning("views of clinics are not kept in %s: %s", self._file.name, why)


def shared_view_counts(path: Path) -> ViewCounts:
    """The same counts for the same file, whoever asks: each page, and the server when it is stopped."""
    with _SHARING:
        return _shared(path)


@lru_cache(maxsize=2)
def _shared(path: Path) -> ViewCounts:
    return ViewCounts(path)
