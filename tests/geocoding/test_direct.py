"""Rows of a table are placed as their text would be, whatever the quick way leaves unread."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinics.reading import read_directory
from locator.geocoding.places.gazetteer import Gazetteer, load_gazetteer
from locator.geocoding.places.offline import OfflinePlaces
from locator.geocoding.types import PostalAddress
from locator.sites import Located, NotLocated, Precision
from tests.support.samples import make_site

ROOT = Path(__file__).resolve().parents[2]
SITES = read_directory(ROOT / "data" / "clinics.csv", today=date(2100, 1, 1)).sites
FAKE = make_site(
    "zz-7",
    name="Zzfake 24 Clinics",
    street="500 Pretend Ave S",
    unit="Ste 2",
    city="Edina",
    zip_code="55435",
)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer(ROOT / "data" / "gazetteer")


@pytest.fixture(scope="module")
def places(gazetteer: Gazetteer) -> OfflinePlaces:
    return OfflinePlaces(gazetteer, [*SITES, FAKE])


STREETS = (
    "1 Fake St",
    "14000 Fake Ave S",
    "1 7th St NE Apt 4",
    "12-34 Fake Rd",
    "1 Fake Ct, Apt 3",
    "1 Fake St # 55407",
    "55123 Fake Ln",
    "7700 Fake Ave S",
    "1 County Road B2 West",
    "1 Highway 55",
    "N7834 Fake Rd",
    "1 St Paul Ave",
    "1 Duluth",
    "1 North Branch",
    "1 Minnesota",
    "1 Hennepin County",
    "1 Fake St, Edina",
    "5 or Edina",
    "1 Fake Apt 4 Edina",
    "1 Fake zip 55407",
    "1 Fake begins with 554",
    "5 Apt 3",
    "PO Box 3",
    "Zzfake Clinics",
    "1 Zzfake Way",
    "500 Pretend Ave S",
    "500 Pretend Ave S, Ste 2",
    "24 Zzfake",
    "1 Fake St 55407",
    "zz-7",
    "1 " + "Fake " * 60,
    "Fake St",
    None,
)


def test_every_shipped_zip_and_city_is_placed_as_its_text_is(
    gazetteer: Gazetteer, places: OfflinePlaces
) -> None:
    dice = random.Random(20261122)
    cities = [city.name for city in gazetteer.cities]
    cities += [place.name for place in gazetteer.elsewhere if place.kind == "city"]
    for area in gazetteer.zips.values():
        for city in (dice.choice([area.city, *area.other_cities]), dice.choice([*cities, "Nosuch"]), None):
            zip_code = dice.choice([area.zip_code, area.zip_code, None])
            state = dice.choice([area.state, area.state, None, "WI", "IA", "Nowhere"])
            address = PostalAddress(dice.choice(STREETS), None, city, state, zip_code)
            assert places.place_address(address) == places.locate(address.one_line), address


@given(
    st.sampled_from(STREETS) | st.text(max_size=20) | st.none(),
    st.sampled_from(
        ["Edina", "EDINA", "St Paul", "S. St. Paul", "St. Paul's", "Box Elder", "The Lakes", None]
    )
    | st.text(max_size=8),
    st.sampled_from(["MN", "mn", "NE", None]) | st.text(max_size=3),
    st.sampled_from(["55435", "55075", "99999", "5543", None]) | st.text(max_size=6),
)
def test_any_parts_are_placed_as_their_text_is(
    street: str | None, city: str | None, state: str | None, zip_code: str | None
) -> None:
    address = PostalAddress(street, None, city, state, zip_code)
    assert SHARED.place_address(address) == SHARED.locate(address.one_line)


SHARED = OfflinePlaces(load_gazetteer(ROOT / "data" / "gazetteer"), [*SITES, FAKE])


@pytest.mark.parametrize("street", ["500 Pretend Ave S", "24 Zzfake"])
def test_a_clinics_own_address_or_name_is_the_clinic(places: OfflinePlaces, street: str) -> None:
    answer = places.place_address(PostalAddress(street, None, "Edina", "MN", "55435"))
    assert isinstance(answer, Located)
    assert answer.origin.precision is Precision.SITE


def test_a_zip_among_the_words_of_a_street_counts_when_the_row_has_none(places: OfflinePlaces) -> None:
    answer = places.place_address(PostalAddress("1 Fake St 55407", None, "Minneapolis", "MN", None))
    assert isinstance(answer, Located)
    assert answer.origin.precision is Precision.ZIP


def test_the_note_says_whether_there_was_a_street(places: OfflinePlaces) -> None:
    with_street = places.place_address(PostalAddress("1 Fake St", None, "Edina", "MN", "55435"))
    without = places.place_address(PostalAddress(None, None, "Edina", "MN", "55435"))
    assert isinstance(with_street, Located)
    assert isinstance(without, Located)
    assert "The street was not looked up" in with_street.origin.notes[0]
    assert "street" not in " ".join(without.origin.notes)


def test_an_address_of_nothing_is_not_placed(places: OfflinePlaces) -> None:
    assert isinstance(places.place_address(PostalAddress()), NotLocated)


def test_nothing_but_shipped_names_is_kept(places: OfflinePlaces) -> None:
    places.place_address(PostalAddress("1 Fake St", None, "Edina", "MN", "55435"))
    before = kept(places)
    for city in ("Canaryton", "Canary Grove"):
        places.place_address(PostalAddress("9 Canary Ln", None, city, "MN", "55435"))
        places.place_address(PostalAddress("9 Canary Ln", None, "Edina", city, "55435"))
        places.place_address(PostalAddress("9 Canary Ln", None, "Edina", "MN", "Canary"))
    assert kept(places) == before


def kept(places: OfflinePlaces) -> int:
    """How many answers are kept, which shows nowhere else."""
    assert places._direct is not None  # noqa: SLF001
    return places._direct._kept.cache_info().currsize  # noqa: SLF001
