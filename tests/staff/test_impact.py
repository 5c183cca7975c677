"""What a change means for patients, against a count done the plain way."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinics.search import distance_m
from locator.geocoding.places.gazetteer import Gazetteer
from locator.sites import METRES_PER_MILE, UNKNOWN_CLAIM, Claim, Coordinate, Site
from locator.staff.editing.impact import NOTICED_M, Impact, RoleImpact, Shift, Tally, impact
from tests.support.pin_samples import AREA, north
from tests.support.samples import CONFIRMED_NO, CONFIRMED_YES, PROVISIONAL_YES, make_site

MILE = METRES_PER_MILE


def area(number: int, miles_north: float, people: int | None) -> tuple[str, Coordinate, int | None]:
    return f"5590{number}", north(miles_north * MILE), people


def gazetteer_of(*areas: tuple[str, Coordinate, int | None]) -> Gazetteer:
    zips = {code: replace(AREA, zip_code=code, point=at, population=people) for code, at, people in areas}
    return Gazetteer(MappingProxyType(zips), (), (), ())


PLACES = gazetteer_of(area(0, 0, 100), area(1, 10, 300), area(2, 69, 50), area(3, 5, None))
HERE = make_site("fake-a", north(0), evaluation=CONFIRMED_YES)
THERE = make_site("fake-b", north(10 * MILE), evaluation=PROVISIONAL_YES)


def evaluation(old: list[Site], new: list[Site]) -> RoleImpact:
    return impact(old, new, PLACES).evaluation


def test_closing_the_nearer_of_two_clinics_moves_its_people_to_the_other() -> None:
    found = evaluation([HERE, THERE], [HERE, replace(THERE, active=False)])
    assert found.changed == Tally(2, 350)
    assert found.farther.tally == Tally(2, 350)
    assert found.farther.mean_m == pytest.approx(10 * MILE, rel=0.001)
    assert found.farther.worst_m == pytest.approx(10 * MILE, rel=0.001)
    assert found.nearer == Shift()
    # From 69 miles north, the clinic at mile 10 is within 60 miles, the one at mile 0 is not.
    assert (found.lose_standard, found.gain_standard) == (Tally(1, 50), Tally())
    assert [one.zip_code for one in found.most_affected] == ["55901", "55902"]
    first = found.most_affected[0]
    assert (first.label, first.people, first.before, first.after) == (
        "55901 (Testville, MN)",
        300,
        THERE,
        HERE,
    )


def test_opening_it_again_is_the_same_the_other_way_round() -> None:
    found = evaluation([HERE], [HERE, THERE])
    assert (found.nearer.tally, found.farther) == (Tally(2, 350), Shift())
    assert found.gain_standard == Tally(1, 50)


def test_where_nobody_is_left_people_are_without_rather_than_farther() -> None:
    gone = evaluation([HERE], [])
    assert (gone.left_without, gone.newly_served, gone.farther) == (Tally(3, 450), Tally(), Shift())
    assert gone.most_affected[0].people == 300
    come = evaluation([], [HERE])
    assert (come.left_without, come.newly_served, come.nearer) == (Tally(), Tally(3, 450), Shift())


@pytest.mark.parametrize("claim", [UNKNOWN_CLAIM, CONFIRMED_NO])
def test_only_a_yes_counts(claim: Claim) -> None:
    assert evaluation([HERE], [HERE, replace(THERE, evaluation=claim)]) == evaluation([HERE], [HERE])


def test_a_clinic_without_a_pin_does_not_count() -> None:
    assert evaluation([HERE], [HERE, replace(THERE, pin=None)]) == evaluation([HERE], [HERE])


def test_roles_are_counted_apart_and_only_where_people_live() -> None:
    operates = make_site("fake-c", north(0), evaluation=UNKNOWN_CLAIM, procedure=CONFIRMED_YES)
    found = impact([], [operates], PLACES)
    assert found.covered == Tally(3, 450)
    assert found.evaluation.changed == Tally()
    assert found.procedure.changed == Tally(3, 450)


def test_a_change_of_other_facts_means_nothing_for_the_way() -> None:
    found = evaluation([HERE], [replace(HERE, note="x")])
    assert (found.changed, found.farther, found.most_affected) == (Tally(), Shift(), ())


def test_at_most_ten_zips_are_named_by_people_times_distance() -> None:
    places = gazetteer_of(*((f"559{at:02}", north(at * MILE), 10 * (at + 1)) for at in range(12)))
    listed = impact([HERE], [], places).evaluation.most_affected
    assert [one.people for one in listed] == list(range(120, 20, -10))


SITES = st.lists(
    st.builds(
        lambda name, miles, answer, active: make_site(
            f"fake-{name}", north(miles * MILE), evaluation=answer, active=active
        ),
        st.sampled_from("abcdef"),
        st.floats(-80, 80),
        st.sampled_from((CONFIRMED_YES, PROVISIONAL_YES, CONFIRMED_NO, UNKNOWN_CLAIM)),
        st.booleans(),
    ),
    unique_by=lambda site: site.site_id,
    max_size=5,
)


def plainly_nearest(sites: list[Site], at: Coordinate) -> tuple[float, str] | None:
    offering = [one for one in sites if one.active and one.evaluation.answer == "yes" and one.pin]
    return min(((distance_m(at, one.pin.point), one.site_id) for one in offering if one.pin), default=None)


@given(SITES, SITES)
def test_the_counts_are_those_of_looking_at_every_pair(old: list[Site], new: list[Site]) -> None:
    changed = farther = nearer = lost = 0
    for place in PLACES.zips.values():
        before, after = plainly_nearest(old, place.point), plainly_nearest(new, place.point)
        people = place.population or 0
        changed += people * ((before and before[1]) != (after and after[1]))
        if before and after:
            farther += people * (after[0] - before[0] >= NOTICED_M)
            nearer += people * (before[0] - after[0] >= NOTICED_M)
        within = [one is not None and one[0] <= 60 * MILE for one in (before, after)]
        lost += people * (within == [True, False])
    found: Impact = impact(old, new, PLACES)
    told = found.evaluation
    assert told.changed.people == changed
    assert (told.farther.tally.people, told.nearer.tally.people) == (farther, nearer)
    assert told.lose_standard.people == lost
