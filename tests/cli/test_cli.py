"""The command line: documented JSON, exit codes, nothing dropped in silence, and no slow imports."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from locator.cli.exit_codes import Exit
from locator.cli.main import main
from locator.clock import chicago_today
from locator.sites import Precision
from tests.support.commands import MATCH_TYPES, ORIGIN_TYPES, ROOT, SLOW, documented, run, shape, usage_error
from tests.support.shipped_copy import rewrite

REPORT_KEYS = ["query", "origin", "matches", "notes"]
NO_PLACE_KEYS = ["query", "origin", "matches", "candidates", "notes"]


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the JSON of `nearest`."""
    code = main(["nearest", *arguments, "--json"])
    value: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, value


def test_the_json_of_a_found_place_is_as_documented(capsys: pytest.CaptureFixture[str]) -> None:
    code, report = ask(capsys, "55407")
    assert code == 0
    assert list(report) == REPORT_KEYS
    assert report["query"] == "55407"
    shape(report["origin"], ORIGIN_TYPES)
    assert len(report["matches"]) == 8
    for match in report["matches"]:
        shape(match, MATCH_TYPES)
        date.fromisoformat(match["as_of"])
    assert [match["rank"] for match in report["matches"]] == list(range(1, 9))
    assert all(isinstance(note, str) for note in report["notes"])


def test_distances_are_miles_with_one_decimal_within_their_range(capsys: pytest.CaptureFixture[str]) -> None:
    _, report = ask(capsys, "55407")
    distances = [match["distance_mi"] for match in report["matches"]]
    assert distances == sorted(distances)
    assert 5 < distances[0] < 8
    for match in report["matches"]:
        low, middle, high = (match[f"distance{part}_mi"] for part in ("_low", "", "_high"))
        assert low <= middle <= high
        assert all(round(miles, 1) == miles for miles in (low, middle, high))
        assert high - low == pytest.approx(2 * report["origin"]["uncertainty_mi"], abs=0.31)


def test_clinics_whose_order_is_not_settled_are_marked(capsys: pytest.CaptureFixture[str]) -> None:
    _, report = ask(capsys, "Hennepin County")
    marked = [match["about_same_as_previous"] for match in report["matches"]]
    assert marked[0] is False
    assert any(marked)


def test_what_is_not_confirmed_is_said_to_be_so(capsys: pytest.CaptureFixture[str]) -> None:
    _, report = ask(capsys, "55407")
    for match in report["matches"]:
        assert match["verified_on"] is None
        assert (match["evaluation"], match["evaluation_status"]) == ("yes", "provisional")
        assert (match["procedure"], match["procedure_status"]) in [
            ("yes", "provisional"),
            ("unknown", "unknown"),
        ]


def test_a_listing_says_in_words_when_nobody_has_checked_it_for_long(
    capsys: pytest.CaptureFixture[str], data_dir: Path
) -> None:
    today = chicago_today()
    rewrite(data_dir, "edina", verified_on=str(today - timedelta(days=90)), verified_by="test desk")
    rewrite(data_dir, "burnsville", verified_on=str(today - timedelta(days=91)), verified_by="test desk")
    assert main(["nearest", "55435", "--limit", "2"]) == 0
    edina, burnsville = capsys.readouterr().out.split("\n\n")[1:]
    assert "Checked by the practice on" in edina
    assert "Not checked for over" in burnsville


def test_a_confirmed_listing_carries_its_day(capsys: pytest.CaptureFixture[str], data_dir: Path) -> None:
    rewrite(data_dir, "edina", verified_on="2026-01-02", verified_by="test desk")
    _, report = ask(capsys, "55435", "--limit", "1")
    assert [match["verified_on"] for match in report["matches"]] == ["2026-01-02"]


@pytest.mark.parametrize(
    ("place", "precision"),
    [
        ("iSpine Maple Grove", Precision.SITE),
        ("55407", Precision.ZIP),
        ("100 Made-up St, Minneapolis, MN 55407", Precision.ZIP),
        ("Duluth, MN", Precision.CITY),
        ("Hennepin County", Precision.COUNTY),
        ("Wisconsin", Precision.STATE),
    ],
)
def test_precision_says_what_the_place_stands_for(
    capsys: pytest.CaptureFixture[str], place: str, precision: Precision
) -> None:
    code, report = ask(capsys, place)
    assert code == 0
    assert report["origin"]["precision"] == precision.value


def test_the_precisions_are_the_documented_ones() -> None:
    assert [precision.value for precision in Precision] == [
        "site",
        "address",
        "street",
        "zip",
        "city",
        "county",
        "state",
    ]


def test_a_place_that_is_several_is_asked_about(capsys: pytest.CaptureFixture[str]) -> None:
    code, report = ask(capsys, "Washington")
    assert code == 3
    assert list(report) == NO_PLACE_KEYS
    assert (report["origin"], report["matches"]) == (None, [])
    assert len(report["candidates"]) > 1
    for candidate in report["candidates"]:
        shape(candidate, ORIGIN_TYPES)
    assert str(len(report["candidates"])) in report["notes"][0]


def test_each_candidate_typed_back_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    _, report = ask(capsys, "Washington")
    for candidate in report["candidates"]:
        code, again = ask(capsys, candidate["label"])
        assert code == 0
        assert again["origin"] == candidate


def test_a_slip_gets_candidates_and_no_silent_guess(capsys: pytest.CaptureFixture[str]) -> None:
    code, report = ask(capsys, "Minneaplis")
    assert code == 3
    assert "Minneapolis, MN" in [candidate["label"] for candidate in report["candidates"]]


@pytest.mark.parametrize(
    "place", ["Qqzzxx", "", "   ", "\U0001f600", "'; DROP TABLE clinics; --", "x" * 10_000]
)
def test_a_place_nobody_knows_gets_a_reason(capsys: pytest.CaptureFixture[str], place: str) -> None:
    code, report = ask(capsys, place)
    assert code == 3
    assert list(report) == NO_PLACE_KEYS
    assert report["query"] == place
    assert len(report["notes"]) == 1


def test_without_json_a_place_nobody_knows_is_told_on_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["nearest", "Minneaplis"]) == 3
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Minneapolis, MN" in printed.err


def test_procedure_sites_come_first_and_the_unknown_after_with_a_note(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, report = ask(capsys, "55407", "--need", "procedure")
    answers = [match["procedure"] for match in report["matches"]]
    assert code == 0
    assert answers == ["yes"] * 2 + ["unknown"] * 6
    assert any("rank 3" in note and "not no" in note for note in report["notes"])


def test_a_known_no_is_left_out_and_counted(capsys: pytest.CaptureFixture[str], data_dir: Path) -> None:
    said = {"procedure_source": "Test source", "procedure_as_of": "2026-01-02"}
    rewrite(data_dir, "edina", procedure="no", procedure_status="provisional", **said)
    _, report = ask(capsys, "55407", "--need", "procedure")
    assert "edina" not in [match["site_id"] for match in report["matches"]]
    assert any("1 clinic without" in note for note in report["notes"])


@pytest.mark.parametrize("need", ["evaluation", "procedure"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8, 9])
def test_a_limit_holds_and_what_it_leaves_out_is_counted(
    capsys: pytest.CaptureFixture[str], need: str, limit: int
) -> None:
    _, report = ask(capsys, "55407", "--need", need, "--limit", str(limit))
    assert len(report["matches"]) == min(limit, 8)
    left_out = re.findall(r"(\d+) (?:more clinics?|clinics? more)", " ".join(report["notes"]))
    assert sum(map(int, left_out)) == 8 - len(report["matches"])


def test_a_smaller_limit_is_a_prefix_of_a_larger_one(capsys: pytest.CaptureFixture[str]) -> None:
    _, many = ask(capsys, "55407", "--need", "procedure")
    _, few = ask(capsys, "55407", "--need", "procedure", "--limit", "4")
    assert few["matches"] == many["matches"][:4]


def test_within_keeps_only_what_is_near(capsys: pytest.CaptureFixture[str]) -> None:
    code, report = ask(capsys, "55407", "--within", "15")
    assert code == 0
    assert 0 < len(report["matches"]) < 8
    assert all(match["distance_mi"] <= 15 for match in report["matches"])
    assert any("farther" in note for note in report["notes"])


def test_a_known_place_with_no_clinic_within_reach_is_still_found(capsys: pytest.CaptureFixture[str]) -> None:
    code, report = ask(capsys, "55407", "--within", "2")
    assert code == 0
    assert report["matches"] == []
    assert "No clinic" in report["notes"][0]


def test_out_of_the_area_the_notes_say_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    code, report = ask(capsys, "Duluth", "--limit", "1")
    assert code == 0
    assert "outside" in report["notes"][0]
    assert "763-201-8191" in report["notes"][1]
    assert len(report["matches"]) == 1


def test_a_clinic_that_has_no_pin_is_not_forgotten(
    capsys: pytest.CaptureFixture[str], data_dir: Path
) -> None:
    rewrite(data_dir, "delano", latitude="", longitude="", pin_source="", pin_precision="")
    _, report = ask(capsys, "55407")
    named = [match["site_id"] for match in report["matches"]]
    assert "delano" in named or any("Delano" in note for note in report["notes"])


def test_a_clinic_that_is_not_active_is_not_listed(
    capsys: pytest.CaptureFixture[str], data_dir: Path
) -> None:
    rewrite(data_dir, "edina", active="no")
    _, report = ask(capsys, "55435")
    assert "edina" not in [match["site_id"] for match in report["matches"]]
    assert len(report["matches"]) == 7


def test_the_text_answer_says_what_the_json_says(capsys: pytest.CaptureFixture[str]) -> None:
    _, report = ask(capsys, "55407", "--need", "procedure")
    assert main(["nearest", "55407", "--need", "procedure"]) == 0
    printed = capsys.readouterr().out
    for note in report["notes"]:
        assert note in printed
    for match in report["matches"]:
        assert f"{match['rank']}. {match['name']}: {match['distance_mi']} mi" in printed
        assert match["address"] in printed
    assert printed.count("between") == 8
    assert printed.count("about the same") == sum(one["about_same_as_previous"] for one in report["matches"])
    assert (
        len(re.findall(r"not yet confirmed by the practice\. Call 763-201-8191", printed, re.IGNORECASE)) == 8
    )


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nowhere",),
        ("nearest",),
        ("nearest", "55407", "--limit", "0"),
        ("nearest", "55407", "--limit", "-1"),
        ("nearest", "55407", "--limit", "many"),
        ("nearest", "55407", "--within", "0"),
        ("nearest", "55407", "--within", "nan"),
        ("nearest", "55407", "--within", "inf"),
        ("nearest", "55407", "--need", "surgery"),
        ("check", "one.csv", "two.csv"),
    ],
)
def test_wrong_usage_exits_with_2(capsys: pytest.CaptureFixture[str], arguments: Sequence[str]) -> None:
    assert "usage: python -m locator" in usage_error(capsys, *arguments)


@pytest.mark.parametrize("command", ["nearest", "pair"])
@pytest.mark.parametrize(("within", "said"), [("1", "within 1 mile of"), ("0.5", "within 0.5 miles of")])
def test_a_reach_of_one_mile_is_said_in_the_singular(
    capsys: pytest.CaptureFixture[str], command: str, within: str, said: str
) -> None:
    assert main([command, "55407", "--within", within]) == Exit.DONE
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [("--limit", "0"), ("--limit", "many"), ("--within", "far")])
def test_a_wrong_number_says_what_is_allowed(
    capsys: pytest.CaptureFixture[str], arguments: Sequence[str]
) -> None:
    said = usage_error(capsys, "nearest", "55407", *arguments)
    assert "must be" in said
    assert "_positive" not in said


def test_an_invalid_directory_is_reported_and_exits_with_5(
    capsys: pytest.CaptureFixture[str], data_dir: Path
) -> None:
    rewrite(data_dir, "edina", zip="made up")
    assert main(["nearest", "55407", "--json"]) == 5
    printed = capsys.readouterr()
    report = json.loads(printed.out)
    assert list(report) == REPORT_KEYS
    assert (report["origin"], report["matches"]) == (None, [])
    assert any("zip" in note and "made up" in note for note in report["notes"])
    assert "made up" in printed.err
    assert main(["nearest", "55407"]) == 5
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("broken", ["a directory that is not there", "a gazetteer that is not there"])
def test_data_that_cannot_be_read_exits_with_5(
    capsys: pytest.CaptureFixture[str], data_dir: Path, broken: str
) -> None:
    shutil.rmtree(data_dir / "gazetteer")
    if "directory" in broken:
        (data_dir / "clinics.csv").unlink()
    assert main(["nearest", "55407"]) == 5
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err
    assert "Traceback" not in printed.err


def test_a_setting_that_does_not_exist_exits_with_5(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCATOR_MADE_UP", "1")
    assert main(["nearest", "55407"]) == 5
    assert "LOCATOR_MADE_UP" in capsys.readouterr().err


def test_check_passes_the_shipped_directory(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert "8 rows" in capsys.readouterr().out


def test_check_reports_every_problem_of_a_file(capsys: pytest.CaptureFixture[str], data_dir: Path) -> None:
    rewrite(data_dir, "edina", zip="made up", phone="none")
    rewrite(data_dir, "delano", evaluation="perhaps")
    for arguments in (["check"], ["check", str(data_dir / "clinics.csv")]):
        assert main(arguments) == 5
        printed = capsys.readouterr().out
        for words in ("zip", "made up", "phone", "none", "evaluation", "perhaps", "8 rows"):
            assert words in printed


def test_check_of_a_file_that_is_not_there_exits_with_5(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["check", str(tmp_path / "made-up.csv")]) == 5
    assert "made-up.csv cannot be read" in capsys.readouterr().out


@pytest.mark.process
def test_the_module_runs_in_a_process_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    ran = run("nearest", "55407", "--json")
    assert (ran.returncode, ran.stderr) == (0, "")
    _, report = ask(capsys, "55407")
    assert json.loads(ran.stdout) == report


@pytest.mark.process
def test_exit_codes_reach_the_shell() -> None:
    assert run("nearest", "Qqzzxx").returncode == 3
    assert run("nearest", "55407", "--limit", "0").returncode == 2


@pytest.mark.process
def test_json_can_be_piped_where_only_ascii_goes() -> None:
    ran = run("nearest", "55407", "--json", encoding="ascii")
    assert ran.returncode == 0
    assert json.loads(ran.stdout)["matches"][0]["name"] == "iSpine Clinics \u2013 Edina"


@pytest.mark.process
def test_text_that_is_no_unicode_is_a_place_nobody_knows() -> None:
    ran = run("nearest", b"\xff\xfe", "--json")
    assert ran.returncode == 3
    assert json.loads(ran.stdout)["origin"] is None


@pytest.mark.process
def test_the_command_line_loads_none_of_the_slow_libraries() -> None:
    code = (
        "import sys; from locator.cli.main import main; exit_code = main(sys.argv[1:]); "
        "print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr); "
        "sys.exit(exit_code)"
    )
    for arguments in (("nearest", "55407"), ("check",)):
        ran = run(*arguments, code=code)
        loaded = set(ran.stderr.split())
        assert ran.returncode == 0
        assert "locator" in loaded
        assert not loaded & SLOW


def test_the_examples_of_the_documentation_are_what_the_commands_print(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found, several = (one for one in map(json.loads, documented("json")) if "matches" in one)
    assert ask(capsys, "55407", "--limit", "2") == (0, found)
    assert ask(capsys, "Washington") == (3, several)
    assert main(["check"]) == 0
    assert capsys.readouterr().out.strip() in documented("")


def test_every_key_and_exit_code_is_documented() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for key in {*REPORT_KEYS, *NO_PLACE_KEYS, *ORIGIN_TYPES, *MATCH_TYPES}:
        assert f"`{key}`" in page
    for code in Exit:
        assert f"\n| {code:d} | " in page
