"""Finding a clinic by name among very many costs what it finds, and never answers with a list of hundreds."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from locator.geocoding.places.clinics import MOST_NAMED
from locator.geocoding.places.gazetteer import load_gazetteer
from locator.geocoding.places.offline import OfflinePlaces
from locator.language import language_of, speaking
from locator.sites import Ambiguous, Located, NotLocated, PlaceAnswer, Site
from tests.support.samples import make_site
from tests.support.servers import ROOT

GAZETTEER = load_gazetteer(ROOT / "data" / "gazetteer")


def clinics(count: int, **facts: Any) -> list[Site]:  # noqa: ANN401 - as make_site takes them
    """Clinics of one practice, each at a street of its own."""
    told: dict[str, Any] = {"name": "Fakewell Clinic", "city": "Edina", "zip_code": "55435"} | facts
    return [make_site(f"fake-{number}", street=f"{number + 1} Nowhere St", **told) for number in range(count)]


def places(*sites: Site) -> OfflinePlaces:
    return OfflinePlaces(GAZETTEER, sites)


def labels(answer: PlaceAnswer) -> list[str]:
    match answer:
        case Located(origin):
            return [origin.label]
        case Ambiguous(candidates):
            return [one.label for one in candidates]
        case NotLocated():
            return [one.label for one in answer.suggestions]


def calls_for(known: OfflinePlaces, text: str) -> int:
    """How many functions Python calls to answer: a count that no other work on the machine changes."""
    known.locate(text)
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        known.locate(text)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(
    "text",
    [
        "55407",
        "Minneapolis",
        "1 Elm St, Edina MN",
        "fake-3",
        "4 Nowhere St",
        "Fakewell Edina 55407",
        "Qqzzxx",
    ],
)
def test_a_question_costs_the_same_among_ten_clinics_and_among_a_thousand(text: str) -> None:
    others = [
        make_site(
            f"other-{number}", name=f"Other {number} Clinic", street=f"{number} Elsewhere Rd", city="Anoka"
        )
        for number in range(1_000)
    ]
    few, many = places(*clinics(5), *others[:5]), places(*clinics(5), *others)
    assert labels(few.locate(text)) == labels(many.locate(text))
    assert calls_for(many, text) <= calls_for(few, text) + 10


def test_as_many_clinics_of_a_practice_as_can_be_read_are_offered() -> None:
    answer = places(*clinics(MOST_NAMED)).locate("Fakewell")
    assert isinstance(answer, Ambiguous)
    assert len(answer.candidates) == MOST_NAMED


def test_of_more_clinics_of_a_practice_a_person_is_asked_to_say_where() -> None:
    known = places(*clinics(MOST_NAMED + 1), make_site("fake-far", name="Fakewell Clinic", city="Anoka"))
    answer = known.locate("Fakewell")
    assert isinstance(answer, NotLocated)
    assert "too many clinics of that name" in answer.reason
    assert len(answer.suggestions) == 5
    assert labels(known.locate("Fakewell Anoka")) == ["Fakewell Clinic – Anoka"]
    assert labels(known.locate("Fakewell 7 Nowhere St")) == ["Fakewell Clinic – Edina (7 Nowhere St; fake-6)"]


def test_a_city_with_more_clinics_than_can_be_read_is_the_city() -> None:
    assert labels(places(*clinics(MOST_NAMED + 1)).locate("Edina clinic")) == ["Edina, MN"]
    assert len(labels(places(*clinics(MOST_NAMED)).locate("Edina clinic"))) == MOST_NAMED


def test_every_label_names_its_clinic_again() -> None:
    known = places(*clinics(30), *clinics(20, city="Anoka", name="Nowhere Spine"))
    for text in ("Fakewell", "Fakewell clinic Edina", "Edina clinic"):
        for label in labels(known.locate(text)):
            assert labels(known.locate(label)) == [label]


def test_what_is_said_of_a_clinic_is_in_the_language_of_whoever_asks() -> None:
    spanish = language_of("es")
    assert spanish is not None
    known = places(*clinics(1))
    notes = []
    for language in (language_of("en"), spanish):
        assert language is not None
        with speaking(language):
            answer = known.locate("Fakewell")
        assert isinstance(answer, Located)
        notes.append(answer.origin.notes)
    assert notes[0] == ("Measured from this clinic.",)
    assert notes[1] != notes[0]
