"""The directory as texts: whatever is written is read again as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinics import ClinicTable
from tests.support.servers import ROOT
from tests.support.staff_tables import table_of

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


def test_the_shipped_file_is_read_and_written_byte_for_byte() -> None:
    raw = (ROOT / "data" / "clinics.csv").read_bytes()
    assert ClinicTable.parse(raw).to_bytes() == raw


@given(st.lists(st.tuples(CELLS, CELLS)))
def test_a_table_that_is_written_is_read_again_as_it_was(cells: list[tuple[str, str]]) -> None:
    rows = [
        {"site_id": f"fake-{at}", "name": a.strip(" \u00a0"), "note": b.strip(" \u00a0")}
        for at, (a, b) in enumerate(cells)
    ]
    table = table_of(*rows, columns=("site_id", "name", "note"))
    assert ClinicTable.parse(table.to_bytes()) == table


def test_a_carriage_return_inside_a_cell_is_quoted() -> None:
    assert table_of({"site_id": "a\rb"}, columns=("site_id",)).to_bytes() == b'site_id\n"a\rb"\n'


def test_rows_are_read_in_either_encoding_without_blanks_around_cells_and_without_empty_lines() -> None:
    expected = table_of({"site_id": "fake-1", "name": "é"}, columns=("site_id", "name"))
    for encoding in ("utf-8-sig", "cp1252"):
        raw = "site_id , name\r\n\r\n,\r\n fake-1,\u00a0é \r\n".encode(encoding)
        assert ClinicTable.parse(raw) == expected


@pytest.mark.parametrize("raw", [b"", b"\n,\n", b"a,a\n", b"a,b\n1\n", b"a,b\n1,2,3\n", b'a\n"x'])
def test_what_is_no_table_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"table|first line"):
        ClinicTable.parse(raw)


def test_of_several_rows_with_one_id_the_first_is_found() -> None:
    first, second = {"site_id": "fake-1", "name": "a"}, {"site_id": "fake-1", "name": "b"}
    assert table_of(first, second, columns=("site_id", "name")).by_id() == {"fake-1": first}
