"""Which clinics to call next because what is known of them grows old, and what a call changes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from locator.clinics import ID_COLUMN, STALE_AFTER_DAYS, ClinicTable, checked_on, is_stale, role_checked_on
from locator.language import gettext as _
from locator.sites import Answer, ClinicRole, Site, Status

__all__ = ["Due", "RoleAge", "confirm_role", "is_stale", "queue", "role_ages", "stamp"]

_DAYS_A_MONTH: Final = 30


@dataclass(frozen=True, slots=True)
class RoleAge:
    """The days since the evidence for a role; None for an unknown role, which has none."""

    role: ClinicRole
    age_days: int | None


@dataclass(frozen=True, slots=True)
class Due:
    """A clinic to call, because its row, or what is said of a role, is old.

    `row_age_days` counts from the last check of the row, whether it is old or not. `views` is how often the
    clinic was shown as the first result.
    """

    site: Site
    row_age_days: int
    row_is_old: bool
    old_roles: tuple[RoleAge, ...]
    views: int

    @property
    def oldest_days(self) -> int:
        """The age of the oldest thing known of the clinic that has an age."""
        return max([self.row_age_days, *(role.age_days or 0 for role in self.old_roles)])


def role_ages(site: Site, today: date) -> tuple[RoleAge, ...]:
    """The ages of a site's roles, in their order."""
    days = [(role, role_checked_on(site, claim)) for role, claim in site.claims.items()]
    return tuple(RoleAge(role, None if day is None else (today - day).days) for role, day in days)


def queue(
    sites: Iterable[Site],
    today: date,
    after_days: int = STALE_AFTER_DAYS,
    views: Mapping[str, int] | None = None,
) -> tuple[Due, ...]:
    """The active clinics with something more than `after_days` days old, in the order to call them.

    Whole months of 30 days decide, oldest first; within a month the clinic shown more often goes first; ties
    break on site_id. `views` is by site_id.
    """
    counted = views or {}
    active = (site for site in sites if site.active)
    looked_at = [_due(site, today, after_days, counted.get(site.site_id, 0)) for site in active]
    return tuple(sorted((due for due in looked_at if due.row_is_old or due.old_roles), key=_turn))


def stamp(table: ClinicTable, site_id: str, today: date, by: str) -> ClinicTable:
    """The table after a call that found all of a clinic's row right; how sure its roles are stays.

    `by` says who confirmed it, by role rather than by name. ValueError if it is empty, or if the table has
    not just one such row or lacks a column that is needed.
    """
    return _changed(table, site_id, _checked(today, by))


def confirm_role(  # noqa: PLR0913 - each is a fact of its own
    table: ClinicTable, site_id: str, role: ClinicRole, answer: Answer, *, source: str, today: date, by: str
) -> ClinicTable:
    """The table after the practice said whether a role is done at a clinic.

    The rest of the row counts as checked only where it never was: the directory wants a day of checking
    beside a confirmed role. ValueError as for `stamp`, and without a source or for an unknown answer.
    """
    if answer is Answer.UNKNOWN:
        raise ValueError(_("only yes or no can be confirmed"))
    if not source.strip():
        raise ValueError(_("say where the answer comes from"))
    cells = {
        str(role): str(answer),
        f"{role}_status": str(Status.CONFIRMED),
        f"{role}_source": source.strip(),
        f"{role}_as_of": today.isoformat(),
    }
    never_checked = not table.by_id().get(site_id, {}).get("verified_on")
    checked = _checked(today, by)
    return _changed(table, site_id, cells | checked if never_checked else cells)


def _due(site: Site, today: date, after_days: int, views: int) -> Due:
    old_roles = tuple(
        age for age in role_ages(site, today) if age.age_days is not None and age.age_days > after_days
    )
    age_days = (today - checked_on(site)).days
    return Due(site, age_days, is_stale(site, today, after_days), old_roles, views)


def _turn(due: Due) -> tuple[int, int, str]:
    return -(due.oldest_days // _DAYS_A_MONTH), -due.views, due.site.site_id


def _checked(today: date, by: str) -> dict[str, str]:
    if not by.strip():
        raise ValueError(_("say who confirmed it"))
    return {"verified_on": today.isoformat(), "verified_by": by.strip()}


def _changed(table: ClinicTable, site_id: str, cells: Mapping[str, str]) -> ClinicTable:
    if not cells.keys() <= set(table.columns):
        raise ValueError(_("the table lacks a column of {columns}").format(columns=", ".join(cells)))
    if sum(row.get(ID_COLUMN) == site_id for row in table.rows) != 1:
        raise ValueError(_("the table has not just one clinic {site_id}").format(site_id=site_id))
    return table.with_cells({site_id: cells})
