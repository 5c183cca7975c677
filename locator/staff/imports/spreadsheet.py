"""A spreadsheet file as a grid: read by another process, so that no file can take the server down."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from pydantic import BaseModel, TypeAdapter

from locator.clinics import without_blanks
from locator.language import gettext as _
from locator.staff.imports.grid import MAX_UPLOAD_BYTES, Cell, CellKind, Grid, GridRow, too_large

_PROGRAM: Final = Path(__file__).with_name("workbook_cells.py")
_TIMEOUT_S: Final = 30


class _Refused(BaseModel):
    refused: str


class _Sheet(BaseModel):
    sheet: str
    others: int
    rows: list[tuple[int, list[tuple[CellKind, str]]]]


_ANSWER: Final[TypeAdapter[_Refused | _Sheet]] = TypeAdapter(_Refused | _Sheet)


def read_spreadsheet(raw: bytes) -> Grid:
    """The first visible sheet of an Excel workbook (.xlsx) or an OpenDocument spreadsheet (.ods).

    Bounded in memory and time, whatever the file asks for. A file that cannot be read is refused in words.
    """
    if len(raw) > MAX_UPLOAD_BYTES:
        return Grid.refused(too_large())
    try:
        # Isolated: nothing of this process's surroundings, such as its settings, reaches the other.
        answer = subprocess.run(  # noqa: S603 - the command is this project's own file
            [sys.executable, "-I", str(_PROGRAM)],
            input=raw,
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=True,
            env={},
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return Grid.refused(
            _("the spreadsheet asks for too much memory or time: copy the table into a new file")
        )
    response = _ANSWER.validate_json(answer.stdout)
    return Grid.refused(_(response.refused)) if isinstance(response, _Refused) else _grid(response)


def _grid(sheet: _Sheet) -> Grid:
    only = _('Only the sheet "{sheet}" was read; the other sheets were left out.').format(sheet=sheet.sheet)
    notes = [only] if sheet.others else []
    return Grid(
        tuple(
            GridRow(line, tuple(Cell(without_blanks(text), kind) for kind, text in cells))
            for line, cells in sheet.rows
            if any(without_blanks(text) for _, text in cells)
        ),
        notes=tuple(notes),
    )
