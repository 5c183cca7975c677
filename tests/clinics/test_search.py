"""Ranking by distance is exact, stable and honest about what it cannot settle."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from itertools import pairwise

import pytest
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st

from locator.clinics.filters import Filters, Need
from locator.clinics.search import SiteIndex, distance_m, nearest, search
from locator.sites import (
    METRES_PER_MILE,
    UNKNOWN_CLAIM,
    Answer,
    Claim,
    Coordinate,
    Site,
    Status,
    Wheelchair,
)
from tests.support.samples import (
    CONFIRMED_NO,
    CONFIRMED_YES,
    MINNEAPOLIS,
    PROVISIONAL_YES,
    make_origin,
    make_site,
)

points = st.builds(Coordinate, st.floats(-90, 90), st.floats(-180, 180))


def sites_at(places: list[Coordinate]) -> list[Site]:
    return [make_site(f"fake-{number}", place) for number, place in enumerate(places)]


def miles_east(miles: float) -> Coordinate:
    return Coordinate(MINNEAPOLIS.lat_deg, MINNEAPOLIS.lon_deg + miles / 48.97)


site_lists = st.lists(points, max_size=90).map(sites_at)


@given(points, points)
def test_distance_agrees_with_an_independent_geodesic(start: Coordinate, end: Coordinate) -> None:
    expected_m = geodesic((start.lat_deg, start.lon_deg), (end.lat_deg, end.lon_deg)).meters
    assert distance_m(start, end) == pytest.approx(expected_m, abs=0.01)


@given(site_lists, points)
def test_nearest_first_and_none_left_out(sites: list[Site], origin: Coordinate) -> None:
    found = nearest(sites, origin, limit=1000)
    assert [metres for metres, _ in found] == sorted(metres for metres, _ in found)
    assert {site.site_id for _, site in found} == {site.site_id for site in sites}


@given(site_lists, points, st.integers(1, 12), st.integers(1, 12))
def test_a_smaller_limit_is_a_prefix_of_a_larger_one(
    sites: list[Site], origin: Coordinate, one: int, other: int
) -> None:
    few, many = sorted((one, other))
    assert nearest(sites, origin, limit=few) == nearest(sites, origin, limit=many)[:few]


@given(site_lists, points, st.randoms(use_true_random=False))
def test_the_order_of_the_directory_does_not_matter(
    sites: list[Site], origin: Coordinate, shuffler: random.Random
) -> None:
    shuffled = sites.copy()
    shuffler.shuffle(shuffled)
    assert nearest(shuffled, origin, limit=20) == nearest(sites, origin, limit=20)


@given(site_lists, points, st.floats(0, 2.1e7))
def test_only_sites_within_the_radius_are_found(
    sites: list[Site], origin: Coordinate, within_m: float
) -> None:
    expected = {site.site_id for site in sites if site.pin and distance_m(origin, site.pin.point) <= within_m}
    assert {site.site_id for _, site in nearest(sites, origin, limit=1000, within_m=within_m)} == expected


@pytest.mark.parametrize(
    "around", [MINNEAPOLIS, Coordinate(0.0, 0.0), Coordinate(89.9, 10.0), Coordinate(10.0, 179.99)]
)
def test_a_large_directory_is_ranked_as_exactly_as_by_measuring_every_site(around: Coordinate) -> None:
    draw = random.Random(7)
    places = [
        Coordinate(
            max(-90.0, min(90.0, around.lat_deg + draw.gauss(0, 1))),
            (around.lon_deg + draw.gauss(0, 3) + 180) % 360 - 180,
        )
        for _ in range(3000)
    ]
    sites = sites_at(places)
    measured = sorted(
        (distance_m(around, place), site.site_id) for place, site in zip(places, sites, strict=True)
    )
    found = nearest(sites, around, limit=200)
    assert [(metres, site.site_id) for metres, site in found] == measured[:200]


def test_order_follows_the_ellipsoid_where_a_sphere_would_swap_two_sites() -> None:
    # 1 degree of longitude at the equator is longer on WGS-84 than one of latitude; on a sphere they tie.
    origin = Coordinate(0.0, 0.0)
    crowd = [Coordinate(40.0, lon) for lon in range(-60, 60)]
    sites = [
        *sites_at(crowd),
        make_site("east", Coordinate(0.0, 1.0)),
        make_site("north", Coordinate(1.0005, 0.0)),
    ]
    assert [site.site_id for _, site in nearest(sites, origin, limit=2)] == ["north", "east"]


def test_ties_break_on_the_site_id() -> None:
    twins = [make_site("fake-b"), make_site("fake-a"), make_site("fake-c")]
    assert [site.site_id for _, site in nearest(twins, MINNEAPOLIS, limit=3)] == [
        "fake-a",
        "fake-b",
        "fake-c",
    ]


def test_a_site_exactly_on_the_radius_is_in_and_a_hair_beyond_is_out() -> None:
    place = miles_east(10)
    exactly_m = distance_m(MINNEAPOLIS, place)
    assert len(nearest(sites_at([place]), MINNEAPOLIS, limit=1, within_m=exactly_m)) == 1
    assert nearest(sites_at([place]), MINNEAPOLIS, limit=1, within_m=exactly_m - 0.001) == []


def test_distance_across_the_antimeridian_is_short() -> None:
    (metres, _), *_ = nearest(sites_at([Coordinate(0.0, -179.9)]), Coordinate(0.0, 179.9), limit=1)
    assert metres == pytest.approx(22_264, abs=1)


def test_at_the_pole_every_longitude_is_the_same_place() -> None:
    (metres, _), *_ = nearest(sites_at([Coordinate(90.0, 120.0)]), Coordinate(90.0, -45.0), limit=1)
    assert metres == pytest.approx(0, abs=1e-6)


def test_no_sites_give_no_results() -> None:
    results = search(SiteIndex([]), make_origin(), Filters(), limit=5)
    assert (results.matches, results.possible, results.nearest_m) == ((), (), None)


def test_the_range_follows_from_how_precisely_the_start_is_known() -> None:
    index = SiteIndex(sites_at([miles_east(10)]))
    (match,) = search(index, make_origin(uncertainty_m=2 * METRES_PER_MILE), Filters(), limit=5).matches
    assert match.low_m / METRES_PER_MILE == pytest.approx(8.0, abs=0.15)
    assert match.high_m / METRES_PER_MILE == pytest.approx(12.0, abs=0.15)
    assert match.low_m <= match.distance_m - 2 * METRES_PER_MILE
    assert match.high_m >= match.distance_m + 2 * METRES_PER_MILE


def test_a_range_never_goes_below_zero() -> None:
    index = SiteIndex(sites_at([miles_east(1)]))
    (match,) = search(index, make_origin(uncertainty_m=9000), Filters(), limit=5).matches
    assert match.low_m == 0


@pytest.mark.parametrize(("gap_mi", "same"), [(3.5, True), (4.5, False)])
def test_sites_whose_ranges_meet_are_about_the_same_distance(gap_mi: float, same: bool) -> None:
    index = SiteIndex(sites_at([miles_east(10), miles_east(10 + gap_mi)]))
    first, second = search(index, make_origin(uncertainty_m=2 * METRES_PER_MILE), Filters(), limit=5).matches
    assert not first.about_same_as_previous
    assert second.about_same_as_previous is same


@given(st.lists(points, min_size=2, max_size=12).map(sites_at), points, st.floats(0, 200_000))
def test_what_is_marked_agrees_with_the_ranges_shown(
    sites: list[Site], origin: Coordinate, uncertainty_m: float
) -> None:
    matches = search(
        SiteIndex(sites), make_origin(origin, uncertainty_m=uncertainty_m), Filters(), limit=99
    ).matches
    for before, match in pairwise(matches):
        assert match.about_same_as_previous == (match.low_m <= before.high_m)
        assert match.low_m <= match.distance_m <= match.high_m


@pytest.mark.parametrize(
    ("need", "sure", "unsure"),
    [
        (Need.ANY, {"both", "evaluates", "operates", "nothing"}, set()),
        (Need.EVALUATION, {"both", "evaluates"}, {"operates"}),
        (Need.PROCEDURE, {"both", "operates"}, {"evaluates"}),
        (Need.BOTH, {"both"}, {"evaluates", "operates"}),
    ],
)
def test_unknown_is_kept_apart_and_only_no_is_dropped(need: Need, sure: set[str], unsure: set[str]) -> None:
    index = SiteIndex(
        [
            make_site("both", evaluation=CONFIRMED_YES, procedure=PROVISIONAL_YES),
            make_site("evaluates", evaluation=CONFIRMED_YES, procedure=UNKNOWN_CLAIM),
            make_site("operates", evaluation=UNKNOWN_CLAIM, procedure=CONFIRMED_YES),
            make_site("nothing", evaluation=CONFIRMED_NO, procedure=CONFIRMED_NO),
        ]
    )
    results = search(index, make_origin(), Filters(need), limit=9)
    assert {match.site.site_id for match in results.matches} == sure
    assert {match.site.site_id for match in results.possible} == unsure
    assert results.not_offered == 4 - len(sure) - len(unsure)


def test_one_no_outweighs_any_unknown() -> None:
    index = SiteIndex([make_site(evaluation=CONFIRMED_NO, procedure=UNKNOWN_CLAIM)])
    results = search(index, make_origin(), Filters(Need.BOTH), limit=9)
    assert (results.matches, results.possible, results.not_offered) == ((), (), 1)


@pytest.mark.parametrize(
    ("entrance", "place"), [(Answer.YES, "matches"), (Answer.UNKNOWN, "possible"), (Answer.NO, "dropped")]
)
def test_wheelchair_filter_asks_for_the_entrance(entrance: Answer, place: str) -> None:
    site = make_site(wheelchair=Wheelchair(entrance, Answer.UNKNOWN, Answer.UNKNOWN))
    results = search(SiteIndex([site]), make_origin(), Filters(wheelchair=True), limit=9)
    where = "matches" if results.matches else "possible" if results.possible else "dropped"
    assert where == place


@pytest.mark.parametrize(
    ("accepting", "place"), [(Answer.YES, "matches"), (Answer.UNKNOWN, "possible"), (Answer.NO, "dropped")]
)
def test_a_site_that_may_not_accept_new_patients_is_kept_apart(accepting: Answer, place: str) -> None:
    index = SiteIndex([make_site(accepting_new_patients=accepting)])
    results = search(index, make_origin(), Filters(accepting=True), limit=9)
    where = "matches" if results.matches else "possible" if results.possible else "dropped"
    assert where == place
    assert search(index, make_origin(), Filters(), limit=9).matches


def test_weekday_filter_keeps_unknown_hours_apart() -> None:
    index = SiteIndex(
        [
            make_site("thursdays", hours="Th 08:00-16:30"),
            make_site("fridays", hours="Fr 08:00-16:30"),
            make_site("silent", hours=None),
        ]
    )
    results = search(index, make_origin(), Filters(open_weekday=3), limit=9)
    assert [match.site.site_id for match in results.matches] == ["thursdays"]
    assert [match.site.site_id for match in results.possible] == ["silent"]


def test_sites_beyond_the_radius_or_limit_are_counted_not_forgotten() -> None:
    index = SiteIndex(sites_at([miles_east(miles) for miles in (1, 2, 3, 30, 40)]))
    within = search(index, make_origin(), Filters(within_m=10 * METRES_PER_MILE), limit=9)
    assert (len(within.matches), within.farther) == (3, 2)
    limited = search(index, make_origin(), Filters(), limit=2)
    assert (len(limited.matches), limited.farther) == (2, 3)


def test_the_limit_holds_for_each_list_by_itself() -> None:
    near_unknowns = [make_site(f"u{n}", miles_east(n), procedure=UNKNOWN_CLAIM) for n in range(5)]
    far_known = make_site("known", miles_east(90), procedure=CONFIRMED_YES)
    results = search(SiteIndex([*near_unknowns, far_known]), make_origin(), Filters(Need.PROCEDURE), limit=2)
    assert [match.site.site_id for match in results.matches] == ["known"]
    assert [match.site.site_id for match in results.possible] == ["u0", "u1"]


def test_a_site_without_a_pin_is_listed_apart() -> None:
    results = search(SiteIndex([make_site(at=None)]), make_origin(), Filters(), limit=9)
    assert [site.site_id for site in results.unplaced] == ["fake-a"]
    assert results.matches == ()


def test_the_nearest_site_of_all_is_told_even_when_it_does_not_fit() -> None:
    near, far = make_site("no", miles_east(5), evaluation=CONFIRMED_NO), make_site("yes", miles_east(50))
    results = search(SiteIndex([near, far]), make_origin(), Filters(Need.EVALUATION), limit=9)
    assert results.nearest_m is not None
    assert results.nearest_m / METRES_PER_MILE == pytest.approx(5, abs=0.1)
    assert math.isfinite(results.matches[0].distance_m)


def scattered(count: int) -> list[Site]:
    draw = random.Random(11)
    return sites_at([Coordinate(draw.uniform(30, 48), draw.uniform(-120, -75)) for _ in range(count)])


def longitude_of(site: Site) -> float:
    assert site.pin is not None
    return site.pin.point.lon_deg


# Near ones are found by the tree, and rare ones by looking at all.
@pytest.mark.parametrize("share", ["every third", "a far corner", "one"])
def test_those_that_answer_so_are_ranked_as_exactly_as_if_there_were_no_others(share: str) -> None:
    index = SiteIndex(scattered(6000))
    chosen = {
        "every third": bytes(at % 3 == 0 for at in range(len(index))),
        "a far corner": bytes(longitude_of(site) < -118 for site in index.placed),
        "one": bytes(at == 4321 for at in range(len(index))),
    }[share]
    alone = [site for at, site in enumerate(index.placed) if chosen[at]]
    found = list(index.ascending(MINNEAPOLIS, chosen))
    assert found == nearest(alone, MINNEAPOLIS, limit=len(alone))
    assert len(found) == sum(chosen)


def test_a_far_off_answer_among_many_is_found_by_a_search() -> None:
    sites = [
        replace(site, procedure=CONFIRMED_YES if number < 40 else CONFIRMED_NO)
        for number, site in enumerate(sorted(scattered(3000), key=longitude_of))
    ]
    results = search(SiteIndex(sites), make_origin(), Filters(Need.PROCEDURE), limit=50)
    assert {match.site.site_id for match in results.matches} == {site.site_id for site in sites[:40]}
    assert results.not_offered == 2960


@given(site_lists)
def test_a_site_is_found_in_its_place_among_those_with_a_pin(sites: list[Site]) -> None:
    lost = make_site("lost", None)
    index = SiteIndex([lost, *sites])
    assert [index.place_of(site) for site in index.placed] == list(range(len(sites)))
    assert index.place_of(lost) is None


@pytest.mark.parametrize(
    ("claims", "surest"),
    [
        ([], None),
        ([UNKNOWN_CLAIM, CONFIRMED_NO], None),
        ([PROVISIONAL_YES, CONFIRMED_NO], Status.PROVISIONAL),
        ([PROVISIONAL_YES, CONFIRMED_YES], Status.CONFIRMED),
    ],
)
def test_how_sure_a_procedure_site_is_at_best_is_told_of_a_yes_alone(
    claims: list[Claim], surest: Status | None
) -> None:
    index = SiteIndex(make_site(f"fake-{n}", procedure=claim) for n, claim in enumerate(claims))
    assert index.surest_procedure is surest


def test_a_citys_sites_are_found_however_its_name_is_written() -> None:
    cities = ["Saint Paul", "saint cloud", "Sainte", "Duluth", "Saint Paul"]
    index = SiteIndex(make_site(f"fake-{n}", city=city) for n, city in enumerate(cities))
    assert [site.city for site in index.in_cities("SAINT P")] == ["Saint Paul", "Saint Paul"]
    assert {site.city for site in index.in_cities("saint")} == {"Saint Paul", "saint cloud", "Sainte"}
    assert list(index.in_cities("Paul")) == []


def test_the_corners_hold_every_pin_and_a_directory_without_one_has_none() -> None:
    low, high = SiteIndex(sites_at([Coordinate(1, 9), Coordinate(5, 2)])).corners or (None, None)
    assert (low, high) == (Coordinate(1, 2), Coordinate(5, 9))
    assert SiteIndex([make_site(at=None)]).corners is None
