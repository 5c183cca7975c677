"""A table from its first line to its last, through the matcher and into two files.

These get their own names once both are whole, and not before.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from locator.cli.matching.columns import find_columns, refuse_taken, remarks
from locator.cli.matching.matcher import Counts, Matcher
from locator.cli.matching.nearby import ADDED
from locator.cli.matching.rows import (
    Block,
    Blocks,
    InputTable,
    Row,
    Rows,
    TableUnreadableError,
    text_problem,
)
from locator.errors import UnwritableError
from locator.files import sync_file, sync_folder, temporary_file
from locator.geocoding import PostalAddress
from locator.progress import Pace, Progress
from locator.sites import Origin, PlaceAnswer

# Addresses are personal, wherever the table came from.
_OWNER_ONLY: Final = 0o600


class Outputs:
    """The file of matched rows and the file of rows set aside. Use it in a `with`.

    Both are written as hidden temporary files beside their names. What a killed run left there is removed by
    the next run with the same names. Raises UnwritableError in place of OSError, and BusyError while another
    run writes the same files.
    """

    def __init__(self, matched: Path, aside: Path) -> None:
        self._paths = (matched, aside)
        self._open = ExitStack()
        self._files: list[tuple[IO[bytes], Path]] = []

    def __enter__(self) -> Self:
        with self._named_errors(), ExitStack() as stack:
            self._files = [
                stack.enter_context(temporary_file(path, mode=_OWNER_ONLY)) for path in self._paths
            ]
            self._open = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._named_errors():
            self._open.close()

    def write(self, matched: bytes, aside: bytes) -> None:
        """Append to both."""
        with self._named_errors():
            for (file, _), content in zip(self._files, (matched, aside), strict=True):
                file.write(content)

    def publish(self) -> None:
        """Give both files their names, in place of whatever had them.

        The matched rows come last: where their file is new, the other is too.
        """
        with self._named_errors():
            for file, _ in self._files:
                sync_file(file)
            for (_, temporary), path in reversed(list(zip(self._files, self._paths, strict=True))):
                temporary.replace(path)
                sync_folder(path.parent)

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as exc:
            raise UnwritableError(
                f"{self._paths[0].name} or what belongs to it cannot be written: {exc.strerror}."
                " When that is mended, run the command again."
            ) from exc


SET_ASIDE: Final = ("line", "reason")
"""The names of the cells before a row that was set aside, without their prefix."""


@dataclass(frozen=True, slots=True)
class TableOptions:
    """How a table is to be read and written.

    `columns` says what its header calls parts of an address; the names of added cells begin with `prefix`.
    Cells of a table `for_spreadsheet` never run as formulas.
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
        table: InputTable,
        options: TableOptions,
        place: Callable[[PostalAddress], PlaceAnswer],
        near: Callable[[Origin], Iterable[str]],
    ) -> None:
        """Read the header; raises TableUnreadableError, ColumnsUnfitError or OSError."""
        self._table = table
        self._blocks = Blocks(table.file)
        self._options = options
        self._header = _read_header(self._blocks, table.name)
        columns = find_columns(self._header.cells, options.columns)
        refuse_taken(self._header.cells, (*options.added, *options.set_aside), options.prefix)
        self.remarks = tuple(remarks(self._header.cells, columns))
        """What to tell of the choice of columns, in sentences."""
        self._matcher = Matcher(
            columns, place, near, line_end=self._header.line_end, for_spreadsheet=options.for_spreadsheet
        )

    def carry_out(self, outputs: Outputs, progress: Progress) -> Counts:
        """Match all rows and publish the outputs.

        Raises TableUnreadableError, UnwritableError, or an OSError of the table.
        """
        outputs.write(*self._header_lines())
        counts = Counts()
        is_last = False
        while not is_last:
            block = self._blocks.read()
            rows = self._matcher.match(block, self._blocks.line)
            self._blocks.take(rows.lines)
            outputs.write(rows.matched, rows.set_aside)
            counts = counts.plus(rows.counts)
            progress.advance(rows.counts.rows, self._describe)
            is_last = block.is_last
        self._table.check_unchanged()
        outputs.publish()
        return counts

    def _describe(self, pace: Pace) -> str:
        sentence = f"{pace.done:,} rows, {pace.per_s:,.0f} a second"
        if not self._table.size:
            return sentence
        return f"{sentence}, {self._blocks.offset * 100 // self._table.size} % of the table"

    def _header_lines(self) -> tuple[bytes, bytes]:
        header, options = self._header, self._options
        # Without the mark, a spreadsheet takes UTF-8 for something else.
        mark = codecs.BOM_UTF8 if header.has_bom or options.for_spreadsheet else b""
        matched = self._matcher.header(header.cells, header.line, options.added)
        aside = self._matcher.header_aside(header.cells, header.line, options.set_aside)
        return mark + matched, mark + aside


def _read_header(blocks: Blocks, name: str) -> _Header:
    """The first line that is not empty; the blocks then go on after it."""
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
    if cells is None or text_problem(rows.text(first, end)) is not None:
        raise TableUnreadableError(
            f"The first line of {name} cannot be read."
            " Save the table as CSV UTF-8, with the names of its columns first."
        )
    return _Header(cells, rows.own(first, end), has_bom)
