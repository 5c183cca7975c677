"""The link to a plan leads back to the same start and sites, and says nothing narrower than a ZIP code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from locator.geocoding.places.atlas import Atlas, Place
from locator.geocoding.places.gazetteer import Gazetteer, ZipArea, load_gazetteer
from locator.geocoding.places.offline import OfflinePlaces
from locator.referral.link import MOST_CHARACTERS, Linked, link_params, read_link, view_link
from locator.referral.plan import Plan
from locator.sites import Located, Origin, Pin, PinPrecision, Precision
from tests.support.journey_samples import make_journey
from tests.support.samples import MINNEAPOLIS, make_site

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "gazetteer"
WIDER_THAN_A_ZIP = {Precision.CITY, Precision.COUNTY, Precision.STATE}
NARROWER_THAN_A_ZIP = [Precision.SITE, Precision.ADDRESS, Precision.STREET]
CLINIC = make_site("fake-clinic")
THEATRE = make_site("fake-theatre")
PARAMS = ["from", "evaluation", "procedure"]
PAGE = "https://locator.example:8501/under/refer"


def start(label: str = "ZIP 55999 (Testville, MN)", precision: Precision = Precision.ZIP) -> Origin:
    return Origin(label, MINNEAPOLIS, precision, 900.0, "Secret source", ("Secret note",))


def plan(*, evaluation_only: bool = False, origin: Origin | None = None) -> Plan:
    return Plan(CLINIC, None if evaluation_only else THEATRE, origin, make_journey(6, 3))


def test_a_zip_code_and_two_ids_are_all_that_a_link_carries() -> None:
    assert link_params(start(), plan()) == {
        "from": "55999",
        "evaluation": "fake-clinic",
        "procedure": "fake-theatre",
    }


@pytest.mark.parametrize(
    ("label", "precision"),
    [
        ("Testville, MN", Precision.CITY),
        ("Fake County, MN", Precision.COUNTY),
        ("ZIP codes that begin with 559 (Minnesota)", Precision.STATE),
        ("Minnesota", Precision.STATE),
    ],
)
def test_a_place_wider_than_a_zip_code_goes_by_its_name(label: str, precision: Precision) -> None:
    assert link_params(start(label, precision), None) == {"from": label}


@pytest.mark.parametrize("precision", NARROWER_THAN_A_ZIP)
@pytest.mark.parametrize("label", ["12 Secret St, Testville, MN 55999", "ZIP 55999 (12 Secret St)"])
def test_a_start_narrower_than_a_zip_code_is_left_out(label: str, precision: Precision) -> None:
    # Were a new precision added, it has to be told here on which side it stands.
    assert {*NARROWER_THAN_A_ZIP, Precision.ZIP, *WIDER_THAN_A_ZIP} == set(Precision)
    origin = start(label, precision)
    assert link_params(origin, plan(origin=origin)).keys() == {"evaluation", "procedure"}


def test_a_zip_code_is_linked_to_by_its_digits_whatever_a_language_calls_it() -> None:
    for label in ("Código postal 55999 (Testville, MN)", "55999 (Testville, MN)"):
        assert link_params(start(label), None) == {"from": "55999"}


@pytest.mark.parametrize("label", ["Fake Clinic – Testville", "12 Secret St, ZIP 55999", "ZIP 559999", "ZIP"])
def test_a_zip_code_goes_by_its_digits_or_not_at_all(label: str) -> None:
    assert link_params(start(label), None) == {}


def test_a_clinic_without_an_exact_pin_is_no_zip_code_by_another_name() -> None:
    rough = make_site("fake-rough", None, name="Zzrough", city="Maple Grove", zip_code="55369")
    answer = OfflinePlaces(shipped(), [rough]).locate("zzrough")
    assert isinstance(answer, Located)
    assert answer.origin.precision is Precision.ZIP
    assert link_params(answer.origin, None) == {}


def test_a_part_without_a_site_is_left_out() -> None:
    assert link_params(None, plan(evaluation_only=True)) == {"evaluation": "fake-clinic"}
    assert link_params(None, None) == {}


@given(st.sampled_from(list(Precision)), st.text(max_size=30), st.booleans(), st.booleans())
def test_no_text_but_a_zip_code_a_wider_place_and_ids_enters(
    precision: Precision, typed: str, evaluation_only: bool, has_plan: bool
) -> None:
    origin = start(f"ZIP 55999 ({typed})", precision)
    made = plan(evaluation_only=evaluation_only, origin=origin) if has_plan else None
    params = link_params(origin, made)
    assert params.keys() <= {"from", "evaluation", "procedure"}
    allowed = {"fake-clinic", "fake-theatre"}
    allowed |= {origin.label} if precision in WIDER_THAN_A_ZIP else {"55999"}
    assert set(params.values()) <= allowed
    assert "Secret" not in str(params)


def test_a_link_names_what_its_parameters_name() -> None:
    assert read_link(link_params(start(), plan())) == Linked("55999", "fake-clinic", "fake-theatre")
    assert read_link(link_params(start("Testville, MN", Precision.CITY), plan(evaluation_only=True))) == (
        Linked("Testville, MN", "fake-clinic", "")
    )
    assert read_link({}) == Linked()


def test_parameters_of_other_names_say_nothing() -> None:
    assert read_link({"patient": "Secret", "From": "55999", "": "x"}) == Linked()


@pytest.mark.parametrize("name", PARAMS)
def test_text_too_long_to_be_meant_is_left_out_and_the_rest_stays(name: str) -> None:
    longest = "x" * MOST_CHARACTERS
    assert longest in str(read_link({name: longest}))
    others = {"from": "55999", "evaluation": "fake-clinic", "procedure": "fake-theatre"}
    assert read_link(others | {name: longest + "x"}) == read_link(others | {name: ""})


@given(st.dictionaries(st.sampled_from(PARAMS), st.text(max_size=MOST_CHARACTERS)))
def test_what_is_read_is_what_was_written(params: dict[str, str]) -> None:
    read = read_link(params)
    assert (read.start, read.evaluation_id, read.procedure_id) == tuple(
        params.get(name, "") for name in PARAMS
    )


@pytest.mark.parametrize("rest", ["", "?", "?from=Secret&patient=Secret", "#Secret", "?a=Secret#Secret"])
def test_the_address_keeps_host_and_path_and_drops_all_that_came_with_it(rest: str) -> None:
    assert view_link(PAGE + rest, {"from": "55999"}) == f"{PAGE}?from=55999"
    assert view_link(PAGE + rest, {}) == PAGE


@given(st.text(max_size=30).filter(bool))
@example("Testville & Mockton, MN #1 ?x=y%20é")
def test_a_place_comes_out_of_the_address_as_it_went_in(place: str) -> None:
    address = urlsplit(view_link(PAGE, {"from": place, "evaluation": "fake-clinic"}))
    assert parse_qs(address.query) == {"from": [place], "evaluation": ["fake-clinic"]}
    assert (address.path, address.fragment) == ("/under/refer", "")


@cache
def shipped() -> Gazetteer:
    return load_gazetteer(SHIPPED)


def every_shipped_place() -> Iterator[Place | ZipArea]:
    gazetteer = shipped()
    yield from gazetteer.zips.values()
    yield from gazetteer.cities
    yield from gazetteer.counties
    yield from gazetteer.elsewhere


def test_a_link_from_any_shipped_place_leads_back_to_the_very_same_start() -> None:
    atlas, places = Atlas(shipped()), OfflinePlaces(shipped(), [])
    kinds = set()
    for place in every_shipped_place():
        origin = atlas.origin(place)
        linked = read_link(link_params(origin, None))
        assert places.locate(linked.start) == Located(origin)
        kinds.add(origin.precision)
    assert kinds == {Precision.ZIP} | WIDER_THAN_A_ZIP


def test_a_link_from_a_shipped_zip_code_is_nothing_but_its_digits() -> None:
    atlas = Atlas(shipped())
    for area in shipped().zips.values():
        assert re.fullmatch("[0-9]{5}", link_params(atlas.origin(area), None)["from"])


@pytest.mark.parametrize(
    ("typed", "linked"),
    [
        ("12 Secret St, Minneapolis, MN 55407", "55407"),
        ("12 Secret St, Edina", "Edina, MN"),
        ("  hennepin CO ", "Hennepin County, MN"),
        ("60601", "ZIP codes that begin with 606 (Illinois)"),
    ],
)
def test_of_what_was_typed_only_the_place_is_linked(typed: str, linked: str) -> None:
    answer = OfflinePlaces(shipped(), []).locate(typed)
    assert isinstance(answer, Located)
    assert link_params(answer.origin, None) == {"from": linked}


def test_a_clinics_name_is_no_start_to_link_to() -> None:
    exact = make_site("fake-exact", name="Zzexact")
    assert exact.pin == Pin(MINNEAPOLIS, "test", PinPrecision.ROOFTOP)
    answer = OfflinePlaces(shipped(), [exact]).locate("zzexact")
    assert isinstance(answer, Located)
    assert answer.origin.precision is Precision.SITE
    assert link_params(answer.origin, None) == {}
