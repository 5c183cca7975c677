"""The clinic file as a table of texts: what staff edit, what is compared, and what is written. Pure."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from locator.clinics.csv_injection import spreadsheet_csv
from locator.clinics.csv_table import Problem, read_lines, text_encoding, without_blanks
from locator.clinics.reading import DirectoryReading, parse_directory
from locator.errors import LocatorError
from locator.language import current
from locator.language import gettext as _

ID_COLUMN: Final = "site_id"
_NEEDS_QUOTES: Final = re.compile('[,"\r\n]')
# A quoted cell, or one without quotes, then what ends it.
_WRITTEN_CELL: Final = re.compile('("[^"]*+(?:""[^"]*+)*+"|(?!")[^,\r\n]*+)(,|\r\n|\r|\n|\\Z)')


class CellEncodingError(LocatorError):
    """A text cannot be written in the file's encoding."""


@dataclass(frozen=True, slots=True)
class ClinicTable:
    """The cells of a clinic file as text, in the file's order; every row has every column, "" where empty.

    Columns that the directory does not know are kept. Ids may repeat or be empty while somebody edits: the
    rules of the directory report that.
    """

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    # A table never changes, so what the directory's reader says of it is found out once.
    _readings: dict[Hashable, DirectoryReading] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def parse(cls, raw: bytes) -> ClinicTable:
        """The table in the bytes of a file that the directory could read as a table.

        ValueError for one it could not: no header, a column named twice, or a row of another length.
        """
        text = io.StringIO(raw.decode(text_encoding(raw)), newline="")
        filled: list[Sequence[str]] = []
        for line in read_lines(text):
            if isinstance(line, Problem):
                raise ValueError(_("not a table: {reason}").format(reason=line))  # noqa: TRY004 - of the file
            filled.append(line.cells)
        if not filled or len(set(filled[0])) != len(filled[0]):
            raise ValueError(_("the first line must name every column once"))
        columns = tuple(filled[0])
        if any(len(cells) != len(columns) for cells in filled):
            raise ValueError(_("a row has not as many cells as the first line"))
        return cls(columns, tuple(dict(zip(columns, cells, strict=True)) for cells in filled[1:]))

    def reading(self, *, today: date) -> DirectoryReading:
        """What the directory's reader says of `to_bytes`; read again only for another day or language."""
        key = today, current()
        if key not in self._readings:
            self._readings.clear()
            self._readings[key] = parse_directory(self.to_bytes(), today=today)
        return self._readings[key]

    def to_bytes(self) -> bytes:
        """The table as CSV in UTF-8: quotes only where needed, one line feed after each line."""
        return "".join(f"{','.join(map(_written, cells))}\n" for cells in self._lines()).encode("utf-8")

    def to_spreadsheet(self) -> bytes:
        """The table for a spreadsheet: UTF-8 with a byte order mark, and no cell that runs as a formula."""
        return spreadsheet_csv(self._lines())

    def by_id(self) -> dict[str, Mapping[str, str]]:
        """The rows by `site_id`; of several with one id, the first."""
        rows: dict[str, Mapping[str, str]] = {}
        for row in self.rows:
            rows.setdefault(row.get(ID_COLUMN, ""), row)
        return rows

    def column(self, name: str) -> dict[str, str]:
        """A column's texts by `site_id`; empty texts where the table has no such column."""
        return {site_id: row.get(name, "") for site_id, row in self.by_id().items()}

    def with_cells(self, cells: Mapping[str, Mapping[str, str]]) -> ClinicTable:
        """The table with these cells, by `site_id` and column; new columns are the last, empty elsewhere.

        Raises KeyError for an unknown `site_id`.
        """
        unknown = cells.keys() - self.by_id().keys()
        if unknown:
            raise KeyError(*sorted(unknown))
        columns = tuple(dict.fromkeys([*self.columns, *(name for row in cells.values() for name in row)]))
        empty = dict.fromkeys(columns, "")
        rows = (empty | dict(row) | dict(cells.get(row.get(ID_COLUMN, ""), {})) for row in self.rows)
        return ClinicTable(columns, tuple(rows))

    def _lines(self) -> list[Sequence[str]]:
        return [self.columns, *([row[column] for column in self.columns] for row in self.rows)]


def edit_cells(raw: bytes, cells: Mapping[str, Mapping[str, str]]) -> bytes:
    """A clinic file with these cells, by `site_id` and column, and every other byte as it was.

    A column the file lacks is added as its last one, empty in the other rows. Raises as `ClinicTable.parse`
    and `with_cells`, or CellEncodingError for a text that the file's encoding, Windows-1252, lacks.
    """
    table = ClinicTable.parse(raw).with_cells(cells)
    encoding = text_encoding(raw)
    changed: Iterator[tuple[Collection[str], Sequence[str]]] = iter(
        [
            ((), table.columns),
            *((cells.get(row.get(ID_COLUMN, ""), ()), tuple(row.values())) for row in table.rows),
        ]
    )
    rows = (
        _rewritten(row, table.columns, *next(changed)) if any(map(_text, row[::2])) else row
        for row in _written_rows(raw.decode(encoding))
    )
    mark = codecs.BOM_UTF8 if raw.startswith(codecs.BOM_UTF8) else b""
    try:
        return mark + "".join(piece for row in rows for piece in row).encode(encoding.removesuffix("-sig"))
    except UnicodeEncodeError as exc:
        text = exc.object[exc.start : exc.end]
        raise CellEncodingError(
            f"{text} cannot be written in Windows-1252, as this file is: save it as CSV UTF-8 first"
        ) from exc


def _written_rows(text: str) -> Iterator[list[str]]:
    """Every row as it is written: by turns a cell with its quotation marks, and what ends the cell."""
    at, row = 0, list[str]()
    # A comma at the very end is followed by one more cell, an empty one.
    while at < len(text) or row:
        match = _WRITTEN_CELL.match(text, at)
        if match is None:
            raise ValueError(f"character {at} begins a cell whose quotation marks do not fit")
        at = match.end()
        row += match.groups()
        if match[2] != ",":
            yield row
            row = []


def _rewritten(
    row: Sequence[str], columns: Sequence[str], changed: Collection[str], texts: Sequence[str]
) -> list[str]:
    """A row as it is written with the texts of the changed columns, and of those that it lacks."""
    before, end = row[::2], row[-1]
    pieces = [
        _written(text, quoted=old.startswith('"')) if column in changed else old
        for old, column, text in zip(before, columns, texts, strict=False)
    ]
    pieces += map(_written, texts[len(before) :])
    return [",".join(pieces), end]


def _text(written: str) -> str:
    return without_blanks(written[1:-1].replace('""', '"') if written.startswith('"') else written)


def _written(cell: str, *, quoted: bool = False) -> str:
    # The csv module's writer leaves a carriage return bare where lines end in a line feed, and the reader
    # ends the line there.
    return '"' + cell.replace('"', '""') + '"' if quoted or _NEEDS_QUOTES.search(cell) else cell
