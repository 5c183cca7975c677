"""What one version of the directory changes in another, field by field. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from locator.clinics import ID_COLUMN, ClinicTable, distance_m
from locator.sites import Coordinate

ACTIVE_COLUMN: Final = "active"
_RETIRED: Final = "no"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One cell that is no longer what it was; an empty text is an empty cell."""

    site_id: str
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class MovedPin:
    """A clinic whose pin is elsewhere now, and how far that is on the WGS-84 geodesic."""

    site_id: str
    before: Coordinate
    after: Coordinate
    distance_m: float


@dataclass(frozen=True, slots=True)
class Changes:
    """All that differs between two tables.

    `added` and `removed` are the `site_id`s of rows, in the order of the newer and the older table. `retired`
    are those whose `active` became no; that change is among the `fields` too. `fields` are in the order of
    the older table's rows, then its columns, then the newer one's own.
    """

    added: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    fields: tuple[FieldChange, ...] = ()
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    moved_pins: tuple[MovedPin, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything differs; the order of rows and columns does not count."""
        return any((self.added, self.removed, self.fields, self.columns_added, self.columns_removed))


def changes(old: ClinicTable, new: ClinicTable) -> Changes:
    """What `new` changes in `old`, rows matched by `site_id`; of several with one id, the first counts."""
    before, after = old.by_id(), new.by_id()
    common = [site_id for site_id in before if site_id in after]
    fields = tuple(
        change
        for site_id in common
        for change in _fields(site_id, before[site_id], after[site_id], all_columns(old, new))
    )
    return Changes(
        added=tuple(site_id for site_id in after if site_id not in before),
        retired=tuple(one.site_id for one in fields if (one.column, one.after) == (ACTIVE_COLUMN, _RETIRED)),
        removed=tuple(site_id for site_id in before if site_id not in after),
        fields=fields,
        columns_added=tuple(column for column in new.columns if column not in old.columns),
        columns_removed=tuple(column for column in old.columns if column not in new.columns),
        moved_pins=tuple(
            moved
            for site_id in common
            if (moved := _moved(site_id, before[site_id], after[site_id])) is not None
        ),
    )


def all_columns(*tables: ClinicTable) -> tuple[str, ...]:
    """The columns of all tables, each once, in the order of the first table that has it."""
    return tuple(dict.fromkeys(column for table in tables for column in table.columns))


def pin_of(row: Mapping[str, str]) -> Coordinate | None:
    """Where a row's cells place the clinic; None where they name no point."""
    try:
        return Coordinate(float(row.get("latitude", "")), float(row.get("longitude", "")))
    except ValueError:
        return None


def _fields(
    site_id: str, before: Mapping[str, str], after: Mapping[str, str], columns: tuple[str, ...]
) -> Iterator[FieldChange]:
    for column in columns:
        was, becomes = before.get(column, ""), after.get(column, "")
        if column != ID_COLUMN and was != becomes:
            yield FieldChange(site_id, column, was, becomes)


def _moved(site_id: str, before: Mapping[str, str], after: Mapping[str, str]) -> MovedPin | None:
    was, becomes = pin_of(before), pin_of(after)
    if was is None or becomes is None or was == becomes:
        return None
    return MovedPin(site_id, was, becomes, distance_m(was, becomes))
