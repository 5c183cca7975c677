"""Reading a table of any length: the same rows whatever the blocks, and none that is lost."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.cli.matching.columns import Columns, find_columns, refuse_taken
from locator.cli.matching.rows import (
    LONGEST_ROW,
    Block,
    Blocks,
    ColumnsUnfitError,
    Rows,
    TableUnreadableError,
)

# What CSV is made of, and letters that are one, two and three bytes of UTF-8.
PIECES = st.sampled_from(['"', '""', ",", "\n", "\r\n", "\r", "a", "5", " ", "é", "–", "\0"])
TEXTS = st.lists(PIECES, max_size=40).map("".join)
SIZES = st.integers(1, 40)
Read = tuple[int, bytes, list[str] | None]


def read(content: bytes, *, width: int | None = None, size: int = 64 * 1024) -> list[Read]:
    """Every row with the line of the file it begins with and its bytes."""
    blocks = Blocks(io.BytesIO(content), size=size)
    found: list[Read] = []
    while True:
        block = blocks.read()
        rows = Rows(block, width=width)
        found += [(blocks.line + first, rows.own(first, end), cells) for first, end, cells in rows]
        blocks.take(rows.taken)
        if block.is_last:
            assert blocks.offset == len(content)
            return found


def cells_of(found: Iterable[Read]) -> list[list[str] | None]:
    return [cells for _, _, cells in found]


@given(
    st.lists(st.lists(st.lists(PIECES, max_size=6).map("".join), min_size=2, max_size=2), max_size=8), SIZES
)
def test_rows_are_those_of_the_csv_module_whatever_the_blocks(rows: list[list[str]], size: int) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    assert cells_of(read(written.getvalue().encode(), width=2, size=size)) == rows


@given(TEXTS, SIZES)
def test_every_line_that_is_not_empty_is_in_just_one_row(text: str, size: int) -> None:
    content = text.encode()
    found = read(content, width=2, size=size)
    lines = [line for line in content.splitlines(keepends=True) if line.rstrip(b"\r\n")]
    in_rows = [line for _, own, _ in found for line in own.splitlines(keepends=True) if line.rstrip(b"\r\n")]
    assert in_rows == lines


@given(TEXTS, SIZES, SIZES)
def test_blocks_of_any_size_give_the_same_rows(text: str, size: int, other: int) -> None:
    assert read(text.encode(), width=2, size=size) == read(text.encode(), width=2, size=other)


def test_rows_keep_their_bytes_and_know_their_first_line() -> None:
    content = b'zip,note\r\n"55407","two\r\nlines"\r\n\r\n55408,  as it is \r\n55409,last'
    assert read(content, width=2) == [
        (1, b"zip,note\r\n", ["zip", "note"]),
        (2, b'"55407","two\r\nlines"\r\n', ["55407", "two\r\nlines"]),
        (5, b"55408,  as it is \r\n", ["55408", "  as it is "]),
        (6, b"55409,last", ["55409", "last"]),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_system_ends_them(end: str) -> None:
    content = end.join(["zip", "55407", "55408", ""]).encode()
    assert cells_of(read(content, size=5)) == [["zip"], ["55407"], ["55408"]]


def test_one_quotation_mark_too_many_costs_one_row() -> None:
    good = [b"%05d,x\n" % number for number in range(55001, 55401)]
    found = read(b'"55000,x\n' + b"".join(good), width=2, size=50)
    assert cells_of(found) == [None, *([line[:5].decode(), "x"] for line in good)]
    assert found[0][:2] == (1, b'"55000,x\n')


def test_two_rows_that_a_pair_of_stray_marks_joins_are_told_apart() -> None:
    found = read(b'55001,"x\n55002,x\n55003,x",x\n55004,x\n', width=2)
    assert cells_of(found) == [None, ["55002", "x"], ["55003", 'x"', "x"], ["55004", "x"]]


def test_a_row_of_one_line_with_other_cells_than_the_header_stays_a_row() -> None:
    assert cells_of(read(b"1,2,3\n", width=2)) == [["1", "2", "3"]]


def test_a_cell_longer_than_the_csv_module_takes_is_no_row_and_the_next_one_is() -> None:
    huge = b"a" * (csv.field_size_limit() + 1)
    assert cells_of(read(huge + b",x\n1,2\n", width=2)) == [None, ["1", "2"]]


def test_a_row_over_more_lines_than_memory_should_hold_is_no_row() -> None:
    many = b'"a\n' + b'","a\n' * (LONGEST_ROW * 3 // 5) + b'"\n'
    blocks = Blocks(io.BytesIO(many + b"x\n"))
    longest = 0
    while True:
        block = blocks.read()
        rows = Rows(block, width=None)
        first = next(iter(rows), None)
        longest = max(longest, sum(map(len, block.lines)) + block.tail_size)
        if first is not None:
            break
        blocks.take(rows.taken)
    assert first == (0, 1, None)
    assert longest <= LONGEST_ROW + 64 * 1024


def test_a_line_longer_than_any_row_is_named_by_its_number_alone() -> None:
    blocks = Blocks(io.BytesIO(b"zip\n" + b"1 Secret St" * (LONGEST_ROW // 10)), size=2 * LONGEST_ROW)
    with pytest.raises(TableUnreadableError, match=r"Line 2 is longer than 1,048,576 bytes") as refused:
        blocks.read()
    assert "Secret" not in str(refused.value)


def test_text_that_is_not_utf8_is_read_as_windows_1252_line_by_line() -> None:
    rows = Rows(Block(["Añoka\n".encode("cp1252"), "Añoka\n".encode()], 0, is_last=True), width=1)
    assert [cells for _, _, cells in rows] == [["Añoka"], ["Añoka"]]
    assert not rows.is_clean
    assert rows.own(0, 1) == rows.own(1, 2) == "Añoka\n".encode()


def test_bytes_that_are_no_text_stay_what_they_are() -> None:
    rows = Rows(Block([b"\x81,x\n"], 0, is_last=True), width=2)
    ((first, end, _),) = rows
    assert rows.own(first, end) == b"\x81,x\n"


def test_columns_are_found_by_their_names_in_any_order_and_case() -> None:
    found = find_columns(["Id", " ZIP ", "City"], {})
    assert found == Columns(3, {"city": 2, "zip": 1})


def test_columns_are_found_by_the_names_that_are_given() -> None:
    assert find_columns(["plz", "zip"], {"zip": "PLZ"}).at == {"zip": 0}


@pytest.mark.parametrize(
    ("header", "asked", "said"),
    [
        (["zip", "ZIP"], {}, "more than one column zip"),
        (["zip"], {"city": "town"}, "no column town"),
        (["id", "state"], {}, "no column address, city or zip"),
    ],
)
def test_columns_that_do_not_fit_are_named(header: list[str], asked: dict[str, str], said: str) -> None:
    with pytest.raises(ColumnsUnfitError, match=said):
        find_columns(header, asked)


def test_an_address_where_the_header_should_be_is_not_repeated() -> None:
    with pytest.raises(ColumnsUnfitError) as refused:
        find_columns(["Fake Person", "1 Secret St", "55999"], {})
    assert "Secret" not in str(refused.value)
    assert "Fake" not in str(refused.value)


def test_a_name_that_is_taken_is_refused_and_any_other_is_not() -> None:
    refuse_taken(["zip", "place"], ["drg_place"], "drg_")
    with pytest.raises(ColumnsUnfitError, match=r"already has a column drg_place.*--prefix"):
        refuse_taken(["zip", " DRG_Place"], ["drg_place"], "drg_")
