"""The tree's candidates hold everything nearer than it says, however the points lie."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinics.kdtree import SphereTree
from locator.clinics.search import SiteIndex, distance_m, nearest
from locator.sites import Coordinate, Site
from tests.support.samples import MINNEAPOLIS, make_site

# Where one degree is long and where it is short, and where longitudes begin anew.
CENTRES = (MINNEAPOLIS, Coordinate(0.0, 0.0), Coordinate(89.9, 10.0), Coordinate(-10.0, 179.99))
MANY = 3000


def crowd(centre: Coordinate, spread_deg: float, dice: random.Random, size: int = MANY) -> list[Coordinate]:
    """Points around a centre, some of them in the very same place."""
    made = [
        Coordinate(
            max(-90.0, min(90.0, centre.lat_deg + dice.gauss(0, spread_deg))),
            (centre.lon_deg + dice.gauss(0, 3 * spread_deg) + 180) % 360 - 180,
        )
        for _ in range(size)
    ]
    return [*made[:-20], *made[:20]]


def tree_of(points: list[Coordinate]) -> SphereTree:
    return SphereTree([point.lat_deg for point in points], [point.lon_deg for point in points])


@given(
    st.sampled_from(CENTRES),
    st.sampled_from([1e-6, 0.01, 1.0, 30.0]),
    st.sampled_from([None, 1, 2, 50, 900]),
    st.integers(0, 2**32),
)
def test_every_wanted_point_nearer_than_it_says_is_a_candidate(
    centre: Coordinate, spread_deg: float, one_in: int | None, seed: int
) -> None:
    dice = random.Random(seed)
    points = crowd(centre, spread_deg, dice, size=300)
    chosen = None if one_in is None else bytes(dice.randrange(one_in) == 0 for _ in points)
    wanted = {i for i in range(len(points)) if chosen is None or chosen[i]}
    metres = [distance_m(centre, point) for point in points]
    for candidates, certain_m in tree_of(points).growing_candidates(centre, chosen):
        assert len(set(candidates)) == len(candidates)
        assert {i for i in wanted if metres[i] < certain_m} <= set(candidates) <= wanted


@pytest.mark.parametrize("one_in", [2, 40, 700])
def test_where_few_of_many_are_wanted_the_candidates_still_hold_all_that_are_near(one_in: int) -> None:
    dice = random.Random(one_in)
    points = crowd(MINNEAPOLIS, 1.0, dice)
    chosen = bytes(dice.randrange(one_in) == 0 for _ in points)
    sites = [make_site(f"fake-{number:04}", point) for number, point in enumerate(points)]
    measured = sorted(
        (distance_m(MINNEAPOLIS, point), site.site_id)
        for point, site, wanted in zip(points, sites, chosen, strict=True)
        if wanted
    )
    found = SiteIndex(sites).ascending(MINNEAPOLIS, chosen)
    assert [(metres, site.site_id) for metres, site in found] == measured


@pytest.mark.parametrize("size", [3, 200])
def test_ties_break_on_the_site_id_whatever_the_city(size: int) -> None:
    cities = random.Random(size).sample(range(size), size)
    sites = [make_site(f"fake-{number:03}", city=f"Mock {city:03}") for number, city in enumerate(cities)]
    found = nearest(sites, MINNEAPOLIS, limit=size)
    assert [site.site_id for _, site in found] == [f"fake-{number:03}" for number in range(size)]


def test_the_first_candidates_of_a_crowd_make_a_list_of_ten_certain() -> None:
    dice = random.Random(20261122)
    points = crowd(MINNEAPOLIS, 0.3, dice)
    tree = tree_of(points)
    certain = 0
    for origin in crowd(MINNEAPOLIS, 0.3, dice, size=200):
        candidates, certain_m = next(tree.growing_candidates(origin))
        certain += sum(distance_m(origin, points[i]) < certain_m for i in candidates) >= 10
    assert certain >= 190


def test_a_candidate_beyond_the_farthest_chord_is_never_called_certain() -> None:
    # Half of the points on the far side of the earth, where the ellipsoid differs most from the sphere.
    points = [Coordinate(0.0, lon) for lon in range(170, 180)] + [
        Coordinate(lat, 0.0) for lat in range(-5, 5)
    ]
    for candidates, certain_m in tree_of(points).growing_candidates(Coordinate(0.0, 0.0)):
        left_out = set(range(len(points))) - set(candidates)
        assert all(distance_m(Coordinate(0.0, 0.0), points[i]) >= certain_m for i in left_out)


class CountingIndex(SiteIndex):
    """An index that knows how many sites were read from it."""

    read = 0

    def ascending(self, origin: Coordinate, chosen: bytes | None = None) -> Iterator[tuple[float, Site]]:
        """The same, counted."""
        for pair in super().ascending(origin, chosen):
            self.read += 1
            yield pair


def test_no_site_is_read_beyond_those_that_are_wanted() -> None:
    # To be sure of one more, four times as many may have to be measured.
    points = crowd(MINNEAPOLIS, 0.3, random.Random(3))
    index = CountingIndex(make_site(f"fake-{number:04}", point) for number, point in enumerate(points))
    assert len(nearest(index, MINNEAPOLIS, limit=10)) == index.read == 10
