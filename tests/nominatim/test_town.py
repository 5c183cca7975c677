"""The real Nominatim answers as its adapter takes for granted; only geopy stands between."""

from __future__ import annotations

from typing import Any

import pytest
from geopy.distance import geodesic
from geopy.geocoders import Nominatim
from geopy.location import Location

from locator.sites import Coordinate, Site
from tests.nominatim import town

pytestmark = pytest.mark.nominatim


@pytest.fixture
def nominatim(nominatim_domain: str) -> Nominatim:
    return Nominatim(domain=nominatim_domain, scheme="http", user_agent="drg-locator-tests")


def answers(nominatim: Nominatim, asked: str | dict[str, str]) -> list[Location]:
    return nominatim.geocode(asked, exactly_one=False, addressdetails=True) or []


def answer(nominatim: Nominatim, asked: str | dict[str, str]) -> Location:
    found = answers(nominatim, asked)
    assert len(found) == 1
    return found[0]


def parts(location: Location) -> dict[str, Any]:
    details: dict[str, Any] = location.raw["address"]
    return details


def apart_m(location: Location, point: Coordinate) -> float:
    return float(geodesic((location.latitude, location.longitude), (point.lat_deg, point.lon_deg)).m)


@pytest.mark.parametrize("site", town.clinics(), ids=lambda site: site.site_id)
def test_a_clinics_address_as_the_directory_writes_it_is_found_where_the_map_has_it(
    nominatim: Nominatim, site: Site
) -> None:
    found = answer(nominatim, f"{site.street}, {site.city}, {site.state} {site.zip_code}")
    house = town.clinic_house(site)
    assert apart_m(found, house.point) < 100
    assert parts(found)["house_number"] == house.number
    assert parts(found)["road"] == house.street
    assert (parts(found)["city"], parts(found)["postcode"]) == (site.city, site.zip_code)
    assert parts(found)["ISO3166-2-lvl4"] == "US-MN"


def test_an_address_may_be_asked_for_in_parts(nominatim: Nominatim) -> None:
    site = next(site for site in town.clinics() if site.site_id == "delano")
    asked = {"street": site.street, "city": site.city, "state": site.state, "postalcode": site.zip_code}
    assert apart_m(answer(nominatim, asked), town.clinic_house(site).point) < 100


def test_a_unit_in_the_text_hides_an_address_from_it(nominatim: Nominatim) -> None:
    site = next(site for site in town.clinics() if site.unit)
    assert answers(nominatim, site.address) == []


def test_a_number_between_two_mapped_houses_is_placed_between_them(nominatim: Nominatim) -> None:
    first, last = town.ROW.first, town.ROW.last
    found = answer(nominatim, town.between(town.ROW, 148).address)
    assert apart_m(found, town.between(town.ROW, 148).point) < 10
    assert apart_m(found, first.point) + apart_m(found, last.point) < 1.01 * apart_m(
        answer(nominatim, first.address), last.point
    )
    # All that tells it from a house that is mapped: it comes from a line.
    assert (found.raw["type"], found.raw["osm_type"]) == ("house", "way")
    assert answer(nominatim, first.address).raw["osm_type"] == "node"


def test_a_number_that_the_row_of_houses_has_not_gives_the_street_alone(nominatim: Nominatim) -> None:
    odd = town.ROW.first.address.replace("100 ", "101 ")
    found = answer(nominatim, odd)
    assert found.raw["addresstype"] == "road"
    assert "house_number" not in parts(found)


def test_a_street_without_houses_gives_the_street(nominatim: Nominatim) -> None:
    found = answer(nominatim, f"5 {town.BARE_STREET}, Delano, MN 55328")
    assert (found.raw["addresstype"], parts(found)["road"]) == ("road", town.BARE_STREET)


def test_a_city_gives_the_city(nominatim: Nominatim) -> None:
    found = answer(nominatim, "Edina, MN")
    assert (found.raw["addresstype"], parts(found)["city"]) == ("city", "Edina")
    assert apart_m(found, town.EDINA.centre) < 100


def test_a_zip_gives_a_point_among_its_addresses(nominatim: Nominatim) -> None:
    found = answer(nominatim, {"postalcode": "55435", "country": "us"})
    assert (found.raw["addresstype"], parts(found)["postcode"]) == ("postcode", "55435")
    assert apart_m(found, town.EDINA.centre) < 1000


def test_one_address_in_two_cities_gives_both_and_the_citys_name_decides(nominatim: Nominatim) -> None:
    one, other = town.TWINS
    assert {parts(found)["city"] for found in answers(nominatim, "12 Nonesuch Lane, MN")} == {
        one.city.name,
        other.city.name,
    }
    assert apart_m(answer(nominatim, one.address), one.point) < 10


def test_without_its_state_an_address_may_lie_in_another_one(nominatim: Nominatim) -> None:
    found = answer(nominatim, "44 Make-Believe Street")
    assert parts(found)["ISO3166-2-lvl4"] == "US-WI"


def test_a_wrong_zip_does_not_keep_it_from_answering(nominatim: Nominatim) -> None:
    found = answer(nominatim, "3000 Hundertmark Rd, Chaska, MN 55435")
    assert parts(found)["postcode"] == "55318"


@pytest.mark.parametrize(
    "unknown", ["99 No Such Road, Edina, MN 55435", "44 Make-Believe Street, Edina, MN 55435", "xyzzy"]
)
def test_an_unknown_address_gives_nothing(nominatim: Nominatim, unknown: str) -> None:
    assert answers(nominatim, unknown) == []
