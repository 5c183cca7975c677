"""Changing cells of a CSV file in its very bytes: whatever is not changed stays byte for byte as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from locator.errors import LocatorError

ID_COLUMN: Final = "site_id"

# A quoted cell, or one without quotes, then what ends it. Only ASCII bytes have a meaning here, and neither
# UTF-8 nor Windows-1252 uses those within another character.
_CELL: Final = re.compile(rb'("[^"]*+(?:""[^"]*+)*+"|(?!")[^,\r\n]*+)(,|\r\n|\r|\n|\Z)')
_NEEDS_QUOTES: Final = re.compile('[,"\r\n]')
_BOM: Final = b"\xef\xbb\xbf"
# The same that the directory's reader drops around a cell.
_BLANKS: Final = " \u00a0"


class CellEncodingError(LocatorError):
    """A text cannot be written in the file's encoding."""


@dataclass(frozen=True, slots=True)
class _Edit:
    """Bytes from `start` up to `end` give way to `text`."""

    start: int
    end: int
    text: bytes


@dataclass(frozen=True, slots=True)
class _Row:
    """Where each cell of a row begins and ends."""

    cells: tuple[tuple[int, int], ...]

    @property
    def end(self) -> int:
        """Where its last cell ends."""
        return self.cells[-1][1]


class CsvCells:
    """The cells of a valid clinic file by `site_id` and column, each with its place in the bytes.

    Columns and ids are read as the directory reads them: without blanks around them, rows with nothing in
    them skipped. The file must be one the directory found no problem in; ValueError tells of one that is not.
    """

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._encoding = _encoding(raw)
        rows = (row for row in _rows(raw) if any(self._text(cell) for cell in row.cells))
        header = next(rows, None)
        if header is None:
            raise ValueError("the file is empty")
        self._header = header
        self._columns = {self._text(cell): at for at, cell in enumerate(header.cells)}
        if ID_COLUMN not in self._columns:
            raise ValueError(f"the file has no column {ID_COLUMN}")
        self._rows = {self._text(row.cells[self._columns[ID_COLUMN]]): row for row in rows}

    def column(self, name: str) -> dict[str, str]:
        """The column's texts by `site_id`; empty texts where the file has no such column."""
        at = self._columns.get(name)
        if at is None:
            return dict.fromkeys(self._rows, "")
        return {site_id: self._text(row.cells[at]) for site_id, row in self._rows.items()}

    def edited(self, changes: Mapping[str, Mapping[str, str]]) -> bytes:
        """The file with these cells, by `site_id` and column, and nothing else changed.

        A column the file lacks is added as its last one, empty in the other rows. Raises KeyError for an
        unknown `site_id`, CellEncodingError for a text that the file's encoding, Windows-1252, lacks.
        """
        unknown = changes.keys() - self._rows.keys()
        if unknown:
            raise KeyError(*unknown)
        asked = dict.fromkeys(column for cells in changes.values() for column in cells)
        added = [column for column in asked if column not in self._columns]
        edits = [_Edit(self._header.end, self._header.end, self._cells_after(added))]
        for site_id, row in self._rows.items():
            edits += self._edits(row, changes.get(site_id, {}), added)
        return _applied(self._raw, edits)

    def _edits(self, row: _Row, cells: Mapping[str, str], added: list[str]) -> Iterator[_Edit]:
        """One row's edits from left to right."""
        present = sorted(column for column in cells if column in self._columns)
        for column in sorted(present, key=self._columns.__getitem__):
            start, end = row.cells[self._columns[column]]
            quoted = self._raw.startswith(b'"', start, end)
            yield _Edit(start, end, self._bytes(cells[column], quoted=quoted))
        yield _Edit(row.end, row.end, self._cells_after([cells.get(column, "") for column in added]))

    def _cells_after(self, texts: list[str]) -> bytes:
        return b"".join(b"," + self._bytes(text) for text in texts)

    def _text(self, cell: tuple[int, int]) -> str:
        raw = self._raw[slice(*cell)]
        if raw.startswith(b'"'):
            raw = raw[1:-1].replace(b'""', b'"')
        return raw.decode(self._encoding).strip(_BLANKS)

    def _bytes(self, text: str, *, quoted: bool = False) -> bytes:
        if quoted or _NEEDS_QUOTES.search(text):
            text = '"' + text.replace('"', '""') + '"'
        try:
            return text.encode(self._encoding)
        except UnicodeEncodeError as exc:
            raise CellEncodingError(
                f"{text} cannot be written in Windows-1252, as this file is: save it as CSV UTF-8 first"
            ) from exc


def _encoding(raw: bytes) -> str:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _rows(raw: bytes) -> Iterator[_Row]:
    at = len(_BOM) if raw.startswith(_BOM) else 0
    cells: list[tuple[int, int]] = []
    # A comma at the very end is followed by one more cell, an empty one.
    while at < len(raw) or cells:
        found = _CELL.match(raw, at)
        if found is None:
            raise ValueError(f"byte {at} begins a cell whose quotation marks do not fit")
        cells.append(found.span(1))
        at = found.end()
        if found[2] != b",":
            yield _Row(tuple(cells))
            cells = []


def _applied(raw: bytes, edits: list[_Edit]) -> bytes:
    pieces: list[bytes] = []
    done = 0
    for edit in edits:
        pieces += (raw[done : edit.start], edit.text)
        done = edit.end
    return b"".join([*pieces, raw[done:]])
