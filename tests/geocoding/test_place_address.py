"""An address in parts, as a table or a form has it, is placed as the same address typed on one line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

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
