"""The staff page of a directory too large for a page: what it says, what still works, what it never sends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from locator.cli.exit_codes import Exit
from locator.cli.main import main
from locator.staff.imports.grid import MAX_UPLOAD_BYTES
from tests.support.made_up_directory import directory_csv
from tests.support.page_visits import forget_everything
from tests.support.staff_visit import CALLS, EDITOR, HISTORY, TABLE, begin_anew, visit


@pytest.fixture(autouse=True)
def _a_server_of_its_own(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> Iterator[None]:
    """The page on a copy of the shipped data, with two editors and an approver."""
    begin_anew(monkeypatch, data_dir)
    yield
    forget_everything()


def padded(raw: bytes, size: int) -> bytes:
    """The same clinics in a file of more bytes: rows of nothing but blanks are no rows."""
    blank = b" " * 999 + b"\n"
    return (raw + blank * (size // len(blank) + 1))[:size]


def test_a_file_too_large_for_a_page_can_be_restored_from_but_not_edited(data_dir: Path) -> None:
    clinics = data_dir / "clinics.csv"
    clinics.write_bytes(padded(clinics.read_bytes(), MAX_UPLOAD_BYTES + 1))
    there = visit(EDITOR).do(TABLE)
    (said,) = there.errors
    assert "larger than 5 MB, too large to edit in a page" in said
    assert "python -m locator publish FILE --why TEXT" in said
    assert there.app.get("dataframe") == []
    assert len(there.do(HISTORY).keys("staff-compare-")) == 1


def test_a_file_as_large_as_a_page_takes_can_be_edited(data_dir: Path) -> None:
    clinics = data_dir / "clinics.csv"
    clinics.write_bytes(padded(clinics.read_bytes(), MAX_UPLOAD_BYTES))
    there = visit(EDITOR).do(TABLE)
    assert there.errors == []
    assert len(there.app.get("dataframe")) == 1


def test_of_many_clinics_to_call_the_first_are_listed_and_the_rest_announced(data_dir: Path) -> None:
    (data_dir / "clinics.csv").write_bytes(directory_csv(51))
    there = visit(EDITOR).do(CALLS)
    assert len(there.keys("staff-stamp-")) == 50
    assert "51 clinics have something more than 90 days old." in there.text
    assert "The first 50 are listed; the next follow once these are settled." in there.text
    (data_dir / "clinics.csv").write_bytes(directory_csv(50))
    there = visit(EDITOR).do(CALLS)
    assert len(there.keys("staff-stamp-")) == 50
    assert "are listed" not in there.text


def test_a_saved_copy_of_more_clinics_than_a_page_holds_is_refused_with_nothing_written(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data_dir / "clinics.csv").write_bytes(directory_csv(201))
    assert main(["export", str(tmp_path / "site")]) == Exit.INVALID_DATA
    assert "The directory holds 201 clinics" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()
