"""Layout shifts are summed as web.dev defines it, and their section keeps its place on the page."""

from __future__ import annotations

import pytest

from benchmarks.vitals import cumulative_shift, kept, put_into

PAGE = "# Fake\n\n## Machine\n\nfast\n\n## How it is measured, and more\n\nwith care\n"
MADE = "## Web vitals on a phone\n\nfine"


def test_without_shifts_the_sum_is_nothing() -> None:
    assert cumulative_shift([]) == 0


def test_shifts_less_than_a_second_apart_are_summed() -> None:
    assert cumulative_shift([(0, 0.1), (900, 0.2)]) == pytest.approx(0.3)


def test_a_second_without_a_shift_begins_anew_and_the_worst_window_counts() -> None:
    assert cumulative_shift([(0, 0.3), (1000, 0.2)]) == pytest.approx(0.3)


def test_a_window_is_no_longer_than_five_seconds() -> None:
    steady = [(at_ms, 0.1) for at_ms in range(0, 10_000, 500)]
    assert cumulative_shift(steady) == pytest.approx(1.0)


def test_a_new_section_comes_before_how_it_is_measured() -> None:
    made = put_into(PAGE, MADE)
    assert made.index("## Machine") < made.index(MADE) < made.index("## How it is measured")
    assert made.replace(f"{MADE}\n\n", "") == PAGE


def test_a_section_is_replaced_where_it_stands() -> None:
    again = MADE.replace("fine", r"finer \1")
    assert put_into(put_into(PAGE, MADE), again) == put_into(PAGE, again)


def test_a_page_made_anew_keeps_the_section_of_the_one_before() -> None:
    newer = PAGE.replace("fast", "faster")
    assert kept(put_into(PAGE, MADE), newer) == put_into(newer, MADE)
    assert kept(PAGE, newer) == newer
