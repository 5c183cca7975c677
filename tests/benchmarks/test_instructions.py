"""Counts of instructions are of one operation, without what starting costs, and say why they are missing."""

from __future__ import annotations

import pytest

from benchmarks.counted import Operation, count
from benchmarks.instructions import Counted, Counts, per_operation, section, totals

DUMP = """# callgrind format
version: 1
pid: 1
desc: Trigger: dump {name}
events: Ir
fn=(1) fake
1 7
totals: {total}
"""


def test_a_dump_is_known_by_what_it_was_asked_for_with() -> None:
    at_the_end = "desc: Trigger: Program termination\ntotals: 9\n"
    dumps = [DUMP.format(name="0 once", total=50), DUMP.format(name="12 twice", total=90), at_the_end]
    assert totals(dumps) == {(0, "once"): 50, (12, "twice"): 90}


def test_what_both_rounds_cost_alike_is_not_counted() -> None:
    found = {(0, "once"): 1_000 + 4 * 25, (0, "twice"): 1_000 + 8 * 25}
    assert list(per_operation([("fake", "ours", 4, 3.0)], found)) == [Counted("fake", "ours", 75.0)]


def test_an_operation_is_done_twice_as_often_between_the_last_two_dumps() -> None:
    seen: list[object] = []
    count([Operation("fake", "ours", seen.append, 2), Operation("mock", "ours", seen.append, 1)], seen.append)
    assert seen == [
        *(0, 1, "0 before", 0, 1, "0 once", 0, 1, 0, 1, "0 twice"),
        *(0, "1 before", 0, "1 once", 0, 0, "1 twice"),
    ]


def test_ours_stands_over_each_other_way_to_do_the_same() -> None:
    counted = (
        Counted("fake", "ours", 1000.0),
        Counted("fake", "rival", 4000.0),
        Counted("mock", "ours", 7.0),
    )
    rows = section(Counts(counted)).splitlines()[-3:]
    assert rows == [
        "| fake | ours | 1,000 | 1 |",
        "| fake | rival | 4,000 | 0.25 |",
        "| mock | ours | 7 | 1 |",
    ]


@pytest.mark.parametrize("why", ["valgrind not installed here", "valgrind failed and said last: fake"])
def test_where_nothing_could_be_counted_it_says_why(why: str) -> None:
    said = section(Counts(why_not=why))
    assert said.endswith(f"Not counted: {why}.")
    assert "|" not in said
