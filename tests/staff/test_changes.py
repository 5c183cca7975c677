"""What one version of the directory changes in another."""

from __future__ import annotations

import pytest
from hypothesis import given

from locator.clinics import ClinicTable
from locator.clinics.schema import COLUMNS
from locator.staff.editing.changes import Changes, FieldChange, changes
from tests.support.pin_samples import METRES_PER_DEGREE_NORTH, pinned, row
from tests.support.staff_tables import small_tables, table_of


def test_every_cell_that_differs_is_told_in_the_order_of_the_older_table() -> None:
    old = table_of(row(2, note="x"), row(1, fax="612-555-0102"))
    new = table_of(row(1, fax="", name="Other Fake"), row(2, note="y"))
    assert changes(old, new).fields == (
        FieldChange("fake-2", "note", "x", "y"),
        FieldChange("fake-1", "name", "Fake Clinic", "Other Fake"),
        FieldChange("fake-1", "fax", "612-555-0102", ""),
    )


def test_rows_that_come_go_or_retire_are_told_apart() -> None:
    old = table_of(row(1), row(2), row(3, active="no"))
    new = table_of(row(2, active="no"), row(3), row(4))
    found = changes(old, new)
    assert (found.added, found.retired, found.removed) == (("fake-4",), ("fake-2",), ("fake-1",))
    assert [one.site_id for one in found.fields] == ["fake-2", "fake-3"]


def test_columns_of_one_side_are_named_and_their_cells_are_changes() -> None:
    old, new = table_of(row(1)), table_of(row(1) | {"mine": "a"}, columns=(*COLUMNS, "mine"))
    assert changes(old, new).columns_added == ("mine",)
    assert changes(old, new).fields == (FieldChange("fake-1", "mine", "", "a"),)
    assert changes(new, old).columns_removed == ("mine",)


def test_a_moved_pin_is_told_with_its_way() -> None:
    (moved,) = changes(table_of(pinned(1)), table_of(pinned(1, latitude="44.9901"))).moved_pins
    assert moved.site_id == "fake-1"
    assert moved.distance_m == pytest.approx(0.01 * METRES_PER_DEGREE_NORTH, rel=0.001)


@pytest.mark.parametrize("latitude", ["44.98010", "", "north", "95"])
def test_a_pin_that_is_the_same_or_is_none_has_not_moved(latitude: str) -> None:
    assert changes(table_of(pinned(1)), table_of(pinned(1, latitude=latitude))).moved_pins == ()


@given(small_tables(), small_tables())
def test_changes_tell_just_whether_two_tables_say_the_same(old: ClinicTable, new: ClinicTable) -> None:
    same = set(old.columns) == set(new.columns) and old.by_id() == new.by_id()
    assert bool(changes(old, new)) is not same
    assert changes(old, old) == Changes()
