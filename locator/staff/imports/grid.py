"""Lines of cells as a file has them, before anything is made of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from locator.clinics import Problem
from locator.language import gettext as _

MAX_UPLOAD_BYTES: Final = 5_000_000
MAX_UPLOAD_ROWS: Final = 10_000
"""What a page takes: each cell is looked at and kept, and several people may be at it at once.

A larger directory is published from the command line, which reads a file as the server does.
"""


def too_large() -> str:
    """Why an upload of more than MAX_UPLOAD_BYTES is refused, and what to do instead."""
    message = _("the file is larger than {megabytes} MB: publish it with the command line instead")
    return message.format(megabytes=MAX_UPLOAD_BYTES // 1_000_000)


def too_many_rows() -> str:
    """Why more than MAX_UPLOAD_ROWS are refused, and what to do instead."""
    message = _("the file holds more than {rows} rows: publish it with the command line instead")
    return message.format(rows=f"{MAX_UPLOAD_ROWS:,}")


class CellKind(StrEnum):
    """What a cell of a file is; in a text file each is text."""

    TEXT = "text"
    DAY = "day"
    FORMULA = "formula"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text without blanks around it; a day's as 2025-12-08, a formula's as it is written."""

    text: str
    kind: CellKind = CellKind.TEXT


@dataclass(frozen=True, slots=True)
class GridRow:
    """The cells of a row that holds something, and the line of the file or row of the sheet it begins on."""

    line: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of a file, the header first, what kept others from being read, and what was understood."""

    rows: tuple[GridRow, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def refused(cls, message: str) -> Grid:
        """No rows, for a reason that is about the whole file."""
        return cls(problems=(Problem(None, None, "", message),))
