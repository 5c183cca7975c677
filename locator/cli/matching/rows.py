"""A table of any length, read block by block as rows, and the lines that are no row.

Memory does not grow with the file. Text is UTF-8; a line that is not is taken for Windows-1252, and bytes
that are neither stay what they are. No error holds a cell of the table.
"""

from __future__ import annotations

import codecs
import csv
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from locator.errors import LocatorError


class TableUnreadableError(LocatorError):
    """The table cannot be read on; the text names the file and says why."""


class ColumnsUnfitError(LocatorError):
    """The table's columns do not fit the question; the text says which and what to do."""


LONGEST_ROW: Final = 1024 * 1024
"""Bytes. A longer line is no row of a table, and would take that much memory."""

Row = tuple[int, int, list[str] | None]
"""The index in its block of a row's first line, that of the line after its last, and its cells.

The cells are None for a line that cannot be read as part of a row. A tuple, as there are millions of them.
"""

_KINDS: Final = (
    (b"PK\x03\x04", "a workbook (.xlsx, .ods) or another archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls)"),
    (codecs.BOM_UTF16_LE, "UTF-16 text"),
    (codecs.BOM_UTF16_BE, "UTF-16 text"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file"),
)
# Larger ones are no faster, and each is held with ten times as much output.
_BLOCK_BYTES: Final = 64 * 1024
_FALLBACK_ENCODING: Final = "cp1252"
_UNDECODABLE: Final = "surrogateescape"
"""Has bytes that are no text written again as they were read."""


@dataclass(frozen=True, slots=True)
class InputTable:
    """An open table; `size` is in bytes, or None for standard input and pipes."""

    name: str
    file: IO[bytes]
    size: int | None
    _opened: os.stat_result

    def check_unchanged(self) -> None:
        """Raise TableUnreadableError if the file was written to since it was opened."""
        now, opened = os.fstat(self.file.fileno()), self._opened
        if self.size is not None and (now.st_size, now.st_mtime_ns) != (opened.st_size, opened.st_mtime_ns):
            raise TableUnreadableError(f"{self.name} changed while it was read. Run the command again.")


def _other_kind(start: bytes) -> str | None:
    """What a file is that begins so, where it is no text in single bytes."""
    for mark, kind in _KINDS:
        if start.startswith(mark):
            return kind
    return None


@contextmanager
def open_table(path: Path | None) -> Iterator[InputTable]:
    """The table at `path`, or on standard input for None; TableUnreadableError in place of any OSError."""
    name = path.name if path else "standard input"
    try:
        with path.open("rb") if path else os.fdopen(os.dup(sys.stdin.fileno()), "rb") as file:
            status = os.fstat(file.fileno())
            kind = _other_kind(file.peek(4)[:4])
            if kind is not None:
                raise TableUnreadableError(
                    f"{name} is {kind}, which this command does not read: save its table as CSV UTF-8."
                )
            yield InputTable(
                name, file, status.st_size if path is not None and path.is_file() else None, status
            )
    except OSError as exc:
        raise TableUnreadableError(f"{name} cannot be read: {exc.strerror}") from exc


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines with their ends, and how many bytes of the next line have been read after them.

    Only the last line of the last block may lack its end.
    """

    lines: list[bytes]
    tail_size: int
    is_last: bool


class Blocks:
    """Reads a file block by block; lines that are not taken from one block begin the next.

    `offset` is the byte where the next line begins, `line` its number from 1. Lines end in LF, CRLF or CR.
    """

    def __init__(self, file: IO[bytes], *, size: int = _BLOCK_BYTES) -> None:
        """Reads `size` bytes at a time."""
        self._file = file
        self._size = size
        self._lines: list[bytes] = []
        self._tail = b""
        self.offset = 0
        self.line = 1

    def read(self) -> Block:
        """The lines that were not taken and those that follow; the block after the last one is empty.

        Raises TableUnreadableError for a line longer than LONGEST_ROW, OSError where the file cannot be read.
        """
        chunk = self._file.read(self._size)
        content = b"".join((*self._lines, self._tail, chunk))
        end = _last_line_end(content) if chunk else len(content)
        self._lines, self._tail = content[:end].splitlines(keepends=True), content[end:]
        lengths = map(len, (*self._lines, self._tail))
        # Each line is measured, and not what happens to be left, so that blocks of any size refuse the same.
        too_long = next((at for at, length in enumerate(lengths) if length > LONGEST_ROW), None)
        if too_long is not None:
            raise TableUnreadableError(
                f"Line {self.line + too_long:,} is longer than {LONGEST_ROW:,} bytes, which no row is."
                " Look at that line, and whether the file is a table at all."
            )
        return Block(self._lines, len(self._tail), is_last=not chunk)

    def take(self, lines: int) -> None:
        """Be done with the first `lines` of the block that was read last."""
        self.offset += sum(map(len, self._lines[:lines]))
        self.line += lines
        self._lines = self._lines[lines:]


class Rows:
    """Iterates over the rows of a block; after the last, `taken` is how many lines they were.

    Where a row over several lines breaks the rules of quotation marks, is longer than LONGEST_ROW or does not
    have `width` cells, its first line is one that cannot be read, and reading goes on with the line after it:
    one quotation mark too many costs one row. A row that may go on in the next block is left for it. Empty
    lines are no rows.
    """

    def __init__(self, block: Block, *, width: int | None) -> None:
        """With `width` None, rows may have any number of cells."""
        self._block = block
        self._width = width
        self._texts, self.is_clean = _decoded_lines(block.lines)
        self._utf8 = block.lines if self.is_clean else list(map(encoded, self._texts))
        self.taken = 0

    def __iter__(self) -> Iterator[Row]:
        lines = _Lines(self._texts)
        reader = csv.reader(lines, strict=True)
        while True:
            first = self.taken
            cells: list[str] | None
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                if lines.index == len(self._texts) and self._may_go_on(first):
                    return
                cells = None
            if lines.index - first > 1 and not self._is_one_row(first, lines.index, cells):
                cells, lines.index = None, first + 1
            self.taken = lines.index
            if cells is None or cells:
                yield first, lines.index, cells

    def own(self, first: int, end: int) -> bytes:
        """What these lines hold, as UTF-8; bytes that are no text stay what they are."""
        return self._utf8[first] if end == first + 1 else b"".join(self._utf8[first:end])

    def text(self, first: int, end: int) -> str:
        """The same as text."""
        return "".join(self._texts[first:end])

    def _may_go_on(self, first: int) -> bool:
        block = self._block
        return not block.is_last and self._size(first, len(block.lines)) + block.tail_size <= LONGEST_ROW

    def _is_one_row(self, first: int, end: int, cells: list[str] | None) -> bool:
        """Whether these lines are one row."""
        if cells is None or self._size(first, end) > LONGEST_ROW:
            return False
        return self._width is None or len(cells) == self._width

    def _size(self, first: int, end: int) -> int:
        return sum(map(len, self._block.lines[first:end]))


def is_windows_1252(line: bytes) -> bool:
    """Whether a line is not UTF-8 and can be read as Windows-1252, which is a guess."""
    return _encoding(line) == _FALLBACK_ENCODING


def text_problem(text: str) -> str | None:
    """Why a row cannot be text that a person wrote; None if it can."""
    if "\0" in text:
        return "there is a NUL character in it, so the row is damaged"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "it is neither UTF-8 nor Windows-1252 text"
    return None


def encoded(text: str) -> bytes:
    """Text as UTF-8; bytes that were no text as they were read."""
    return text.encode(errors=_UNDECODABLE)


class _Lines(Iterator[str]):
    """Iterates over lines from `index` on, which can be set back."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self.index = 0

    def __next__(self) -> str:
        index = self.index
        if index == len(self._lines):
            raise StopIteration
        self.index = index + 1
        return self._lines[index]


def _decoded_lines(lines: Sequence[bytes]) -> tuple[list[str], bool]:
    """The lines as text, and whether each is UTF-8 without NUL."""
    try:
        texts = list(map(bytes.decode, lines))
    except UnicodeDecodeError:
        return list(map(_decoded_line, lines)), False
    return texts, not any("\0" in text for text in texts)


def _decoded_line(line: bytes) -> str:
    encoding = _encoding(line)
    return line.decode(encoding) if encoding else line.decode(errors=_UNDECODABLE)


def _encoding(line: bytes) -> str | None:
    for encoding in ("utf-8", _FALLBACK_ENCODING):
        try:
            line.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return None


def _last_line_end(content: bytes) -> int:
    """Where the last whole line ends; a CR at the very end may be half of a CRLF."""
    return max(content.rfind(b"\n"), content.rfind(b"\r", 0, len(content) - 1)) + 1
