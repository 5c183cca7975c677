"""Which visits may send files at this moment: those whose page a signed-in person is looking at."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from hmac import compare_digest
from typing import Final

MOST_PERMITS: Final = 500


@dataclass(frozen=True, slots=True)
class _Permit:
    """Until when, in seconds of the clock, whether its owner is still signed in, and the cookie, if any."""

    until_s: float
    still_signed_in: Callable[[], bool]
    cookie: str | None


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
        self,
        session_id: str,
        *,
        for_s: float,
        still_signed_in: Callable[[], bool] = lambda: True,
        cookie: str | None = None,
    ) -> None:
        """Let this visit send files for so many seconds, and only as long as `still_signed_in` says so.

        With a `cookie`, only from the browser that has it: knowing the visit's id is not enough.
        """
        with self._lock:
            self._permits.pop(session_id, None)
            while len(self._permits) >= self._most:
                del self._permits[min(self._permits, key=lambda key: self._permits[key].until_s)]
            self._permits[session_id] = _Permit(self._now_s() + for_s, still_signed_in, cookie)

    def withdraw(self, session_id: str) -> None:
        """Let this visit send no more files."""
        with self._lock:
            self._permits.pop(session_id, None)

    def allows(self, session_id: str, cookie: str | None = None) -> bool:
        """Whether this visit may send files now, from a browser with this cookie."""
        with self._lock:
            permit = self._permits.get(session_id)
        if permit is None or self._now_s() >= permit.until_s:
            return False
        if permit.cookie is not None and not compare_digest(permit.cookie.encode(), (cookie or "").encode()):
            return False
        return permit.still_signed_in()
