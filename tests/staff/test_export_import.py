"""What is exported for a spreadsheet runs nothing there, and comes back as it was."""

from __future__ import annotations

import codecs
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinics import ClinicTable
from locator.clinics.csv_injection import neutralised, restored
from locator.clinics.schema import COLUMNS
from locator.staff.imports.incoming import Incoming, read_upload
from tests.support.pin_samples import pinned, row
from tests.support.staff_tables import table_of

NAUGHTY = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
    st.text("'=+-@\t\r\n,;\"0123456789eE.", max_size=12),
)
CELLS = NAUGHTY.map(lambda text: text.strip(" \u00a0"))


@given(st.lists(st.fixed_dictionaries(dict.fromkeys((*COLUMNS, "mine"), CELLS)), min_size=1, max_size=3))
def test_an_export_that_is_uploaded_again_gives_the_table_back(rows: list[dict[str, str]]) -> None:
    numbered = [one | {"site_id": f"fake-{at}"} for at, one in enumerate(rows)]
    table = table_of(*numbered, columns=(*COLUMNS, "mine"))
    assert read_upload(table.to_spreadsheet(), "fake.csv", table) == Incoming(table)


@given(NAUGHTY)
def test_a_text_is_restored_just_as_it_was(text: str) -> None:
    assert restored(neutralised(text)) == text


@given(NAUGHTY)
def test_nothing_that_is_exported_begins_like_a_formula_unless_it_is_a_number(text: str) -> None:
    exported = neutralised(text)
    if exported.startswith(("=", "+", "-", "@", "\t", "\r")):
        assert float(exported) == float(text)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\tx", "\rx", "'=1"])
def test_a_cell_that_could_run_stands_behind_an_apostrophe(text: str) -> None:
    assert neutralised(text) == (text if text == "+1" else f"'{text}")


def test_the_names_of_columns_are_made_harmless_too() -> None:
    table = table_of(row(1) | {"=1+1": "x"}, columns=(*COLUMNS, "=1+1"))
    header = next(csv.reader(io.StringIO(table.to_spreadsheet().decode("utf-8-sig"))))
    assert header[-1] == "'=1+1"
    assert read_upload(table.to_spreadsheet(), "fake.csv", table) == Incoming(table)


def test_an_export_is_utf8_with_the_mark_that_spreadsheets_look_for_and_keeps_numbers() -> None:
    raw = ClinicTable(COLUMNS, (pinned(1),)).to_spreadsheet()
    assert raw.startswith(codecs.BOM_UTF8)
    assert b",-93.27," in raw
    assert raw.count(b"\r\n") == 2
