"""Which visits may send files at this moment: those whose page a signed-in person is looking at."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MOST_PERMITS: Final = 500


@dataclass(frozen=True, slots=True)
class _Permit:
    """Until when, in seconds of the clock, and whether whoever it was given to is still signed in."""

    until_s: float
    still_signed_in: Callable[[], bool]


class UploadPermits:
    """Visits, by Streamlit's session id, that may send files; the staff page renews its own at each run.

    At most MOST_PERMITS are kept; one more takes the place of the one that ends first. Safe to use from
    several threads.
    """

    def __init__(self, *, now_s: Callable[[], float] = time.monotonic, most: int = MOST_PERMITS) -> None:
        self._now_s = now_s
        self._most = most
        self._permits: dict[str, _Permit] = {}
        self._lock = threading.Lock()

    def allow(
        self, session_id: str, *, for_s: float, still_signed_in: Callable[[], bool] = lambda: True
    ) -> None:
        """Let this visit send files for so many seconds, and only as long as `still_signed_in` says so."""
        with self._lock:
            self._permits.pop(session_id, None)
            while len(self._permits) >= self._most:
                del self._permits[min(self._permits, key=lambda key: self._permits[key].until_s)]
            self._permits[session_id] = _Permit(self._now_s() + for_s, still_signed_in)

    def withdraw(self, session_id: str) -> None:
        """Let this visit send no more files."""
        with self._lock:
            self._permits.pop(session_id, None)

    def allows(self, session_id: str) -> bool:
        """Whether this visit may send files now."""
        with self._lock:
            permit = self._permits.get(session_id)
        return permit is not None and self._now_s() < permit.until_s and permit.still_signed_in()
