"""The sites a referrer can choose by hand are few, near, and said to be few where there are more."""

from __future__ import annotations

import pytest

from locator.clinics.search import SiteIndex
from locator.referral.comparison import MOST_CHOICES, choices, is_long
from locator.referral.plan import Plan
from locator.sites import METRES_PER_MILE, Origin, Site
from tests.support.journey_samples import make_journey, miles_east
from tests.support.samples import make_origin, make_site


def site(name: str, miles: float | None) -> Site:
    return make_site(f"fake-{name}", None if miles is None else miles_east(miles), city=name)


NEAR, FAR, LOST = site("Near", 2), site("Far", 9), site("Lost", None)
MANY = [site(f"S{number:02}", number) for number in range(MOST_CHOICES + 5)]


def offered(sites: list[Site], origin: Origin | None, city: str = "") -> list[tuple[Site, str]]:
    return list(choices(SiteIndex(sites), origin, city=city).sites)


def note(sites: list[Site], origin: Origin | None, city: str = "") -> str:
    return choices(SiteIndex(sites), origin, city=city).note or ""


def test_sites_stand_by_distance_and_those_without_a_pin_last() -> None:
    assert offered([LOST, FAR, NEAR], make_origin()) == [(NEAR, "2.0 miles"), (FAR, "9.0 miles"), (LOST, "")]


def test_a_rough_start_says_the_range_of_each_distance() -> None:
    rough = make_origin(uncertainty_m=METRES_PER_MILE)
    assert offered([FAR], rough) == [(FAR, "9.0 miles (8.0 to 10.0)")]


def test_without_a_start_sites_stand_by_city_and_without_a_distance() -> None:
    assert offered([NEAR, LOST, FAR], None) == [(FAR, ""), (LOST, ""), (NEAR, "")]


def test_a_directory_that_can_be_offered_whole_is_and_nothing_is_said_of_it() -> None:
    for origin in (None, make_origin()):
        made = choices(SiteIndex([*MANY[: MOST_CHOICES - 1], LOST]), origin)
        assert (len(made.sites), made.note) == (MOST_CHOICES, None)
    assert not is_long(SiteIndex(MANY[:MOST_CHOICES]))
    assert is_long(SiteIndex(MANY))


def test_of_a_large_directory_only_the_nearest_are_offered_and_it_is_said() -> None:
    assert [one for one, _ in offered([*MANY, LOST], make_origin())] == [*MANY[:MOST_CHOICES], LOST]
    assert "nearest 50 of 56 sites" in note([*MANY, LOST], make_origin())


def test_without_a_start_only_the_first_by_city_are_offered_and_it_is_said() -> None:
    assert [one for one, _ in offered(MANY, None)] == MANY[:MOST_CHOICES]
    assert "first 50 of 55 sites, by city" in note(MANY, None)


def test_sites_without_a_pin_are_no_more_than_others() -> None:
    lost = [make_site(f"lost-{n:03}", None) for n in range(MOST_CHOICES + 5)]
    assert len(offered([NEAR, *lost], make_origin())) == MOST_CHOICES + 1
    assert "50 of 56" in note([NEAR, *lost], make_origin())


@pytest.mark.parametrize("city", ["s5", " S5 "])
def test_a_city_leads_to_its_sites_however_it_is_written(city: str) -> None:
    found = offered(MANY, make_origin(), city)
    assert [one for one, _ in found] == MANY[50:]
    assert found[0][1] == "50.0 miles"
    assert note(MANY, make_origin(), city) == ""


def test_too_many_cities_or_none_is_said() -> None:
    assert len(offered(MANY, None, "s")) == MOST_CHOICES
    assert "first 50 sites in cities that begin so" in note(MANY, None, "s")
    assert offered(MANY, None, "Nowhere") == []
    assert "No site" in note(MANY, None, "Nowhere")


@pytest.mark.parametrize("origin", [None, make_origin()])
@pytest.mark.parametrize("city", ["", "S01"])
def test_a_chosen_site_beyond_them_can_still_be_seen_as_chosen(origin: Origin | None, city: str) -> None:
    plan = Plan(MANY[-1], MANY[1], origin, make_journey(6, 3))
    made = choices(SiteIndex(MANY), origin, plan, city=city)
    found = [one for one, _ in made.sites]
    assert {one.site_id for one in found} >= {"fake-S54", "fake-S01"}
    assert len({one.site_id for one in found}) == len(found)
