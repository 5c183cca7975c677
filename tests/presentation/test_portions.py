"""A long list is shown in portions: none is left out, none overlaps, and a button leads to what it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.presentation.paging import PORTION, Part, Portions, shown_by

totals = st.integers(0, 400)


@given(totals)
def test_the_portions_of_a_group_hold_each_clinic_once(total: int) -> None:
    first = Portions().window(Part.FITTING, total)
    held = [
        place
        for number in range(max(1, first.portions))
        for window in [Portions(fitting=number).window(Part.FITTING, total)]
        for place in range(window.start, window.stop)
    ]
    assert held == list(range(total))


@given(totals, st.integers(0, 20))
def test_a_window_says_where_it_is_and_what_lies_beside_it(total: int, portion: int) -> None:
    window = Portions(possible=portion).window(Part.POSSIBLE, total)
    assert 0 <= window.start <= window.stop <= total
    assert window.stop - window.start <= PORTION
    assert window.before == min(PORTION, window.start)
    assert window.after == min(PORTION, total - window.stop)
    assert window.number == window.start // PORTION + 1


def test_a_list_that_has_become_shorter_shows_its_last_portion() -> None:
    window = Portions(fitting=9).window(Part.FITTING, PORTION + 1)
    assert (window.start, window.stop) == (PORTION, PORTION + 1)


def test_each_group_is_turned_by_itself() -> None:
    turned = Portions().turned(shown_by(Part.POSSIBLE, 2))
    assert (turned.fitting, turned.possible, turned.unplaced) == (0, 2, 0)
    assert turned.turned(shown_by(Part.UNPLACED, 1)) == Portions(possible=2, unplaced=1)


@given(st.sampled_from(Part), st.integers(0, 2000))
def test_enough_is_asked_for_to_show_a_portion_and_the_size_of_the_next(part: Part, portion: int) -> None:
    turned = Portions().turned(shown_by(part, portion))
    if part is not Part.UNPLACED:
        assert turned.reach == PORTION * (portion + 2)


@pytest.mark.parametrize(
    "said",
    [None, "", "fitting", "fitting -1", "fitting 1.5", "fitting ²", "other 1", "fitting 9999999", {}, 3],
)
def test_what_no_button_says_turns_nothing(said: object) -> None:
    shown = Portions(fitting=1)
    assert shown.turned(said) is shown
