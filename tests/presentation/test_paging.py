"""A long list is shown in pages: none is left out, none overlaps, and a button leads to what it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.presentation.paging import PAGE_SIZE, ListGroup, ListPages, page_choice

totals = st.integers(0, 400)


@given(totals)
def test_the_pages_of_a_group_hold_each_clinic_once(total: int) -> None:
    first = ListPages().page(ListGroup.FITTING, total)
    held = [
        place
        for number in range(max(1, first.pages))
        for page in [ListPages(fitting=number).page(ListGroup.FITTING, total)]
        for place in range(page.start, page.stop)
    ]
    assert held == list(range(total))


@given(totals, st.integers(0, 20))
def test_a_page_says_where_it_is_and_what_lies_beside_it(total: int, number: int) -> None:
    page = ListPages(possible=number).page(ListGroup.POSSIBLE, total)
    assert 0 <= page.start <= page.stop <= total
    assert page.stop - page.start <= PAGE_SIZE
    assert page.before == min(PAGE_SIZE, page.start)
    assert page.after == min(PAGE_SIZE, total - page.stop)
    assert page.number == page.start // PAGE_SIZE + 1


def test_a_list_that_has_become_shorter_shows_its_last_page() -> None:
    page = ListPages(fitting=9).page(ListGroup.FITTING, PAGE_SIZE + 1)
    assert (page.start, page.stop) == (PAGE_SIZE, PAGE_SIZE + 1)


def test_each_group_has_pages_of_its_own() -> None:
    turned = ListPages().after_choice(page_choice(ListGroup.POSSIBLE, 2))
    assert (turned.fitting, turned.possible, turned.unplaced) == (0, 2, 0)
    assert turned.after_choice(page_choice(ListGroup.UNPLACED, 1)) == ListPages(possible=2, unplaced=1)


@given(st.sampled_from(ListGroup), st.integers(0, 2000))
def test_enough_is_asked_for_to_show_a_page_and_the_size_of_the_next(group: ListGroup, number: int) -> None:
    turned = ListPages().after_choice(page_choice(group, number))
    if group is not ListGroup.UNPLACED:
        assert turned.reach == PAGE_SIZE * (number + 2)


@pytest.mark.parametrize(
    "sent",
    [None, "", "fitting", "fitting -1", "fitting 1.5", "fitting ²", "other 1", "fitting 9999999", {}, 3],
)
def test_what_no_button_sends_changes_no_page(sent: object) -> None:
    shown = ListPages(fitting=1)
    assert shown.after_choice(sent) is shown
