"""Fake sites of every kind that a valid directory can hold, for what is published of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

from hypothesis import strategies as st

from locator.publication.documents import Document, documents
from locator.settings.loading import Practice
from locator.sites import (
    UNKNOWN_CLAIM,
    Answer,
    Claim,
    Coordinate,
    Pin,
    PinPrecision,
    Site,
    Status,
    Wheelchair,
)
from tests.support.payloads import PAYLOADS, UNSEEABLE
from tests.support.samples import make_site

PUBLISHER: Final = Practice("Fake Practice", "612-555-0100", "https://fake.example/", "fake1")

# Each with the weekday, opening and closing that a reader must come to; 24:00 is the end of the day.
HOURS: Final = {
    "Mo-Fr 08:00-17:00": {(day, "08:00", "17:00") for day in range(5)},
    "Mo-Th 07:00-19:00; Fr 08:00-16:30": {(day, "07:00", "19:00") for day in range(4)}
    | {(4, "08:00", "16:30")},
    "We 08:00-12:00,13:00-24:00": {(2, "08:00", "12:00"), (2, "13:00", "24:00")},
    "Fr 22:00-06:00": {(4, "22:00", "06:00")},
    "Mo-We 09:00-15:00; Tu off": {(0, "09:00", "15:00"), (2, "09:00", "15:00")},
    "Sa 00:00-24:00": {(5, "00:00", "24:00")},
    "24/7": {(day, "00:00", "24:00") for day in range(7)},
    "off": set(),
}

_DAYS: Final = st.dates(date(2020, 1, 1), date(2026, 11, 22))
_PHONES: Final = st.integers(100, 199).map("612-555-0{}".format)
_SEEABLE: Final = [text for what, text in PAYLOADS.items() if what not in UNSEEABLE]
_TEXTS: Final = st.sampled_from(_SEEABLE) | st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30
)
_ANSWERS: Final = st.sampled_from(Answer)


def _or_unknown(known: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | known


_KNOWN_CLAIMS: Final = st.builds(
    Claim,
    st.sampled_from([Answer.YES, Answer.NO]),
    st.sampled_from([Status.CONFIRMED, Status.PROVISIONAL]),
    _TEXTS,
    _DAYS,
)
_CLAIMS: Final = st.just(UNKNOWN_CLAIM) | _KNOWN_CLAIMS
_POINTS: Final = st.builds(Coordinate, st.floats(17.5, 71.5), st.floats(-179.5, -64.5))
_PINS: Final = st.builds(Pin, _POINTS, _TEXTS, st.sampled_from(PinPrecision))

SITES: Final = st.builds(
    replace,
    st.just(make_site()),
    name=_TEXTS,
    street=_TEXTS,
    unit=_or_unknown(_TEXTS),
    city=_TEXTS,
    zip_code=st.sampled_from(["55999", "02134", "55999-0001"]),
    phone=_PHONES,
    fax=_or_unknown(_PHONES),
    website=_or_unknown(st.sampled_from(["https://fake.example/?a=1&b=<2>", "http://fake.example/{{x}}"])),
    npi=_or_unknown(st.just("1234567893")),
    hours=_or_unknown(st.sampled_from(sorted(HOURS))),
    hours_as_of=_or_unknown(st.sampled_from(["2025-02", "2025-02-03"])),
    pin=_or_unknown(_PINS),
    evaluation=_CLAIMS,
    procedure=_CLAIMS,
    wheelchair=st.builds(Wheelchair, _ANSWERS, _ANSWERS, _ANSWERS),
    accepting_new_patients=_ANSWERS,
    source=_TEXTS,
    as_of=_DAYS,
    verified_on=_or_unknown(_DAYS),
    verified_by=_or_unknown(st.just("Fake Person")),
    note=_or_unknown(_TEXTS),
)

DIRECTORIES: Final = st.lists(SITES, max_size=3).map(
    lambda sites: [replace(site, site_id=f"fake-{number}") for number, site in enumerate(sites)]
)


def published(*sites: Site, publisher: Practice = PUBLISHER) -> dict[str, Document]:
    """The documents of these sites by name."""
    return {document.name: document for document in documents(sites, publisher)}
