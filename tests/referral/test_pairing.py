"""The ranking of pairs is that of ranking them all, says what it cannot settle, and never guesses a role."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise, product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pyproj import Geod

from locator.clinics.filters import Filters, Need, meets
from locator.clinics.search import SiteIndex, distance_m
from locator.referral.journey import Journey
from locator.referral.pairing import Pair, Pairing, rank_pairs
from locator.sites import (
    METRES_PER_MILE,
    UNKNOWN_CLAIM,
    Answer,
    Claim,
    Coordinate,
    Origin,
    Site,
    Wheelchair,
)
from tests.support.journey_samples import make_journey, miles_east
from tests.support.samples import (
    CONFIRMED_NO,
    CONFIRMED_YES,
    MINNEAPOLIS,
    PROVISIONAL_YES,
    make_origin,
    make_site,
)

ALL = 10_000
WGS84 = Geod(ellps="WGS84")
claims = st.sampled_from([CONFIRMED_YES, CONFIRMED_YES, PROVISIONAL_YES, CONFIRMED_NO, UNKNOWN_CLAIM])
answers = st.sampled_from(list(Answer))
# Few places, so that many sites share one: ties are the rule and not the exception.
places = st.builds(
    Coordinate,
    st.sampled_from([44.9, 44.98, 45.1]) | st.floats(44, 46),
    st.sampled_from([-93.27, -93.5]) | st.floats(-94, -92),
)
visits = st.tuples(st.integers(0, 9), st.integers(0, 9))
filters = st.builds(
    Filters,
    need=st.sampled_from(list(Need)),
    within_m=st.sampled_from([math.inf, 20_000.0, 60_000.0]),
    open_weekday=st.sampled_from([None, 3]),
    wheelchair=st.booleans(),
    accepting=st.booleans(),
)


@st.composite
def directories(draw: st.DrawFn) -> list[Site]:
    return [
        make_site(
            f"fake-{number}",
            draw(st.none() | places) if number > 6 else draw(places),
            evaluation=draw(claims),
            procedure=draw(claims),
            hours=draw(st.sampled_from([None, "Th 08:00-16:30", "Fr 08:00-16:30"])),
            wheelchair=Wheelchair(draw(answers), Answer.UNKNOWN, Answer.UNKNOWN),
            accepting_new_patients=draw(answers),
        )
        for number in range(draw(st.integers(0, 8)))
    ]


def ids(pairs: tuple[Pair, ...]) -> list[tuple[str, str]]:
    return [(pair.evaluation.site.site_id, pair.procedure.site.site_id) for pair in pairs]


def ranked(
    sites: list[Site], visits: tuple[int, int] = (6, 3), *, radius_m: float = 0.0, limit: int = ALL
) -> Pairing:
    origin = make_origin(uncertainty_m=radius_m)
    return rank_pairs(sites, origin, make_journey(*visits), Filters(), limit=limit)


def does_both(site_id: str, miles: float = 0) -> Site:
    return make_site(site_id, miles_east(miles), procedure=CONFIRMED_YES)


def evaluates(site_id: str, miles: float, claim: Claim = CONFIRMED_YES) -> Site:
    return make_site(site_id, miles_east(miles), evaluation=claim, procedure=CONFIRMED_NO)


def treats(site_id: str, miles: float, claim: Claim = CONFIRMED_YES) -> Site:
    return make_site(site_id, miles_east(miles), evaluation=CONFIRMED_NO, procedure=claim)


def by_brute_force(
    sites: list[Site], origin: Origin, counted: tuple[int, int], asked: Filters
) -> dict[Answer, list[tuple[str, str]]]:
    """Every pair of placed sites within reach, sorted, by what is known of it."""
    far_m = {one.site_id: distance_m(origin.point, one.pin.point) for one in sites if one.pin}
    placed = [one for one in sites if one.pin and far_m[one.site_id] <= asked.within_m]
    found: dict[Answer, list[tuple[float, float, str, float, str]]] = {answer: [] for answer in Answer}
    for first, second in product(placed, placed):
        both = {
            meets(first, replace(asked, need=Need.EVALUATION)),
            meets(second, replace(asked, need=Need.PROCEDURE)),
        }
        known = next(answer for answer in (Answer.NO, Answer.UNKNOWN, Answer.YES) if answer in both)
        one_m, other_m = far_m[first.site_id], far_m[second.site_id]
        total_m = 2 * counted[0] * one_m + 2 * counted[1] * other_m
        found[known].append((total_m, one_m, first.site_id, other_m, second.site_id))
    return {known: [(row[2], row[4]) for row in sorted(rows)] for known, rows in found.items()}


@given(directories(), places, visits, filters)
def test_the_order_is_that_of_sorting_every_pair(
    sites: list[Site], start: Coordinate, counted: tuple[int, int], asked: Filters
) -> None:
    origin = make_origin(start)
    expected = by_brute_force(sites, origin, counted, asked)
    found = rank_pairs(sites, origin, make_journey(*counted), asked, limit=ALL)
    assert ids(found.pairs) == expected[Answer.YES]
    assert ids(found.possible) == expected[Answer.UNKNOWN]


@given(directories(), places, visits, filters, st.integers(1, 20))
def test_the_best_few_are_the_first_of_sorting_every_pair(
    sites: list[Site], start: Coordinate, counted: tuple[int, int], asked: Filters, limit: int
) -> None:
    expected = by_brute_force(sites, make_origin(start), counted, asked)
    pairing = rank_pairs(sites, make_origin(start), make_journey(*counted), asked, limit=limit)
    assert ids(pairing.pairs) == expected[Answer.YES][:limit]
    assert ids(pairing.possible) == expected[Answer.UNKNOWN][:limit]


@given(directories(), visits, filters, st.integers(1, 12), st.integers(1, 12))
def test_a_smaller_limit_is_a_prefix_of_a_larger_one(
    sites: list[Site], counted: tuple[int, int], asked: Filters, one: int, other: int
) -> None:
    few, many = (
        rank_pairs(sites, make_origin(uncertainty_m=900), make_journey(*counted), asked, limit=limit)
        for limit in sorted((one, other))
    )
    shorter = min(one, other)
    assert few.pairs == many.pairs[:shorter]
    assert few.possible == many.possible[:shorter]


@given(directories(), visits, st.randoms(use_true_random=False))
def test_the_order_of_the_directory_does_not_matter(
    sites: list[Site], counted: tuple[int, int], shuffler: random.Random
) -> None:
    shuffled = sites.copy()
    shuffler.shuffle(shuffled)
    assert ranked(shuffled, counted) == ranked(sites, counted)


def test_an_index_that_is_ready_gives_the_same_as_the_sites_themselves() -> None:
    sites = [does_both("fake-a", 1), evaluates("fake-b", 2), treats("fake-c", 3, UNKNOWN_CLAIM)]
    journey, origin = make_journey(6, 3), make_origin()
    from_index = rank_pairs(SiteIndex(sites), origin, journey, Filters(), limit=9)
    assert from_index == rank_pairs(iter(sites), origin, journey, Filters(), limit=9)


def mirrored(site: Site) -> Site:
    return replace(site, evaluation=site.procedure, procedure=site.evaluation)


@given(directories(), visits)
def test_swapping_both_parts_mirrors_the_result(sites: list[Site], counted: tuple[int, int]) -> None:
    there = ranked(sites, counted)
    back = ranked([mirrored(site) for site in sites], (counted[1], counted[0]))
    for straight, turned in ((there.pairs, back.pairs), (there.possible, back.possible)):
        # Pairs of equal travel rank by their evaluation clinic first, so only those may change places.
        assert [pair.total_m for pair in straight] == [pair.total_m for pair in turned]
        assert sorted(ids(straight)) == sorted((second, first) for first, second in ids(turned))


@given(directories(), visits, st.sampled_from([0, 1]))
def test_one_more_visit_is_never_less_travel(
    sites: list[Site], counted: tuple[int, int], more_at: int
) -> None:
    more = (counted[0] + (more_at == 0), counted[1] + (more_at == 1))
    before, after = ranked(sites, counted).pairs, ranked(sites, more).pairs
    totals_m = dict(zip(ids(before), (pair.total_m for pair in before), strict=True))
    assert sorted(ids(after)) == sorted(ids(before))
    for pair, name in zip(after, ids(after), strict=True):
        way = (pair.evaluation, pair.procedure)[more_at]
        assert pair.total_m - totals_m[name] == pytest.approx(2 * way.distance_m, abs=1e-6)
    assert [pair.total_m for pair in after] == sorted(pair.total_m for pair in after)


def total_from(start: Coordinate, pair: Pair, counted: tuple[int, int]) -> float:
    points = [way.site.pin.point for way in (pair.evaluation, pair.procedure) if way.site.pin]
    return sum(2 * times * distance_m(start, point) for times, point in zip(counted, points, strict=True))


@given(
    directories(),
    visits,
    st.floats(0, 30_000),
    st.lists(st.tuples(st.floats(0, 360), st.floats(0, 1)), min_size=1, max_size=20),
)
def test_an_order_that_turns_anywhere_in_the_disc_is_marked(
    sites: list[Site], counted: tuple[int, int], radius_m: float, polar: list[tuple[float, float]]
) -> None:
    pairs = ranked(sites, counted, radius_m=radius_m).pairs
    for azimuth_deg, share in polar:
        lon, lat, _ = WGS84.fwd(MINNEAPOLIS.lon_deg, MINNEAPOLIS.lat_deg, azimuth_deg, share * radius_m)
        door = Coordinate(lat, lon)
        for before, pair in pairwise(pairs):
            gap_m = total_from(door, pair, counted) - total_from(door, before, counted)
            # A millimetre is less than what measuring the point itself leaves open.
            assert gap_m > -0.001 or pair.about_same_as_previous


@pytest.mark.parametrize(("gap_mi", "same"), [(3.9, True), (4.1, False)])
@pytest.mark.parametrize("part", [evaluates, treats])
def test_pairs_that_differ_in_one_site_are_about_the_same_within_twice_the_radius(
    gap_mi: float, same: bool, part: Callable[..., Site]
) -> None:
    other = treats if part is evaluates else evaluates
    sites = [part("fake-near", 10), part("fake-far", 10 + gap_mi), other("fake-shared", 40)]
    first, second = ranked(sites, (6, 3), radius_m=2 * METRES_PER_MILE).pairs
    assert not first.about_same_as_previous
    assert second.about_same_as_previous is same


@pytest.mark.parametrize(("gap_mi", "same"), [(3.9, True), (4.1, False)])
def test_each_visit_to_another_site_leaves_more_open(gap_mi: float, same: bool) -> None:
    sites = [
        evaluates("near-clinic", 10),
        evaluates("far-clinic", 14),
        treats("near-theatre", 10),
        treats("far-theatre", 14 + gap_mi),
    ]
    # Four visits to four sites: each may be a mile off.
    pairs = ranked(sites, (1, 1), radius_m=METRES_PER_MILE).pairs
    assert ids(pairs)[1:3] == [("far-clinic", "near-theatre"), ("near-clinic", "far-theatre")]
    assert pairs[2].about_same_as_previous is same


def test_visits_that_both_pairs_make_to_a_site_cancel() -> None:
    # The same two sites with the parts exchanged: as many visits to each, so the same travel from any door.
    twins = ranked([does_both("fake-a", 3), does_both("fake-b", 8)], (4, 4), radius_m=0.0).pairs
    assert ids(twins) == [
        ("fake-a", "fake-a"),
        ("fake-a", "fake-b"),
        ("fake-b", "fake-a"),
        ("fake-b", "fake-b"),
    ]
    assert [pair.about_same_as_previous for pair in twins] == [False, False, True, False]


def test_from_an_exact_start_only_the_same_travel_is_about_the_same() -> None:
    sites = [treats("fake-near", 9.99), treats("fake-far", 10), evaluates("fake-clinic", 1)]
    assert [pair.about_same_as_previous for pair in ranked(sites).pairs] == [False, False]


def test_the_totals_are_round_trips_over_all_visits_and_their_range() -> None:
    (pair,) = ranked([evaluates("fake-a", 10), treats("fake-b", 20)], (6, 3), radius_m=1000).pairs
    near_m, far_m = (distance_m(MINNEAPOLIS, miles_east(miles)) for miles in (10, 20))
    assert pair.total_m == pytest.approx(2 * (6 * near_m + 3 * far_m))
    assert pair.low_m == pytest.approx(pair.total_m - 2 * 9 * 1000)
    assert pair.high_m == pytest.approx(pair.total_m + 2 * 9 * 1000)


def test_equal_travel_is_ranked_by_clinic_then_procedure_site_each_by_distance_then_id() -> None:
    sites = [does_both("fake-b"), does_both("fake-c"), does_both("fake-a")]
    names = ["fake-a", "fake-b", "fake-c"]
    assert ids(ranked(sites).pairs) == list(product(names, names))


def test_all_at_the_same_place_is_the_same_travel() -> None:
    pairs = ranked([does_both("fake-a"), does_both("fake-b")]).pairs
    assert {pair.total_m for pair in pairs} == {0.0}
    assert [pair.about_same_as_previous for pair in pairs] == [False, True, True, True]


def test_one_site_may_be_both_parts() -> None:
    found = ranked([does_both("fake-a", 5)])
    (pair,) = found.pairs
    assert pair.is_one_site
    assert pair.is_confirmed
    assert found.one_site == pair


def test_no_site_gives_no_pair() -> None:
    assert ranked([]) == Pairing((), (), None, None, ())


@pytest.mark.parametrize("site", [evaluates("fake-a", 1), treats("fake-a", 1)])
def test_one_part_alone_makes_no_pair(site: Site) -> None:
    found = ranked([site])
    assert (found.pairs, found.possible, found.one_site) == ((), (), None)


@given(directories())
def test_a_journey_without_visits_still_ranks_every_pair(sites: list[Site]) -> None:
    found = rank_pairs(sites, make_origin(), Journey(()), Filters(), limit=ALL)
    assert {pair.total_m for pair in found.pairs} <= {0.0}
    assert sorted(ids(found.pairs)) == sorted(ids(ranked(sites).pairs))


@pytest.mark.parametrize(
    ("evaluation", "procedure", "known", "possible", "confirmed"),
    [
        (CONFIRMED_YES, CONFIRMED_YES, 1, 0, True),
        (PROVISIONAL_YES, CONFIRMED_YES, 1, 0, False),
        (CONFIRMED_YES, PROVISIONAL_YES, 1, 0, False),
        (CONFIRMED_YES, UNKNOWN_CLAIM, 0, 1, False),
        (UNKNOWN_CLAIM, CONFIRMED_YES, 0, 1, False),
        (UNKNOWN_CLAIM, UNKNOWN_CLAIM, 0, 1, False),
        (CONFIRMED_NO, UNKNOWN_CLAIM, 0, 0, False),
        (UNKNOWN_CLAIM, CONFIRMED_NO, 0, 0, False),
    ],
)
def test_an_unknown_role_is_neither_yes_nor_no(
    evaluation: Claim, procedure: Claim, known: int, possible: int, confirmed: bool
) -> None:
    found = ranked([evaluates("fake-a", 1, evaluation), treats("fake-b", 2, procedure)])
    assert (len(found.pairs), len(found.possible)) == (known, possible)
    assert all(pair.is_confirmed is confirmed for pair in (*found.pairs, *found.possible))


@pytest.mark.parametrize(("answer", "where"), [("yes", "pairs"), ("unknown", "possible"), ("no", "none")])
@pytest.mark.parametrize("of", ["fake-clinic", "fake-theatre"])
@pytest.mark.parametrize("asked", ["wheelchair", "accepting"])
def test_each_filter_asks_both_sites(asked: str, of: str, answer: str, where: str) -> None:
    facts = {name: Answer(answer if name == of else "yes") for name in ("fake-clinic", "fake-theatre")}
    sites = [
        replace(
            site,
            wheelchair=Wheelchair(facts[site.site_id], Answer.NO, Answer.NO),
            accepting_new_patients=facts[site.site_id],
        )
        for site in (evaluates("fake-clinic", 1), treats("fake-theatre", 2))
    ]
    wanted = Filters(wheelchair=asked == "wheelchair", accepting=asked == "accepting")
    found = rank_pairs(sites, make_origin(), make_journey(6, 3), wanted, limit=9)
    assert ("pairs" if found.pairs else "possible" if found.possible else "none") == where


@pytest.mark.parametrize(
    ("within_mi", "expected"), [(25, [("near", "far")]), (15, []), (5, [])], ids=["both", "one", "none"]
)
def test_each_way_is_within_the_distance(within_mi: float, expected: list[tuple[str, str]]) -> None:
    sites = [evaluates("near", 10), treats("far", 20)]
    within = Filters(within_m=within_mi * METRES_PER_MILE)
    assert ids(rank_pairs(sites, make_origin(), make_journey(6, 3), within, limit=9).pairs) == expected


@given(directories(), visits, filters)
def test_the_best_pair_at_one_site_is_the_first_such_pair(
    sites: list[Site], counted: tuple[int, int], asked: Filters
) -> None:
    found = rank_pairs(sites, make_origin(uncertainty_m=900), make_journey(*counted), asked, limit=ALL)
    first = next((pair for pair in found.pairs if pair.is_one_site), None)
    assume(first is not None or found.pairs)
    assert found.one_site == (first and replace(first, about_same_as_previous=False))


def test_the_nearest_site_is_told_whatever_it_offers() -> None:
    nothing = make_site("fake-near", miles_east(1), evaluation=CONFIRMED_NO, procedure=CONFIRMED_NO)
    found = ranked([nothing, does_both("fake-far", 9)])
    assert found.nearest is not None
    assert found.nearest.site == nothing


def test_sites_without_a_pin_are_apart_unless_they_have_no_part() -> None:
    apart = [
        make_site("fake-d", None, evaluation=CONFIRMED_NO, procedure=CONFIRMED_NO),
        make_site("fake-c", None, procedure=CONFIRMED_YES),
        make_site("fake-b", None, evaluation=UNKNOWN_CLAIM, procedure=CONFIRMED_NO),
    ]
    found = ranked([does_both("fake-a", 1), *apart])
    assert [site.site_id for site in found.unplaced] == ["fake-b", "fake-c"]
    assert ids(found.pairs) == [("fake-a", "fake-a")]


def test_a_large_directory_is_ranked_as_exactly_as_by_sorting_every_pair() -> None:
    draw = random.Random(11)
    sites = [
        make_site(
            f"fake-{number:04}",
            Coordinate(45 + draw.gauss(0, 0.3), -93.3 + draw.gauss(0, 0.4)),
            evaluation=draw.choice([CONFIRMED_YES, PROVISIONAL_YES, UNKNOWN_CLAIM, CONFIRMED_NO]),
            procedure=draw.choice([CONFIRMED_YES, PROVISIONAL_YES, UNKNOWN_CLAIM, CONFIRMED_NO]),
        )
        for number in range(300)
    ]
    expected = by_brute_force(sites, make_origin(), (6, 3), Filters())
    found = ranked(sites, limit=40)
    assert ids(found.pairs) == expected[Answer.YES][:40]
    assert ids(found.possible) == expected[Answer.UNKNOWN][:40]
