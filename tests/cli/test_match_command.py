"""The command `match`: the answers of `nearest` and `pair` for every row, and no address in print."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from locator.cli.main import main
from locator.cli.matching.nearby import ADDED
from tests.support.commands import SLOW, usage_error
from tests.support.servers import ROOT
from tests.support.shipped_copy import rewrite

ROWS = 'name,address,city,state,zip\nFake Person,"1 Secret St, Apt 3",Minneapolis,MN,55407\n,,,,55369-1234\n'


@pytest.fixture(autouse=True)
def _shipped_data(data_dir: Path) -> None:
    """Settings of whoever runs the tests have no say."""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def match(table: Path | str, *options: str) -> int:
    return main(["match", str(table), *options])


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main([*arguments, "--json"]) == 0
    value: dict[str, Any] = json.loads(capsys.readouterr().out)
    return value


def added(row: Mapping[str, str], *names: str) -> list[str]:
    return [row[f"drg_{name}"] for name in names]


@pytest.mark.parametrize("need", ["evaluation", "procedure"])
def test_a_row_is_answered_as_nearest_answers(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], need: str
) -> None:
    assert match(table, "-o", str(tmp_path / "out.csv")) == 0
    capsys.readouterr()
    for row, place in zip(rows_of(tmp_path / "out.csv"), ("55407", "55369"), strict=True):
        report = asked(capsys, "nearest", place, "--need", need)
        first = next(one for one in report["matches"] if one[need] == "yes")
        assert added(row, "place", "place_precision", "place_uncertainty_mi") == [
            report["origin"]["label"],
            "zip",
            str(report["origin"]["uncertainty_mi"]),
        ]
        names = ("site_id", "name", "status", "distance_mi", "low_mi", "high_mi")
        keys = ("site_id", "name", f"{need}_status", "distance_mi", "distance_low_mi", "distance_high_mi")
        assert added(row, *(f"{need}_{name}" for name in names)) == [str(first[key]) for key in keys]
        unknown = next((one for one in report["matches"] if one[need] == "unknown"), None)
        assert added(row, f"{need}_unknown_site_id") == [unknown["site_id"] if unknown else ""]


def test_a_row_is_answered_as_pair_answers(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    match(table, "-o", str(tmp_path / "out.csv"))
    capsys.readouterr()
    for row, place in zip(rows_of(tmp_path / "out.csv"), ("55407", "55369"), strict=True):
        report = asked(capsys, "pair", place, "--limit", "2")
        for found, before in ((report["pairs"], ""), (report["possible"], "unknown_")):
            ids = [found[0][f"{part}_site"]["site_id"] for part in ("evaluation", "procedure")]
            names = (
                f"pair_{before}{name}" for name in ("evaluation_site_id", "procedure_site_id", "total_mi")
            )
            assert added(row, *names) == [*ids, str(found[0]["total_mi"])]
        mark = "yes" if report["pairs"][1]["about_same_as_previous"] else "no"
        assert added(row, "pair_status", "pair_about_same") == ["provisional", mark]


def test_a_street_is_placed_by_its_zip_and_the_row_says_so(table: Path, tmp_path: Path) -> None:
    match(table, "-o", str(tmp_path / "out.csv"))
    by_street, by_zip = rows_of(tmp_path / "out.csv")
    assert "street was not looked up" in by_street["drg_place_notes"]
    assert "street" not in by_zip["drg_place_notes"]
    assert by_street["address"] == "1 Secret St, Apt 3"


def test_rows_without_a_place_end_beside_the_output_and_the_exit_code_says_so(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with table.open("a", encoding="utf-8") as file:
        file.write("Fake Person,2 Secret St,Nowhereville,,\nFake Person,3 Secret St\n")
    assert match(table, "-o", str(tmp_path / "out.csv")) == 6
    said = capsys.readouterr()
    assert said.out == "4 rows: 2 matched, 2 set aside in out.rejected.csv.\n"
    assert "Secret" not in said.out + said.err
    rejected = rows_of(tmp_path / "out.rejected.csv")
    assert [(row["drg_line"], row["address"]) for row in rejected] == [
        ("4", "2 Secret St"),
        ("5", "3 Secret St"),
    ]
    assert len(rows_of(tmp_path / "out.csv")) == 2


def test_other_names_of_columns_and_files_are_given_with_options(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("PLZ,drg_place\n55407,x\n", encoding="utf-8")
    out, aside = tmp_path / "out.csv", tmp_path / "aside.csv"
    options = ("--zip", "plz", "--prefix", "x_", "--rejected", str(aside))
    assert match(table, "-o", str(out), *options) == 0
    assert rows_of(out)[0]["x_evaluation_site_id"] == "edina"
    assert aside.read_bytes() == b"x_line,x_reason,PLZ,drg_place\n"


def test_only_active_clinics_are_named_and_those_without_a_pin_are_told_of(
    table: Path, tmp_path: Path, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rewrite(data_dir, "edina", active="no")
    blank = dict.fromkeys(("latitude", "longitude", "pin_source", "pin_precision", "pin_address"), "")
    rewrite(data_dir, "burnsville", **blank)
    match(table, "-o", str(tmp_path / "out.csv"))
    assert {"edina", "burnsville"}.isdisjoint(rows_of(tmp_path / "out.csv")[0].values())
    assert "1 clinic has no map pin and can be in no row." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-o", "{table}"], "three files"),
        (["-o", "{folder}/out.csv", "--rejected", "{folder}/out.csv"], "three files"),
        (["-o", "{folder}"], "not folders"),
        (["-o", "{folder}/out.csv", "--zip", "PLZ"], "no column PLZ"),
    ],
)
def test_usage_that_cannot_be_meant_is_refused(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    given = [option.format(table=table, folder=tmp_path) for option in options]
    assert match(table, *given) == 2
    assert said in capsys.readouterr().err
    assert table.read_text(encoding="utf-8") == ROWS
    assert not (tmp_path / "out.csv").exists()


def test_an_output_must_be_named(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "-o" in usage_error(capsys, "match", str(table))


def test_a_table_or_directory_that_cannot_be_read_is_told(
    table: Path, tmp_path: Path, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert match(tmp_path / "gone.csv", "-o", str(tmp_path / "out.csv")) == 5
    assert capsys.readouterr().err == "gone.csv cannot be read: No such file or directory\n"
    rewrite(data_dir, "edina", latitude="north")
    assert match(table, "-o", str(tmp_path / "out.csv")) == 5
    assert "latitude" in capsys.readouterr().err


@pytest.mark.process
def test_a_full_disk_is_told_and_leaves_no_output(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    note = "x" * 5_000
    table.write_text("zip,note\n" + f"55407,{note}\n" * 5_000, encoding="utf-8")
    # The output is a little larger than the table.
    script = (
        "import resource, sys; from locator.cli.main import main; "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000_000, resource.RLIM_INFINITY)); "
        "sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", script, "match", str(table), "-o", str(tmp_path / "out.csv")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 5
    assert "File too large. When that is mended, run the command again." in done.stderr
    assert list(tmp_path.glob("*out*")) == []


@pytest.mark.process
def test_a_run_over_a_pipe_can_be_stopped_and_leaves_no_output(tmp_path: Path) -> None:
    pipe, out = tmp_path / "pipe", tmp_path / "out.csv"
    os.mkfifo(pipe)
    # A job in the background of a shell is deaf to interrupts, and so would be all that it starts.
    listening = ["env", "--default-signal=INT"]
    command = [*listening, sys.executable, "-m", "locator", "match", str(pipe), "-o", str(out)]
    with (
        subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process,
        pipe.open("wb") as rows,
    ):
        # More than a pipe holds, so that the run is at work when the last of it is written.
        rows.write(b"zip\n" + b"55407\n" * 40_000)
        rows.flush()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    assert (process.returncode, said) == (130, "Stopped.\n")
    assert list(tmp_path.glob("*out*")) == []


def test_nothing_is_said_of_progress_unless_it_is_asked_for(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    match(table, "-o", str(tmp_path / "out.csv"))
    assert capsys.readouterr().err == ""


@pytest.mark.process
def test_a_table_comes_in_on_standard_input_too(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    command = [sys.executable, "-m", "locator", "match", "-", "-o", str(out)]
    done = subprocess.run(command, cwd=ROOT, input=ROWS, capture_output=True, text=True, check=True)
    assert done.stdout == "2 rows: 2 matched, 0 set aside in out.rejected.csv.\n"
    assert [row["zip"] for row in rows_of(out)] == ["55407", "55369-1234"]


@pytest.mark.process
def test_the_command_loads_nothing_that_it_does_not_need(table: Path, tmp_path: Path) -> None:
    script = (
        "import sys; from locator.cli.main import main; "
        f"main(['match', {str(table)!r}, '-o', {str(tmp_path / 'out.csv')!r}]); print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert SLOW.isdisjoint(done.stdout.split())


def test_every_column_and_option_is_documented() -> None:
    page = (ROOT / "docs" / "matching.md").read_text(encoding="utf-8")
    assert [name for name in ADDED if f"`{name}`" not in page] == []
    options = ("--output", "--rejected", "--zip", "--prefix", "--spreadsheet", "--progress")
    assert [option for option in options if f"`{option}" not in page] == []
