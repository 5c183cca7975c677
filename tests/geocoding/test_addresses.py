"""Addresses are taken apart and written out in full, and no text, however odd, is an error."""

from __future__ import annotations

import string
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.geocoding.services.addresses import parse_address
from locator.geocoding.types import PostalAddress


def street_of(text: str) -> str | None:
    found = parse_address(text)
    return found.street if found else None


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("1 Fake Ave S", "1 Fake Avenue South"),
        ("1 north fake street", "1 North Fake Street"),
        ("1 FAKE PKWY N.W.", "1 Fake Parkway Northwest"),
        ("1 7th St NE", "1 7th Street Northeast"),
        ("1 7TH ST NE", "1 7th Street Northeast"),
        ("1 St Fake St", "1 Saint Fake Street"),
        ("1 SAINT FAKE STREET", "1 Saint Fake Street"),
        ("1 McFake Rd W", "1 McFake Road West"),
        ("1 FAKE-HOAX LN", "1 Fake-Hoax Lane"),
        ("1 Avenue C", "1 Avenue C"),
        ("12-34 Fake Ave", "12-34 Fake Avenue"),
        ("123 1/2 Fake St", "123 1/2 Fake Street"),
        ("123½ Fake St", "123 1/2 Fake Street"),
        ("N7834 Fake Rd", "N7834 Fake Road"),
        ("1 Fake St \ud800", "1 Fake Street"),
    ],
)
def test_numbers_types_and_directions_are_written_out(text: str, street: str) -> None:
    assert street_of(text) == street


@pytest.mark.parametrize(
    ("road", "written"),
    [
        ("US Hwy 61", "US Highway 61"),
        ("U.S. Highway 61 N", "US Highway 61 North"),
        ("US-61", "US Highway 61"),
        ("State Highway 7", "State Highway 7"),
        ("MN-55", "State Highway 55"),
        ("MN Hwy 55 E", "State Highway 55 East"),
        ("TH 13 W", "State Highway 13 West"),
        ("Hwy 100 S", "Highway 100 South"),
        ("Old Highway 8 NW", "Old Highway 8 Northwest"),
        ("I-94 Frontage Rd", "Interstate 94 Frontage Road"),
        ("Interstate 94 Frontage Rd", "Interstate 94 Frontage Road"),
        ("County Road B2 West", "County Road B2 West"),
        ("COUNTY ROAD B2 WEST", "County Road B2 West"),
        ("W County Rd C", "West County Road C"),
        ("Co. Rd. 10 NE", "County Road 10 Northeast"),
        ("Co Rd 42A", "County Road 42A"),
        ("County State-Aid Road 42", "County Road 42"),
        ("CR 10", "County Road 10"),
        ("CSAH 42", "County Road 42"),
        ("CTH KK", "County Highway KK"),
        ("County Hwy 5", "County Highway 5"),
    ],
)
@pytest.mark.parametrize("rest", ["", ", Faketown MN", ", Faketown, Minnesota 55999"])
def test_numbered_roads_keep_their_kind_and_number(road: str, written: str, rest: str) -> None:
    assert street_of(f"1200 {road}{rest}") == f"1200 {written}"
    assert street_of(f"1200 {written}{rest}") == f"1200 {written}"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("County Road West", "County Road West"),
        ("I St NE", "I Street Northeast"),
        ("US Fake Plaza", "US Fake Plaza"),
        ("Highway 1000", "Highway 1000"),
        ("MN-55-Fake Rd", "MN-55-Fake Road"),
        ("Fake Hwy", "Fake Highway"),
    ],
)
def test_a_name_that_only_looks_like_a_numbered_road_is_left_as_it_is(name: str, written: str) -> None:
    assert street_of(f"1200 {name}, Faketown, MN 55999") == f"1200 {written}"


@pytest.mark.parametrize(
    ("unit", "written"),
    [
        ("Ste 200", "Suite 200"),
        ("Suite 240 & 260", "Suite 240 & 260"),
        ("apt 3b", "Apartment 3B"),
        ("Unit B", "Unit B"),
        ("#100", "#100"),
        ("# 100", "#100"),
        ("Bldg 4", "Building 4"),
        ("Bldg 4 Apt 2", "Building 4 Apartment 2"),
        ("Lot 7", "Lot 7"),
    ],
)
@pytest.mark.parametrize("comma", ["", ","])
def test_units_are_told_from_the_street(unit: str, written: str, comma: str) -> None:
    found = parse_address(f"1 Fake St{comma} {unit}, Faketown, MN 55999")
    assert found == PostalAddress("1 Fake Street", written, "Faketown", "MN", "55999")


@pytest.mark.parametrize(
    "text",
    [
        "1 Fake Ave N, Saint Faker, MN 55999",
        "1 fake ave n, st faker, mn 55999",
        "1 FAKE AVE N, ST. FAKER, MN 55999-0123",
        "1 Fake Ave N\nSt Faker MN 55999\nUSA",
        "1 Fake Avenue North; St Faker; Minnesota 55999, United States",
        "Attn: Jane Fake, 1 Fake Ave N, St Faker, MN 55999",
        "ATTN JANE HOAX 1 Fake Ave N, St Faker, MN 55999",
        "1 Fake Ave N, c/o Hoax Inc, St Faker, MN 55999",
        "Care of Hoax\n1 Fake Ave N\nSt Faker, MN 55999",
        "1 Fake Ave N, PO Box 5, St Faker, MN 55999",
    ],
)
def test_one_address_in_many_spellings_is_one_answer(text: str) -> None:
    assert parse_address(text) == PostalAddress("1 Fake Avenue North", None, "Saint Faker", "MN", "55999")


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("1 Fake St, S St Paul MN 55999", "South Saint Paul"),
        ("1 Fake St, W ST PAUL, MN 55999", "West Saint Paul"),
        ("1 Fake St, Mt Fake, MN 55999", "Mount Fake"),
        ("1 Fake St Faketown MN 55999", "Faketown"),
        ("1 Fake Ct, Hoaxford, CT 06999", "Hoaxford"),
    ],
)
def test_saints_and_directions_in_a_city_are_written_out(text: str, city: str) -> None:
    found = parse_address(text)
    assert found is not None
    assert (found.city, bool(found.street)) == (city, True)


def test_a_unit_alone_behind_a_comma_is_no_city() -> None:
    found = parse_address("1 Fake St, Suite B, MN 55999")
    assert found is not None
    assert found.city is None


@pytest.mark.parametrize(
    "text",
    [
        "PO Box 12, Faketown, MN 55999",
        "P.O. BOX 12, FAKETOWN, MN 55999",
        "RR 2 Box 14, Faketown, MN 55999",
        "Fake and Hoax, Faketown, MN 55999",
        "Fake Ave & Hoax St, Faketown, MN 55999",
        "Fake Ave and Hoax St, Faketown MN 55999",
        "1 Fake Ave & 2 Hoax St, Faketown, MN 55999",
        "Fake Ave S, Faketown, MN 55999",
        "Faketown, MN 55999",
    ],
)
def test_what_names_no_house_has_no_street_but_keeps_its_city_and_zip(text: str) -> None:
    found = parse_address(text)
    assert found is not None
    assert (found.street, found.city, found.state, found.zip_code) == (None, "Faketown", "MN", "55999")


def test_what_a_crossing_leaves_behind_is_no_city() -> None:
    assert parse_address("Fake St at Hoax, 55999") == PostalAddress(zip_code="55999")


@pytest.mark.parametrize(
    "text", ["", " ", ",;\n", "\ud800", "Hoax", "1 Fake St " + "x" * 200, "c/o Jane Fake"]
)
def test_text_without_an_address_is_none(text: str) -> None:
    assert parse_address(text) is None


def test_a_text_the_parser_contradicts_itself_on_is_none() -> None:
    assert parse_address("PO Box 1 Fake St PO Box 2 Hoax Ave PO Box 3") is None


ODD = "1 55407 100 1/2 St N NE Hwy County Road B2 Ste # PO Box Fake and & , MN Attn I-94 CSAH ½ İ USA"
ADDRESS_LIKE = st.lists(st.sampled_from(ODD.split()), max_size=14).map(" ".join)


@given(st.one_of(st.text(), st.text(string.printable), ADDRESS_LIKE))
def test_any_text_is_read_without_an_error_and_nothing_is_an_empty_part(text: str) -> None:
    found = parse_address(text)
    if found is not None:
        assert "" not in {found.street, found.unit, found.city, found.state, found.zip_code}
        assert found.zip_code is None or (len(found.zip_code) == 5 and found.zip_code.isdigit())
        assert found.street is None or any(map(str.isdigit, found.street))


@pytest.mark.process
def test_the_parser_is_not_loaded_before_an_address_is_read() -> None:
    code = "import sys, locator.geocoding.services.addresses; sys.exit('usaddress' in sys.modules)"
    root = Path(__file__).resolve().parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
