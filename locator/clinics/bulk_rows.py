"""Many rows of the clinic file at once: each cell judged once, each combination of cells once.

What `directory_rules` says of a row is the law. A row is right if each of its cells is right alone, and if a
row of the same pattern was found right when it was read as a whole. The pattern holds all that the rules
between cells look at, so a large file is read as a small one is, only sooner.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import compress
from typing import Annotated, Any, Final

from pydantic import TypeAdapter, ValidationError

from locator.clinics.csv_table import Problem, Table
from locator.clinics.schema import COLUMNS, OPTIONAL_COLUMNS, Row, read_row, sites_of
from locator.sites import Site

PATTERN_WORDS: Final = frozenset({"evaluation", "evaluation_status", "procedure", "procedure_status"})
"""The columns whose words rules between cells look at; of any other they only see whether it is empty."""

_WRONG: Final = object()
# Few enough that other threads get their turn in between: so many cells are judged in one go.
_CELLS_AT_ONCE: Final = 1_000
# Below this, making the rules for cells alone costs more than it saves.
_ROW_BY_ROW_BELOW: Final = 200
_FIELDS: Final = dict(zip(COLUMNS, Row.model_fields, strict=True))

Answer = Site | tuple[Problem, ...]
# What each text of a column means, and _WRONG for one that is not right alone.
_Meanings = Mapping[str, Any]


def read_rows(table: Table, *, today: date) -> Iterator[Answer]:
    """What `read_row` gives for each record of the table, in order."""
    # Where the header lacks a column, no row can be right.
    is_whole = table.columns.keys() >= set(COLUMNS) - OPTIONAL_COLUMNS
    if not is_whole or len(table.lines) < _ROW_BY_ROW_BELOW:
        yield from (read_row(table.record(at), today=today) for at in range(len(table.lines)))
        return
    meanings = {column: _judged(column, set(cells), today) for column, cells in table.columns.items()}
    answers = dict(_read_whole(table, _wrong_alone(table, meanings), today))
    like_them = _sites(table, meanings, [at not in answers for at in range(len(table.lines))])
    for at in range(len(table.lines)):
        yield answers[at] if at in answers else next(like_them)


def _read_whole(table: Table, wrong: Collection[int], today: date) -> Iterator[tuple[int, Answer]]:
    """By position, the rows that are not right for sure: each is read as a whole."""
    found_right: set[tuple[object, ...]] = set()
    for at, pattern in enumerate(_patterns(table)):
        if at in wrong or pattern not in found_right:
            answer = read_row(table.record(at), today=today)
            if isinstance(answer, Site):
                found_right.add(pattern)
            yield at, answer


def _patterns(table: Table) -> Iterator[tuple[object, ...]]:
    """All that rules between cells may look at, record by record."""
    return zip(
        *(cells if column in PATTERN_WORDS else map(bool, cells) for column, cells in table.columns.items()),
        strict=True,
    )


def _wrong_alone(table: Table, meanings: Mapping[str, _Meanings]) -> set[int]:
    """The positions of the rows with a cell that is not right alone."""
    amiss = [column for column, meant in meanings.items() if any(one is _WRONG for one in meant.values())]
    return {
        at
        for column in amiss
        for at, cell in enumerate(table.columns[column])
        if meanings[column][cell] is _WRONG
    }


def _sites(table: Table, meanings: Mapping[str, _Meanings], chosen: Sequence[bool]) -> Iterator[Site]:
    """The clinics of the chosen rows, all of whose cells are right."""
    cells: dict[str, Sequence[Any]] = {_FIELDS[column]: (None,) * sum(chosen) for column in OPTIONAL_COLUMNS}
    for column, texts in table.columns.items():
        cells[_FIELDS[column]] = list(map(meanings[column].__getitem__, compress(texts, chosen)))
    return sites_of(cells)


def _judged(column: str, texts: Collection[str], today: date) -> _Meanings:
    meanings: dict[str, Any] = {}
    every = tuple(texts)
    for start in range(0, len(every), _CELLS_AT_ONCE):
        some = every[start : start + _CELLS_AT_ONCE]
        meanings.update(zip(some, _meant(column, some, today), strict=True))
    return meanings


def _meant(column: str, texts: Sequence[str], today: date) -> list[Any]:
    try:
        return _rule_alone(column).validate_python([text or None for text in texts], context={"today": today})
    except ValidationError:
        return [_WRONG] if len(texts) == 1 else [_meant(column, (text,), today)[0] for text in texts]


@cache
def _rule_alone(column: str) -> TypeAdapter[list[Any]]:
    """The rule for cells of a column without the rules between cells."""
    told = Row.model_fields[_FIELDS[column]]
    rule: Any = told.annotation
    for part in told.metadata:
        rule = Annotated[rule, part]
    return TypeAdapter(list[rule])
