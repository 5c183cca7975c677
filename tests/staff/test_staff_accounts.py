"""The accounts file: private, whole, changed at once; every try takes the same work."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from locator.staff.people import Role, StaffMember
from locator.staff.sign_in.accounts import AccountRefusedError, Accounts, AccountsError
from locator.staff.sign_in.passwords import argon2id, is_right, problem_with
from tests.support.fake_hasher import FakeHasher

PHRASE = "a made-up phrase"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "staff.json"


def test_a_right_password_gives_the_account_however_the_name_is_capitalised(path: Path) -> None:
    accounts = Accounts(path, FakeHasher())
    assert accounts.put("Pat Test", Role.APPROVER, PHRASE)
    found = accounts.verify(" pat TEST ", PHRASE)
    assert found is not None
    assert found.member == StaffMember("Pat Test", Role.APPROVER)


@pytest.mark.parametrize(
    ("name", "password"), [("Pat Test", "another phrase"), ("Nobody Here", PHRASE), ("", ""), ("\0", "\0")]
)
def test_a_wrong_name_and_a_wrong_password_are_nobody_after_one_check_each(
    path: Path, name: str, password: str
) -> None:
    accounts = Accounts(path, hasher := FakeHasher())
    accounts.put("Pat Test", Role.EDITOR, PHRASE)
    assert accounts.verify(name, password) is None
    assert len(hasher.checked) == 1
    accounts.check_nothing(PHRASE)
    assert len(hasher.checked) == 2


def test_a_refused_try_is_never_compared_with_a_real_hash(path: Path) -> None:
    accounts = Accounts(path, hasher := FakeHasher())
    accounts.put("Pat Test", Role.EDITOR, PHRASE)
    accounts.check_nothing(PHRASE)
    (real,) = accounts.all()
    assert real.password_hash not in hasher.checked


def test_no_password_of_nobody_is_ever_right(path: Path) -> None:
    accounts = Accounts(path, hasher := FakeHasher())
    nobodys_password = hasher.made[0].partition(":")[2][::-1]
    assert accounts.verify("nobody", nobodys_password) is None


def test_the_file_is_for_its_owner_alone_and_holds_no_password(path: Path) -> None:
    Accounts(path, argon2id()).put("Pat Test", Role.EDITOR, PHRASE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    text = path.read_text()
    assert PHRASE not in text
    assert "$argon2id$v=19$m=65536,t=3,p=1$" in text
    assert [one.name for one in path.parent.iterdir()] == ["staff.json"]


def test_a_file_that_others_may_read_is_not_used(path: Path) -> None:
    accounts = Accounts(path, FakeHasher())
    accounts.put("Pat Test", Role.EDITOR, PHRASE)
    path.chmod(0o640)
    with pytest.raises(AccountsError, match="set its mode to 600"):
        accounts.verify("Pat Test", PHRASE)


@pytest.mark.parametrize("text", ["", "{}", '[{"name": "Pat Test"}]', "\xff", "null"])
def test_a_damaged_file_is_an_error_and_shows_nothing_of_itself(path: Path, text: str) -> None:
    path.parent.mkdir()
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(AccountsError, match="damaged") as raised:
        Accounts(path, FakeHasher()).find("Pat Test")
    assert "Pat" not in str(raised.value)


def test_a_file_that_cannot_be_read_or_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "staff.json").mkdir()
    with pytest.raises(AccountsError, match="cannot be read"):
        Accounts(tmp_path / "staff.json", FakeHasher()).all()
    (tmp_path / "file").touch()
    with pytest.raises(AccountsError, match=r"cannot be (read|written)"):
        Accounts(tmp_path / "file" / "staff.json", FakeHasher()).put("Pat Test", Role.EDITOR, PHRASE)


def test_a_hash_made_with_older_parameters_is_renewed_by_a_right_password_alone(path: Path) -> None:
    Accounts(path, FakeHasher("v0")).put("Pat Test", Role.EDITOR, PHRASE)
    before = path.read_bytes()
    accounts = Accounts(path, FakeHasher("v1"))
    assert accounts.verify("Pat Test", "another phrase") is None
    assert path.read_bytes() == before
    assert accounts.verify("Pat Test", PHRASE) is not None
    (after,) = accounts.all()
    assert after.password_hash == f"v1:{PHRASE[::-1]}"
    assert after.set_id == json.loads(before)[0]["set_id"]


def test_renewing_a_hash_does_not_bring_back_who_was_removed_meanwhile(path: Path) -> None:
    class RemovingHasher(FakeHasher):
        def check_needs_rehash(self, hash: str) -> bool:  # noqa: A002 - argon2-cffi's own name
            Accounts(path, FakeHasher()).remove("Pat Test")
            return super().check_needs_rehash(hash)

    Accounts(path, FakeHasher("v0")).put("Pat Test", Role.EDITOR, PHRASE)
    Accounts(path, RemovingHasher("v1")).verify("Pat Test", PHRASE)
    assert Accounts(path, FakeHasher()).all() == ()


def test_adding_a_name_again_sets_its_password_and_role(path: Path) -> None:
    accounts = Accounts(path, FakeHasher())
    assert accounts.put("Pat Test", Role.EDITOR, PHRASE)
    first = accounts.find("Pat Test")
    assert not accounts.put("PAT TEST", Role.APPROVER, "a second phrase")
    (account,) = accounts.all()
    assert first is not None
    assert (account.role, account.set_id == first.set_id) == (Role.APPROVER, False)
    assert accounts.verify("Pat Test", PHRASE) is None


def test_removing_takes_one_account_and_says_when_there_is_none(path: Path) -> None:
    accounts = Accounts(path, FakeHasher())
    accounts.put("Pat Test", Role.EDITOR, PHRASE)
    accounts.put("Kim Test", Role.EDITOR, PHRASE)
    accounts.remove("pat test")
    assert [one.name for one in accounts.all()] == ["Kim Test"]
    with pytest.raises(AccountRefusedError, match="no account of that name"):
        accounts.remove("Pat Test")


@pytest.mark.parametrize("name", ["", " ", "a" * 61, "a\nb", "<b>", "{{x}}", "\x1b[2J"])
def test_a_name_that_could_be_more_than_a_name_is_refused(path: Path, name: str) -> None:
    with pytest.raises(AccountRefusedError, match="A name has 1 to 60 characters"):
        Accounts(path, FakeHasher()).put(name, Role.EDITOR, PHRASE)
    assert not path.exists()


@pytest.mark.parametrize("password", ["", "eleven char", "x" * 501, "pattestpattest", "PatTestPatTest1"])
def test_a_password_too_short_too_long_or_made_of_the_name_is_refused(path: Path, password: str) -> None:
    with pytest.raises(AccountRefusedError, match="A password"):
        Accounts(path, FakeHasher()).put("PatTestPatTest", Role.EDITOR, password)


def test_a_password_of_twelve_characters_will_do_even_if_a_short_name_is_in_it() -> None:
    assert problem_with("twelve chars", "Pat Test") is None
    assert problem_with("a kite, a pat, a hat", "pat") is None


def test_letters_count_as_the_same_however_a_keyboard_composed_them() -> None:
    hasher = FakeHasher()
    assert is_right(hasher, hasher.hash("caf\u00e9 caf\u00e9 caf\u00e9"), "cafe\u0301 cafe\u0301 cafe\u0301")


def test_changes_at_the_same_time_are_all_kept(path: Path) -> None:
    def add(number: int) -> None:
        Accounts(path, FakeHasher()).put(f"Test {number}", Role.EDITOR, PHRASE)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(40)))
    assert len(Accounts(path, FakeHasher()).all()) == 40


def test_a_link_to_the_file_keeps_leading_to_it(path: Path, tmp_path: Path) -> None:
    Accounts(path, FakeHasher()).put("Pat Test", Role.EDITOR, PHRASE)
    (link := tmp_path / "link.json").symlink_to(path)
    Accounts(link, FakeHasher()).put("Kim Test", Role.EDITOR, PHRASE)
    assert link.is_symlink()
    assert len(Accounts(path, FakeHasher()).all()) == 2


def test_what_a_crash_left_behind_is_cleared_away(path: Path) -> None:
    path.parent.mkdir()
    (left := path.with_name(".staff.json.new")).write_text("half a fi")
    left.chmod(0o644)
    Accounts(path, FakeHasher()).put("Pat Test", Role.EDITOR, PHRASE)
    assert not left.exists()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
