"""What a spreadsheet does to single cells: understood if only one reading is possible, else refused. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from locator.clinics import cells, columns_of, restored
from locator.language import gettext as _
from locator.staff.imports.grid import Cell, CellKind

_PHONES: Final = columns_of(cells.Phone)
_DIGITS: Final = _PHONES | columns_of(cells.Zip) | columns_of(cells.Npi)
_DAYS: Final = columns_of(cells.Day) | columns_of(cells.MonthOrDay)

_ROUNDED: Final = re.compile(r"[0-9][.,]?[0-9]*[Ee]\+?[0-9]{1,3}")
_TURNED_DAY: Final = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_DAY_COUNT: Final = re.compile(r"[34567][0-9]{4}")
# Spreadsheets count days from here, as if 1900 had been a leap year.
_DAY_ZERO: Final = date(1899, 12, 30)
_CURLY: Final = re.compile("[\u201c\u201d]")


@dataclass(frozen=True, slots=True)
class Understood:
    """The cell's text as it is meant, and in one sentence what is done to all such cells."""

    text: str
    note: str


@dataclass(frozen=True, slots=True)
class Doubted:
    """Why the cell cannot be taken as it is, and what to write; its text is kept."""

    message: str


Answer = Understood | Doubted | None


@dataclass(frozen=True, slots=True)
class _Case:
    """A cell, its column, and what the directory holds there now."""

    cell: Cell
    column: str
    before: str | None


def read_cell(cell: Cell, column: str, before: str | None) -> Answer:
    """What a cell of this column means where that is not what it says; None where it is.

    `before` is what the directory holds there now, None for a new row or column. A text that comes back just
    as the directory holds it is never questioned: the rules of the directory judge it.
    """
    if cell.kind is CellKind.FORMULA:
        return Doubted(_("is a formula, whose result may have changed: write the text or number itself"))
    if cell.kind is CellKind.ERROR:
        return Doubted(_("is an error value of the spreadsheet: write what belongs here, or leave it empty"))
    text = restored(cell.text)
    if before is not None and before in (cell.text, text):
        return Understood(before, "") if before != cell.text else None
    case = _Case(cell, column, before)
    return next((answer for rule in _RULES if (answer := rule(case)) is not None), None)


def has_curly_marks(cells: tuple[Cell, ...]) -> bool:
    """Whether there are curly quotation marks, which hold no cell together."""
    return any(_CURLY.search(cell.text) for cell in cells)


def _formula(case: _Case) -> Answer:
    if case.cell.text.startswith("="):
        return Doubted(_("begins like a formula: write plain text, or put an apostrophe in front"))
    text = restored(case.cell.text)
    if text == case.cell.text:
        return None
    return Understood(text, _("The apostrophe that keeps a cell from running as a formula was dropped."))


def _day_cell(case: _Case) -> Answer:
    if case.cell.kind is not CellKind.DAY:
        return None
    # A spreadsheet makes the first of a month from a cell that named the month alone.
    if case.column == "hours_as_of" and case.before and f"{case.before}-01" == case.cell.text:
        return Understood(case.before, _("A day that the spreadsheet made of a month is a month again."))
    return Understood(case.cell.text, _("Days of the spreadsheet were written as year-month-day."))


def _rounded(case: _Case) -> Answer:
    if case.column not in _DIGITS or not _ROUNDED.fullmatch(case.cell.text):
        return None
    if not case.before:
        return Doubted(_("has lost digits in a spreadsheet: format the column as text, and type it again"))
    message = _(
        "has lost digits in a spreadsheet: format the column as text, and type it again;"
        " the directory has {text}"
    )
    return Doubted(message.format(text=case.before))


def _undashed_phone(case: _Case) -> Answer:
    if case.column not in _PHONES or not re.fullmatch("[0-9]{10}", case.cell.text):
        return None
    dashed = f"{case.cell.text[:3]}-{case.cell.text[3:6]}-{case.cell.text[6:]}"
    return Understood(dashed, _("Phone numbers of ten digits were given their dashes."))


def _short_zip(case: _Case) -> Answer:
    match = re.fullmatch("([0-9]{3,4})(-[0-9]{4})?", case.cell.text) if case.column == "zip" else None
    if match is None:
        return None
    likely = f"{match[1]:0>5}{match[2] or ''}"
    message = _("has fewer than five digits: if a leading zero was lost, write {zip_code}")
    return Doubted(message.format(zip_code=likely))


def _turned_day(case: _Case) -> Answer:
    match = _TURNED_DAY.fullmatch(case.cell.text) if case.column in _DAYS else None
    if match is None:
        return None
    match tuple(dict.fromkeys(_readings(int(match[1]), int(match[3]), match[4]))):
        case (one, other):
            message = _("has day, month and year in doubt: write year-month-day, {day} or {other_day}")
            return Doubted(message.format(day=one, other_day=other))
        case (one,):
            message = _("has day, month and year in doubt: write year-month-day, {day}")
            return Doubted(message.format(day=one))
        case _no_day:
            message = _("has day, month and year in doubt: write year-month-day, such as 2025-12-08")
            return Doubted(message)


def _readings(first: int, second: int, year: str) -> Iterator[str]:
    for month, day in ((first, second), (second, first)):
        try:
            yield date(int(year) if len(year) == len("2025") else 2000 + int(year), month, day).isoformat()
        except ValueError:
            continue


def _day_count(case: _Case) -> Answer:
    if case.column not in _DAYS or not _DAY_COUNT.fullmatch(case.cell.text):
        return None
    likely = _DAY_ZERO + timedelta(days=int(case.cell.text))
    message = _("is a spreadsheet's count of days: write year-month-day, likely {day}")
    return Doubted(message.format(day=likely.isoformat()))


_RULES: Final[tuple[Callable[[_Case], Answer], ...]] = (
    _formula,
    _day_cell,
    _rounded,
    _undashed_phone,
    _short_zip,
    _turned_day,
    _day_count,
)
