"""Who has left: their sessions are closed soon, so that what they typed is gone and its memory free.

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

KEPT_S: Final = 30.0
"""How long a session waits for a lost connection to come back, at least."""

LOOK_EVERY_S: Final = 10.0
"""How often to look who has left: a session is gone, and its memory free, after KEPT_S and this at most."""


class Sessions(Protocol):
    """What this asks of Streamlit's runtime; to be asked in its event loop's thread only."""

    def is_active_session(self, session_id: str) -> bool:
        """Whether a browser is connected to the session now."""

    def close_session(self, session_id: str) -> None:
        """End the session and forget it; nothing happens where there is none."""


class Departures:
    """The sessions that pages were shown in, until each is closed."""

    def __init__(self, *, kept_s: float = KEPT_S, now_s: Callable[[], float] = monotonic) -> None:
        self._kept_s = kept_s
        self._now_s = now_s
        self._noting = threading.Lock()
        # When each was first found gone; None while it is there.
        self._gone_since_s: dict[str, float | None] = {}

    def note(self, session_id: str) -> bool:
        """There is such a session; whether that is new. May be called from any thread, and again."""
        with self._noting:
            is_new = session_id not in self._gone_since_s
            self._gone_since_s.setdefault(session_id, None)
        return is_new

    @property
    def known(self) -> int:
        """How many sessions are not closed yet."""
        return len(self._gone_since_s)

    def close_due(self, sessions: Sessions) -> int:
        """Close the sessions that have been gone for long enough; how many those were."""
        with self._noting:
            known = dict(self._gone_since_s)
        closed = 0
        for session_id, gone_since_s in known.items():
            if sessions.is_active_session(session_id):
                self._gone_since_s[session_id] = None
            elif gone_since_s is None:
                self._gone_since_s[session_id] = self._now_s()
            elif self._now_s() - gone_since_s >= self._kept_s:
                sessions.close_session(session_id)
                with self._noting:
                    del self._gone_since_s[session_id]
                closed += 1
        return closed


async def watch(departures: Departures, sessions: Callable[[], Sessions], *, every_s: float) -> None:
    """Close what is due every `every_s` seconds, until cancelled, and free its memory at once.

    Ended sessions refer to each other in circles, which Python by itself would free much later.
    """
    is_settled = False
    while True:
        await asyncio.sleep(every_s)
        try:
            closed = departures.close_due(sessions())
            if not departures.known and (closed or not is_settled):
                settle_memory()
                is_settled = True
            elif closed:
                gc.collect()
        except Exception:
            # Whatever it is, those who leave after this are to be forgotten too.
            _LOGGER.exception("ended sessions could not be closed")


def settle_memory() -> None:
    """Free what can be, then set the rest aside: the collector need not look at it again and again.

    Of what visitors have open at that moment, circles would stay: call it while nobody is there.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
