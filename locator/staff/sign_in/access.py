"""What the staff page and the sign-in routes ask: who is this, may they come in, and may they send files."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Final

from locator.staff.people import StaffMember
from locator.staff.sign_in.accounts import Accounts
from locator.staff.sign_in.lockout import Lockout, Standing
from locator.staff.sign_in.oidc import OidcSignIns
from locator.staff.sign_in.sessions import StaffSessions

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


COOKIE: Final = "drg_staff"
UPLOAD_PERMIT_S: Final = 900.0
"""How long a page that shows an upload field may be used for one without running again."""


class LocalSignIn:
    """Signing in with a name and a password kept here."""

    def __init__(self, accounts: Accounts, lockout: Lockout, sessions: StaffSessions) -> None:
        self._accounts = accounts
        self._lockout = lockout
        self.sessions = sessions

    def standing(self, name: str, address: str | None) -> Standing:
        """How a try would stand: known before a password is checked, and with hardly any work."""
        return self._lockout.standing(name, address)

    def sign_in(self, name: str, password: str, address: str | None) -> str | None:
        """A session's token for a right name and password; None for anything else, a lock included.

        From a locked address it is refused unread. Else, whatever it says, it takes one check of a password's
        hash: that of a locked name is checked against nobody's, so what it is cannot be found out. Raises
        AccountsError or LockoutError.
        """
        if self.standing(name, address) is Standing.LOCKED:
            return None
        admitted = self._lockout.admit(name, address)
        if admitted is None:
            self._accounts.check_nothing(password)
            return None
        account = self._accounts.verify(name, password)
        if account is None:
            return None
        self._lockout.succeeded(admitted)
        return self.sessions.begin(account)


@dataclass(frozen=True, slots=True)
class StaffAccess:
    """The ways in, each None where the operator has not opened it, and who may send files."""

    local: LocalSignIn | None = None
    oidc: OidcSignIns | None = None
    uploads: UploadPermits = field(default_factory=UploadPermits)

    @property
    def is_open(self) -> bool:
        """Whether anybody can sign in at all."""
        return self.local is not None or self.oidc is not None

    def member_for(self, cookies: Mapping[str, str], *, touch: bool = True) -> StaffMember | None:
        """Who signed in here with a password, by the browser's cookies; None for anybody else.

        Asking is a sign of life, unless `touch` is off, as in a page that asks again and again by itself.
        """
        token = cookies.get(COOKIE)
        return self.local.sessions.member(token, touch=touch) if self.local and token else None

    def member_of(self, user_info: Mapping[str, object], *, touch: bool = True) -> StaffMember | None:
        """Who signed in through the OpenID Connect provider, by Streamlit's `st.user`; else None."""
        return self.oidc.member(user_info, touch=touch) if self.oidc else None

    def sign_out(self, cookies: Mapping[str, str], user_info: Mapping[str, object]) -> None:
        """End what this browser is signed in by, in all its tabs and for its uploads."""
        if self.local and (token := cookies.get(COOKIE)):
            self.local.sessions.end(token)
        if self.oidc:
            self.oidc.end(user_info)

    def permit_uploads(
        self, session_id: str, cookies: Mapping[str, str], user_info: Mapping[str, object]
    ) -> None:
        """Let the visit with Streamlit's `session_id` send files as long as this browser is signed in.

        For the staff page to call at each run of somebody who is signed in; a permit ends by itself.
        """
        kept_cookies, kept_info = dict(cookies), dict(user_info)

        def still() -> bool:
            return any(
                who is not None
                for who in (
                    self.member_for(kept_cookies, touch=False),
                    self.member_of(kept_info, touch=False),
                )
            )

        self.uploads.allow(
            session_id, for_s=UPLOAD_PERMIT_S, still_signed_in=still, cookie=cookies.get(COOKIE)
        )

    def may_upload(self, session_id: str, cookies: Mapping[str, str]) -> bool:
        """Whether a file for that visit may come from a browser with these cookies."""
        return self.uploads.allows(session_id, cookies.get(COOKIE))
