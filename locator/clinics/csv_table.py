"""The clinic file as a table: bytes in, one record a clinic out, and every structural problem by line."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Self

from locator.language import gettext as _
from locator.language import ngettext

MAX_BYTES: Final = 80_000_000
MAX_ROWS: Final = 100_000
MAX_LINES: Final = 1_000_000
"""What the reader bears; a row of the shipped file takes 600 bytes and one line."""

# So many rows are turned into columns at a time: few enough that a processor's own memory holds them.
_ROWS_AT_ONCE: Final = 50
_SHOWN_CHARACTERS: Final = 60
# Around a cell these carry no meaning; a tab or line end there is a slip, and the rules for cells report it.
_BLANKS: Final = " \u00a0"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the file, as staff read it; line and column are None where it has none.

    `value` is fit to print: no control characters, bounded in length. `line` is the physical line the record
    starts on, counted from 1, which is what a text editor shows. `message` is in the language that held when
    the file was read.
    """

    line: int | None
    column: str | None
    value: str
    message: str

    @classmethod
    def of(cls, line: int | None, column: str | None, raw: str, message: str) -> Self:
        """A problem with a raw cell, whose text is made fit to print."""
        return cls(line, column, _shown(raw), message)

    def __str__(self) -> str:
        line = None if self.line is None else _("line {line}").format(line=self.line)
        column = None if self.column is None else _('column "{column}"').format(column=self.column)
        # A cell with nothing in it is worth saying; a problem that is not about a cell shows no value.
        value = f'"{self.value}"' if self.value else self.column and _("empty")
        place = ", ".join(filter(None, (line, column)))
        return ": ".join(filter(None, (place, " - ".join(filter(None, (value, self.message))))))


@dataclass(frozen=True, slots=True)
class Record:
    """One clinic's cells by column, blanks around them removed, and the physical line it starts on."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The readable records column by column, how many rows there were, and what is wrong with the structure.

    `lines` has the physical line of each record, and each of `columns` its cells, blanks around them removed,
    in the same order. Equal cells of a column are one object. A column that is missing, or named twice in the
    header, is not among them.
    """

    lines: Sequence[int] = ()
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rows_read: int = 0
    problems: tuple[Problem, ...] = ()

    def record(self, at: int) -> Record:
        """One record by its position among those that were readable, counted from 0."""
        return Record(self.lines[at], {name: cells[at] for name, cells in self.columns.items()})


def read_table(raw: bytes, columns: Sequence[str], optional: Collection[str] = ()) -> Table:
    """The records of a comma-separated file whose header names `columns`, in any order; others are ignored.

    The `optional` ones among them may be missing.

    UTF-8, with or without a byte order mark, else Windows-1252. Rows with nothing in them are skipped. A file
    that is empty, too large, or not text gives one problem and no record.
    """
    encoding = _encoding(raw)
    if isinstance(encoding, Problem):
        return Table(problems=(encoding,))
    lines = _lines(raw, encoding)
    header = next(lines, None)
    if header is None or isinstance(header, Problem):
        return Table(problems=(header or _whole_file(_("the file is empty")),))
    names = [name.strip(_BLANKS) for name in header.cells]
    problems = list(_header_problems(header.line, names, columns, optional))
    if not set(names) & set(columns):
        return Table(problems=tuple(problems))
    usable = {name: at for at, name in enumerate(names) if name in columns and names.count(name) == 1}
    return _records(lines, len(names), usable, problems)


class _Line(NamedTuple):
    line: int
    cells: list[str]


def _encoding(raw: bytes) -> str | Problem:
    if len(raw) > MAX_BYTES:
        message = _("the file is larger than {megabytes} MB: no list of clinics is")
        return _whole_file(message.format(megabytes=MAX_BYTES // 1_000_000))
    # Empty lines are no rows, but the reader has to look at each.
    if max(raw.count(b"\n"), raw.count(b"\r")) > MAX_LINES:
        message = _("the file holds more than {lines} lines: delete those with nothing in them")
        return _whole_file(message.format(lines=f"{MAX_LINES:,}"))
    # Checked on the bytes: a torn file is often padded with NUL, and a UTF-16 one has it in every other byte.
    if b"\0" in raw:
        line = raw.count(b"\n", 0, raw.index(b"\0")) + 1
        message = _("the file is damaged or is not UTF-8 text: save it again as CSV UTF-8")
        return Problem.of(line, None, "\0", message)
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            raw.decode(encoding)
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
        else:
            return encoding
    message = _("this is neither UTF-8 nor Windows-1252 text: save the file as CSV UTF-8")
    return Problem(line, None, "", message)


def _lines(raw: bytes, encoding: str) -> Iterator[_Line | Problem]:
    """Every non-blank line of cells; one that breaks the quoting rules is a problem, and reading goes on."""
    # newline="" leaves line ends inside quoted cells as they are and lets the reader count physical lines.
    # Not a StringIO: with four bytes a letter, it would take several times the file's size.
    text = io.TextIOWrapper(io.BytesIO(raw), encoding, newline="")
    reader = csv.reader(text, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            message = _(
                "this row cannot be read: close every quotation mark,"
                ' and write " inside a cell as "" ({error})'
            )
            yield Problem(line, None, "", message.format(error=error))
            continue
        if "".join(cells).strip(_BLANKS):
            yield _Line(line, cells)


def _header_problems(
    line: int, names: Sequence[str], columns: Sequence[str], optional: Collection[str]
) -> Iterator[Problem]:
    if not set(names) & set(columns):
        message = _("the first line must name the columns, separated by commas: {columns},...")
        yield Problem.of(line, None, ",".join(names), message.format(columns=",".join(columns[:3])))
        return
    for column in columns:
        if names.count(column) > 1:
            yield Problem(line, None, column, _("this column is named twice: keep one"))
        elif column not in names and column not in optional:
            message = _("this column is missing: add it, empty where nothing is known")
            yield Problem(line, None, column, message)


def _records(
    lines: Iterator[_Line | Problem], width: int, usable: Mapping[str, int], problems: list[Problem]
) -> Table:
    columns = _Columns(usable)
    rows_read = 0
    for line in lines:
        rows_read += 1
        if rows_read > MAX_ROWS:
            message = _("the file holds more than {rows} rows").format(rows=f"{MAX_ROWS:,}")
            return Table(problems=(_whole_file(message),))
        if isinstance(line, Problem):
            problems.append(line)
        elif len(line.cells) != width:
            problems.append(
                Problem.of(line.line, None, ",".join(line.cells), odd_length(len(line.cells), width))
            )
        else:
            columns.add(line)
    if rows_read == 0:
        problems.append(_whole_file(_("the file names no clinic")))
    return columns.table(rows_read, tuple(problems))


class _Columns:
    """Takes rows and gives columns in which equal cells are one object: most cells of a large file repeat."""

    def __init__(self, usable: Mapping[str, int]) -> None:
        self._usable = usable
        self._lines: list[int] = []
        self._cells: dict[str, list[str]] = {name: [] for name in usable}
        self._known: dict[str, dict[str, str]] = {name: {} for name in usable}
        self._rows: list[list[str]] = []

    def add(self, line: _Line) -> None:
        """Take one row, which has as many cells as the header."""
        self._lines.append(line.line)
        self._rows.append(line.cells)
        if len(self._rows) == _ROWS_AT_ONCE:
            self._turn()

    def table(self, rows_read: int, problems: tuple[Problem, ...]) -> Table:
        """All rows taken so far as columns."""
        self._turn()
        for name, known in self._known.items():
            bare = {cell: text for cell in known if (text := cell.strip(_BLANKS)) != cell}
            if bare:
                same = {cell: known.setdefault(text, text) for cell, text in bare.items()}
                self._cells[name] = [same.get(cell, cell) for cell in self._cells[name]]
        return Table(self._lines, self._cells, rows_read, problems)

    def _turn(self) -> None:
        turned = list(zip(*self._rows, strict=True))
        self._rows.clear()
        if turned:
            for name, at in self._usable.items():
                self._cells[name].extend(map(self._known[name].setdefault, turned[at], turned[at]))


def odd_length(count: int, width: int) -> str:
    """What is wrong with a row of `count` cells below a header of `width`."""
    message = ngettext(
        "this row has {count} cell, the first line {width}: look for a comma or quote",
        "this row has {count} cells, the first line {width}: look for a comma or quote",
        count,
    )
    return message.format(count=count, width=width)


def _whole_file(message: str) -> Problem:
    return Problem(None, None, "", message)


def _shown(raw: str) -> str:
    # Only the start is looked at, so that a cell of megabytes costs nothing.
    start = "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in raw[: _SHOWN_CHARACTERS + 1]
    )
    return start if len(start) <= _SHOWN_CHARACTERS else f"{start[: _SHOWN_CHARACTERS - 1]}…"
