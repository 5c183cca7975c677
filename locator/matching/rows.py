"""The rows of a block of lines, and those that are none."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import Final

from locator.matching.blocks import LONGEST_ROW, Block

Row = tuple[int, int, list[str] | None]
"""The first of the block's lines that are a row and the one behind its last, and its cells.

The cells are None for a line that cannot be read as part of a row. A tuple, as a million are made.
"""

_GUESS: Final = "cp1252"
_BARELY_TEXT: Final = "surrogateescape"
"""Bytes that are no text stay what they are when they are written again."""


class Rows:
    """Gives the rows of a block; after the last, `taken` says how many lines they were.

    A row over several lines that breaks the rules of quotation marks, is longer than LONGEST_ROW or does not
    have `width` cells gives its first line as one that cannot be read, and reading goes on with the line
    after it: one quotation mark too many costs one row. A row that may go on in the next block is left. Empty
    lines are no rows.
    """

    def __init__(self, block: Block, *, width: int | None) -> None:
        """Of any `width` if that is None."""
        self._block = block
        self._width = width
        self._texts, self.is_clean = _decoded(block.lines)
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
                if lines.at == len(self._texts) and self._may_go_on(first):
                    return
                cells = None
            if lines.at - first > 1 and not self._holds(first, lines.at, cells):
                cells, lines.at = None, first + 1
            self.taken = lines.at
            if cells is None or cells:
                yield first, lines.at, cells

    def own(self, first: int, end: int) -> bytes:
        """What these lines hold, as UTF-8; bytes that are no text stay what they are."""
        return self._utf8[first] if end == first + 1 else b"".join(self._utf8[first:end])

    def text(self, first: int, end: int) -> str:
        """The same as text."""
        return "".join(self._texts[first:end])

    def _may_go_on(self, first: int) -> bool:
        block = self._block
        return not block.is_last and self._size(first, len(block.lines)) + block.tail_size <= LONGEST_ROW

    def _holds(self, first: int, end: int, cells: list[str] | None) -> bool:
        """Whether these lines are one row."""
        if cells is None or self._size(first, end) > LONGEST_ROW:
            return False
        return self._width is None or len(cells) == self._width

    def _size(self, first: int, end: int) -> int:
        return sum(map(len, self._block.lines[first:end]))


def is_windows_1252(line: bytes) -> bool:
    """Whether a line is not UTF-8 and can be read as Windows-1252, which is a guess."""
    return _encoding(line) == _GUESS


def what_is_wrong(text: str) -> str | None:
    """Why a row cannot be text that a person wrote; None if it can."""
    if "\0" in text:
        return "there is a NUL character in it, so the row is damaged"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "it is neither UTF-8 nor Windows-1252 text"
    return None


def encoded(text: str) -> bytes:
    """Text as it is written: UTF-8, and what was no text as it was."""
    return text.encode(errors=_BARELY_TEXT)


class _Lines(Iterator[str]):
    """Hands out lines from `at` on, which can be set back."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self.at = 0

    def __next__(self) -> str:
        at = self.at
        if at == len(self._lines):
            raise StopIteration
        self.at = at + 1
        return self._lines[at]


def _decoded(lines: Sequence[bytes]) -> tuple[list[str], bool]:
    """The lines as text, and whether each is UTF-8 without NUL."""
    try:
        texts = list(map(bytes.decode, lines))
    except UnicodeDecodeError:
        return list(map(_guessed, lines)), False
    return texts, not any("\0" in text for text in texts)


def _guessed(line: bytes) -> str:
    encoding = _encoding(line)
    return line.decode(encoding) if encoding else line.decode(errors=_BARELY_TEXT)


def _encoding(line: bytes) -> str | None:
    for encoding in ("utf-8", _GUESS):
        try:
            line.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return None
