"""What stands against publishing a table: errors block it, warnings ask for a reason. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from locator.clinics import ID_COLUMN, ClinicTable, Problem
from locator.geocoding.places import Gazetteer
from locator.language import gettext as _
from locator.sites import Site
from locator.staff.editing.changes import Changes, changes
from locator.staff.editing.row_warnings import ReviewWarning, change_warnings, row_warnings

__all__ = ["Review", "ReviewWarning", "review"]

_ADDRESS: Final = ("street", "unit", "city", "state", "zip")


@dataclass(frozen=True, slots=True)
class Review:
    """What stands against publishing a table.

    `errors` are in reading order, with the lines of the table as a file; `error_ids` names, error for error,
    the `site_id` it is about, None where it is about no row. `warnings` ask for a reason each. `standing`
    ones are in the published table just so: they are worth seeing, but nobody caused them now.
    """

    errors: tuple[Problem, ...] = ()
    error_ids: tuple[str | None, ...] = ()
    warnings: tuple[ReviewWarning, ...] = ()
    standing: tuple[ReviewWarning, ...] = ()

    @property
    def publishable(self) -> bool:
        """Whether nothing blocks publishing; warnings do not."""
        return not self.errors


def review(table: ClinicTable, *, today: date, gazetteer: Gazetteer, base: ClinicTable) -> Review:
    """All that stands against publishing `table` in place of `base`, checked as of `today`.

    Warnings are in the order of the table's rows. A row with an error is not warned of where it is no clinic.
    """
    difference = changes(base, table)
    reading = table.reading(today=today)
    problems = [(problem, reading.ids.get(problem.line or 0)) for problem in reading.problems]
    problems += _vanished(base, table, difference)
    now = _warnings(table, reading.sites, today, gazetteer)
    before = set(_warnings(base, base.reading(today=today).sites, today, gazetteer))
    caused = [one for one in now if one not in before]
    caused += change_warnings(base, table, difference, today=today)
    return Review(
        errors=tuple(problem for problem, _ in problems),
        error_ids=tuple(about for _, about in problems),
        warnings=_in_order_of(table, caused),
        standing=tuple(one for one in now if one in before),
    )


def _warnings(
    table: ClinicTable, sites: Iterable[Site], today: date, gazetteer: Gazetteer
) -> tuple[ReviewWarning, ...]:
    return _in_order_of(table, row_warnings(table, sites, today=today, gazetteer=gazetteer))


def _in_order_of(table: ClinicTable, warnings: Iterable[ReviewWarning]) -> tuple[ReviewWarning, ...]:
    order = {site_id: at for at, site_id in enumerate(table.by_id())}
    return tuple(sorted(warnings, key=lambda one: order[one.site_id]))


def _vanished(base: ClinicTable, table: ClinicTable, difference: Changes) -> Iterator[tuple[Problem, str]]:
    """A row may be retired, but it may neither go nor take another id: links and programs name it by that."""
    before, after = base.by_id(), table.by_id()
    added = {_address(after[site_id]): site_id for site_id in difference.added}
    for site_id in difference.removed:
        renamed = added.get(_address(before[site_id]))
        if renamed is not None:
            message = _("was {site_id}, and a site_id is never changed: write {site_id} again")
            yield Problem.of(None, ID_COLUMN, renamed, message.format(site_id=site_id)), renamed
        else:
            message = _(
                "is missing, and a clinic is never deleted: put it back, and set active to no instead"
            )
            yield Problem.of(None, ID_COLUMN, site_id, message), site_id


def _address(row: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(" ".join(row.get(column, "").casefold().split()) for column in _ADDRESS)
