"""The audit that needs nobody: pins too far from their ZIP code, on one point, or for another address."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinics import ClinicTable
from locator.clinics.reading import parse_directory
from locator.clinics.search import distance_m
from locator.geocoding.pins.audit import PinWarning, audit
from locator.geocoding.places.gazetteer import load_gazetteer
from locator.sites import Coordinate
from tests.support.pin_samples import GAZETTEER, MIDDLE, north
from tests.support.samples import make_site

OWN_ADDRESS = "1 Nowhere St, Testville, MN 55999"


def test_a_pin_beyond_its_zips_reach_is_found_and_measured() -> None:
    (finding,) = audit([make_site(at=north(16_093))], GAZETTEER)
    assert str(finding) == (
        "fake-a: the pin is 10.0 miles from the middle of ZIP 55999, whose addresses lie within about 2.8."
    )


@pytest.mark.parametrize("zip_code", ["55999", "55999-0001"])
@pytest.mark.parametrize(("away_m", "odd"), [(4_400, False), (4_600, True)])
def test_the_reach_is_one_and_a_half_of_the_zips_radius(zip_code: str, away_m: float, odd: bool) -> None:
    assert bool(audit([make_site(at=north(away_m), zip_code=zip_code)], GAZETTEER)) is odd


def test_nothing_is_said_of_a_zip_the_gazetteer_does_not_cover_or_of_no_pin() -> None:
    assert audit([make_site(at=north(9e5), zip_code="10001"), make_site("fake-b", at=None)], GAZETTEER) == ()


def test_pins_a_metre_apart_are_reported_with_each_other() -> None:
    sites = [make_site("fake-a"), make_site("fake-b", at=north(1)), make_site("fake-c", at=north(20))]
    assert audit(sites, GAZETTEER) == (
        PinWarning("fake-a", "the pin is on the same point as fake-b's."),
        PinWarning("fake-b", "the pin is on the same point as fake-a's."),
    )


def test_equal_pins_are_left_to_the_directory_which_refuses_them() -> None:
    assert audit([make_site("fake-a"), make_site("fake-b")], GAZETTEER) == ()


def test_a_pin_that_was_made_for_another_address_is_reported() -> None:
    made_for = {"fake-a": "2 Elsewhere Rd, Testville, MN 55999", "fake-b": OWN_ADDRESS, "fake-c": ""}
    sites = [make_site(site_id, at=north(50 * at)) for at, site_id in enumerate((*made_for, "fake-d"))]
    (finding,) = audit(sites, GAZETTEER, made_for)
    assert finding.site_id == "fake-a"
    assert "2 Elsewhere Rd" in finding.message


@given(
    st.lists(
        st.tuples(st.integers(-3, 3), st.integers(-3, 3)).map(
            lambda step: Coordinate(MIDDLE.lat_deg + step[0] * 4e-6, MIDDLE.lon_deg + step[1] * 4e-6)
        ),
        max_size=8,
    )
)
def test_every_pair_on_one_point_is_found_and_no_other(points: list[Coordinate]) -> None:
    sites = [make_site(f"fake-{at}", at=point) for at, point in enumerate(points)]
    expected = {
        (f"fake-{at}", f"the pin is on the same point as fake-{to}'s.")
        for at, one in enumerate(points)
        for to, other in enumerate(points)
        if one != other and distance_m(one, other) <= 1.5
    }
    findings = audit(sites, GAZETTEER)
    assert {(finding.site_id, finding.message) for finding in findings} == expected
    assert len(findings) == len(expected)


def test_nothing_is_odd_about_the_shipped_pins(project_root: Path) -> None:
    raw = (project_root / "data" / "clinics.csv").read_bytes()
    sites = parse_directory(raw, today=date(2026, 11, 22)).sites
    gazetteer = load_gazetteer(project_root / "data" / "gazetteer")
    assert audit(sites, gazetteer, ClinicTable.parse(raw).column("pin_address")) == ()


def test_two_shipped_clinics_with_their_pins_exchanged_are_found(project_root: Path) -> None:
    raw = (project_root / "data" / "clinics.csv").read_bytes()
    sites = parse_directory(raw, today=date(2026, 11, 22)).sites
    gazetteer = load_gazetteer(project_root / "data" / "gazetteer")
    for one, other in itertools.combinations(sites, 2):
        exchanged = (replace(one, pin=other.pin), replace(other, pin=one.pin))
        assert audit(exchanged, gazetteer), (one.site_id, other.site_id)
