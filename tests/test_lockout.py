"""Wrong tries lock names and addresses, for longer each time, and what is kept of them tells nothing."""

from __future__ import annotations

import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from locator.staff.access import LocalSignIn
from locator.staff.accounts import Accounts
from locator.staff.lockout import Lockout, LockoutError
from locator.staff.people import Role
from locator.staff.sessions import Sessions
from tests.fake_hasher import Clock, FakeHasher

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
    local = LocalSignIn(accounts, Lockout(tmp_path, now_s=Clock()), Sessions(accounts.find, idle_s=60))

    def guess(number: int) -> str | None:
        return local.sign_in("Pat Test", f"wrong phrase {number}", f"192.0.2.{number}")

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(guess, range(100))) == {None}
    assert hasher.checked.count(account.password_hash) == 5
    assert len(hasher.checked) == 100
    assert local.sign_in("Pat Test", "a made-up phrase", "192.0.2.200") is None


def test_what_is_kept_names_nobody_and_is_for_the_owner_alone(tmp_path: Path) -> None:
    fail(Lockout(tmp_path, now_s=Clock()), 5, name="pat test", address=HERE)
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
