"""The directory as a table of texts: what staff edit, what is compared, and what is written. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from locator.clinics import spreadsheet_csv
from locator.language import gettext as _

ID_COLUMN: Final = "site_id"
# The same that the directory's reader drops around a cell.
_BLANKS: Final = " \u00a0"
_NEEDS_QUOTES: Final = re.compile('[,"\r\n]')


@dataclass(frozen=True, slots=True)
class ClinicTable:
    """The cells of a clinic file as text, in the file's order; every row has every column, "" where empty.

    Columns that the directory does not know are kept. Ids may repeat or be empty while somebody edits: the
    rules of the directory report that.
    """

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]

    @classmethod
    def parse(cls, raw: bytes) -> ClinicTable:
        """The table in the bytes of a file that the directory could read as a table.

        ValueError for one it could not: no header, a column named twice, or a row of another length.
        """
        lines = csv.reader(io.StringIO(_decoded(raw), newline=""), strict=True)
        try:
            filled = [cells for line in lines if any(cells := [cell.strip(_BLANKS) for cell in line])]
        except csv.Error as exc:
            raise ValueError(_("not a table: {reason}").format(reason=exc)) from exc
        if not filled or len(set(filled[0])) != len(filled[0]):
            raise ValueError(_("the first line must name every column once"))
        columns = tuple(filled[0])
        if any(len(cells) != len(columns) for cells in filled):
            raise ValueError(_("a row has not as many cells as the first line"))
        return cls(columns, tuple(dict(zip(columns, cells, strict=True)) for cells in filled[1:]))

    def to_bytes(self) -> bytes:
        """The table as CSV in UTF-8: quotes only where needed, one line feed after each line."""
        return "".join(f"{','.join(map(_quoted, cells))}\n" for cells in self._lines()).encode("utf-8")

    def to_spreadsheet(self) -> bytes:
        """The table for a spreadsheet: UTF-8 with a byte order mark, and no cell that runs as a formula."""
        return spreadsheet_csv(self._lines())

    def by_id(self) -> dict[str, Mapping[str, str]]:
        """The rows by `site_id`; of several with one id, the first."""
        rows: dict[str, Mapping[str, str]] = {}
        for row in self.rows:
            rows.setdefault(row.get(ID_COLUMN, ""), row)
        return rows

    def _lines(self) -> list[Sequence[str]]:
        return [self.columns, *([row[column] for column in self.columns] for row in self.rows)]


def _quoted(cell: str) -> str:
    # The csv module's writer leaves a carriage return bare where lines end in a line feed, and the reader
    # ends the line there.
    return '"' + cell.replace('"', '""') + '"' if _NEEDS_QUOTES.search(cell) else cell


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252")
