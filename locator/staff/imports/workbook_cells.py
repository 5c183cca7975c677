"""The cells of a spreadsheet file, read in a process of its own: this file is run as a program.

A small spreadsheet may ask its reader for more memory than there is, and the reading library then ends the
whole process. So the server hands the bytes to this program, which bounds its own memory and time.
"""

from __future__ import annotations

import io
import json
import posixpath
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

# The program's own limits bound what a hostile document can make the parser do.
from xml.etree import ElementTree as ET

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

_MEMORY_BYTES: Final = 1_000_000_000
_CPU_S: Final = 20
_MAX_UNPACKED_BYTES: Final = 50_000_000
_MAX_MEMBERS: Final = 2_000
_MAX_TEXT_CHARACTERS: Final = 5_000_000
_MAX_ROWS: Final = 20_000
_MAX_COLUMNS: Final = 500

_SHEET: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SHEET_LINK: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"

Cell = tuple[str, str]
Marks = dict[tuple[int, int], Cell]


class RefusedError(Exception):
    """The file is not read; the text says why and what to do, to staff."""


def N_(message: str) -> str:  # noqa: N802 - gettext's own name
    """The message as it is: this program stands alone, and the server translates what it says."""
    return message


def read(raw: bytes) -> dict[str, object]:
    """The first visible sheet: its name, how many others hold something, and its rows that hold something.

    A row is its number, counted from 1, and its cells. A cell is its kind (text, day, formula or error) and
    its text: days as 2025-12-08, whole numbers without a decimal point, a formula as written.
    """
    parts = _unpacked(raw)
    try:
        book = CalamineWorkbook.from_object(io.BytesIO(_packed(parts)))
        sheets = [
            sheet
            for sheet in book.sheets_metadata
            if sheet.visible is SheetVisibleEnum.Visible and sheet.typ is SheetTypeEnum.WorkSheet
        ]
        if not sheets:
            raise RefusedError(N_("the workbook has no visible sheet"))
        name = sheets[0].name
        marks = dict(_marks(parts, name))
        _bound(marks)
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, ET.ParseError, KeyError, ValueError) as error:
        raise RefusedError(
            N_("the spreadsheet is damaged: save it again as .xlsx or as CSV UTF-8")
        ) from error
    return {"sheet": name, "others": len(book.sheet_names) - 1, "rows": _filled(rows, marks)}


def _unpacked(raw: bytes) -> dict[str, bytes]:
    """The parts of the archive by name; what it declares and what really comes out are both bounded."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            declared = sum(member.file_size for member in members)
            if declared > _MAX_UNPACKED_BYTES or len(members) > _MAX_MEMBERS:
                raise RefusedError(
                    N_("unpacked, the spreadsheet would be larger than 50 MB: no list of clinics is")
                )
            if any(member.flag_bits & 1 for member in members):
                raise RefusedError(N_("the spreadsheet has a password: save it without one"))
            # A member is read no further than its declared size, and its check sum must fit what was read.
            return {member.filename: archive.read(member) for member in members}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        raise RefusedError(
            N_("the spreadsheet is damaged: save it again as .xlsx or as CSV UTF-8")
        ) from error


def _packed(parts: dict[str, bytes]) -> bytes:
    """The same parts packed anew, so that the reading library sees the very bytes that were counted."""
    if "xl/workbook.bin" in parts:
        raise RefusedError(N_("this is a binary workbook (.xlsb): save it as .xlsx or as CSV UTF-8"))
    if not parts.keys() & {"xl/workbook.xml", "content.xml"}:
        raise RefusedError(N_("this archive holds no spreadsheet: choose a .xlsx, .ods or .csv file"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return packed.getvalue()


def _marks(parts: dict[str, bytes], sheet: str) -> Iterator[tuple[tuple[int, int], Cell]]:
    """Formulas and error values by row and column, counted from 0: the library does not tell."""
    if "content.xml" in parts:
        return _ods_marks(parts["content.xml"], sheet)
    return _xlsx_marks(parts[_sheet_part(parts, sheet)])


def _sheet_part(parts: dict[str, bytes], sheet: str) -> str:
    book = ET.fromstring(parts["xl/workbook.xml"])  # noqa: S314
    links = ET.fromstring(parts["xl/_rels/workbook.xml.rels"])  # noqa: S314
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    wanted = next(one.get(_SHEET_LINK) for one in book.iter(f"{_SHEET}sheet") if one.get("name") == sheet)
    # A target is relative to the folder xl, unless it begins with a slash.
    return posixpath.normpath(posixpath.join("/xl", targets[wanted])).lstrip("/")


def _xlsx_marks(part: bytes) -> Iterator[tuple[tuple[int, int], Cell]]:
    for row_at, row in enumerate(ET.fromstring(part).iter(f"{_SHEET}row")):  # noqa: S314
        at = (int(row.get("r", row_at + 1)) - 1, -1)
        for cell in row.iter(f"{_SHEET}c"):
            # A cell that does not say where it is follows the one before.
            name = cell.get("r")
            at = _position(name) if name else (at[0], at[1] + 1)
            formula = cell.find(f"{_SHEET}f")
            if formula is not None:
                yield at, ("formula", f"={formula.text or ''}")
            elif cell.get("t") == "e":
                yield at, ("error", cell.findtext(f"{_SHEET}v") or "")
            elif len(cell):
                # Not marked, but it counts for how far the sheet reaches.
                yield at, ("", "")


def _position(name: str) -> tuple[int, int]:
    letters = name.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(name[len(letters) :]) - 1, column - 1


def _ods_marks(part: bytes, sheet: str) -> Iterator[tuple[tuple[int, int], Cell]]:
    tables = ET.fromstring(part).iter(f"{_TABLE}table")  # noqa: S314
    table = next(one for one in tables if one.get(f"{_TABLE}name") == sheet)
    row_at = 0
    for row in table.iter(f"{_TABLE}table-row"):
        column_at = 0
        for cell in row:
            formula = cell.get(f"{_TABLE}formula")
            if formula is not None:
                yield (row_at, column_at), ("formula", f"={formula.partition('=')[2]}")
            elif len(cell):
                yield (row_at, column_at), ("", "")
            column_at += int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        row_at += int(row.get(f"{_TABLE}number-rows-repeated", "1"))


def _bound(marks: Marks) -> None:
    # The reading library makes room for the whole rectangle at once.
    if any(row >= _MAX_ROWS or column >= _MAX_COLUMNS for row, column in marks):
        raise RefusedError(
            N_("a cell lies beyond row 20,000 or column 500: delete what is outside the table")
        )


def _filled(rows: Sequence[Sequence[object]], marks: Marks) -> list[tuple[int, list[Cell]]]:
    grid = {at: [_cell(value) for value in cells] for at, cells in enumerate(rows)}
    for (row, column), mark in marks.items():
        if mark[0]:
            cells = grid.setdefault(row, [])
            cells += [("text", "")] * (column + 1 - len(cells))
            cells[column] = mark
    if sum(len(text) for cells in grid.values() for _, text in cells) > _MAX_TEXT_CHARACTERS:
        raise RefusedError(N_("the sheet holds more than 5 MB of text: no list of clinics does"))
    return [(row + 1, grid[row]) for row in sorted(grid) if any(text for _, text in grid[row])]


def _cell(value: object) -> Cell:
    if isinstance(value, datetime):
        midnight = not (value.hour or value.minute or value.second)
        return ("day", value.date().isoformat()) if midnight else ("text", value.isoformat(" "))
    if isinstance(value, date):
        return "day", value.isoformat()
    if isinstance(value, bool):
        return "text", str(value).upper()
    if isinstance(value, float):
        return "text", str(int(value)) if value.is_integer() else repr(value)
    return "text", str(value)


def main() -> None:
    """Answer on standard output, as JSON, what the file on standard input holds or why it is refused."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
    try:
        answer = read(sys.stdin.buffer.read())
    except RefusedError as refused:
        answer = {"refused": str(refused)}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
