"""A device's location: no finer than its cell, no surer than it is, and nothing at all from a forger."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinics.search import distance_m
from locator.geocoding.device_location import (
    CELL_DEG,
    ROUGHEST_M,
    DeviceLocation,
    half_diagonal_m,
    origin,
    parse_location,
)
from locator.presentation.map.folium_map import site_layer
from locator.sites import Coordinate, Origin, Precision
from tests.support.map_told import decoded

LATITUDES = st.floats(-90, 90)
LONGITUDES = st.floats(-180, 180)
ACCURACIES = st.floats(0, ROUGHEST_M)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
EVERYTHING_WRONG: list[Any] = [
    None,
    True,
    "44.95",
    "",
    [],
    {},
    math.nan,
    math.inf,
    -math.inf,
    10**400,
    -(10**400),
]


def sent(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - a forger sends anything
    return {"lat_deg": 44.95, "lon_deg": -93.26, "accuracy_m": 100} | changes


@given(LATITUDES, LONGITUDES, ACCURACIES)
def test_what_is_kept_has_two_decimals_and_whole_hundreds(lat: float, lon: float, accuracy: float) -> None:
    kept = parse_location(sent(lat_deg=lat, lon_deg=lon, accuracy_m=accuracy))
    assert kept is not None
    for kept_deg, sent_deg in ((kept.cell.lat_deg, lat), (kept.cell.lon_deg, lon)):
        assert kept_deg == round(kept_deg, 2)
        assert abs(kept_deg - sent_deg) <= CELL_DEG / 2 + 1e-9
    assert kept.accuracy_m % 100 == 0
    assert accuracy <= kept.accuracy_m <= accuracy + 100


@given(LATITUDES, LONGITUDES, ACCURACIES)
def test_what_the_browser_rounded_stays_as_it_is(lat: float, lon: float, accuracy: float) -> None:
    once = parse_location(sent(lat_deg=lat, lon_deg=lon, accuracy_m=accuracy))
    assert once is not None
    again = sent(lat_deg=once.cell.lat_deg, lon_deg=once.cell.lon_deg, accuracy_m=once.accuracy_m)
    assert parse_location(again) == once


@given(st.floats(-89, 89), st.floats(-179, 179), ACCURACIES)
def test_the_radius_holds_wherever_in_its_cell_the_device_measured_itself(
    lat: float, lon: float, accuracy: float
) -> None:
    kept = parse_location(sent(lat_deg=lat, lon_deg=lon, accuracy_m=accuracy))
    assert kept is not None
    moved_m = distance_m(Coordinate(lat, lon), kept.cell)
    assert moved_m + accuracy <= origin(kept).uncertainty_m + 0.01


def test_the_radius_is_not_wider_than_it_need_be() -> None:
    corner = Coordinate(44.95 - CELL_DEG / 2, -93.26 + CELL_DEG / 2)
    assert half_diagonal_m(44.95) == pytest.approx(distance_m(Coordinate(44.95, -93.26), corner), rel=0.01)
    assert half_diagonal_m(90) < half_diagonal_m(0)


@pytest.mark.parametrize("name", ["lat_deg", "lon_deg", "accuracy_m"])
@pytest.mark.parametrize("wrong", EVERYTHING_WRONG, ids=lambda wrong: repr(wrong)[:12])
def test_a_value_that_is_no_number_in_its_range_is_no_location(name: str, wrong: object) -> None:
    assert parse_location(sent()) is not None
    assert parse_location(sent(**{name: wrong})) is None


@pytest.mark.parametrize(
    "change", [{"lat_deg": 90.01}, {"lon_deg": -180.01}, {"accuracy_m": -1}, {"accuracy_m": ROUGHEST_M + 1}]
)
def test_a_number_out_of_its_range_is_no_location(change: dict[str, float]) -> None:
    assert parse_location(sent(**change)) is None


def test_a_location_as_rough_as_is_allowed_is_one() -> None:
    assert parse_location(sent(accuracy_m=ROUGHEST_M)) is not None


@given(JSON)
def test_whatever_else_is_sent_is_no_location(anything: object) -> None:
    assert parse_location(anything) is None


def test_the_search_starts_from_the_cell_and_says_that_it_is_rounded() -> None:
    start = origin(DeviceLocation(Coordinate(44.95, -93.26), 100.0))
    assert start.point == Coordinate(44.95, -93.26)
    assert start.label == "your location"
    assert start.notes == ("Your location, rounded to about half a mile.",)


def test_the_map_is_told_no_finer_point_than_the_cell_and_draws_a_wide_area() -> None:
    start = origin(DeviceLocation(Coordinate(44.95, -93.26), 0.0))
    assert start.precision is Precision.STREET
    (drawn,) = [feature for feature in _features(start) if feature["point"] == [-93.26, 44.95]]
    assert drawn["facts"]["radius_m"] >= 1500


def _features(start: Origin) -> list[dict[str, Any]]:
    layer = site_layer([], origin=start)
    script = layer.script(layer)
    collection, _end = json.JSONDecoder().raw_decode(script, script.index("_add({") + len("_add("))
    return [
        {
            "point": one["geometry"]["coordinates"],
            "facts": decoded(one["properties"]["facts"]),
        }
        for one in collection["features"]
    ]
