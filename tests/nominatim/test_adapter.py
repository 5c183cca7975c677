"""The adapter, set up as an operator sets it up, reads the real Nominatim's answers for what they are."""

from __future__ import annotations

import pytest

from locator.clinics.search import distance_m
from locator.geocoding.services.services import make_geocoder
from locator.geocoding.types import AnswerKind, Found, PostalAddress, StreetGeocoder
from locator.settings.geocoders import PatientGeocoder
from locator.sites import Coordinate, Site
from tests.nominatim import town

pytestmark = pytest.mark.nominatim

BUDGET_S = 10.0


@pytest.fixture
def geocoder(nominatim_domain: str) -> StreetGeocoder:
    table = PatientGeocoder(
        service="nominatim", arguments={"domain": nominatim_domain, "scheme": "http"}, requests_per_second=100
    )
    choice = table.choice()
    assert choice is not None
    return make_geocoder(choice, user_agent="drg-locator-tests")


def asked(house: town.House) -> PostalAddress:
    city = house.city
    return PostalAddress(f"{house.number} {house.street}", None, city.name, city.state, city.zip_code)


def only(found: tuple[Found, ...]) -> Found:
    assert len(found) == 1
    return found[0]


def is_near(found: Found, point: Coordinate) -> bool:
    return distance_m(found.point, point) < 100


@pytest.mark.parametrize("site", town.clinics(), ids=lambda site: site.site_id)
def test_a_clinics_address_is_an_address_where_the_map_has_it(geocoder: StreetGeocoder, site: Site) -> None:
    address = PostalAddress(site.street, None, site.city, site.state, site.zip_code)
    found = only(geocoder.geocode(address, budget_s=BUDGET_S))
    assert found.kind is AnswerKind.ADDRESS
    assert is_near(found, town.clinic_house(site).point)
    assert (found.city, found.state, found.zip_code) == (site.city, site.state, site.zip_code)
    assert "OpenStreetMap" in found.attribution


def test_a_number_between_two_mapped_houses_is_interpolated(geocoder: StreetGeocoder) -> None:
    house = town.between(town.ROW, 148)
    found = only(geocoder.geocode(asked(house), budget_s=BUDGET_S))
    assert found.kind is AnswerKind.INTERPOLATED
    assert distance_m(found.point, house.point) < 10


def test_the_mapped_house_at_the_end_of_the_row_is_an_address(geocoder: StreetGeocoder) -> None:
    found = only(geocoder.geocode(asked(town.ROW.first), budget_s=BUDGET_S))
    assert found.kind is AnswerKind.ADDRESS


def test_a_number_the_street_has_not_is_the_street_as_wide_as_it_is_long(geocoder: StreetGeocoder) -> None:
    address = PostalAddress(f"5 {town.BARE_STREET}", None, "Delano", "MN", town.DELANO.zip_code)
    found = only(geocoder.geocode(address, budget_s=BUDGET_S))
    assert found.kind is AnswerKind.STREET
    assert found.uncertainty_m >= town.STREET_HALF_LENGTH_M


def test_a_postal_city_other_than_the_one_it_lies_in_does_not_hide_an_address(
    geocoder: StreetGeocoder,
) -> None:
    site = next(site for site in town.clinics() if site.site_id == "edina")
    address = PostalAddress(site.street, None, "Minneapolis", "MN", site.zip_code)
    assert is_near(only(geocoder.geocode(address, budget_s=BUDGET_S)), town.clinic_house(site).point)


def test_one_address_in_two_cities_is_two_places(geocoder: StreetGeocoder) -> None:
    address = PostalAddress("12 Nonesuch Ln", None, None, "MN", None)
    found = geocoder.geocode(address, budget_s=BUDGET_S)
    assert {place.city for place in found} == {house.city.name for house in town.TWINS}


def test_a_place_over_the_border_says_that_it_lies_there(geocoder: StreetGeocoder) -> None:
    address = PostalAddress("44 Make-Believe St", None, None, None, None)
    assert only(geocoder.geocode(address, budget_s=BUDGET_S)).state == "WI"


def test_an_unknown_address_is_no_place_and_no_error(geocoder: StreetGeocoder) -> None:
    address = PostalAddress("99 No Such Rd", None, "Edina", "MN", "55435")
    assert geocoder.geocode(address, budget_s=BUDGET_S) == ()
