"""A file that staff upload: what it holds as a table, what is wrong with it, and how it was understood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from locator.clinics import COLUMNS, ID_COLUMN, OPTIONAL_COLUMNS, ClinicTable, Problem, odd_length, restored
from locator.language import gettext as _
from locator.language import ngettext
from locator.staff.imports.grid import MAX_UPLOAD_ROWS, Cell, Grid, GridRow, too_many_rows
from locator.staff.imports.repairs import Doubted, has_curly_marks, read_cell
from locator.staff.imports.spreadsheet import read_spreadsheet
from locator.staff.imports.text_file import decode_text, read_delimited

__all__ = ["Incoming", "read_upload"]

_ZIP_ARCHIVE: Final = b"PK\x03\x04"
_SPREADSHEET_NAMES: Final = (".xlsx", ".xlsm", ".ods")
_PLACES_NAMED: Final = 10
_NO_CELL: Final = Cell("")


@dataclass(frozen=True, slots=True)
class Incoming:
    """What an uploaded file holds.

    `table` is None where its rows could not all be told cell from cell. Beside a table there may be problems
    with single cells, whose text is then as the file has it: publish only a table without problems.
    Problems are in the order of the file, by the lines of the file that was uploaded.
    """

    table: ClinicTable | None
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether the file was read without a problem."""
        return self.table is not None and not self.problems


def read_upload(raw: bytes, file_name: str, current: ClinicTable) -> Incoming:
    """The table in an uploaded CSV file or spreadsheet, told by its bytes rather than by its name.

    `current` is the directory as it is: it gives the order of columns, the cells of columns that the file may
    lack, and what a cell was before a spreadsheet changed it. Nothing is changed without a note.
    """
    grid = _grid(raw, file_name)
    if not grid.rows:
        return Incoming(None, grid.problems or _whole_file(_("the file is empty")), grid.notes)
    header = _Header.of(grid.rows)
    if header.problems:
        return Incoming(None, _in_order([*grid.problems, *header.problems]), grid.notes)
    reading = _Reading(header, current)
    structure = [*grid.problems, *reading.take(grid.rows[1:])]
    problems = _in_order([*structure, *reading.problems])
    if len(grid.rows) == 1 and not problems:
        problems = _whole_file(_("the file names no clinic"))
    table = None if structure or not reading.rows else reading.table()
    return Incoming(table, problems, (*grid.notes, *reading.notes()))


def _grid(raw: bytes, file_name: str) -> Grid:
    if raw.startswith(_ZIP_ARCHIVE):
        return read_spreadsheet(raw)
    text = decode_text(raw)
    if isinstance(text, Problem):
        return Grid(problems=(text,))
    grid = read_delimited(text.text)
    notes = (*text.notes, *grid.notes)
    if file_name.lower().endswith(_SPREADSHEET_NAMES) and grid.rows:
        note = _("{file} is not a spreadsheet but text, and was read as CSV.").format(file=file_name)
        notes = (note, *notes)
    return replace(grid, notes=notes)


@dataclass(frozen=True, slots=True)
class _Header:
    """Where each named column stands, and what is wrong with the first line."""

    width: int
    columns: Mapping[str, int]
    unnamed: tuple[int, ...]
    problems: tuple[Problem, ...]

    @classmethod
    def of(cls, rows: Sequence[GridRow]) -> _Header:
        names = [restored(cell.text) for cell in rows[0].cells]
        # Spreadsheets keep columns that hold nothing; one that holds something needs a name.
        unnamed = tuple(at for at, name in enumerate(names) if not name)
        columns = {name: at for at, name in enumerate(names) if name}
        return cls(len(names), columns, unnamed, tuple(_header_problems(rows, names)))


def _header_problems(rows: Sequence[GridRow], names: Sequence[str]) -> Iterator[Problem]:
    line = rows[0].line
    if not set(names) & set(COLUMNS):
        message = _("the first line must name the columns: {columns} and so on")
        yield Problem.of(line, None, ",".join(names), message.format(columns=", ".join(COLUMNS[:3])))
        return
    for name in dict.fromkeys(filter(None, names)):
        if names.count(name) > 1:
            yield Problem.of(line, _printable(name), "", _("this column is named twice: keep one"))
    for column in COLUMNS:
        if column not in names and column not in OPTIONAL_COLUMNS:
            message = _("this column is missing: add it, empty where nothing is known")
            yield Problem(line, column, "", message)
    for at, name in enumerate(names):
        first = next(
            (row for row in rows[1:] if not name and at < len(row.cells) and row.cells[at].text), None
        )
        if first is not None:
            message = _("column {number} has no name in the first line: give it one, or empty it")
            yield Problem.of(first.line, None, first.cells[at].text, message.format(number=at + 1))


@dataclass(slots=True)
class _Reading:
    """The rows taken so far, with what was understood and what was doubted, each with its place."""

    header: _Header
    current: ClinicTable
    rows: list[dict[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    understood: dict[str, list[str]] = field(default_factory=dict)

    def take(self, rows: Sequence[GridRow]) -> list[Problem]:
        """Read the rows below the header; the problems of those that have not its number of cells."""
        if len(rows) > MAX_UPLOAD_ROWS:
            return list(_whole_file(too_many_rows()))
        current_rows = self.current.by_id()
        columns = []
        for row in rows:
            odd = self._odd_length(row)
            if odd is None:
                self._take_row(row, current_rows)
            else:
                columns.append(odd)
        return columns

    def _odd_length(self, row: GridRow) -> Problem | None:
        # One cell more is refused even if the last is empty: a comma inside a cell shifts all behind it.
        if len(row.cells) == self.header.width:
            return None
        count, width = len(row.cells), self.header.width
        message = _curly_row(count, width) if has_curly_marks(row.cells) else odd_length(count, width)
        return Problem.of(row.line, None, ",".join(cell.text for cell in row.cells), message)

    def _take_row(self, row: GridRow, current_rows: Mapping[str, Mapping[str, str]]) -> None:
        cells = {column: row.cells[at] for column, at in self.header.columns.items()}
        before = current_rows.get(restored(cells.get(ID_COLUMN, _NO_CELL).text), {})
        values = {column: self._text(row.line, column, cell, before) for column, cell in cells.items()}
        unchanged = {column: before.get(column, "") for column in self._kept_columns()}
        self.rows.append(values | unchanged)

    def _text(self, line: int, column: str, cell: Cell, before: Mapping[str, str]) -> str:
        answer = read_cell(cell, column, before.get(column))
        if answer is None:
            return cell.text
        if isinstance(answer, Doubted):
            self.problems.append(Problem.of(line, _printable(column), cell.text, answer.message))
            return cell.text
        if answer.note:
            self.understood.setdefault(answer.note, []).append(_place(line, column))
        return answer.text

    def _kept_columns(self) -> tuple[str, ...]:
        return tuple(column for column in self.current.columns if column not in self.header.columns)

    def table(self) -> ClinicTable:
        """The rows with the directory's columns in its order, then those it did not have."""
        added = [column for column in self.header.columns if column not in self.current.columns]
        columns = (*self.current.columns, *added)
        return ClinicTable(columns, tuple({column: row[column] for column in columns} for row in self.rows))

    def notes(self) -> Iterator[str]:
        """What was understood, in whole sentences, the places last."""
        named = [column for column in self.header.columns if column in self.current.columns]
        if named != [column for column in self.current.columns if column in self.header.columns]:
            yield _("The columns stand in another order; they were put in the directory's.")
        if self.header.unnamed:
            yield _("Empty columns without a name were left out.")
        for column in self._kept_columns():
            message = _('The file has no column "{column}"; what the directory holds there was kept.')
            yield message.format(column=_printable(column))
        for column in self.header.columns:
            if column not in self.current.columns and column not in COLUMNS:
                yield _('The column "{column}" is new; it was kept.').format(column=_printable(column))
        for note, places in self.understood.items():
            yield f"{note.removesuffix('.')}: {_places(places)}."


def _curly_row(count: int, width: int) -> str:
    message = ngettext(
        "this row has {count} cell, the first line {width}: look for a comma or quote;"
        ' curly quotation marks do not hold a cell together, straight ones (") do',
        "this row has {count} cells, the first line {width}: look for a comma or quote;"
        ' curly quotation marks do not hold a cell together, straight ones (") do',
        count,
    )
    return message.format(count=count, width=width)


def _place(line: int, column: str) -> str:
    return _("line {line} {column}").format(line=line, column=_printable(column))


def _places(places: Sequence[str]) -> str:
    named, more = ", ".join(places[:_PLACES_NAMED]), len(places) - _PLACES_NAMED
    if more <= 0:
        return named
    return _("{places} and {count} more").format(places=named, count=f"{more:,}")


def _whole_file(message: str) -> tuple[Problem, ...]:
    return (Problem(None, None, "", message),)


def _in_order(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.line or 0))


def _printable(column: str) -> str:
    """A column's name from a file, fit to print."""
    return Problem.of(None, None, column, "").value
