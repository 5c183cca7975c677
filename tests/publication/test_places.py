"""Every column of the directory has a place in every document, or a written reason not to."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from locator.clinics.reading import parse_directory
from locator.clinics.schema import SCHEMA, Column, Format
from locator.publication.documents import MEDIA_TYPES, document
from locator.publication.part import Part
from locator.sites import Answer
from tests.support.clinic_files import TODAY, as_csv
from tests.support.published_sites import PUBLISHER

ROOT = Path(__file__).resolve().parents[2]
# All of it is known, so that no document may leave a thing out because another is not.
KNOWN = {name: column.about.example for name, column in SCHEMA.items()} | {
    "procedure": "yes",
    "procedure_status": "provisional",
    "accepting_new_patients": "yes",
}
OTHER = {
    "site_id": "fake-other",
    "state": "WI",
    "zip": "55370",
    "phone": "612-555-0101",
    "fax": "612-555-0102",
    "website": "https://fake.example/",
    "npi": "1000000004",
    "hours": "Mo-Fr 09:00-17:00",
    "hours_as_of": "2025-03",
    "time_zone": "America/Denver",
    "latitude": "45.2",
    "longitude": "-93.5",
}


def other_cell(column: Column) -> str:
    """A cell that the column takes too, beside all others of KNOWN."""
    known = KNOWN[column.name]
    if column.choices:
        return next(word for word in column.choices if word not in {"", Answer.UNKNOWN, known})
    if column.kind is date:
        return "2025-01-01"
    return OTHER.get(column.name, f"{known} again")


def content(name: str, cells: dict[str, str]) -> bytes:
    reading = parse_directory(as_csv(cells), today=TODAY)
    assert reading.valid, reading.problems
    return document(name, Part(reading.sites, 1, 1), PUBLISHER).content


@pytest.mark.parametrize("name", Format)
@pytest.mark.parametrize("column", SCHEMA.values(), ids=SCHEMA)
def test_a_column_has_a_place_or_a_reason_not_to(column: Column, name: Format) -> None:
    reason = column.about.withheld.get(name)
    if column.name == "country":
        # The rules take one country alone.
        assert reason is None
        assert b'"US"' in content(name, KNOWN) or b",US," in content(name, KNOWN)
        return
    is_told = content(name, KNOWN) != content(name, KNOWN | {column.name: other_cell(column)})
    if reason is None:
        assert is_told, f"{name} says nothing of {column.name}: give it a place, or a reason in `withheld`"
    else:
        assert len(reason.split()) > 3
        assert not is_told, f"{name} says what {column.name} is, though {reason}"


def test_the_documents_are_those_that_a_column_may_be_withheld_from() -> None:
    assert set(MEDIA_TYPES) == set(Format)


def test_the_manual_names_the_columns_that_are_left_out() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    (named,) = re.findall(r"Left out are\s([^.]+)\.", page)
    left_out = {name for name, column in SCHEMA.items() if set(column.about.withheld) == set(Format)}
    assert set(re.findall(r"`(\w+)`", named)) == left_out
