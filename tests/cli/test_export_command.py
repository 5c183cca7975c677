"""`python -m locator export DIR`: what it writes, what it says and how it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from locator.cli.exit_codes import Exit
from locator.cli.main import main
from tests.support.servers import ROOT
from tests.support.shipped_copy import put_ahead_of_the_clock, rewrite


@pytest.mark.process
def test_it_writes_the_site_and_says_how_large_it_is(tmp_path: Path, data_dir: Path) -> None:
    assert data_dir.exists()
    done = subprocess.run(
        [sys.executable, "-m", "locator", "export", str(tmp_path / "site")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (Exit.DONE, "")
    written = [path for path in (tmp_path / "site").rglob("*") if path.is_file()]
    assert f": 8 clinics, {len(written)} files, " in done.stdout
    assert (tmp_path / "site" / "index.html").stat().st_size > 20_000


@pytest.mark.usefixtures("few_places")
def test_rows_with_problems_are_left_out_and_both_the_page_and_the_command_say_so(
    tmp_path: Path, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rewrite(data_dir, "edina", phone="not a phone")
    assert main(["export", str(tmp_path / "site")]) == Exit.NEEDS_A_LOOK
    said = capsys.readouterr()
    assert "7 clinics" in said.out
    assert "phone" in said.err
    assert "left out" in said.err
    page = (tmp_path / "site" / "index.html").read_text()
    assert "Some clinics are left out because their listing has errors." in page
    assert "clinic-edina" not in page


@pytest.mark.usefixtures("few_places")
@pytest.mark.parametrize("damage", ["no directory", "no clinic", "no overview", "no county lines"])
def test_without_what_it_is_made_from_nothing_is_written(
    tmp_path: Path, data_dir: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["export", str(tmp_path / "site")])
    before = (tmp_path / "site" / "index.html").read_bytes()
    clinics = data_dir / "clinics.csv"
    match damage:
        case "no directory":
            clinics.unlink()
        case "no clinic":
            clinics.write_text(clinics.read_text().splitlines()[0] + "\n")
        case "no overview":
            (data_dir / "overview.md").unlink()
        case _:
            (data_dir / "gazetteer" / "basemap.geojson").write_text("{")
    capsys.readouterr()
    assert main(["export", str(tmp_path / "site")]) == Exit.INVALID_DATA
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.strip()
    assert (tmp_path / "site" / "index.html").read_bytes() == before


@pytest.mark.usefixtures("few_places")
def test_a_folder_that_is_not_ours_is_refused_as_wrong_usage(
    tmp_path: Path, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(data_dir)]) == Exit.USAGE
    assert "which no export wrote" in capsys.readouterr().err
    assert (data_dir / "clinics.csv").exists()
    assert not (tmp_path / "index.html").exists()


@pytest.mark.usefixtures("few_places")
def test_a_folder_that_cannot_be_written_is_said_in_one_line(
    tmp_path: Path, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert data_dir.exists()
    (tmp_path / "file").write_text("a file")
    assert main(["export", str(tmp_path / "file" / "site")]) == Exit.INVALID_DATA
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.usefixtures("few_places")
def test_a_folder_that_is_made_around_it_is_told(
    tmp_path: Path, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert data_dir.exists()
    for told in (f"The folder {tmp_path / 'wwww'} did not exist and was made.\n", ""):
        assert main(["export", str(tmp_path / "wwww" / "site")]) == Exit.DONE
        assert capsys.readouterr().err == told


@pytest.mark.usefixtures("few_places")
def test_where_the_clock_is_behind_the_clinic_file_nothing_is_written(
    tmp_path: Path, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["export", str(tmp_path / "site")])
    before = {path: path.read_bytes() for path in (tmp_path / "site").rglob("*") if path.is_file()}
    put_ahead_of_the_clock(data_dir)
    capsys.readouterr()
    assert main(["export", str(tmp_path / "site")]) == Exit.INVALID_DATA
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("The clock of this machine may be wrong: it says ")
    assert "2999-01-01" in said.err
    assert said.err.endswith("nothing was written.\n")
    after = {path: path.read_bytes() for path in (tmp_path / "site").rglob("*") if path.is_file()}
    assert after == before
