"""A street-level answer is taken only where it is better founded, and the result says why."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from locator.errors import ServiceUnavailableError
from locator.geocoding.places.offline import BY_ZIP
from locator.geocoding.places.reading import BY_CITY
from locator.geocoding.services.exact import place_exactly
from locator.geocoding.types import (
    AnswerKind,
    Found,
    RateLimitedError,
    ServiceOutageError,
    ServiceRefusedError,
)
from locator.sites import (
    Ambiguous,
    Coordinate,
    Located,
    NotLocated,
    Origin,
    PlaceAnswer,
    Precision,
)
from tests.support.address_service import AddressService
from tests.support.samples import MINNEAPOLIS, make_origin

ADDRESS = "4321 Fakename Lane, Testville MN 55999"
ZIP_AREA = make_origin(MINNEAPOLIS, uncertainty_m=3000)
RIGHT = Found(
    label="4321 Fakename Lane",
    point=Coordinate(MINNEAPOLIS.lat_deg + 0.01, MINNEAPOLIS.lon_deg),
    kind=AnswerKind.ADDRESS,
    uncertainty_m=60,
    source="fake",
    attribution="fake map makers",
    city="Testville",
    state="MN",
    zip_code="55999",
)


def place(service: AddressService, text: str = ADDRESS, offline: PlaceAnswer | None = None) -> PlaceAnswer:
    return place_exactly(text, offline or Located(ZIP_AREA), service, budget_s=1)


def origin(service: AddressService, text: str = ADDRESS) -> Origin:
    answer = place(service, text)
    assert isinstance(answer, Located)
    return answer.origin


def test_a_well_founded_address_is_used_and_says_who_placed_it() -> None:
    found = origin(AddressService((RIGHT,)))
    assert (found.point, found.precision, found.uncertainty_m) == (RIGHT.point, Precision.ADDRESS, 60)
    assert "Fake Address Service" in found.source
    assert "fake map makers" in found.source
    assert "Fake Address Service" in found.notes[0]


def test_the_street_is_not_repeated_in_the_answer() -> None:
    assert "Fakename" not in str(origin(AddressService((RIGHT,))))


def test_the_service_gets_the_address_and_one_request() -> None:
    service = AddressService((RIGHT,))
    place(service)
    (asked,) = service.asked
    assert asked.zip_code == "55999"
    assert "4321" in (asked.street or "")


@pytest.mark.parametrize(
    ("offer", "reason"),
    [
        (replace(RIGHT, state="MO"), "another state"),
        (replace(RIGHT, zip_code="55001"), "another ZIP"),
        (replace(RIGHT, point=Coordinate(MINNEAPOLIS.lat_deg + 1, MINNEAPOLIS.lon_deg)), "outside the place"),
        (replace(RIGHT, kind=AnswerKind.CITY, uncertainty_m=9000), "no more exact"),
        (replace(RIGHT, kind=AnswerKind.ZIP, uncertainty_m=3000), "no more exact"),
    ],
)
def test_a_worse_founded_answer_is_not_used_and_the_result_says_why(offer: Found, reason: str) -> None:
    found = origin(AddressService((offer,)))
    assert found.point == ZIP_AREA.point
    assert found.precision is Precision.ZIP
    assert reason in found.notes[0]


def test_the_first_acceptable_offer_is_taken_past_one_in_another_state() -> None:
    assert origin(AddressService((replace(RIGHT, state="MO"), RIGHT))).point == RIGHT.point


def test_several_acceptable_places_far_apart_leave_the_gazetteer_in_charge() -> None:
    other = replace(RIGHT, point=Coordinate(MINNEAPOLIS.lat_deg - 0.01, MINNEAPOLIS.lon_deg))
    found = origin(AddressService((RIGHT, other)))
    assert found.point == ZIP_AREA.point
    assert "several places" in found.notes[0]


def test_an_address_between_house_numbers_is_known_to_its_street() -> None:
    found = origin(AddressService((replace(RIGHT, kind=AnswerKind.INTERPOLATED),)))
    assert found.precision is Precision.STREET


def test_an_unknown_address_is_said_to_be_unknown() -> None:
    found = origin(AddressService(()))
    assert found.point == ZIP_AREA.point
    assert "does not know" in found.notes[0]


@pytest.mark.parametrize(
    "failure", [ServiceOutageError("out"), RateLimitedError("wait", 5.0), ServiceRefusedError("bad key")]
)
def test_an_outage_is_never_reported_as_an_unknown_address(failure: ServiceUnavailableError) -> None:
    found = origin(AddressService(failure=failure))
    assert found.point == ZIP_AREA.point
    assert "could not answer" in found.notes[0]
    assert "does not know" not in found.notes[0]
    assert "bad key" not in " ".join(found.notes)


def test_a_refusal_is_the_operators_to_know_without_the_address(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        place(AddressService(failure=ServiceRefusedError("bad key")))
    assert "bad key" in caplog.text
    assert "Fakename" not in caplog.text


@pytest.mark.parametrize("text", ["55999", "Testville, MN", "PO Box 12, Testville MN 55999"])
def test_without_a_street_nothing_is_sent(text: str) -> None:
    service = AddressService((RIGHT,))
    found = origin(service, text)
    assert service.asked == []
    assert "nothing was sent" in found.notes[0]


@pytest.mark.parametrize("offline", [NotLocated("Not known."), Ambiguous((ZIP_AREA, ZIP_AREA))])
def test_an_answer_that_could_not_be_checked_is_not_asked_for(offline: PlaceAnswer) -> None:
    service = AddressService((RIGHT,))
    answer = place(service, offline=offline)
    assert service.asked == []
    assert type(answer) is type(offline)


@pytest.mark.parametrize("note", [BY_ZIP, BY_CITY])
@pytest.mark.parametrize("service", [AddressService(()), AddressService(failure=ServiceOutageError("out"))])
def test_once_sent_an_address_is_not_said_to_have_stayed_here(note: str, service: AddressService) -> None:
    answer = place(service, offline=Located(replace(ZIP_AREA, notes=(note, "Measured from the middle."))))
    assert isinstance(answer, Located)
    assert "stays on this server" not in " ".join(answer.origin.notes)
    assert "Measured from the middle." in answer.origin.notes


def test_an_address_that_was_not_sent_is_still_said_to_have_stayed_here() -> None:
    answer = place(AddressService(()), "55999", Located(replace(ZIP_AREA, notes=(BY_ZIP,))))
    assert isinstance(answer, Located)
    assert BY_ZIP in answer.origin.notes


def test_a_clinics_own_address_is_sent_to_nobody() -> None:
    service = AddressService((RIGHT,))
    clinic = Located(replace(ZIP_AREA, precision=Precision.SITE, uncertainty_m=0.0))
    assert place(service, offline=clinic) == clinic
    assert service.asked == []
