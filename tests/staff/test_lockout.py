"""Wrong tries lock names and addresses, for longer each time, and what is kept of them tells nothing."""

from __future__ import annotations

import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from locator.staff.people import Role
from locator.staff.sign_in.access import LocalSignIn
from locator.staff.sign_in.accounts import Accounts
from locator.staff.sign_in.lockout import MOST_KNOWN, Lockout, LockoutError, Standing, tries_allowed
from locator.staff.sign_in.sessions import StaffSessions
from tests.support.fake_hasher import Clock, FakeHasher

HERE, THERE = "192.0.2.1", "192.0.2.2"


def fail(lockout: Lockout, times: int, name: str = "pat", address: str = HERE) -> int:
    """How many of so many wrong tries are checked."""
    return sum(lockout.admit(name, address) is not None for _ in range(times))


def test_the_fifth_wrong_try_locks_the_name_from_everywhere(tmp_path: Path) -> None:
    lockout = Lockout(tmp_path, now_s=Clock())
    assert [fail(lockout, 1, address=f"192.0.2.{n}") for n in range(7)] == [1, 1, 1, 1, 1, 0, 0]
    assert lockout.admit("kim", THERE) is not None


def test_the_fifth_wrong_try_locks_the_address_for_every_name(tmp_path: Path) -> None:
    lockout = Lockout(tmp_path, now_s=Clock())
    assert [fail(lockout, 1, name=f"name {n}") for n in range(7)] == [1, 1, 1, 1, 1, 0, 0]
    assert lockout.admit("name 0", THERE) is not None


def test_each_further_wrong_try_locks_for_twice_as_long_up_to_an_hour(tmp_path: Path) -> None:
    lockout = Lockout(tmp_path, now_s=(clock := Clock()))
    assert fail(lockout, 5) == 5
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        clock.now_s += minutes * 60 - 1
        assert fail(lockout, 3) == 0
        clock.now_s += 1
        assert fail(lockout, 3) == 1


def test_tries_while_locked_do_not_make_the_lock_longer(tmp_path: Path) -> None:
    lockout = Lockout(tmp_path, now_s=(clock := Clock()))
    fail(lockout, 100)
    clock.now_s += 60
    assert fail(lockout, 1) == 1


def test_a_lock_outlives_a_restart(tmp_path: Path) -> None:
    clock = Clock()
    assert fail(Lockout(tmp_path, now_s=clock), 5) == 5
    assert fail(Lockout(tmp_path, now_s=clock), 5) == 0


def test_a_day_of_quiet_is_forgotten_and_not_a_moment_less(tmp_path: Path) -> None:
    lockout = Lockout(tmp_path, now_s=(clock := Clock()))
    fail(lockout, 4)
    clock.now_s += 86_400
    assert fail(lockout, 5) == 1
    clock.now_s += 86_401
    assert fail(lockout, 9) == 5


def test_a_success_forgives_the_wrong_tries_for_that_name(tmp_path: Path) -> None:
    lockout = Lockout(tmp_path, now_s=Clock())
    for _ in range(3):
        fail(lockout, 4)
        admitted = lockout.admit("Pat", HERE)
        assert admitted is not None
        lockout.succeeded(admitted)
    assert fail(lockout, 9) == 5


def test_an_account_of_ones_own_does_not_buy_more_guesses_at_anothers(tmp_path: Path) -> None:
    lockout = Lockout(tmp_path, now_s=Clock())
    checked = 0
    for n in range(20):
        own = lockout.admit("own", HERE)
        checked += fail(lockout, 1, name=f"victim {n}")
        if own is not None:
            lockout.succeeded(own)
    # The own try of each round is open while the other is made, so it counts too until it is taken back.
    assert checked <= 5


def test_a_success_does_not_lift_a_lock_that_another_try_set(tmp_path: Path) -> None:
    lockout = Lockout(tmp_path, now_s=Clock())
    fail(lockout, 3, name="victim")
    own = lockout.admit("own", HERE)
    assert own is not None
    assert fail(lockout, 1, name="victim") == 1
    lockout.succeeded(own)
    assert lockout.admit("own", HERE) is None


def test_a_name_can_be_unlocked_and_its_address_stays_locked(tmp_path: Path) -> None:
    lockout = Lockout(tmp_path, now_s=Clock())
    fail(lockout, 5)
    lockout.forget_name(" PAT ")
    assert lockout.admit("pat", THERE) is not None
    assert lockout.admit("pat", HERE) is None


def test_a_hundred_wrong_passwords_at_once_are_checked_five_times(tmp_path: Path) -> None:
    hasher = FakeHasher()
    accounts = Accounts(tmp_path / "staff.json", hasher)
    accounts.put("Pat Test", Role.EDITOR, "a made-up phrase")
    (account,) = accounts.all()
    local = LocalSignIn(accounts, Lockout(tmp_path, now_s=Clock()), StaffSessions(accounts.find, idle_s=60))

    def guess(number: int) -> str | None:
        return local.sign_in("Pat Test", f"wrong phrase {number}", f"192.0.2.{number}")

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(guess, range(100))) == {None}
    assert hasher.checked.count(account.password_hash) == 5
    assert len(hasher.checked) == 100
    assert local.sign_in("Pat Test", "a made-up phrase", "192.0.2.200") is None


def test_a_trial_that_outlasts_a_lock_sees_one_more_checked_and_no_more_than_that(tmp_path: Path) -> None:
    """As on a busy machine: a hundred tries took so long that the first minute ended among them."""
    for seconds_each in (0.1, 0.55, 0.65, 3, 20):
        lockout = Lockout(tmp_path / str(seconds_each), now_s=(clock := Clock()))
        checked = 0
        for n in range(100):
            checked += fail(lockout, 1, address=f"192.0.2.{n}")
            clock.now_s += seconds_each
        assert checked <= tries_allowed(100 * seconds_each)
    assert [tries_allowed(s) for s in (0, 59.9, 60, 179.9, 180, 420)] == [5, 5, 6, 6, 7, 8]


def test_hammering_gets_all_that_is_allowed_and_nothing_beyond(tmp_path: Path) -> None:
    lockout = Lockout(tmp_path, now_s=(clock := Clock()))
    checked = fail(lockout, 5)
    for second in range(1, 1200):
        clock.now_s += 1
        checked += fail(lockout, 1, address=f"192.0.2.{second % 250}")
        assert checked == tries_allowed(second)


def sign_in(lockout: Lockout, name: str = "pat", address: str | None = HERE) -> None:
    """A right password."""
    admitted = lockout.admit(name, address)
    assert admitted is not None
    lockout.succeeded(admitted)


def lock(lockout: Lockout, name: str = "pat") -> None:
    """Strangers, each at an address of their own, lock a name."""
    for n in range(5):
        assert fail(lockout, 1, name, f"198.51.100.{n}") == 1
    assert lockout.admit(name, THERE) is None


def test_a_locked_name_still_lets_in_whoever_comes_from_where_it_signed_in(
    tmp_path: Path,
) -> None:
    lockout = Lockout(tmp_path, now_s=Clock())
    sign_in(lockout)
    lock(lockout)
    assert lockout.standing("Pat ", HERE) is Standing.KNOWN
    assert lockout.standing("pat", THERE) is Standing.STRANGER
    for _ in range(9):
        sign_in(lockout)
    # Signing in past the lock gives the strangers no further tries.
    assert lockout.admit("pat", THERE) is None
    # It is that name's address and nobody else's.
    lock(lockout, "kim")
    assert lockout.admit("kim", HERE) is None


def test_from_a_known_address_a_locked_name_can_be_guessed_at_no_more_than_five_times(tmp_path: Path) -> None:
    lockout = Lockout(tmp_path, now_s=Clock())
    sign_in(lockout)
    lock(lockout)
    assert fail(lockout, 20) == 5
    assert lockout.standing("pat", HERE) is Standing.LOCKED


def test_a_slip_from_a_known_address_past_a_lock_is_forgiven_by_signing_in(tmp_path: Path) -> None:
    lockout = Lockout(tmp_path, now_s=Clock())
    sign_in(lockout)
    lock(lockout)
    for _ in range(4):
        assert fail(lockout, 3) == 3
        sign_in(lockout)


def test_known_addresses_are_forgotten_in_time_and_at_once_where_none_are_to_be_kept(tmp_path: Path) -> None:
    lockout = Lockout(tmp_path, known_for_s=100.0, now_s=(clock := Clock()))
    sign_in(lockout)
    clock.now_s += 99
    assert lockout.standing("pat", HERE) is Standing.KNOWN
    clock.now_s += 1
    assert lockout.standing("pat", HERE) is Standing.STRANGER
    sign_in(lockout)
    with closing(sqlite3.connect(tmp_path / "sign-in-tries.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM known").fetchone() == (1,)
    none = Lockout(tmp_path, known_for_s=0.0, now_s=clock)
    assert none.standing("pat", HERE) is Standing.STRANGER
    sign_in(none)
    with closing(sqlite3.connect(tmp_path / "sign-in-tries.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM known").fetchone() == (0,)


def test_of_one_name_only_the_addresses_used_last_are_known(tmp_path: Path) -> None:
    lockout = Lockout(tmp_path, now_s=(clock := Clock()))
    sign_in(lockout, "kim")
    addresses = [f"203.0.113.{n}" for n in range(MOST_KNOWN + 3)]
    for address in addresses:
        clock.now_s += 1
        sign_in(lockout, "pat", address)
    known = [address for address in addresses if lockout.standing("pat", address) is Standing.KNOWN]
    assert known == addresses[3:]
    assert lockout.standing("kim", HERE) is Standing.KNOWN


def test_a_new_password_or_a_removed_account_forgets_where_it_signed_in(tmp_path: Path) -> None:
    lockout = Lockout(tmp_path, now_s=Clock())
    sign_in(lockout)
    lockout.forget_name("PAT")
    assert lockout.standing("pat", HERE) is Standing.STRANGER


def test_an_address_that_nobody_knows_is_neither_locked_nor_remembered(tmp_path: Path) -> None:
    """Everybody behind a proxy that no setting names shares it: nobody is to lock out all of them."""
    lockout = Lockout(tmp_path, now_s=Clock())
    assert sum(lockout.admit(f"name {n}", None) is not None for n in range(20)) == 20
    sign_in(lockout, "pat", None)
    assert lockout.standing("pat", None) is Standing.STRANGER
    lock(lockout)
    assert lockout.admit("pat", None) is None


def test_a_try_from_a_locked_address_is_refused_unread(tmp_path: Path) -> None:
    hasher = FakeHasher()
    accounts = Accounts(tmp_path / "staff.json", hasher)
    accounts.put("Pat Test", Role.EDITOR, "a made-up phrase")
    local = LocalSignIn(accounts, Lockout(tmp_path, now_s=Clock()), StaffSessions(accounts.find, idle_s=60))
    for n in range(5):
        assert local.sign_in(f"Nobody {n}", "a wrong phrase", HERE) is None
    hasher.checked.clear()
    assert local.sign_in("Pat Test", "a made-up phrase", HERE) is None
    assert hasher.checked == []
    assert local.sign_in("Pat Test", "a made-up phrase", THERE) is not None


def test_what_is_kept_names_nobody_and_is_for_the_owner_alone(tmp_path: Path) -> None:
    lockout = Lockout(tmp_path, now_s=Clock())
    sign_in(lockout, "pat test")
    fail(lockout, 5, name="pat test", address=HERE)
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["sign-in-tries.key", "sign-in-tries.sqlite3"]
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert b"pat" not in file.read_bytes()
        assert HERE.encode() not in file.read_bytes()


def test_another_key_knows_none_of_it(tmp_path: Path) -> None:
    fail(Lockout(tmp_path, now_s=(clock := Clock())), 5)
    (tmp_path / "sign-in-tries.key").write_bytes(b"x" * 32)
    assert Lockout(tmp_path, now_s=clock).admit("pat", HERE) is not None


def test_made_up_names_displace_each_other_and_no_lock(tmp_path: Path) -> None:
    lockout = Lockout(tmp_path, now_s=(clock := Clock()), most_kept=30)
    fail(lockout, 5)
    for n in range(200):
        clock.now_s += 0.01
        lockout.admit(f"made up {n}", f"2001:db8:0:{n:x}::1")
    with closing(sqlite3.connect(tmp_path / "sign-in-tries.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM tries").fetchone() == (30,)
    assert lockout.admit("pat", THERE) is None


def test_where_nothing_can_be_counted_nobody_is_let_in(tmp_path: Path) -> None:
    lockout = Lockout(tmp_path, now_s=Clock())
    (tmp_path / "sign-in-tries.sqlite3").write_bytes(b"no database at all")
    with pytest.raises(LockoutError, match="cannot be read or written"):
        lockout.admit("pat", HERE)
    with pytest.raises(LockoutError, match="cannot be kept"):
        Lockout(tmp_path)
