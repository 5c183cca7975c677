"""Two people's changes brought together: each is in the result or in a conflict."""

from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given

from locator.clinics import ClinicTable
from locator.staff.editing.changes import changes
from locator.staff.editing.merging import Conflict, Merge, merge
from tests.support.pin_samples import row
from tests.support.staff_tables import small_tables, table_of

BASE = table_of(row(1), row(2))


def test_changes_of_different_cells_are_both_kept() -> None:
    merged = merge(BASE, table_of(row(1, note="x"), row(2)), table_of(row(1, fax="y"), row(2), row(3)))
    assert merged == Merge(table_of(row(1, note="x", fax="y"), row(2), row(3)))


def test_the_same_change_twice_is_one_change() -> None:
    both = table_of(row(1, note="x"), row(2), row(3))
    assert merge(BASE, both, both) == Merge(both)


def test_a_cell_that_both_changed_differently_is_a_conflict() -> None:
    merged = merge(BASE, table_of(row(1, note="x"), row(2)), table_of(row(1, note="y"), row(2)))
    assert merged.conflicts == (Conflict("fake-1", "note", "", "x", "y"),)
    assert merged.table == table_of(row(1, note="y"), row(2))


def test_rows_of_one_id_added_by_both_conflict_where_they_differ() -> None:
    merged = merge(table_of(), table_of(row(1, note="x")), table_of(row(1, note="y")))
    assert merged.conflicts == (Conflict("fake-1", "note", None, "x", "y"),)


def test_a_row_removed_by_one_and_changed_by_the_other_stays_and_is_a_conflict() -> None:
    changed, removed = table_of(row(1, note="x"), row(2)), table_of(row(2))
    mine = merge(BASE, changed, removed)
    theirs = merge(BASE, removed, changed)
    assert mine.conflicts == (Conflict("fake-1", "site_id", "fake-1", "fake-1", None),)
    assert theirs.conflicts == (Conflict("fake-1", "site_id", "fake-1", None, "fake-1"),)
    assert mine.table == theirs.table == changed


def test_a_row_removed_by_one_and_left_alone_by_the_other_is_gone() -> None:
    assert merge(BASE, table_of(row(1)), table_of(row(1, note="x"), row(2))).table == table_of(
        row(1, note="x")
    )


def test_tables_whose_rows_cannot_be_told_apart_are_not_merged() -> None:
    with pytest.raises(ValueError, match="twice"):
        merge(BASE, BASE, table_of(row(1), row(1)))


@given(small_tables(), small_tables())
def test_the_side_that_changed_nothing_leaves_the_other_as_it_is(
    base: ClinicTable, other: ClinicTable
) -> None:
    assert merge(base, base, other) == merge(base, other, base) == Merge(other)


@given(small_tables(), small_tables(), small_tables())
def test_no_change_is_ever_lost(base: ClinicTable, mine: ClinicTable, theirs: ClinicTable) -> None:
    merged = merge(base, mine, theirs)
    rows = merged.table.by_id()
    cells = {(one.site_id, one.column) for one in merged.conflicts}
    in_doubt = {site_id for site_id, column in cells if column == "site_id"}
    both = (changes(base, mine), changes(base, theirs))
    for change in chain.from_iterable(one.fields for one in both):
        place = (change.site_id, change.column)
        held = rows.get(change.site_id, {}).get(change.column, "") == change.after
        assert held or place in cells or change.site_id in in_doubt
    for side, table in zip(both, (mine, theirs), strict=True):
        for site_id in side.added:
            kept = rows[site_id]
            differing = [
                column for column, text in table.by_id()[site_id].items() if kept.get(column, "") != text
            ]
            assert all((site_id, column) in cells for column in differing)
        assert all(site_id not in rows or site_id in in_doubt for site_id in side.removed)
        assert all(column in merged.table.columns for column in side.columns_added)


@given(small_tables(), small_tables(), small_tables())
def test_it_does_not_matter_whose_change_is_called_mine(
    base: ClinicTable, mine: ClinicTable, theirs: ClinicTable
) -> None:
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    turned = {Conflict(c.site_id, c.column, c.base, c.theirs, c.mine) for c in other.conflicts}
    assert set(one.conflicts) == turned
    in_doubt = {(conflict.site_id, conflict.column) for conflict in one.conflicts}
    differing = {(change.site_id, change.column) for change in changes(one.table, other.table).fields}
    assert differing <= in_doubt
    assert one.table.by_id().keys() == other.table.by_id().keys()
