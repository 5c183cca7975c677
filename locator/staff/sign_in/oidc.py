"""What a sign-in through an OpenID Connect provider allows here, and for how long.

Streamlit does the signing in and keeps what the provider said in a signed cookie for a month. What is added
here: who is staff at all, an end after idling, and a sign-out that counts in every tab.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from locator.staff.people import Role, StaffMember
from locator.staff.sign_in.sessions import LONGEST_S

# How far the provider's clock may be ahead.
_CLOCK_SKEW_S: Final = 60.0
_NEVER_AGAIN: Final = float("-inf")


@dataclass(frozen=True, slots=True)
class _SignIn:
    """One signing in at the provider: whose, when, and a key that no other one has."""

    email: str
    at_s: float
    key: bytes


class OidcSignIns:
    """Signings in at the provider, by the person's verified e-mail address; `roles` has it in small letters.

    Each ends `idle_s` seconds after it was last seen, LONGEST_S after it was made, or when signed out of. One
    that this process has not seen counts as last seen when it was made: after a restart, people who signed
    in longer ago sign in again. Safe to use from several threads.
    """

    def __init__(
        self, roles: Mapping[str, Role], *, idle_s: float, now_s: Callable[[], float] = time.time
    ) -> None:
        self._roles = dict(roles)
        self._idle_s = idle_s
        self._now_s = now_s
        self._seen: dict[bytes, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def member(self, user_info: Mapping[str, object], *, touch: bool = True) -> StaffMember | None:
        """Who this is, from what Streamlit's `st.user` holds; None for anybody who is not signed-in staff."""
        sign_in = _sign_in(user_info)
        role = self._roles.get(sign_in.email) if sign_in else None
        if sign_in is None or role is None:
            return None
        now_s = self._now_s()
        with self._lock:
            _, seen_s = self._seen.get(sign_in.key, (sign_in.at_s, sign_in.at_s))
            if not (now_s - seen_s < self._idle_s and -_CLOCK_SKEW_S <= now_s - sign_in.at_s < LONGEST_S):
                return None
            if touch:
                self._keep(sign_in, now_s)
        return StaffMember(sign_in.email, role)

    def end(self, user_info: Mapping[str, object]) -> None:
        """Let this signing in count no more, whoever still shows its cookie."""
        if sign_in := _sign_in(user_info):
            with self._lock:
                self._keep(sign_in, _NEVER_AGAIN)

    def _keep(self, sign_in: _SignIn, seen_s: float) -> None:
        """Note when it was last seen; those too old to count are forgotten, so what is kept stays small."""
        oldest_s = self._now_s() - LONGEST_S
        if len(self._seen) > 2 * len(self._roles):
            self._seen = {key: times for key, times in self._seen.items() if times[0] > oldest_s}
        self._seen[sign_in.key] = (sign_in.at_s, seen_s)


def _sign_in(user_info: Mapping[str, object]) -> _SignIn | None:
    """The signing in that a provider's claims tell of; None where a claim that matters is missing."""
    email, made_at = user_info.get("email"), user_info.get("iat")
    if user_info.get("is_logged_in") is not True or user_info.get("email_verified") is not True:
        return None
    if not isinstance(email, str) or not isinstance(made_at, int | float):
        return None
    told_apart = repr([user_info.get(claim) for claim in ("iss", "sub", "iat", "nonce", "email")])
    return _SignIn(email.casefold(), float(made_at), sha256(told_apart.encode("utf-8", "replace")).digest())
