"""A value that is wrong cannot be built."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError
from datetime import date

import pytest

from locator.sites import (
    METRES_PER_MILE,
    UNKNOWN_CLAIM,
    Answer,
    Claim,
    Coordinate,
    Origin,
    Precision,
    Status,
)
from tests.support.samples import MINNEAPOLIS, make_origin, make_site

A_DAY = date(2026, 1, 2)


@pytest.mark.parametrize(
    ("lat_deg", "lon_deg"),
    [
        (90.0001, 0.0),
        (-90.0001, 0.0),
        (0.0, 180.0001),
        (0.0, -180.0001),
        (math.nan, 0.0),
        (0.0, math.nan),
        (math.inf, 0.0),
        (0.0, -math.inf),
    ],
)
def test_a_point_off_the_globe_cannot_be_built(lat_deg: float, lon_deg: float) -> None:
    with pytest.raises(ValueError, match="not a WGS-84 point"):
        Coordinate(lat_deg, lon_deg)


@pytest.mark.parametrize(("lat_deg", "lon_deg"), [(90, 180), (-90, -180), (0, 0)])
def test_the_poles_and_the_antimeridian_are_on_the_globe(lat_deg: float, lon_deg: float) -> None:
    point = Coordinate(lat_deg, lon_deg)
    assert (point.lat_deg, point.lon_deg) == (lat_deg, lon_deg)


def test_a_swapped_latitude_and_longitude_of_minnesota_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="-93"):
        Coordinate(MINNEAPOLIS.lon_deg, MINNEAPOLIS.lat_deg)


@pytest.mark.parametrize("answer", [Answer.YES, Answer.NO])
@pytest.mark.parametrize(("source", "as_of"), [(None, A_DAY), ("", A_DAY), ("Test source", None)])
def test_a_known_answer_needs_a_source_and_a_date(
    answer: Answer, source: str | None, as_of: date | None
) -> None:
    with pytest.raises(ValueError, match="source and a date"):
        Claim(answer, Status.PROVISIONAL, source, as_of)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (Answer.YES, Status.UNKNOWN),
        (Answer.NO, Status.UNKNOWN),
        (Answer.UNKNOWN, Status.CONFIRMED),
        (Answer.UNKNOWN, Status.PROVISIONAL),
    ],
)
def test_unknown_status_goes_with_an_unknown_answer_and_only_with_it(answer: Answer, status: Status) -> None:
    with pytest.raises(ValueError, match="does not go with"):
        Claim(answer, status, "Test source", A_DAY)


@pytest.mark.parametrize("status", [Status.CONFIRMED, Status.PROVISIONAL])
@pytest.mark.parametrize("answer", [Answer.YES, Answer.NO])
def test_a_known_answer_may_be_confirmed_or_provisional(answer: Answer, status: Status) -> None:
    assert Claim(answer, status, "Test source", A_DAY).status is status


def test_the_unknown_claim_claims_nothing() -> None:
    assert (UNKNOWN_CLAIM.answer, UNKNOWN_CLAIM.status) == (Answer.UNKNOWN, Status.UNKNOWN)
    assert (UNKNOWN_CLAIM.source, UNKNOWN_CLAIM.as_of) == (None, None)


@pytest.mark.parametrize("uncertainty_m", [-0.001, math.nan, math.inf])
def test_an_area_needs_a_real_radius(uncertainty_m: float) -> None:
    with pytest.raises(ValueError, match="not a radius"):
        Origin("Test place", MINNEAPOLIS, Precision.ZIP, uncertainty_m, "test")


def test_a_place_may_be_known_exactly() -> None:
    assert make_origin(uncertainty_m=0).uncertainty_m == 0


def test_values_cannot_be_changed_once_built() -> None:
    with pytest.raises(FrozenInstanceError):
        MINNEAPOLIS.lat_deg = 0.0  # type: ignore[misc]


def test_a_mile_is_the_international_one() -> None:
    assert METRES_PER_MILE == 1609.344


@pytest.mark.parametrize(
    ("unit", "address"),
    [
        ("Ste 7", "1 Nowhere St, Ste 7, Testville, MN 55999"),
        (None, "1 Nowhere St, Testville, MN 55999"),
    ],
)
def test_the_address_has_the_unit_only_where_there_is_one(unit: str | None, address: str) -> None:
    assert make_site(unit=unit).address == address


def test_sites_of_one_name_are_told_apart_by_their_city() -> None:
    one, other = make_site(city="Testville"), make_site(city="Mockton")
    assert one.name == other.name
    assert one.title != other.title
    assert "Mockton" in other.title
