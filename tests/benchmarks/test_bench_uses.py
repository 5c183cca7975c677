"""What the report says of visits at each size: what did not come is never shown as a time, nor as untried."""

from __future__ import annotations

from benchmarks.actions import FILTER, FIRST, PIN, SEARCH, Moving, Visit
from benchmarks.uses import Uses, section

QUICK = Visit({FIRST: 100.0, SEARCH: 50.0, FILTER: 40.0, PIN: 30.0}, Moving(0, 0, 800, 200))
SLOW = Visit({FIRST: 200.0, SEARCH: 200.0, FILTER: 400.0, PIN: 300.0}, Moving(2, 91.4, 200, 1564))
LATE = Visit({FIRST: None})
READY_MS = (1000.0, 1500.0, 1200.0)


def rows(*found: Uses) -> list[list[str]]:
    """The cells of every line of every table."""
    lines = section(found).splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]


def row(found: Uses, *begin: str) -> list[str]:
    """The cells after those that a line of a table begins with."""
    (only,) = (cells for cells in rows(found) if cells[: len(begin)] == list(begin))
    return only[len(begin) :]


def test_both_pages_are_compared_round_by_round() -> None:
    other = Visit({**QUICK.times_ms, FIRST: 300.0}, QUICK.moving)
    found = Uses(8, READY_MS, [QUICK, QUICK, other], [SLOW, SLOW, SLOW])
    assert row(found, "8", FIRST) == ["100 ms (100 to 300)", "200 ms", "0.5 (0.5 to 1.5)"]
    assert row(found, "8", SEARCH) == ["50 ms", "200 ms", "0.25 (0.25 to 0.25)"]


def test_a_start_is_given_for_ours_alone() -> None:
    found = Uses(1_000, READY_MS, [QUICK], [SLOW])
    assert row(found, "1,000", "start to ready") == ["1,200 ms (1,000 to 1,500)", "no such moment", ""]


def test_only_a_round_in_which_both_came_is_a_ratio() -> None:
    found = Uses(10_000, READY_MS, [LATE, QUICK, QUICK], [SLOW, SLOW, None])
    assert row(found, "10,000", FIRST)[2] == "0.5"


def test_a_page_that_did_not_come_is_said_not_to_have_come_and_its_other_acts_not_to_have_been_tried() -> (
    None
):
    found = Uses(10_000, READY_MS, [QUICK, QUICK, QUICK], [LATE, None, None])
    assert row(found, "10,000", FIRST) == ["100 ms", "not within 60 s", ""]
    assert row(found, "10,000", SEARCH) == ["50 ms", "not tried", ""]


def test_one_late_visit_is_told_beside_the_times_of_the_others() -> None:
    found = Uses(8, READY_MS, [QUICK, LATE, QUICK], [SLOW, SLOW, SLOW])
    assert row(found, "8", FIRST)[0] == "100 ms; 1 of 3 not within 60 s"


def test_the_worst_move_of_the_map_is_told() -> None:
    worse = Visit(QUICK.times_ms, Moving(1, 55.0, 700, 300))
    found = Uses(8, READY_MS, [QUICK, worse, QUICK], [SLOW])
    assert row(found, "8", "this project") == ["1", "55 ms", "800", "300"]
    assert row(found, "8", "the usual page") == ["2", "91 ms", "200", "1,564"]


def test_a_map_that_held_nothing_up_has_no_longest_task_and_one_that_did_not_come_no_line() -> None:
    found = Uses(10_000, READY_MS, [QUICK], [LATE])
    assert row(found, "10,000", "this project") == ["0", "none over 50 ms", "800", "200"]
    assert ["10,000", "the usual page"] not in [cells[:2] for cells in rows(found)]


def test_the_usual_page_came_if_one_visitor_saw_it() -> None:
    assert Uses(8, READY_MS, [QUICK], [LATE, SLOW]).usual_came
    assert not Uses(8, READY_MS, [QUICK, QUICK], [LATE, None]).usual_came
    assert not Uses(8, READY_MS, [QUICK], []).usual_came
