"""Sign-ins in memory: who is signed in, for how long, and what ends it; the same for OpenID Connect."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from locator.settings.staff import StaffTable
from locator.staff.people import Role, StaffMember
from locator.staff.sign_in.access import COOKIE, LocalSignIn, StaffAccess
from locator.staff.sign_in.accounts import Accounts
from locator.staff.sign_in.lockout import Lockout
from locator.staff.sign_in.oidc import OidcSignIns
from locator.staff.sign_in.sessions import LONGEST_S, StaffSessions
from locator.web import shared_staff_access
from tests.support.fake_hasher import Clock, FakeHasher

PHRASE = "a made-up phrase"
IDLE_S = 600.0
PAT = StaffMember("Pat Test", Role.EDITOR)


class Signed:
    """One person, signed in, with a clock that the test moves."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.accounts = Accounts(folder / "staff.json", FakeHasher())
        self.accounts.put("Pat Test", Role.EDITOR, PHRASE)
        self.sessions = StaffSessions(self.accounts.find, idle_s=IDLE_S, now_s=self.clock, most=3)
        self.token = self.begin()

    def begin(self) -> str:
        """Another session of the same person."""
        account = self.accounts.find("Pat Test")
        assert account is not None
        return self.sessions.begin(account)


@pytest.fixture
def signed(tmp_path: Path) -> Signed:
    return Signed(tmp_path)


def test_the_token_says_who_it_is_and_no_other_does(signed: Signed) -> None:
    assert signed.sessions.member(signed.token) == PAT
    assert len(signed.token) >= 43
    for forged in ("", signed.token[:-1], signed.token + "A", signed.token.lower(), "\ud800", "x" * 10_000):
        assert signed.sessions.member(forged) is None


def test_a_session_ends_after_idling_and_each_look_keeps_it(signed: Signed) -> None:
    for _ in range(3):
        signed.clock.now_s += IDLE_S - 1
        assert signed.sessions.member(signed.token) == PAT
    signed.clock.now_s += IDLE_S
    assert signed.sessions.member(signed.token) is None
    signed.clock.now_s -= IDLE_S
    assert signed.sessions.member(signed.token) is None


def test_a_look_without_touching_does_not_keep_it(signed: Signed) -> None:
    signed.clock.now_s += IDLE_S - 1
    assert signed.sessions.member(signed.token, touch=False) == PAT
    signed.clock.now_s += 1
    assert signed.sessions.member(signed.token) is None


def test_a_session_ends_after_twelve_hours_whatever_is_done(signed: Signed) -> None:
    for _ in range(int(LONGEST_S / (IDLE_S / 2)) - 1):
        signed.clock.now_s += IDLE_S / 2
        assert signed.sessions.member(signed.token) == PAT
    signed.clock.now_s += IDLE_S / 2
    assert signed.sessions.member(signed.token) is None


def test_signing_out_ends_one_session_and_leaves_the_others_of_a_person(signed: Signed) -> None:
    other = signed.begin()
    signed.sessions.end(signed.token)
    assert signed.sessions.member(signed.token) is None
    assert signed.sessions.member(other) == PAT


def _remove(accounts: Accounts) -> None:
    accounts.remove("Pat Test")


def _promote(accounts: Accounts) -> None:
    accounts.put("Pat Test", Role.APPROVER, PHRASE)


def _new_password(accounts: Accounts) -> None:
    accounts.put("Pat Test", Role.EDITOR, "a second phrase")


@pytest.mark.parametrize("change", [_remove, _promote, _new_password])
def test_an_account_removed_or_set_anew_is_signed_out_at_the_next_look(
    signed: Signed, change: Callable[[Accounts], None]
) -> None:
    change(signed.accounts)
    assert signed.sessions.member(signed.token) is None


def test_one_more_than_can_be_kept_ends_the_one_seen_longest_ago(signed: Signed) -> None:
    signed.clock.now_s += 1
    second, third = signed.begin(), signed.begin()
    signed.clock.now_s += 1
    assert signed.sessions.member(signed.token) == PAT
    assert signed.sessions.member(third) == PAT
    fourth = signed.begin()
    assert [signed.sessions.member(token) for token in (signed.token, second, third, fourth)] == [
        PAT,
        None,
        PAT,
        PAT,
    ]


def test_a_closed_access_lets_nobody_in() -> None:
    closed = StaffAccess()
    assert not closed.is_open
    assert closed.member_for({COOKIE: "x"}) is None
    assert closed.member_of(claims()) is None
    closed.sign_out({COOKIE: "x"}, claims())


def test_a_cookie_is_what_a_browser_is_known_by(signed: Signed, tmp_path: Path) -> None:
    access = StaffAccess(LocalSignIn(signed.accounts, Lockout(tmp_path), signed.sessions))
    assert access.member_for({COOKIE: signed.token, "other": "x"}) == PAT
    assert access.member_for({"other": signed.token}) is None
    access.sign_out({COOKIE: signed.token}, {})
    assert access.member_for({COOKIE: signed.token}) is None


def test_there_is_one_access_for_the_same_settings(tmp_path: Path) -> None:
    table = StaffTable(accounts_file=tmp_path / "staff.json", oidc_editors=("kim@example.org",))
    made = shared_staff_access(table)
    assert made is shared_staff_access(table.model_copy())
    assert made.local is not None
    assert made.oidc is not None
    assert not shared_staff_access(StaffTable()).is_open


def claims(**changed: Any) -> dict[str, object]:  # noqa: ANN401 - as a provider sends them
    said: dict[str, object] = {
        "is_logged_in": True,
        "iss": "https://login.example",
        "sub": "1",
        "email": "Kim@Example.org",
        "email_verified": True,
        "iat": 1_000_000,
        "nonce": "n",
    }
    return said | changed


KIM = StaffMember("kim@example.org", Role.APPROVER)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def oidc(clock: Clock) -> OidcSignIns:
    return OidcSignIns({"kim@example.org": Role.APPROVER}, idle_s=IDLE_S, now_s=clock)


def test_a_verified_and_listed_address_is_staff(oidc: OidcSignIns) -> None:
    assert oidc.member(claims()) == KIM


@pytest.mark.parametrize(
    "changed",
    [
        {"email": "lee@example.org"},
        {"email": None},
        {"email": ["kim@example.org"]},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"is_logged_in": False},
        {"is_logged_in": None},
        {"iat": None},
        {"iat": "1000000"},
        {"iat": float("nan")},
        {"iat": 1_000_061},
        {"iat": 1_000_000 - IDLE_S},
    ],
)
def test_anything_less_than_that_is_nobody(oidc: OidcSignIns, changed: dict[str, object]) -> None:
    assert oidc.member(claims(**changed)) is None
    assert oidc.member({}) is None


def test_a_providers_sign_in_ends_after_idling_and_after_twelve_hours(
    oidc: OidcSignIns, clock: Clock
) -> None:
    for _ in range(int(LONGEST_S / (IDLE_S / 2)) - 1):
        clock.now_s += IDLE_S / 2
        assert oidc.member(claims()) == KIM
    clock.now_s += IDLE_S / 2
    assert oidc.member(claims()) is None
    assert oidc.member(claims(iat=clock.now_s)) == KIM
    clock.now_s += IDLE_S - 1
    assert oidc.member(claims(iat=clock.now_s - IDLE_S + 1), touch=False) == KIM
    clock.now_s += 1
    assert oidc.member(claims(iat=clock.now_s - IDLE_S)) is None


def test_signing_out_counts_for_the_cookie_that_is_left_and_not_for_the_next_sign_in(
    oidc: OidcSignIns,
) -> None:
    assert oidc.member(claims()) == KIM
    oidc.end(claims())
    assert oidc.member(claims()) is None
    assert oidc.member(claims(nonce="another")) == KIM


def test_what_is_known_of_sign_ins_stays_small(oidc: OidcSignIns, clock: Clock) -> None:
    oidc.end(claims())
    for n in range(50):
        clock.now_s += LONGEST_S / 4
        assert oidc.member(claims(iat=clock.now_s, nonce=str(n))) == KIM
    assert len(oidc._seen) <= 8  # noqa: SLF001 - memory is what this is about
