"""The clinic file as a table: bytes in, one record a clinic out, and every structural problem by line."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

from locator.language import gettext as _
from locator.language import ngettext

MAX_BYTES: Final = 80_000_000
MAX_ROWS: Final = 100_000
MAX_LINES: Final = 1_000_000
"""What the reader bears; a row of the shipped file takes 600 bytes and one line."""

# Around a cell these mean nothing; a tab or line end there is a slip, and the rules for cells report it.
_BLANKS: Final = " \u00a0"
_SHOWN_CHARACTERS: Final = 60


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


class Line(NamedTuple):
    """The cells of a line, blanks around them removed, and the physical line it begins on."""

    line: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Record:
    """One clinic's cells by column, blanks around them removed, and the physical line it starts on."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The readable rows, how many there were in all, and what is wrong with the structure.

    The cells of each row are in the order of `columns`; equal ones are one object. A column that is missing,
    or named twice in the header, is not among them.
    """

    columns: tuple[str, ...] = ()
    rows: Sequence[Line] = ()
    rows_read: int = 0
    problems: tuple[Problem, ...] = ()

    def records(self) -> Iterator[Record]:
        """The rows by column, in the order of the file."""
        return (Record(line, dict(zip(self.columns, cells, strict=True))) for line, cells in self.rows)

    def column(self, name: str) -> tuple[str, ...]:
        """A column's cells, row by row; all empty where there is no such column."""
        if name not in self.columns:
            return ("",) * len(self.rows)
        at = self.columns.index(name)
        return tuple(cells[at] for _line, cells in self.rows)


def read_table(raw: bytes, columns: Sequence[str], optional: Collection[str] = ()) -> Table:
    """The rows of a comma-separated file whose header names `columns`, in any order; others are ignored.

    The `optional` ones among them may be missing.

    UTF-8, with or without a byte order mark, else Windows-1252. Rows with nothing in them are skipped. A file
    that is empty, too large, or not text gives one problem and no row.
    """
    encoding = _encoding(raw)
    if isinstance(encoding, Problem):
        return Table(problems=(encoding,))
    # Not a StringIO: with four bytes a letter, it would take several times the file's size.
    lines = read_lines(io.TextIOWrapper(io.BytesIO(raw), encoding, newline=""))
    header = next(lines, None)
    if header is None or isinstance(header, Problem):
        return Table(problems=(header or _whole_file(_("the file is empty")),))
    names = header.cells
    problems = list(_header_problems(header.line, names, columns, optional))
    if not set(names) & set(columns):
        return Table(problems=tuple(problems))
    usable = {name: at for at, name in enumerate(names) if name in columns and names.count(name) == 1}
    rows: list[Line] = []
    rows_read = 0
    known: dict[str, str] = {}
    for rows_read, line in enumerate(lines, start=1):
        if rows_read > MAX_ROWS:
            message = _("the file holds more than {rows} rows").format(rows=f"{MAX_ROWS:,}")
            return Table(problems=(_whole_file(message),))
        if isinstance(line, Problem):
            problems.append(line)
        elif len(line.cells) != len(names):
            message = odd_length(len(line.cells), len(names))
            problems.append(Problem.of(line.line, None, ",".join(line.cells), message))
        else:
            # Most cells of a large file repeat.
            cells = [line.cells[at] for at in usable.values()]
            rows.append(Line(line.line, tuple(map(known.setdefault, cells, cells))))
    if rows_read == 0:
        problems.append(_whole_file(_("the file names no clinic")))
    return Table(tuple(usable), rows, rows_read, tuple(problems))


def read_lines(text: Iterable[str], mark: str = ",") -> Iterator[Line | Problem]:
    """Every line of cells that holds something; one that breaks the rules of quotation marks is a problem.

    `text` gives physical lines with their ends as they are, as a file that is opened with newline="" does:
    a quoted cell may hold line ends of any kind. `mark` stands between cells.
    """
    reader = csv.reader(text, delimiter=mark, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = list(map(without_blanks, next(reader)))
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
            yield Line(line, cells)


def without_blanks(cell: str) -> str:
    """A cell's text as every reader of a clinic file takes it."""
    return cell.strip(_BLANKS)


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
    try:
        return text_encoding(raw)
    except UnicodeDecodeError as error:
        message = _("this is neither UTF-8 nor Windows-1252 text: save the file as CSV UTF-8")
        return Problem(raw.count(b"\n", 0, error.start) + 1, None, "", message)


def text_encoding(raw: bytes) -> str:
    """UTF-8, with or without a byte order mark, or for what is none Windows-1252, which spreadsheets write.

    By the name by which Python knows it. UnicodeDecodeError, with the place, for what is neither.
    """
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        raw.decode("cp1252")
        return "cp1252"
    return "utf-8-sig"


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
