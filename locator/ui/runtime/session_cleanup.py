"""Closing abandoned sessions soon, so that what visitors typed is gone and its memory free.

Streamlit keeps the session of a lost connection for a while, as the connection may come back; but it drops
what is overdue only when the next person leaves, so after the last one nothing would ever be freed.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from collections.abc import Callable
from time import monotonic
from typing import Final, Protocol

_LOGGER: Final = logging.getLogger(__name__)

GRACE_S: Final = 30.0
"""How long a session waits for a lost connection to come back, at least."""

CHECK_EVERY_S: Final = 10.0
"""How often to check for abandoned sessions: one is closed after GRACE_S and this at most."""


class Runtime(Protocol):
    """What is used of Streamlit's runtime; to be called in its event loop's thread only."""

    def is_active_session(self, session_id: str) -> bool:
        """Whether a browser is connected to the session now."""

    def close_session(self, session_id: str) -> None:
        """End the session and forget it; nothing happens where there is none."""


class TrackedSessions:
    """The sessions that pages were shown in, until each is closed."""

    def __init__(self, *, grace_s: float = GRACE_S, now_s: Callable[[], float] = monotonic) -> None:
        self._grace_s = grace_s
        self._now_s = now_s
        self._lock = threading.Lock()
        # When each was first seen disconnected; None while it is connected.
        self._disconnected_since_s: dict[str, float | None] = {}

    def track(self, session_id: str) -> bool:
        """Track a session, from any thread and again; whether it is a new one."""
        with self._lock:
            is_new = session_id not in self._disconnected_since_s
            self._disconnected_since_s.setdefault(session_id, None)
        return is_new

    @property
    def count(self) -> int:
        """How many sessions are not closed yet."""
        return len(self._disconnected_since_s)

    def close_abandoned(self, runtime: Runtime) -> int:
        """Close the sessions that have been disconnected for long enough; how many those were."""
        with self._lock:
            tracked = dict(self._disconnected_since_s)
        closed = 0
        for session_id, disconnected_since_s in tracked.items():
            if runtime.is_active_session(session_id):
                self._disconnected_since_s[session_id] = None
            elif disconnected_since_s is None:
                self._disconnected_since_s[session_id] = self._now_s()
            elif self._now_s() - disconnected_since_s >= self._grace_s:
                runtime.close_session(session_id)
                with self._lock:
                    del self._disconnected_since_s[session_id]
                closed += 1
        return closed


async def close_abandoned_sessions(
    tracked: TrackedSessions, runtime: Callable[[], Runtime], *, every_s: float
) -> None:
    """Close abandoned sessions every `every_s` seconds, until cancelled, and free their memory at once.

    Ended sessions refer to each other in cycles, which Python by itself would free much later.
    """
    is_frozen = False
    while True:
        await asyncio.sleep(every_s)
        try:
            closed = tracked.close_abandoned(runtime())
            if not tracked.count and (closed or not is_frozen):
                freeze_memory()
                is_frozen = True
            elif closed:
                gc.collect()
        except Exception:
            # Whatever it is, later sessions are to be closed too.
            _LOGGER.exception("ended sessions could not be closed")


def freeze_memory() -> None:
    """Free what can be, then exempt the rest from garbage collection, which would scan it again and again.

    Reference cycles of sessions open at that moment would stay: call it while there are none.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
