"""Workbooks, UTF-16 and other marks between cells: read where they can be, else named with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from locator.cli.main import main
from locator.clinics import ClinicTable
from tests.support import spreadsheets


@pytest.fixture
def clinics(data_dir: Path) -> Path:
    return data_dir / "clinics.csv"


def workbook(table: ClinicTable) -> bytes:
    lines = [list(table.columns), *(list(row.values()) for row in table.rows)]
    return spreadsheets.xlsx(*([spreadsheets.text(cell) for cell in cells] for cells in lines))


def kinds(raw: bytes) -> dict[str, bytes]:
    """The directory as other programs save it."""
    table = ClinicTable.parse(raw)
    lines = [table.columns, *(tuple(row.values()) for row in table.rows)]
    by_tabs = "".join("\t".join(f'"{cell}"' for cell in cells) + "\n" for cells in lines)
    return {
        "book.xlsx": workbook(table),
        "utf16.csv": by_tabs.encode("utf-16"),
        "tabs.txt": by_tabs.encode(),
        "semicolons.csv": by_tabs.replace("\t", ";").encode(),
    }


@pytest.mark.process
@pytest.mark.parametrize("name", ["book.xlsx", "utf16.csv", "tabs.txt", "semicolons.csv"])
def test_check_and_publish_read_what_the_staff_page_reads(
    clinics: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(kinds(clinics.read_bytes())[name])
    plain = main(["check"])
    assert main(["check", str(path)]) == plain
    said = capsys.readouterr()
    assert f"{name} is no plain CSV" in said.err
    before = ClinicTable.parse(clinics.read_bytes())
    assert main(["publish", str(path), "--why", "a test"]) == 0
    assert ClinicTable.parse(clinics.read_bytes()) == before


def test_geocode_says_that_it_writes_into_plain_files_alone(
    clinics: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tabs.txt"
    path.write_bytes(kinds(clinics.read_bytes())["tabs.txt"])
    assert main(["geocode", str(path)]) == 5
    assert "save it as CSV UTF-8" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"PK\x03\x04rest", "a workbook"),
        ("zip,city\n".encode("utf-16"), "UTF-16 text"),
        (b"\xd0\xcf\x11\xe0rest", "an old Excel file"),
    ],
)
@pytest.mark.parametrize("command", ["match", "evaluate"])
@pytest.mark.usefixtures("data_dir")
def test_tables_of_another_kind_are_named_with_what_to_do(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    command: str,
    content: bytes,
    kind: str,
) -> None:
    table = tmp_path / "table.csv"
    table.write_bytes(content)
    options = ["-o", str(tmp_path / "out.csv")] if command == "match" else []
    assert main([command, str(table), *options]) == 5
    said = capsys.readouterr().err
    assert f"table.csv is {kind}" in said
    assert "save its table as CSV UTF-8" in said


@pytest.mark.parametrize(("mark", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
@pytest.mark.usefixtures("data_dir")
def test_another_mark_between_cells_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], mark: str, name: str
) -> None:
    table = tmp_path / "table.csv"
    table.write_text(f"Zip Code{mark}City\n55407{mark}Minneapolis\n", encoding="utf-8")
    assert main(["match", str(table), "-o", str(tmp_path / "out.csv")]) == 2
    assert f"has {name} between its cells" in capsys.readouterr().err
