"""A plan knows its sites, how sure their parts are, and its travel as far as that can be known."""

from __future__ import annotations

import pytest

from locator.clinics.search import distance_m
from locator.referral.journey import VisitPlace
from locator.referral.plan import Plan
from locator.sites import UNKNOWN_CLAIM, Claim, Origin, Site
from tests.support.journey_samples import make_journey, miles_east
from tests.support.samples import CONFIRMED_YES, MINNEAPOLIS, PROVISIONAL_YES, make_origin, make_site

CLINIC = make_site("fake-clinic", miles_east(2))
THEATRE = make_site("fake-theatre", miles_east(9), procedure=CONFIRMED_YES)


def plan(
    evaluation: Site = CLINIC,
    procedure: Site | None = THEATRE,
    origin: Origin | None = None,
    visits: tuple[int, int] = (4, 3),
) -> Plan:
    return Plan(evaluation, procedure, origin, make_journey(*visits))


def test_each_kind_of_visit_is_at_its_site() -> None:
    assert plan().site_at(VisitPlace.EVALUATION) == CLINIC
    assert plan().site_at(VisitPlace.PROCEDURE) == THEATRE
    assert plan(procedure=None).site_at(VisitPlace.PROCEDURE) is None


def test_one_site_is_one_whether_named_twice_or_evaluating_alone() -> None:
    assert plan(procedure=CLINIC).is_one_site
    assert plan(procedure=None).is_one_site
    assert not plan().is_one_site


@pytest.mark.parametrize(
    ("evaluation", "procedure", "confirmed"),
    [
        (CONFIRMED_YES, CONFIRMED_YES, True),
        (CONFIRMED_YES, PROVISIONAL_YES, False),
        (PROVISIONAL_YES, CONFIRMED_YES, False),
        (CONFIRMED_YES, UNKNOWN_CLAIM, False),
    ],
)
def test_a_plan_is_confirmed_only_if_both_parts_are(
    evaluation: Claim, procedure: Claim, confirmed: bool
) -> None:
    # What each does in the other's part has no say.
    first = make_site("fake-a", evaluation=evaluation, procedure=UNKNOWN_CLAIM)
    second = make_site("fake-b", evaluation=UNKNOWN_CLAIM, procedure=procedure)
    assert plan(first, second).is_confirmed is confirmed


def test_an_evaluation_alone_needs_no_word_on_procedures() -> None:
    only = plan(make_site(procedure=UNKNOWN_CLAIM), None)
    assert only.is_confirmed
    assert only.claims == (CONFIRMED_YES,)


def test_all_round_trips_of_both_parts_add_up() -> None:
    travel = plan(origin=make_origin(uncertainty_m=500.0)).travel()
    assert travel is not None
    near_m, far_m = (distance_m(MINNEAPOLIS, miles_east(miles)) for miles in (2, 9))
    assert travel.total_m == pytest.approx(2 * (4 * near_m + 3 * far_m))
    assert travel.high_m - travel.total_m == pytest.approx(2 * 7 * 500)


def test_the_travel_of_an_evaluation_alone_is_that_of_its_visits() -> None:
    travel = plan(procedure=None, origin=make_origin(), visits=(1, 0)).travel()
    assert travel is not None
    assert travel.total_m == pytest.approx(2 * distance_m(MINNEAPOLIS, miles_east(2)))


@pytest.mark.parametrize(
    "unknown",
    [
        plan(origin=None),
        plan(evaluation=make_site(at=None), origin=make_origin()),
        plan(procedure=make_site(at=None), origin=make_origin()),
        plan(procedure=None, origin=make_origin()),
    ],
    ids=["no start", "evaluation without a pin", "procedure without a pin", "no procedure site"],
)
def test_travel_is_not_known_where_one_way_is_not(unknown: Plan) -> None:
    assert unknown.travel() is None


def test_a_way_that_nobody_goes_does_not_hide_the_rest() -> None:
    travel = plan(procedure=make_site(at=None), origin=make_origin(), visits=(1, 0)).travel()
    assert travel is not None
    assert travel.total_m > 0
