"""Two people's changes to one version of the directory, brought together cell by cell. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from locator.clinics import ID_COLUMN, ClinicTable
from locator.language import gettext as _
from locator.staff.editing.changes import all_columns


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell that both changed, each to something else; None is a row that side does not have.

    Where one side removed a row that the other changed, `column` is `site_id`: the question is whether the
    row stays. Where rows of one id were added by both, `base` is None.
    """

    site_id: str
    column: str
    base: str | None
    mine: str | None
    theirs: str | None


@dataclass(frozen=True, slots=True)
class Merge:
    """The merged table, and what a person must decide; until then a cell in conflict holds `theirs`.

    A row in conflict stays, as the side that kept it has it.
    """

    table: ClinicTable
    conflicts: tuple[Conflict, ...] = ()


Row = Mapping[str, str]


def merge(base: ClinicTable, mine: ClinicTable, theirs: ClinicTable) -> Merge:
    """Every change of either side to `base`, rows matched by `site_id`; the same change twice is one change.

    Rows and columns are in the order of `base`, then in theirs, then in mine. A column is gone only if one
    side removed it and the other changed nothing in it. ValueError where an id repeats in a table: its rows
    could not be told apart.
    """
    base_rows, my_rows, their_rows = map(_rows, (base, mine, theirs))
    # The order of rows and columns, too, is then just that of the side that changed.
    if base in (mine, theirs):
        return Merge(theirs if base == mine else mine)
    every = all_columns(base, theirs, mine)
    merged = [
        _row(site_id, every, base_rows.get(site_id), my_rows.get(site_id), their_rows.get(site_id))
        for site_id in {**base_rows, **their_rows, **my_rows}
    ]
    rows = [row for row, _ in merged if row is not None]
    conflicts = tuple(conflict for _, row_conflicts in merged for conflict in row_conflicts)
    columns = tuple(_columns(base, mine, theirs, rows))
    table = ClinicTable(columns, tuple({column: row.get(column, "") for column in columns} for row in rows))
    return Merge(table, conflicts)


def _rows(table: ClinicTable) -> dict[str, Row]:
    rows = table.by_id()
    if len(rows) != len(table.rows):
        raise ValueError(_("an id stands twice: rows cannot be told apart"))
    return rows


def _row(
    site_id: str, columns: Sequence[str], base: Row | None, mine: Row | None, theirs: Row | None
) -> tuple[Row | None, tuple[Conflict, ...]]:
    if mine is not None and theirs is not None:
        return _cells(site_id, columns, base, mine, theirs)
    survivor = theirs if mine is None else mine
    if base is None or survivor is None:
        return survivor, ()
    if _same(columns, base, survivor):
        return None, ()
    removal = Conflict(
        site_id, ID_COLUMN, site_id, None if mine is None else site_id, None if theirs is None else site_id
    )
    return survivor, (removal,)


def _same(columns: Iterable[str], one: Row, other: Row) -> bool:
    return all(one.get(column, "") == other.get(column, "") for column in columns)


def _cells(
    site_id: str, columns: Iterable[str], base: Row | None, mine: Row, theirs: Row
) -> tuple[Row, tuple[Conflict, ...]]:
    row: dict[str, str] = {}
    conflicts = []
    for column in columns:
        was = None if base is None else base.get(column, "")
        one, other = mine.get(column, ""), theirs.get(column, "")
        row[column] = one if other == was else other
        if one != other and was not in (one, other):
            conflicts.append(Conflict(site_id, column, was, one, other))
    return row, tuple(conflicts)


def _columns(base: ClinicTable, mine: ClinicTable, theirs: ClinicTable, rows: Iterable[Row]) -> Iterator[str]:
    filled = {column for row in rows for column, text in row.items() if text}
    for column in all_columns(base, theirs, mine):
        sides = (column in mine.columns, column in theirs.columns)
        # Removed by a side, a column goes unless a cell of it is left: one that somebody changed or added.
        if all(sides) or column in filled or (any(sides) and column not in base.columns):
            yield column
