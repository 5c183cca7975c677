"""The visits in words: where each takes place, the miles it means, and never a mile that is not known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.referral.journey import Journey, VisitPlace
from locator.referral.plan import Plan, leg, one_way, stops, total
from locator.sites import METRES_PER_MILE, Origin, Site
from tests.support.journey_samples import make_journey, make_visit, miles_east
from tests.support.samples import make_origin, make_site

CLINIC = make_site("fake-clinic", miles_east(2), city="Nearby")
THEATRE = make_site("fake-theatre", miles_east(9), city="Faraway")
LOST = make_site("fake-lost", None, city="Lostville")
JOURNEY = Journey(
    (
        make_visit("evaluation", VisitPlace.EVALUATION, 1),
        make_visit("implant", VisitPlace.PROCEDURE, 1),
        make_visit("programming", VisitPlace.EVALUATION, 3),
    )
)


def plan(
    evaluation: Site = CLINIC,
    procedure: Site | None = THEATRE,
    origin: Origin | None = None,
    journey: Journey = JOURNEY,
) -> Plan:
    return Plan(evaluation, procedure, origin, journey)


def where(made: Plan | None, journey: Journey = JOURNEY) -> list[str]:
    return [stop.where for stop in stops(journey, made)]


def test_an_exact_way_is_one_number_and_another_says_its_range() -> None:
    assert one_way(leg(CLINIC, 5 * METRES_PER_MILE, 0.0)) == "5.0 miles"
    assert one_way(leg(CLINIC, 5 * METRES_PER_MILE, METRES_PER_MILE)) == "5.0 miles (4.0 to 6.0)"
    assert one_way(leg(CLINIC, METRES_PER_MILE, 2 * METRES_PER_MILE)) == "1.0 miles (0.0 to 3.0)"


def test_the_visits_stand_in_their_order_with_their_number() -> None:
    made = stops(JOURNEY, None)
    assert [stop.visit for stop in made] == list(JOURNEY.visits)
    assert [stop.times for stop in made] == ["1 visit", "1 visit", "3 visits"]


def test_before_any_choice_a_visit_says_which_of_the_two_sites_it_means() -> None:
    assert where(None) == ["At the evaluation clinic", "At the procedure site", "At the evaluation clinic"]


def test_a_choice_without_a_start_names_the_sites_and_no_miles() -> None:
    assert where(plan()) == [CLINIC.title, THEATRE.title, CLINIC.title]


def test_the_miles_of_a_visit_are_there_and_back_every_time() -> None:
    assert where(plan(origin=make_origin())) == [
        f"{CLINIC.title}: 4.0 miles there and back",
        f"{THEATRE.title}: 18.0 miles there and back",
        f"{CLINIC.title}: 12.0 miles there and back in all",
    ]


def test_a_site_without_a_pin_has_no_miles_and_the_other_keeps_its_own() -> None:
    assert where(plan(LOST, THEATRE, make_origin()))[:2] == [
        LOST.title,
        f"{THEATRE.title}: 18.0 miles there and back",
    ]


def test_a_part_that_nobody_has_is_still_a_visit() -> None:
    assert where(plan(procedure=None, origin=make_origin()))[1] == "At the procedure site"


def test_a_visit_that_takes_place_no_times_is_left_out() -> None:
    without = JOURNEY.with_times("programming", 0)
    assert [stop.visit.visit_id for stop in stops(without, plan())] == ["evaluation", "implant"]
    assert stops(make_journey(0, 0), None) == ()


def test_without_a_choice_the_visits_are_counted_and_no_miles_are_made_up() -> None:
    assert total(JOURNEY, None) == "5 visits in all. Choose the sites to see where."
    assert total(make_journey(1, 0), None).startswith("1 visit in all.")


def test_without_a_start_it_says_what_to_give() -> None:
    assert total(JOURNEY, plan()) == "5 visits. Give a ZIP code or a city to see the miles."


@pytest.mark.parametrize("made", [(LOST, THEATRE), (CLINIC, LOST), (LOST, LOST)])
def test_with_a_start_it_blames_the_site_without_a_pin(made: tuple[Site, Site]) -> None:
    said = total(JOURNEY, plan(*made, make_origin()))
    assert said == "5 visits. The miles are not known, because a site has no place on the map."


def test_all_the_travel_is_said_with_its_range_and_that_roads_are_longer() -> None:
    # 4 visits of 2 miles and one of 9, there and back: 34; a mile more or less each way of 5 visits: 10.
    assert total(JOURNEY, plan(origin=make_origin(uncertainty_m=METRES_PER_MILE))) == (
        "5 visits, about 34 miles there and back in all (between 24 and 44), in straight lines."
        " Roads are longer."
    )


def test_from_an_exact_start_there_is_no_range_to_say() -> None:
    assert total(JOURNEY, plan(origin=make_origin())) == (
        "5 visits, about 34 miles there and back in all, in straight lines. Roads are longer."
    )


def test_a_single_mile_is_one() -> None:
    once = make_journey(1, 0)
    near = make_site(at=miles_east(0.5))
    assert "1 visit, about 1 mile there and back" in total(once, plan(near, None, make_origin(), once))


@given(st.integers(0, 20))
def test_every_session_more_is_told_in_the_total(sessions: int) -> None:
    journey = JOURNEY.with_times("programming", sessions)
    said = total(journey, plan(origin=make_origin(), journey=journey))
    assert said.startswith(f"{sessions + 2} visits, about {4 + 18 + 4 * sessions} miles")
