"""What is allowed in the directory but worth a second look, row by row. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from locator.clinics import ClinicTable
from locator.geocoding.pins import PIN_ADDRESS, audit
from locator.geocoding.places import Gazetteer, key_of, words_of
from locator.language import gettext as _
from locator.language import marked as N_
from locator.presentation import listed, month_or_date, wording
from locator.sites import ClinicRole, Site, Status
from locator.staff.editing.changes import Changes

FAR_MOVE_M: Final = 300.0
"""A pin that moves farther than this, in metres, is not only set more exactly."""

_HOURS_AGE: Final = timedelta(days=365)
_CONFIRMATION_AGE: Final = timedelta(days=90)
# By role: its source is the same as before, and the call that confirmed it is long ago.
_CONFIRMED_AMISS: Final = {
    ClinicRole.EVALUATION: (
        N_("The evaluation is confirmed now, but its source is the one it had before."),
        N_("The evaluation is confirmed now, by a call of more than {age} ago."),
    ),
    ClinicRole.PROCEDURE: (
        N_("The procedure is confirmed now, but its source is the one it had before."),
        N_("The procedure is confirmed now, by a call of more than {age} ago."),
    ),
}


@dataclass(frozen=True, slots=True)
class ReviewWarning:
    """One thing about a row that may be right but asks for a reason, and the column to look at."""

    site_id: str
    column: str
    message: str

    def __str__(self) -> str:
        return f"{self.site_id}, {self.column}: {self.message}"


def row_warnings(
    table: ClinicTable, sites: Iterable[Site], *, today: date, gazetteer: Gazetteer
) -> Iterator[ReviewWarning]:
    """What is odd about the sites of a table as they are, whatever they were before."""
    clinics = tuple(sites)
    for finding in audit(clinics, gazetteer, table.column(PIN_ADDRESS)):
        yield ReviewWarning(finding.site_id, "latitude", _sentence(finding.message))
    for site in clinics:
        yield from _zip_and_city(site, gazetteer)
        if site.fax == site.phone:
            yield ReviewWarning(site.site_id, "fax", _("The fax number is also the phone number."))
        if site.hours and site.hours_as_of and _first_day(site.hours_as_of) < today - _HOURS_AGE:
            message = _("The hours are those of {date}, more than a year ago.")
            text = message.format(date=month_or_date(site.hours_as_of))
            yield ReviewWarning(site.site_id, "hours_as_of", text)


def change_warnings(
    old: ClinicTable, new: ClinicTable, difference: Changes, *, today: date
) -> Iterator[ReviewWarning]:
    """What is odd about the change itself: a pin that moves far, a role confirmed on no new evidence."""
    for moved in difference.moved_pins:
        if moved.distance_m > FAR_MOVE_M:
            message = _("The pin moves by {metres} metres.").format(metres=f"{round(moved.distance_m):,}")
            yield ReviewWarning(moved.site_id, "latitude", message)
    before = old.by_id()
    for site_id, row in new.by_id().items():
        for role in _CONFIRMED_AMISS:
            yield from _confirmed(site_id, role, before.get(site_id, {}), row, today)


def _zip_and_city(site: Site, gazetteer: Gazetteer) -> Iterator[ReviewWarning]:
    area = gazetteer.zips.get(site.zip_code[:5])
    if area is None:
        return
    if area.state != site.state:
        message = _("ZIP {zip_code} is in {state}.").format(zip_code=area.zip_code, state=area.state)
        yield ReviewWarning(site.site_id, "state", message)
    names = (area.city, *area.other_cities)
    if key_of(words_of(site.city)) not in {key_of(words_of(name)) for name in names}:
        message = _("ZIP {zip_code} goes with {cities}, as far as is known here.")
        text = message.format(zip_code=area.zip_code, cities=listed(names))
        yield ReviewWarning(site.site_id, "zip", text)


def _confirmed(
    site_id: str, role: ClinicRole, before: Mapping[str, str], row: Mapping[str, str], today: date
) -> Iterator[ReviewWarning]:
    status, source = f"{role}_status", f"{role}_source"
    if row.get(status) != Status.CONFIRMED or before.get(status) == Status.CONFIRMED:
        return
    same_source, old_call = _CONFIRMED_AMISS[role]
    if before and row.get(source) == before.get(source):
        yield ReviewWarning(site_id, source, _(same_source))
    verified_on = _day(row.get("verified_on", ""))
    if verified_on is not None and verified_on < today - _CONFIRMATION_AGE:
        message = _(old_call).format(age=wording.days(_CONFIRMATION_AGE.days))
        yield ReviewWarning(site_id, "verified_on", message)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        # The rules of the directory report it.
        return None


def _first_day(month_or_day: str) -> date:
    return date.fromisoformat(
        month_or_day if len(month_or_day) == len("2025-02-01") else f"{month_or_day}-01"
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
