"""Files of hard cells between marks, made by code or published: read cell by cell as they were written."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from locator.clinics import COLUMNS, Problem
from locator.staff.imports.text_file import decode_text, read_delimited
from reliability.corpora import CsvSample

_BLANKS: Final = " \u00a0"
_PIECES: Final = (
    *("", "a", " ", "\t", ",", ";", "|", '"', '""', "'", "\n", "\r\n", "\r", "\\", "é", "–", "診", "🙂", "0"),
    '{"type": "Point", "coordinates": [102.0, 0.5]}',
    "line one\nline two",
    'she said "no", twice',
)
_MARKS: Final = (",", ";", "\t", "|")
# Quotes where needed and CRLF; quotes everywhere and LF.
_DIALECTS: Final = ("excel", "unix")
_ENCODINGS: Final = ("utf-8", "utf-8-sig", "utf-16")


@dataclass(frozen=True, slots=True)
class MadeFile:
    """The bytes of a file, and the cells that were written into it, the header first."""

    raw: bytes
    lines: tuple[tuple[str, ...], ...]


def made_files(count: int, seed: int) -> Iterator[MadeFile]:
    """Files of hard cells in every mark, quoting, line end and encoding, in turn and at random."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    for at in range(count):
        header = tuple(chance.sample(COLUMNS, chance.randint(2, 6)))
        rows = tuple(tuple(_cell(chance) for _ in header) for _ in range(chance.randint(1, 4)))
        mark, dialect = _MARKS[at % len(_MARKS)], chance.choice(_DIALECTS)
        text = io.StringIO(newline="")
        csv.writer(text, dialect, delimiter=mark).writerows([header, *rows])
        yield MadeFile(text.getvalue().encode(chance.choice(_ENCODINGS)), (header, *rows))


def _cell(chance: random.Random) -> str:
    return "".join(chance.choices(_PIECES, k=chance.randint(0, 4)))


def is_read_as_written(made: MadeFile) -> bool:
    """Whether the cells come back, without blanks around them and without rows that hold nothing."""
    return _cells(made.raw) == _stripped(made.lines)


def is_read_as_told(sample: CsvSample) -> bool:
    """Whether the file gives the rows that its publisher says it holds."""
    header = tuple(sample.rows[0])
    told = [tuple(row[column] for column in header) for row in sample.rows]
    return _cells(sample.raw) == _stripped([header, *told])


def contradicts_itself(sample: CsvSample) -> bool:
    """Whether the publisher tells of a cell whose text is nowhere in the file: nobody could read it."""
    text = sample.raw.decode("utf-8", "replace").replace('""', '"')
    return any(cell not in text for row in sample.rows for cell in row.values())


def _stripped(lines: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    stripped = [tuple(cell.strip(_BLANKS) for cell in line) for line in lines]
    return [line for line in stripped if any(line)]


def _cells(raw: bytes) -> list[tuple[str, ...]] | None:
    text = decode_text(raw)
    if isinstance(text, Problem):
        return None
    grid = read_delimited(text.text)
    return None if grid.problems else [tuple(cell.text for cell in row.cells) for row in grid.rows]
