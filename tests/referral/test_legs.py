"""A way has a length and a range; round trips add up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinics.search import distance_m
from locator.referral.plan import leg, leg_to, travel
from tests.support.journey_samples import miles_east
from tests.support.samples import MINNEAPOLIS, make_origin, make_site

lengths = st.floats(0, 2e7)
radii = st.floats(0, 1e6)
counts = st.integers(0, 50)


def test_the_way_to_a_site_is_the_geodesic_give_or_take_the_radius() -> None:
    way = leg_to(make_origin(uncertainty_m=1000.0), make_site(at=miles_east(10)))
    assert way is not None
    assert way.distance_m == distance_m(MINNEAPOLIS, miles_east(10))
    assert (way.low_m, way.high_m) == (way.distance_m - 1000, way.distance_m + 1000)


def test_a_site_without_a_pin_is_no_way_off() -> None:
    assert leg_to(make_origin(), make_site(at=None)) is None


@given(lengths, radii)
def test_the_range_holds_the_length_and_nothing_below_zero(metres: float, radius_m: float) -> None:
    way = leg(make_site(), metres, radius_m)
    assert 0 <= way.low_m <= way.distance_m <= way.high_m
    assert way.low_m in {0.0, metres - radius_m}
    assert way.high_m == metres + radius_m


@given(lengths, lengths, counts, counts, radii)
def test_every_visit_is_travelled_there_and_back(
    one_m: float, other_m: float, once: int, often: int, radius_m: float
) -> None:
    one, other = leg(make_site("fake-a"), one_m, radius_m), leg(make_site("fake-b"), other_m, radius_m)
    total = travel([(one, once), (other, often)])
    assert total.total_m == pytest.approx(2 * (once * one_m + often * other_m))
    assert total.low_m == pytest.approx(2 * (once * one.low_m + often * other.low_m))
    assert total.high_m == pytest.approx(2 * (once * one.high_m + often * other.high_m))


def test_no_trips_are_no_travel() -> None:
    nothing = travel([])
    assert (nothing.total_m, nothing.low_m, nothing.high_m) == (0, 0, 0)
