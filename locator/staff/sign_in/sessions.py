"""The staff sessions of this process, in memory: a restart signs everybody out."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from locator.staff.people import StaffMember
from locator.staff.sign_in.accounts import Account

LONGEST_S: Final = 12 * 3600.0
MOST_SESSIONS: Final = 500
_TOKEN_BYTES: Final = 32


@dataclass(slots=True)
class _Session:
    """One sign-in: of whom, by which setting of their account, and when; in seconds of the clock."""

    member: StaffMember
    set_id: str
    begun_s: float
    seen_s: float


class StaffSessions:
    """Sign-ins by password, each identified by a random token that only its browser has; its hash is kept.

    A session ends `idle_s` seconds after it was last seen, LONGEST_S after it began, and at the next look
    once its account is gone or was set anew: `find` says how an account is now. At most MOST_SESSIONS are
    kept; one more ends the one that was seen longest ago. Safe to use from several threads.
    """

    def __init__(
        self,
        find: Callable[[str], Account | None],
        *,
        idle_s: float,
        now_s: Callable[[], float] = time.monotonic,
        most: int = MOST_SESSIONS,
    ) -> None:
        self._find = find
        self._idle_s = idle_s
        self._now_s = now_s
        self._most = most
        self._sessions: dict[bytes, _Session] = {}
        self._lock = threading.Lock()

    def begin(self, account: Account) -> str:
        """A new session's token, to be handed to the browser and kept nowhere else."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        now_s = self._now_s()
        with self._lock:
            while len(self._sessions) >= self._most:
                del self._sessions[min(self._sessions, key=lambda key: self._sessions[key].seen_s)]
            self._sessions[_kept(token)] = _Session(account.member, account.set_id, now_s, now_s)
        return token

    def member(self, token: str, *, touch: bool = True) -> StaffMember | None:
        """Who holds this token, if the session goes on; to look without `touch` does not keep it from idling.

        Raises AccountsError where the accounts cannot be read: then nobody can be let in.
        """
        key = _kept(token)
        with self._lock:
            session = self._sessions.get(key)
            if session is None or self._has_ended(session, self._now_s()):
                self._sessions.pop(key, None)
                return None
            if touch:
                session.seen_s = self._now_s()
        # The file is read outside the lock: a slow disk must not hold up everybody.
        account = self._find(session.member.name)
        if account is None or (account.member, account.set_id) != (session.member, session.set_id):
            self.end(token)
            return None
        return session.member

    def end(self, token: str) -> None:
        """End the session of this token, in every tab that shares it; a token of none is nothing."""
        with self._lock:
            self._sessions.pop(_kept(token), None)

    def _has_ended(self, session: _Session, now_s: float) -> bool:
        return now_s - session.seen_s >= self._idle_s or now_s - session.begun_s >= LONGEST_S


def _kept(token: str) -> bytes:
    """What is kept of a token; with 256 random bits in it, a plain hash cannot be turned around."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
