"""One hostile text in one cell of an uploaded file: read as it is written, or refused with a reason."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from typing import Final

from locator.clinics import COLUMNS, ClinicTable, parse_directory, restored
from locator.staff.imports import read_upload
from locator.staff.imports.incoming import Incoming
from reliability.workspace import TODAY
from tests.support.pin_samples import pinned

IN_THE_HEADER: Final = ""
"""Stands for the place of the text as the name of a column of its own."""
PLACES: Final = (*COLUMNS, "a column of its own", IN_THE_HEADER)

_BLANKS: Final = " \u00a0"
_NOTHING: Final = ClinicTable(COLUMNS, ())
_RUNS: Final = ("=", "+", "-", "@", "\t", "\r")
_NUMBER: Final = re.compile(r"[+-][0-9]+(\.[0-9]+)?")


def is_read_or_refused(text: str, place: str) -> ClinicTable | bool:
    """The table if the upload read the text rightly, True if it was refused with a reason, else False.

    Read rightly means: the cell is as written but for blanks around it, or a note names the cell; every other
    cell is untouched; and the directory takes what was read or names the problem.
    """
    cells = pinned(1) | ({text: "x"} if place == IN_THE_HEADER else {place: text})
    incoming = read_upload(_file(cells), "fake.csv", _NOTHING)
    if incoming.problems:
        return all(problem.message for problem in incoming.problems)
    if incoming.table is None:
        return False
    right = _as_written(incoming, cells) and _is_judged(incoming.table)
    return incoming.table if right else False


def comes_back_from_a_spreadsheet(table: ClinicTable) -> bool:
    """Whether an export of the table runs nothing as a formula and, uploaded again, gives the table back."""
    exported = table.to_spreadsheet()
    lines = csv.reader(io.StringIO(exported.decode("utf-8-sig"), newline=""))
    harmless = all(
        not cell.startswith(_RUNS) or _NUMBER.fullmatch(cell) is not None for line in lines for cell in line
    )
    return harmless and read_upload(exported, "fake.csv", table) == Incoming(table)


def _file(cells: Mapping[str, str]) -> bytes:
    """The row as a spreadsheet would write it: every cell quoted."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([list(cells), list(cells.values())])
    return text.getvalue().encode("utf-8", "surrogatepass")


def _as_written(incoming: Incoming, cells: Mapping[str, str]) -> bool:
    if incoming.table is None or len(incoming.table.rows) != 1:
        return False
    (row,) = incoming.table.rows
    # The name of a column may come from an export, whose apostrophe is taken back.
    written = {restored(column.strip(_BLANKS)): cell.strip(_BLANKS) for column, cell in cells.items()}
    odd = [column for column in written if row.get(column) != written[column]]
    return written.keys() == row.keys() and all(
        any(note.endswith(f"line 2 {column}.") for note in incoming.notes) for column in odd
    )


def _is_judged(table: ClinicTable) -> bool:
    """Whether the directory's own rules read the table as it stands and say what is wrong, if anything."""
    raw = table.to_bytes()
    reading = parse_directory(raw, today=TODAY)
    told = all(problem.message for problem in reading.problems)
    return told and reading.rows_read == 1 and ClinicTable.parse(raw) == table
