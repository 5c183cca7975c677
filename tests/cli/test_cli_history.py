"""The commands `history` and `restore`: what was, and the way back, without the page."""

from __future__ import annotations

import json
import os
import pwd
from pathlib import Path
from typing import Any

import pytest

from locator.cli.exit_codes import Exit
from locator.cli.main import main
from locator.staff.publishing.history import Kind, VersionRecord
from tests.support.clinic_files import BARE, as_csv
from tests.support.history_samples import BAD, ONE, TWO, Workspace
from tests.support.shipped_copy import rewrite

ME = pwd.getpwuid(os.getuid()).pw_name
VERSION_KEYS = ["id", "when", "who", "why", "kind", "parent", "sha256", "reasons", "approved_by"]


@pytest.fixture
def workspace(data_dir: Path) -> Workspace:
    return Workspace(data_dir)


def listed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    code = main(["history", "--json", *arguments])
    value: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, value


def test_the_history_begins_with_what_is_there(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    code, value = listed(capsys)
    assert code == Exit.DONE
    assert list(value) == ["versions", "damaged"]
    (first,) = value["versions"]
    assert list(first) == VERSION_KEYS
    assert (first["kind"], first["parent"], value["damaged"]) == ("first", None, [])
    assert workspace.history.content(first["id"]) == workspace.path.read_bytes()


def test_a_change_by_hand_is_listed_above_it(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed(capsys)
    rewrite(data_dir, "edina", active="no")
    _, value = listed(capsys)
    assert [version["kind"] for version in value["versions"]] == ["outside", "first"]
    _, value = listed(capsys, "--limit", "1")
    assert [version["kind"] for version in value["versions"]] == ["outside"]


def test_a_person_reads_a_line_a_version(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    workspace.load()
    why = "moved\n\x1b[2Jhouse"
    workspace.history.record(ONE, VersionRecord("Fake Editor", why, Kind.PUBLISHED, (), "Fake Approver"))
    workspace.path.write_bytes(ONE)
    assert main(["history"]) == Exit.DONE
    newest, first = capsys.readouterr().out.splitlines()
    assert newest.startswith(workspace.versions()[0].id)
    assert "2026-11-22 15:01 UTC" in newest
    assert "published by Fake Editor, approved by Fake Approver: moved" in newest
    assert "\x1b" not in newest
    assert "there at first: What" in first


def test_restoring_brings_a_version_back_byte_for_byte_in_the_users_name(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = workspace.path.read_bytes()
    first = workspace.load().version_id
    workspace.path.write_bytes(TWO)
    assert main(["restore", first, "--why", "a test"]) == Exit.DONE
    newest = workspace.versions()[0]
    said = capsys.readouterr().out
    assert first in said
    assert newest.id in said
    assert workspace.path.read_bytes() == shipped
    assert (newest.kind, newest.who, newest.why) == (Kind.RESTORED, ME, "a test")
    assert workspace.kinds() == [Kind.RESTORED, Kind.OUTSIDE, Kind.FIRST]


def test_a_file_that_is_gone_is_told_and_comes_back(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = workspace.path.read_bytes()
    first = workspace.load().version_id
    workspace.path.unlink()
    assert main(["history"]) == Exit.DONE
    told = capsys.readouterr()
    assert "clinics.csv is gone" in told.err
    assert first in told.out
    assert main(["restore", first]) == Exit.DONE
    assert workspace.path.read_bytes() == shipped


def test_a_version_with_problems_comes_back_only_by_force(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace.path.write_bytes(BAD)
    bad = workspace.load().version_id
    workspace.publish(TWO)
    assert main(["restore", bad]) == Exit.INVALID_DATA
    said = capsys.readouterr().err
    assert 'line 2, column "zip"' in said
    assert "Nothing was changed" in said
    assert workspace.path.read_bytes() == TWO
    assert main(["restore", bad, "--force"]) == Exit.DONE
    assert workspace.path.read_bytes() == BAD


@pytest.mark.parametrize("version_id", ["none", "../clinics", "20200101T000000000000Z-00000000"])
def test_an_unknown_version_changes_nothing(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], version_id: str
) -> None:
    before = workspace.path.read_bytes()
    assert main(["restore", version_id]) == Exit.INVALID_DATA
    assert f"no version {version_id}" in capsys.readouterr().err
    assert workspace.path.read_bytes() == before


def test_a_damaged_record_is_told_and_needs_a_look(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    first = workspace.load().version_id
    workspace.publish(TWO)
    (workspace.data / "history" / f"{first}.json").write_bytes(b"{")
    assert main(["history"]) == Exit.NEEDS_A_LOOK
    told = capsys.readouterr()
    assert first in told.err
    assert first not in told.out
    assert workspace.versions()[0].id in told.out
    code, value = listed(capsys)
    assert (code, value["damaged"]) == (Exit.NEEDS_A_LOOK, [first])


def test_a_history_that_cannot_be_written_is_told(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace.data / "history").write_text("a file", encoding="utf-8")
    assert main(["history"]) == Exit.DONE
    told = capsys.readouterr()
    assert "cannot be written" in told.err
    assert told.out == ""


@pytest.mark.parametrize("limit", ["0", "-1", "two", "1.5", "¹"])
def test_a_limit_is_a_whole_number(workspace: Workspace, limit: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["history", "--limit", limit])
    assert caught.value.code == Exit.USAGE
    assert not (workspace.data / "history").exists()


def test_a_file_is_published_in_the_name_of_the_systems_user(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace.path.write_bytes(ONE)
    (tmp_path / "new.csv").write_bytes(TWO)
    assert main(["publish", str(tmp_path / "new.csv"), "--why", "a test"]) == Exit.DONE
    assert workspace.path.read_bytes() == TWO
    newest = workspace.versions()[0]
    assert newest.id in capsys.readouterr().out
    assert (newest.kind, newest.who, newest.why) == (Kind.PUBLISHED, ME, "a test")


def test_a_file_with_a_problem_is_not_published(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace.path.write_bytes(ONE)
    (tmp_path / "new.csv").write_bytes(BAD)
    assert main(["publish", str(tmp_path / "new.csv"), "--why", "a test"]) == Exit.INVALID_DATA
    assert workspace.path.read_bytes() == ONE
    said = capsys.readouterr().err
    assert 'line 2, column "zip"' in said
    assert "Nothing was changed" in said


def test_a_file_that_lacks_clinics_is_not_published_and_names_them(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [BARE | {"site_id": f"sample-{n:02}", "street": f"{n} Example St"} for n in range(13)]
    workspace.path.write_bytes(as_csv(*rows))
    (tmp_path / "new.csv").write_bytes(as_csv(rows[0]))
    assert main(["publish", str(tmp_path / "new.csv"), "--why", "a test"]) == Exit.INVALID_DATA
    said = capsys.readouterr().err
    assert "lacks sample-01, sample-02," in said
    assert "sample-10 and 2 more. A clinic is never deleted" in said
    assert workspace.path.read_bytes() == as_csv(*rows)


def test_a_file_that_cannot_be_read_is_named(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    before = workspace.path.read_bytes()
    assert main(["publish", "gone.csv", "--why", "a test"]) == Exit.INVALID_DATA
    assert "gone.csv cannot be read: No such file or directory" in capsys.readouterr().err
    assert workspace.path.read_bytes() == before
