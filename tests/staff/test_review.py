"""What stands against publishing: errors block, warnings ask for a reason."""

from __future__ import annotations

import pytest

from locator.clinics import ClinicTable
from locator.staff.editing.review import Review, review
from tests.support.pin_samples import GAZETTEER, TODAY, pinned, row
from tests.support.staff_tables import table_of

CONFIRMED = {
    "evaluation": "yes",
    "evaluation_status": "confirmed",
    "evaluation_source": "a call",
    "evaluation_as_of": "2026-11-20",
    "verified_on": "2026-11-20",
    "verified_by": "front desk",
}
PROVISIONAL = CONFIRMED | {"evaluation_status": "provisional", "evaluation_source": "a listing"}


def reviewed(table: ClinicTable, base: ClinicTable | None = None) -> Review:
    return review(table, today=TODAY, gazetteer=GAZETTEER, base=table_of() if base is None else base)


def warned(found: Review) -> list[tuple[str, str]]:
    return [(one.site_id, one.column) for one in found.warnings]


def test_a_sound_table_has_nothing_against_it() -> None:
    assert reviewed(table_of(pinned(1, **CONFIRMED), row(2)), table_of(pinned(1), row(2))) == Review()


def test_errors_are_told_by_line_and_by_clinic() -> None:
    found = reviewed(table_of(row(1, note="a\nb"), row(2, zip="5", phone="x"), row(3)))
    assert [(one.line, one.column) for one in found.errors] == [(2, "note"), (4, "zip"), (4, "phone")]
    assert found.error_ids == ("fake-1", "fake-2", "fake-2")
    assert not found.publishable


def test_a_clinic_is_never_deleted() -> None:
    found = reviewed(table_of(row(1)), table_of(row(1), row(2)))
    assert found.error_ids == ("fake-2",)
    assert "set active to no" in found.errors[0].message


def test_a_clinic_never_takes_another_id() -> None:
    found = reviewed(table_of(row(1, site_id="fake-9")), table_of(row(1)))
    assert found.error_ids == ("fake-9",)
    assert "write fake-1 again" in found.errors[0].message


WARNED = {
    "a pin far from its ZIP": (pinned(1, latitude="45.5"), "latitude"),
    "another city": (row(1, city="Faketown"), "zip"),
    "another state": (row(1, state="WI"), "state"),
    "a fax that is the phone": (row(1, fax="612-555-0101"), "fax"),
    "hours of long ago": (row(1, hours="Mo 08:00-09:00", hours_as_of="2025-10"), "hours_as_of"),
    "confirmed by an old call": (row(1, **CONFIRMED | {"verified_on": "2026-08-23"}), "verified_on"),
}


@pytest.mark.parametrize("oddity", WARNED)
def test_what_is_allowed_but_odd_is_warned_of(oddity: str) -> None:
    cells, column = WARNED[oddity]
    found = reviewed(table_of(cells))
    assert warned(found) == [("fake-1", column)]
    assert found.publishable
    assert str(found.warnings[0]).startswith(f"fake-1, {column}: ")


@pytest.mark.parametrize(
    "cells",
    [
        {"city": "St. Sample"},
        {"city": "TESTVILLE"},
        {"zip": "55000", "city": "Faketown"},
        {"hours": "Mo 08:00-09:00", "hours_as_of": "2025-12"},
        CONFIRMED | {"verified_on": "2026-08-24"},
    ],
)
def test_what_is_not_odd_is_not_warned_of(cells: dict[str, str]) -> None:
    assert warned(reviewed(table_of(row(1, **cells)))) == []


def test_two_clinics_on_one_point_are_both_warned_of() -> None:
    table = table_of(pinned(1), pinned(2, latitude="44.980101"))
    assert warned(reviewed(table)) == [("fake-1", "latitude"), ("fake-2", "latitude")]


def test_a_pin_that_moves_more_than_300_metres_asks_for_a_reason() -> None:
    base = table_of(pinned(1))
    assert warned(reviewed(table_of(pinned(1, latitude="44.9827")), base)) == []
    assert warned(reviewed(table_of(pinned(1, latitude="44.9829")), base)) == [("fake-1", "latitude")]


def test_confirming_a_role_asks_for_new_evidence() -> None:
    base = table_of(row(1, **PROVISIONAL))
    assert warned(reviewed(table_of(row(1, **CONFIRMED)), base)) == []
    same_source = CONFIRMED | {"evaluation_source": "a listing"}
    assert warned(reviewed(table_of(row(1, **same_source)), base)) == [("fake-1", "evaluation_source")]
    already = table_of(row(1, **same_source))
    assert warned(reviewed(already, already)) == []


def test_what_was_odd_before_is_shown_but_asks_for_no_reason() -> None:
    base = table_of(row(1, fax="612-555-0101"))
    found = reviewed(table_of(row(1, fax="612-555-0101", note="x")), base)
    assert warned(found) == []
    assert [one.column for one in found.standing] == ["fax"]
