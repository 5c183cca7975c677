"""The visits add up by place, can be counted otherwise, and cannot be nonsense."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.referral.journey import MOST_TIMES, PROGRAMMING_VISIT, Journey, VisitPlace
from tests.support.journey_samples import make_visit

counts = st.integers(0, MOST_TIMES)
FAKE = Journey(
    (
        make_visit("evaluation", VisitPlace.EVALUATION, 1),
        make_visit("implant", VisitPlace.PROCEDURE, 2),
        make_visit(PROGRAMMING_VISIT, VisitPlace.EVALUATION, 3),
    )
)


def test_visits_add_up_at_the_place_where_they_are() -> None:
    assert FAKE.times_at(VisitPlace.EVALUATION) == 4
    assert FAKE.times_at(VisitPlace.PROCEDURE) == 2


def test_a_visit_that_is_not_part_of_the_journey_takes_place_no_times() -> None:
    assert FAKE.times_of("implant") == 2
    assert FAKE.times_of("made-up") == 0


@given(counts)
def test_another_count_changes_that_visit_alone(times: int) -> None:
    changed = FAKE.with_times(PROGRAMMING_VISIT, times)
    assert changed.times_of(PROGRAMMING_VISIT) == times
    assert changed.times_at(VisitPlace.EVALUATION) == 1 + times
    assert changed.with_times(PROGRAMMING_VISIT, 3) == FAKE


def test_a_count_for_a_visit_it_does_not_have_changes_nothing() -> None:
    assert FAKE.with_times("made-up", 9) == FAKE


@pytest.mark.parametrize("times", [-1, MOST_TIMES + 1])
def test_a_count_that_cannot_be_meant_is_refused(times: int) -> None:
    with pytest.raises(ValueError, match=str(times)):
        FAKE.with_times(PROGRAMMING_VISIT, times)


def test_no_two_visits_share_an_id() -> None:
    with pytest.raises(ValueError, match="named twice"):
        Journey((make_visit("implant"), make_visit("implant", VisitPlace.PROCEDURE)))


def test_the_evaluation_alone_leaves_every_other_visit_out() -> None:
    assert [visit.visit_id for visit in FAKE.evaluation_only().visits] == ["evaluation"]
    assert FAKE.evaluation_only().times_at(VisitPlace.PROCEDURE) == 0


def test_a_journey_without_visits_means_no_travel_anywhere() -> None:
    assert [Journey(()).times_at(place) for place in VisitPlace] == [0, 0]
