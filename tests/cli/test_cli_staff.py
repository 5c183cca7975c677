"""The command `staff`: who may sign in, with passwords that no list of processes and no output shows."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from locator.cli.exit_codes import Exit
from locator.cli.main import main
from locator.staff.people import Role
from locator.staff.sign_in.accounts import Accounts
from locator.staff.sign_in.lockout import Lockout
from tests.support.fake_hasher import FakeHasher

PHRASE = "a made-up phrase"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The accounts file that the settings name; nothing is there yet."""
    file = tmp_path / "kept" / "staff.json"
    monkeypatch.setenv("LOCATOR_STAFF__ACCOUNTS_FILE", str(file))
    return file


def piped(monkeypatch: pytest.MonkeyPatch, text: str, *arguments: str) -> int:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    return main(["staff", *arguments])


def test_a_person_is_added_listed_changed_and_removed(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert piped(monkeypatch, f"{PHRASE}\n", "add", "Pat Test") == Exit.DONE
    assert piped(monkeypatch, f"{PHRASE}\n", "add", "Kim Test", "--role", "approver") == Exit.DONE
    assert piped(monkeypatch, "", "list") == Exit.DONE
    assert piped(monkeypatch, f"{PHRASE}\n", "add", "pat test", "--role", "approver") == Exit.DONE
    assert piped(monkeypatch, "", "remove", "Kim Test") == Exit.DONE
    assert capsys.readouterr().out.splitlines() == [
        "Pat Test was added as editor.",
        "Kim Test was added as approver.",
        "Kim Test (approver)",
        "Pat Test (editor)",
        "pat test has a new password and is approver.",
        "Kim Test was removed.",
    ]
    assert [(one.name, one.role) for one in Accounts(path, FakeHasher()).all()] == [
        ("pat test", Role.APPROVER)
    ]


def test_an_empty_list_says_that_it_is_empty(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert piped(monkeypatch, "", "list") == Exit.DONE
    assert capsys.readouterr().out == "Nobody may sign in.\n"
    assert not path.exists()


@pytest.mark.parametrize(
    "case",
    [
        ("Pat Test", "short\n", "A password has from 12"),
        ("Pat Test", "", "A password has from 12"),
        ("<b>", f"{PHRASE}\n", "A name has 1 to 60"),
    ],
)
def test_what_will_not_do_is_refused_and_changes_nothing(
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    case: tuple[str, str, str],
) -> None:
    name, typed, says = case
    assert piped(monkeypatch, typed, "add", name) == Exit.USAGE
    assert says in capsys.readouterr().err
    assert not path.exists()


def test_removing_nobody_is_wrong_usage(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert piped(monkeypatch, "", "remove", "Pat Test") == Exit.USAGE
    assert capsys.readouterr().err == "There is no account of that name.\n"
    assert not path.exists()


def test_without_an_accounts_file_the_command_says_what_to_set(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LOCATOR_STAFF__ACCOUNTS_FILE")
    assert piped(monkeypatch, f"{PHRASE}\n", "add", "Pat Test") == Exit.INVALID_DATA
    assert "name an accounts_file in [staff]" in capsys.readouterr().err
    assert not path.exists()


def test_a_damaged_file_is_invalid_data(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path.parent.mkdir()
    path.write_text("damaged")
    path.chmod(0o600)
    assert piped(monkeypatch, "", "list") == Exit.INVALID_DATA
    assert "damaged" in capsys.readouterr().err


def test_a_password_is_no_argument(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for extra in (["--password", PHRASE], [PHRASE]):
        with pytest.raises(SystemExit):
            piped(monkeypatch, "", "add", "Pat Test", *extra)
    assert not path.exists()


def test_adding_a_name_again_unlocks_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lockout = Lockout(path.parent)
    for n in range(6):
        lockout.admit("Pat Test", f"192.0.2.{n}")
    assert lockout.admit("Pat Test", "192.0.2.9") is None
    piped(monkeypatch, f"{PHRASE}\n", "add", "Pat Test")
    assert lockout.admit("Pat Test", "192.0.2.9") is not None


def in_a_terminal(project_root: Path, *typed: str) -> tuple[int, str]:
    """The exit code and all that was shown, where a person types these lines when asked."""
    process_id, terminal = pty.fork()
    if process_id == 0:
        os.chdir(project_root)
        os.execv(sys.executable, [sys.executable, "-m", "locator", "staff", "add", "Pat Test"])  # noqa: S606
    shown = ""
    waiting = list(typed)
    # A terminal whose other side has hung up is an error to read from.
    with suppress(OSError):
        while chunk := os.read(terminal, 4096):
            shown += chunk.decode()
            if waiting and shown.endswith(": "):
                os.write(terminal, f"{waiting.pop(0)}\n".encode())
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(process_id, 0)[1]), shown


@pytest.mark.process
def test_in_a_terminal_the_password_is_typed_twice_unseen(path: Path, project_root: Path) -> None:
    code, shown = in_a_terminal(project_root, PHRASE, PHRASE)
    assert (code, PHRASE in shown) == (Exit.DONE, False)
    assert "Pat Test was added as editor." in shown
    assert len(Accounts(path, FakeHasher()).all()) == 1


@pytest.mark.process
def test_two_different_passwords_change_nothing(path: Path, project_root: Path) -> None:
    code, shown = in_a_terminal(project_root, PHRASE, "another phrase")
    assert code == Exit.USAGE
    assert "The two passwords differ." in shown
    assert not path.exists()


@pytest.mark.process
def test_other_commands_do_not_load_what_only_this_one_needs(project_root: Path) -> None:
    code = (
        "import sys, locator.cli.main; print(sorted({'argon2', 'sqlite3', 'starlette'} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project_root, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
