"""Text with a mark between cells as a grid, whichever mark a spreadsheet chose. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from locator.clinics import COLUMNS, Problem
from locator.language import gettext as _
from locator.language import marked as N_
from locator.staff.imports.grid import Cell, Grid, GridRow

# In this order of preference where a header does not decide.
_MARKS: Final = {
    ",": "",
    ";": N_("Semicolons between cells were read as commas."),
    "\t": N_("Tabs between cells were read as commas."),
    "|": N_("Bars between cells were read as commas."),
}
_HINT: Final = re.compile(r"\Asep=(.)(\r\n|\r|\n)")
_BLANKS: Final = " \u00a0"


def read_delimited(text: str) -> Grid:
    """The rows of cells between commas, semicolons, tabs or bars; the first line decides which.

    A row that breaks the rules of quotation marks is a problem, and reading goes on after it.
    """
    hint = _HINT.match(text)
    mark = hint[1] if hint else _mark(text)
    notes = []
    if hint:
        notes.append(_("The first line, which names the mark between cells, was left out."))
    if mark != ",":
        known = _MARKS.get(mark, N_("The marks {mark} between cells were read as commas."))
        notes.append(_(known).format(mark=mark))
    rows: list[GridRow] = []
    problems: list[Problem] = []
    lines_before = 1 if hint else 0
    for one in _lines(text[hint.end() :] if hint else text, mark, lines_before):
        if isinstance(one, Problem):
            problems.append(one)
        else:
            rows.append(one)
    return Grid(tuple(rows), tuple(problems), tuple(notes))


def _mark(text: str) -> str:
    """The mark by which the first line names the most columns of the directory."""
    known = set(COLUMNS)

    def columns_named(mark: str) -> int:
        first = next((one for one in _lines(text, mark, 0) if isinstance(one, GridRow)), None)
        return len(known & {cell.text for cell in first.cells}) if first else 0

    return max(_MARKS, key=columns_named)


def _lines(text: str, mark: str, lines_before: int) -> Iterator[GridRow | Problem]:
    # newline="" leaves line ends inside quoted cells as they are and lets the reader count physical lines.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    while True:
        line = reader.line_num + 1 + lines_before
        try:
            cells = [cell.strip(_BLANKS) for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            message = _(
                "this row cannot be read: close every quotation mark,"
                ' and write " inside a cell as "" ({error})'
            )
            yield Problem(line, None, "", message.format(error=error))
            continue
        if any(cells):
            yield GridRow(line, tuple(map(Cell, cells)))
