"""The command `pair`: documented JSON, exit codes as `nearest`, and nothing surer than it is known."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from locator.cli.main import main
from tests.support.commands import MATCH_TYPES, ORIGIN_TYPES, SLOW, documented, run, shape, usage_error
from tests.support.shipped_copy import rewrite

PHONE = "763-201-8191"
REPORT_KEYS = ["query", "origin", "visits", "pairs", "possible", "notes"]
NO_PLACE_KEYS = ["query", "origin", "visits", "pairs", "possible", "candidates", "notes"]
VISIT_TYPES = {"visit_id": str, "name": str, "place": str, "times": int}
PAIR_TYPES = {
    "rank": int,
    "evaluation_site": dict,
    "procedure_site": dict,
    "is_one_site": bool,
    "is_confirmed": bool,
    "total_mi": float,
    "total_low_mi": float,
    "total_high_mi": float,
    "about_same_as_previous": bool,
}
SITE_TYPES = {key: kind for key, kind in MATCH_TYPES.items() if key not in {"rank", "about_same_as_previous"}}


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the JSON of `pair`."""
    code = main(["pair", *arguments, "--json"])
    value: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, value


def sites(pair: dict[str, Any]) -> tuple[str, str]:
    return pair["evaluation_site"]["site_id"], pair["procedure_site"]["site_id"]


def test_the_json_is_as_documented(capsys: pytest.CaptureFixture[str]) -> None:
    code, report = ask(capsys, "55407", "--limit", "3")
    assert code == 0
    assert list(report) == REPORT_KEYS
    shape(report["origin"], ORIGIN_TYPES)
    for visit in report["visits"]:
        shape(visit, VISIT_TYPES)
    for pairs in (report["pairs"], report["possible"]):
        assert [pair["rank"] for pair in pairs] == [1, 2, 3]
        for pair in pairs:
            shape(pair, PAIR_TYPES)
            shape(pair["evaluation_site"], SITE_TYPES)
            shape(pair["procedure_site"], SITE_TYPES)


def test_the_example_of_the_documentation_is_what_the_command_prints(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (example,) = [one for one in map(json.loads, documented("json")) if "pairs" in one]
    assert ask(capsys, "55407", "--limit", "1") == (0, example)


def test_every_key_is_documented() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
    part = page.partition("\n## pair\n")[2].partition("\n## check\n")[0]
    for key in {*NO_PLACE_KEYS, *VISIT_TYPES, *PAIR_TYPES}:
        assert f"`{key}`" in part


def test_totals_are_the_round_trips_of_all_visits(capsys: pytest.CaptureFixture[str]) -> None:
    _, report = ask(capsys, "55407")
    times = {
        place: sum(visit["times"] for visit in report["visits"] if visit["place"] == place)
        for place in ("evaluation", "procedure")
    }
    totals = [pair["total_mi"] for pair in report["pairs"]]
    assert totals == sorted(totals)
    for pair in (*report["pairs"], *report["possible"]):
        expected = sum(2 * times[part] * pair[f"{part}_site"]["distance_mi"] for part in times)
        assert pair["total_mi"] == pytest.approx(expected, abs=0.1 * sum(times.values()))
        assert pair["total_low_mi"] <= pair["total_mi"] <= pair["total_high_mi"]


def test_only_sites_known_for_their_part_are_pairs(capsys: pytest.CaptureFixture[str]) -> None:
    _, report = ask(capsys, "55407", "--limit", "100")
    assert len(report["pairs"]) == 8 * 2
    assert len(report["possible"]) == 8 * 6
    assert {pair["procedure_site"]["procedure"] for pair in report["pairs"]} == {"yes"}
    assert {pair["procedure_site"]["procedure"] for pair in report["possible"]} == {"unknown"}
    assert not any(pair["is_confirmed"] for pair in (*report["pairs"], *report["possible"]))


def test_while_no_procedure_site_is_confirmed_that_is_the_first_note(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, report = ask(capsys, "55407")
    assert report["notes"][0].startswith("No procedure site is confirmed")
    assert PHONE in report["notes"][0]


def test_a_pair_the_practice_confirmed_says_so(capsys: pytest.CaptureFixture[str], data_dir: Path) -> None:
    rewrite(
        data_dir,
        "burnsville",
        evaluation_status="confirmed",
        procedure_status="confirmed",
        verified_on="2026-01-02",
        verified_by="test desk",
    )
    _, report = ask(capsys, "55337", "--limit", "1")
    assert sites(report["pairs"][0]) == ("burnsville", "burnsville")
    assert report["pairs"][0]["is_confirmed"] is True
    assert report["pairs"][0]["is_one_site"] is True
    assert report["notes"][0].startswith("Pairs of sites from ZIP 55337")


def test_the_number_of_programming_sessions_can_be_told(capsys: pytest.CaptureFixture[str]) -> None:
    (_, few), (_, many) = (ask(capsys, "55407", "--programming", count) for count in ("0", "10"))
    one_way_mi = few["pairs"][0]["evaluation_site"]["distance_mi"]
    assert sites(few["pairs"][0]) == sites(many["pairs"][0])
    grown_mi = many["pairs"][0]["total_mi"] - few["pairs"][0]["total_mi"]
    assert grown_mi == pytest.approx(20 * one_way_mi, abs=1.1)
    assert {visit["visit_id"]: visit["times"] for visit in many["visits"]}["programming"] == 10


def test_the_file_that_staff_edit_decides_on_the_visits(
    capsys: pytest.CaptureFixture[str], data_dir: Path
) -> None:
    path = data_dir / "referral.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("times = 2", "times = 7"), encoding="utf-8")
    _, report = ask(capsys, "55407", "--limit", "1")
    assert {visit["visit_id"]: visit["times"] for visit in report["visits"]}["check-up"] == 7
    assert any("11 visits to the evaluation clinic and 3 to the procedure site" in n for n in report["notes"])


def test_a_broken_content_file_exits_with_5_and_says_where(
    capsys: pytest.CaptureFixture[str], data_dir: Path
) -> None:
    path = data_dir / "referral.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("times = 3", "times = 99"), encoding="utf-8")
    assert main(["pair", "55407", "--json"]) == 5
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "referral.toml: visit 5, times is 99" in printed.err


def test_a_street_address_is_placed_by_its_zip(capsys: pytest.CaptureFixture[str]) -> None:
    code, report = ask(capsys, "100 Made-up St, Minneapolis, MN 55407")
    assert code == 0
    assert report["origin"]["precision"] == "zip"
    assert "Made-up" not in json.dumps({**report, "query": ""})


def test_within_keeps_both_ways_short(capsys: pytest.CaptureFixture[str]) -> None:
    _, report = ask(capsys, "55407", "--within", "13", "--limit", "100")
    assert report["pairs"]
    for pair in (*report["pairs"], *report["possible"]):
        assert max(pair[part]["distance_mi"] for part in ("evaluation_site", "procedure_site")) <= 13


def test_a_known_place_without_a_pair_is_still_found(capsys: pytest.CaptureFixture[str]) -> None:
    code, report = ask(capsys, "55407", "--within", "2")
    assert code == 0
    assert (report["pairs"], report["possible"]) == ([], [])
    assert any("within 2 miles" in note for note in report["notes"])


def test_a_site_without_a_pin_is_not_forgotten(capsys: pytest.CaptureFixture[str], data_dir: Path) -> None:
    rewrite(data_dir, "delano", latitude="", longitude="", pin_source="", pin_precision="")
    _, report = ask(capsys, "55407")
    assert any("Delano" in note and "no distance" in note for note in report["notes"])


def test_a_site_that_is_not_active_is_in_no_pair(capsys: pytest.CaptureFixture[str], data_dir: Path) -> None:
    rewrite(data_dir, "burnsville", active="no")
    _, report = ask(capsys, "55337", "--limit", "100")
    assert "burnsville" not in json.dumps([report["pairs"], report["possible"]])


def test_a_place_that_is_several_is_asked_about(capsys: pytest.CaptureFixture[str]) -> None:
    code, report = ask(capsys, "Washington")
    assert code == 3
    assert list(report) == NO_PLACE_KEYS
    assert (report["origin"], report["visits"], report["pairs"], report["possible"]) == (None, [], [], [])
    assert len(report["candidates"]) > 1


def test_a_place_nobody_knows_is_told_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pair", "Minneaplis"]) == 3
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Minneapolis, MN" in printed.err


def test_an_invalid_directory_exits_with_5(capsys: pytest.CaptureFixture[str], data_dir: Path) -> None:
    rewrite(data_dir, "edina", zip="made up")
    assert main(["pair", "55407", "--json"]) == 5
    printed = capsys.readouterr()
    report = json.loads(printed.out)
    assert list(report) == REPORT_KEYS
    assert report["pairs"] == []
    assert "made up" in printed.err


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        ((), "required"),
        (("55407", "--programming", "51"), "must be a whole number from 0 to 50"),
        (("55407", "--programming", "-1"), "must be a whole number from 0 to 50"),
        (("55407", "--programming", "some"), "must be a whole number from 0 to 50"),
        (("55407", "--limit", "0"), "must be a whole number, 1 or more"),
        (("55407", "--within", "nan"), "must be a number of miles above 0"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_what_is_allowed(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], allowed: str
) -> None:
    assert allowed in usage_error(capsys, "pair", *arguments)


def test_the_text_answer_says_what_the_json_says(capsys: pytest.CaptureFixture[str]) -> None:
    _, report = ask(capsys, "55337")
    assert main(["pair", "55337"]) == 0
    printed = capsys.readouterr().out
    for note in report["notes"]:
        assert note in printed
    known, _, possible = printed.partition("not known is not no")
    for text, pairs in ((known, report["pairs"]), (possible, report["possible"])):
        listed = re.split(r"\n\n\d+\. ", text)[1:]
        assert len(listed) == len(pairs)
        for said, pair in zip(listed, pairs, strict=True):
            assert f"{round(pair['total_mi'])} miles in all" in said
            assert ("All visits:" in said) is pair["is_one_site"]
            assert ("about the same as the pair before" in said) is pair["about_same_as_previous"]
            for site in (pair["evaluation_site"], pair["procedure_site"]):
                assert f"{site['name']}, " in said
                assert f"{site['distance_mi']} mi one way" in said
                assert site["address"] in said
                assert f"{site['name']}: Not yet confirmed by the practice. Call {PHONE}" in said


def test_the_visits_of_each_part_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pair", "55407", "--limit", "1", "--programming", "1"]) == 0
    printed = capsys.readouterr().out
    assert "Evaluation: iSpine Clinics – Edina, 4 visits" in printed
    assert "Procedures: iSpine Clinics – Burnsville, 3 visits" in printed
    assert "All visits: iSpine Clinics – Edina, 7 visits" in printed


@pytest.mark.process
def test_the_command_loads_none_of_the_slow_libraries() -> None:
    code = (
        "import sys; from locator.cli.main import main; exit_code = main(sys.argv[1:]); "
        "print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr); "
        "sys.exit(exit_code)"
    )
    ran = run("pair", "55407", code=code)
    assert ran.returncode == 0
    assert not set(ran.stderr.split()) & SLOW
