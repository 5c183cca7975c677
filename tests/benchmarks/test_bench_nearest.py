"""What the nearest are measured against answers what was asked, and a rival that is not here is named."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.duckdb_spatial import WIDEST_DEG, Box, nearest_in_boxes
from benchmarks.nearest import NOT_HERE, SPREADS, Contest, Contestant, section
from benchmarks.nearest_ways import BALL_TREE, DUCKDB, OURS, POSTGIS, K, brute_force, ways
from benchmarks.timing import Spread
from locator.clinics.search import distance_m
from locator.sites import Coordinate

PLACES = st.builds(Coordinate, st.floats(25, 49), st.floats(-124, -67))
MEASURED = Spread(42.0, 41.0, 43.0)


class Table:
    """Points that answer for a box as the database does, and remember the boxes."""

    def __init__(self, points: Sequence[Coordinate], count: int) -> None:
        self.points, self.count = points, count
        self.boxes: list[Box] = []

    def ask(self, origin: Coordinate, box: Box) -> Sequence[tuple[int, float]]:
        """The first points in the box with their metres, nearest first."""
        self.boxes.append(box)
        west, south, east, north = box
        inside = (
            (distance_m(origin, point), number)
            for number, point in enumerate(self.points)
            if west <= point.lon_deg <= east and south <= point.lat_deg <= north
        )
        return [(number, metres) for metres, number in sorted(inside)[: self.count]]


@pytest.fixture(params=[3, 300])
def points(request: pytest.FixtureRequest) -> list[Coordinate]:
    dice = random.Random(request.param)
    return [SPREADS["nation"](dice) for _ in range(request.param)]


def test_every_way_but_the_sphere_answers_as_measuring_every_site_does(points: list[Coordinate]) -> None:
    right, dice = brute_force(points), random.Random(1)
    for origin in (SPREADS["nation"](dice) for _ in range(5)):
        for way in ways(points, None):
            found = list(way.search(origin))
            if way.name == BALL_TREE:
                assert set(found) <= set(range(len(points)))
                assert len(found) == min(K, len(points))
            else:
                assert found == right(origin), way.name


def test_a_loop_over_a_part_of_the_sites_is_scaled_up() -> None:
    dice = random.Random(2)
    scales = {way.name: way.scale for way in ways([SPREADS["nation"](dice) for _ in range(2500)], None)}
    assert scales.pop("geopy loop") == 2.5
    assert set(scales.values()) == {1.0}


@given(
    st.lists(PLACES, min_size=1, max_size=40, unique=True), PLACES, st.floats(0.001, 30), st.integers(1, 12)
)
def test_growing_boxes_miss_none_of_the_nearest(
    points: list[Coordinate], origin: Coordinate, first_deg: float, count: int
) -> None:
    table, wanted = Table(points, count), min(count, len(points))
    measured = sorted((distance_m(origin, point), number) for number, point in enumerate(points))
    found = nearest_in_boxes(table.ask, origin, wanted=wanted, first_deg=first_deg)
    assert found == [number for _, number in measured[:wanted]]


def test_a_point_in_a_corner_of_the_box_does_not_hide_a_nearer_one_outside() -> None:
    corner, beyond = Coordinate(45.7, -91.94), Coordinate(46.001, -93.0)
    table = Table([corner, beyond], 1)
    assert nearest_in_boxes(table.ask, Coordinate(45.0, -93.0), wanted=1, first_deg=1.0) == [1]


def test_boxes_grow_no_more_than_they_must() -> None:
    table = Table([Coordinate(45.0, -93.0 + 0.01 * number) for number in range(20)], 3)
    nearest_in_boxes(table.ask, Coordinate(45.0, -93.0), wanted=3, first_deg=0.5)
    assert len(table.boxes) == 1


def test_where_no_box_is_wide_enough_all_are_asked_for() -> None:
    table = Table([Coordinate(25.0, -124.0), Coordinate(49.0, -67.0)], 2)
    assert nearest_in_boxes(table.ask, Coordinate(25.0, -124.0), wanted=2, first_deg=WIDEST_DEG) == [0, 1]
    assert table.boxes == [(-180.0, -90.0, 180.0, 90.0)]


def test_who_is_not_installed_has_a_row_that_says_so() -> None:
    ours = Contestant(OURS, 1.5, MEASURED, Spread(1, 1, 1), 1.0)
    rival = Contestant(POSTGIS, 2.5, Spread(84.0, 83.0, 85.0), Spread(0.5, 0.4, 0.6), 0.975)
    rows = section([Contest("nation", 1000, (ours, rival))]).splitlines()
    assert f"| nation | 1,000 | {OURS} | 42 µs | 1 | 100 % | 1.5 ms |" in rows
    assert f"| nation | 1,000 | {POSTGIS} | 84 µs | 0.50 (0.40 to 0.60) | 98 % | 2.5 ms |" in rows
    assert f"| nation | 1,000 | {DUCKDB} | {NOT_HERE} |  |  |  |" in rows
