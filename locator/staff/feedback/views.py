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

from pydantic import Field, TypeAdapter, ValidationError

from locator.clock import chicago_today
from locator.errors import LocatorError
from locator.files import BusyError, exclusive, put_file
from locator.language import ENGLISH, speaking
from locator.staff.publishing import read_at_most

_LOGGER: Final = logging.getLogger(__name__)
_FLUSH_EVERY_S: Final = 60.0
_MAX_BYTES: Final = 1_000_000
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
        self._path = path
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
            tally = self._read()
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
            self._path.parent.mkdir(exist_ok=True)
            lock = self._path.with_name(f".{self._path.name}.lock")
            # What goes wrong here is for the log, whoever the visitor is.
            with speaking(ENGLISH), exclusive(lock, timeout_s=wait_s):
                put_file(self._path, self._added())
        except BusyError:
            # Another process writes its own counts at this moment: ours go with the next writing.
            return
        except (OSError, LocatorError) as exc:
            self._complain(str(exc))
        else:
            self._new.clear()

    def _added(self) -> bytes:
        """The file with the new counts added; others may have added theirs since the last time."""
        tally = self._read()
        if tally is None and self._path.exists():
            self._complain("it could not be read, and the counts begin anew")
        before = tally or _Tally(self._today(), {})
        return (
            _TALLY.dump_json(_Tally(before.since, Counter(before.shown_first) + self._new), indent=2) + b"\n"
        )

    def _read(self) -> _Tally | None:
        raw = read_at_most(self._path, _MAX_BYTES)
        try:
            return None if raw is None else _TALLY.validate_json(raw)
        except ValidationError:
            return None

    def _complain(self, why: str) -> None:
        if not self._complained:
            self._complained = True
            _LOGGER.warning("views of clinics are not kept in %s: %s", self._path.name, why)


def shared_view_counts(path: Path) -> ViewCounts:
    """The same counts for the same file, whoever asks: each page, and the server when it is stopped."""
    with _SHARING:
        return _shared(path)


@lru_cache(maxsize=2)
def _shared(path: Path) -> ViewCounts:
    return ViewCounts(path)
