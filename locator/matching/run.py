"""A table from its first line to its last, through the matcher and into the outputs."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from locator.geocoding.sources import PostalAddress
from locator.matching.blocks import Block, Blocks
from locator.matching.checkpoints import Position
from locator.matching.columns import find_columns, refuse_taken
from locator.matching.errors import TableUnreadableError
from locator.matching.matcher import Counts, Matcher
from locator.matching.nearby import ADDED
from locator.matching.outputs import Outputs
from locator.matching.progress import Progress
from locator.matching.rows import Row, Rows, what_is_wrong
from locator.matching.tables import Table
from locator.sites import Origin, PlaceAnswer

SET_ASIDE: Final = ("line", "reason")
"""What stands before a row that was set aside, without the names' beginning."""

KEEP_EVERY: Final = 8 * 1024 * 1024
"""Bytes of the table after which the files are made safe, and a killed run can be gone on with."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How a table is to be read and written.

    `columns` says what its header calls parts of an address; what is added begins with `prefix`. Cells of a
    table `for_spreadsheet` never run as formulas.
    """

    columns: Mapping[str, str]
    prefix: str
    for_spreadsheet: bool = False

    @property
    def added(self) -> tuple[str, ...]:
        """The names of the cells that matched rows gain."""
        return tuple(f"{self.prefix}{name}" for name in ADDED)

    @property
    def set_aside(self) -> tuple[str, ...]:
        """The names of the cells that rows set aside gain."""
        return tuple(f"{self.prefix}{name}" for name in SET_ASIDE)


@dataclass(frozen=True, slots=True)
class _Header:
    cells: list[str]
    line: bytes
    has_bom: bool

    @property
    def line_end(self) -> bytes:
        return self.line[len(self.line.rstrip(b"\r\n")) :] or b"\n"


class Run:
    """One table on its way into its outputs."""

    def __init__(
        self,
        table: Table,
        wish: Wish,
        place: Callable[[PostalAddress], PlaceAnswer],
        near: Callable[[Origin], Iterable[str]],
    ) -> None:
        """Read the header; raises TableUnreadableError, ColumnsUnfitError or OSError."""
        self._table = table
        self._blocks = Blocks(table.file)
        self._wish = wish
        self._header = _read_header(self._blocks, table.name)
        columns = find_columns(self._header.cells, wish.columns)
        refuse_taken(self._header.cells, (*wish.added, *wish.set_aside), wish.prefix)
        self._matcher = Matcher(
            columns, place, near, line_end=self._header.line_end, for_spreadsheet=wish.for_spreadsheet
        )

    def carry_out(
        self, outputs: Outputs, progress: Progress, *, goes_on: bool, keep_every: int = KEEP_EVERY
    ) -> Counts:
        """Match all rows, or those that an unfinished run left; the outputs are the same either way.

        Raises TableUnreadableError, NotResumableError, OutputError, or an OSError of the table.
        """
        counts = Counts()
        if goes_on:
            kept = outputs.go_on()
            counts = kept.position.counts
            if kept.is_complete:
                outputs.finish()
                return counts
            self._blocks.go_to(kept.position.offset, kept.position.line)
        else:
            outputs.begin()
            outputs.write(*self._header_lines())
        counts = self._rows(outputs, progress, counts, keep_every)
        self._table.check_unchanged()
        outputs.keep(self._position(counts), is_complete=True)
        outputs.finish()
        return counts

    def _rows(self, outputs: Outputs, progress: Progress, counts: Counts, keep_every: int) -> Counts:
        kept_at = self._blocks.offset
        while True:
            block = self._blocks.read()
            found = self._matcher.sort(block, self._blocks.line)
            self._blocks.take(found.lines)
            outputs.write(found.matched, found.set_aside)
            counts = counts.plus(found.counts)
            progress.advance(found.counts.rows, self._blocks.offset)
            if block.is_last:
                return counts
            if self._table.can_be_read_again and self._blocks.offset - kept_at >= keep_every:
                outputs.keep(self._position(counts))
                kept_at = self._blocks.offset

    def _position(self, counts: Counts) -> Position:
        return Position(self._blocks.offset, self._blocks.line, counts)

    def _header_lines(self) -> tuple[bytes, bytes]:
        header, wish = self._header, self._wish
        # Without the mark, a spreadsheet takes UTF-8 for something else.
        mark = codecs.BOM_UTF8 if header.has_bom or wish.for_spreadsheet else b""
        matched = self._matcher.header(header.cells, header.line, wish.added)
        aside = self._matcher.header_aside(header.cells, header.line, wish.set_aside)
        return mark + matched, mark + aside


def _read_header(blocks: Blocks, name: str) -> _Header:
    """The first line that is not empty; the blocks then go on behind it."""
    while True:
        block = blocks.read()
        has_bom = bool(block.lines) and block.lines[0].startswith(codecs.BOM_UTF8)
        rows = Rows(_without_bom(block) if has_bom else block, width=None)
        first = next(iter(rows), None)
        if first is not None:
            blocks.take(rows.taken)
            return _header(rows, first, name, has_bom=has_bom)
        if block.is_last:
            raise TableUnreadableError(f"{name} is empty.")


def _without_bom(block: Block) -> Block:
    first, *others = block.lines
    return replace(block, lines=[first.removeprefix(codecs.BOM_UTF8), *others])


def _header(rows: Rows, row: Row, name: str, *, has_bom: bool) -> _Header:
    first, end, cells = row
    if cells is None or what_is_wrong(rows.text(first, end)) is not None:
        raise TableUnreadableError(
            f"The first line of {name} cannot be read."
            " Save the table as CSV UTF-8, with the names of its columns first."
        )
    return _Header(cells, rows.own(first, end), has_bom)
