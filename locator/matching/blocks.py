"""A file of any length as blocks of whole lines, with the place where each begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, Final

from locator.matching.errors import TableUnreadableError

LONGEST_ROW: Final = 1024 * 1024
"""Bytes. A longer line is no row of a table, and would be all of the memory that this takes."""

# Larger ones are no faster, and each is held with ten times as much output.
_BLOCK: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Block:
    """Lines with their ends, those that stand alone and the start of one more, of `tail_size` bytes.

    Only the last block's last line may lack its end.
    """

    lines: list[bytes]
    tail_size: int
    is_last: bool


class Blocks:
    """Reads a file block by block; what is not taken of one block begins the next.

    `offset` is the byte where the next line begins, `line` its number from 1. Memory does not grow with the
    file. Lines end in LF, CRLF or CR.
    """

    def __init__(self, file: IO[bytes], *, size: int = _BLOCK) -> None:
        """Reads `size` bytes at a time."""
        self._file = file
        self._size = size
        self._lines: list[bytes] = []
        self._tail = b""
        self.offset = 0
        self.line = 1

    def read(self) -> Block:
        """What was left and what follows; the block after the last one is empty.

        Raises TableUnreadableError for a line longer than LONGEST_ROW, OSError where the file cannot be read.
        """
        chunk = self._file.read(self._size)
        content = b"".join((*self._lines, self._tail, chunk))
        end = _last_line_end(content) if chunk else len(content)
        self._lines, self._tail = content[:end].splitlines(keepends=True), content[end:]
        lengths = map(len, (*self._lines, self._tail))
        # Of each line, and not of what happens to be left: going on elsewhere must refuse the same files.
        too_long = next((at for at, length in enumerate(lengths) if length > LONGEST_ROW), None)
        if too_long is not None:
            raise TableUnreadableError(
                f"Line {self.line + too_long:,} is longer than {LONGEST_ROW:,} bytes, which no row is."
                " Look at that line, and whether the file is a table at all."
            )
        return Block(self._lines, len(self._tail), is_last=not chunk)

    def take(self, lines: int) -> None:
        """So many lines of the block just read are done with."""
        self.offset += sum(map(len, self._lines[:lines]))
        self.line += lines
        self._lines = self._lines[lines:]

    def go_to(self, offset: int, line: int) -> None:
        """Read on from the byte where this line begins."""
        self._file.seek(offset)
        self._lines, self._tail = [], b""
        self.offset, self.line = offset, line


def _last_line_end(content: bytes) -> int:
    """Where the last whole line ends; a CR at the very end may be half of a CRLF."""
    return max(content.rfind(b"\n"), content.rfind(b"\r", 0, len(content) - 1)) + 1
