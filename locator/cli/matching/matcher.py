"""Rows in; out come those with what is near them, and those set aside with the reason. Touches no file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Final

from locator.cli.matching.columns import Columns
from locator.cli.matching.placing import RowPlaces, Unplaced
from locator.cli.matching.rows import Block, Rows, encoded, is_windows_1252, text_problem
from locator.clinics import neutralised
from locator.geocoding import PostalAddress
from locator.presentation import plural
from locator.sites import Origin, PlaceAnswer

UNREADABLE: Final = (
    "not readable as CSV: a quotation mark is missing or one too many, or a cell is longer than"
    f" {csv.field_size_limit():,} characters"
)
_CACHED_ANSWERS: Final = 16_384
# Characters. Longer cells hold stories rather than places, and would be cached just the same.
_LONGEST_CACHED: Final = 100


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows there were, how many were set aside, and the encoding of how many lines was a guess."""

    rows: int = 0
    set_aside: int = 0
    guessed_lines: int = 0

    def plus(self, other: Counts) -> Counts:
        """The sum of both."""
        return Counts(
            self.rows + other.rows,
            self.set_aside + other.set_aside,
            self.guessed_lines + other.guessed_lines,
        )


@dataclass(frozen=True, slots=True)
class MatchedBlock:
    """The rows of a block for the two outputs, each in exactly one of them, and how many lines they were."""

    matched: bytes
    set_aside: bytes
    lines: int
    counts: Counts


class Matcher:
    """Adds to each row what is near it.

    What a row already holds is passed on as it is; `for_spreadsheet` writes its cells anew, so that none of
    them runs as a formula. What is added never does. Cached answers are bounded in number and hold no street.
    """

    def __init__(
        self,
        columns: Columns,
        place: Callable[[PostalAddress], PlaceAnswer],
        near: Callable[[Origin], Iterable[str]],
        *,
        line_end: bytes,
        for_spreadsheet: bool = False,
    ) -> None:
        self._columns = columns
        self._places = RowPlaces(place)
        self._near = near
        self._line_end = line_end
        self._for_spreadsheet = for_spreadsheet
        self._street_at = columns.at.get("address")
        areas = {part: at for part, at in columns.at.items() if part != "address"}
        self._area_parts = tuple(areas)
        self._area_of = _picker(tuple(areas.values()))
        self._in_area = lru_cache(maxsize=_CACHED_ANSWERS)(self._answer_in_area)
        self._at_place = lru_cache(maxsize=_CACHED_ANSWERS)(self._answer_at_place)

    def header(self, cells: list[str], line: bytes, added: Iterable[str]) -> bytes:
        """The first line of the matched rows, from that of the table and the names of what is added."""
        return b"%b,%b%b" % (self._own(line, cells), _line(added), self._line_end)

    def header_aside(self, cells: list[str], line: bytes, before: Iterable[str]) -> bytes:
        """The first line of the rows set aside; `before` names the line number and the reason."""
        return b"%b,%b%b" % (_line(before), self._own(line, cells), self._line_end)

    def match(self, block: Block, first_line: int) -> MatchedBlock:
        """The block's rows; its first line is line `first_line` of the file."""
        rows = Rows(block, width=self._columns.width)
        matched: list[bytes] = []
        aside: list[bytes] = []
        for first, end, cells in rows:
            problem = None if rows.is_clean else text_problem(rows.text(first, end))
            answer = Unplaced(problem) if problem else self._answer(cells)
            own = self._own(rows.own(first, end), cells)
            if isinstance(answer, bytes):
                matched.append(own + answer)
            else:
                why = _line((str(first_line + first), answer.reason))
                aside.append(b"%b,%b%b" % (why, own, self._line_end))
        guessed = 0 if rows.is_clean else sum(map(is_windows_1252, block.lines[: rows.taken]))
        counts = Counts(len(matched) + len(aside), len(aside), guessed)
        return MatchedBlock(b"".join(matched), b"".join(aside), rows.taken, counts)

    def _own(self, line: bytes, cells: list[str] | None) -> bytes:
        """A row's own line without its end; what could not be read, as one cell."""
        line = line.rstrip(b"\r\n")
        if cells is None:
            cells = [line.decode(errors="surrogateescape")]
        elif not self._for_spreadsheet:
            return line
        return _line(map(neutralised, cells) if self._for_spreadsheet else cells)

    def _answer(self, cells: list[str] | None) -> bytes | Unplaced:
        if cells is None:
            return Unplaced(UNREADABLE)
        if len(cells) != self._columns.width:
            return Unplaced(f"{plural(len(cells), 'cell', 'cells')} where {self._columns.width} belong")
        street = "" if self._street_at is None else cells[self._street_at].strip()
        area = self._area_of(cells)
        if street or sum(map(len, area)) > _LONGEST_CACHED:
            return self._placed(street, area)
        return self._in_area(area)

    def _answer_in_area(self, area: tuple[str, ...]) -> bytes | Unplaced:
        return self._placed("", area)

    def _placed(self, street: str, area: tuple[str, ...]) -> bytes | Unplaced:
        parts = dict(zip(self._area_parts, area, strict=True))
        found = self._places.find(street, parts.get("city", ""), parts.get("state", ""), parts.get("zip", ""))
        return found if isinstance(found, Unplaced) else self._at_place(found)

    def _answer_at_place(self, origin: Origin) -> bytes:
        """What follows the row's own line."""
        return b",%b%b" % (_line(map(neutralised, self._near(origin))), self._line_end)


def _picker(at: Sequence[int]) -> Callable[[list[str]], tuple[str, ...]]:
    """Takes the cells at these indexes out of a row, as fast as can be: it runs for every row."""
    if len(at) > 1:
        return itemgetter(*at)
    return lambda cells: tuple(cells[index] for index in at)


def _line(cells: Iterable[str]) -> bytes:
    """Cells as a line of CSV without its end."""
    text = io.StringIO(newline="")
    # With this end of line, a carriage return inside a cell is quoted too.
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return encoded(text.getvalue()[:-2])
