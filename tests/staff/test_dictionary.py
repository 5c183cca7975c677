"""The dictionary beside the directory: every column is explained there, and read from there."""

from __future__ import annotations

from pathlib import Path

import pytest

from locator.clinics.reading import parse_directory
from locator.clinics.schema import COLUMNS
from locator.staff.editing.dictionary import Entry, read_dictionary
from tests.support.clinic_files import PINNED, TODAY, as_csv

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = read_dictionary((ROOT / "data" / "README.md").read_text(encoding="utf-8"))


def test_every_column_has_an_entry_in_its_order_and_nothing_else_has_one() -> None:
    assert tuple(column for column in SHIPPED if column in COLUMNS) == COLUMNS
    assert set(SHIPPED) == set(COLUMNS)


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_is_marked_required_just_if_the_rules_refuse_it_empty(column: str) -> None:
    # A row in which no other column asks for this one.
    plain = PINNED | {"latitude": "", "longitude": "", "pin_source": "", "pin_precision": ""}
    problems = parse_directory(as_csv(plain | {column: ""}), today=TODAY).problems
    assert SHIPPED[column].may_be_empty == (problems == ())


def test_meaning_and_format_are_plain_text() -> None:
    assert SHIPPED["phone"] == Entry(
        "The number patients call", "NNN-NNN-NNNN, a North American number", may_be_empty=False
    )
    for entry in SHIPPED.values():
        assert entry.meaning
        assert entry.allowed
        assert "`" not in entry.meaning + entry.allowed


def test_the_first_table_of_columns_counts() -> None:
    text = "| `a` | first | x | no | e |\n\n| `a` | second | y | yes | e |\n| `b` | third | z | yes | e |\n"
    assert read_dictionary(text) == {
        "a": Entry("first", "x", may_be_empty=False),
        "b": Entry("third", "z", may_be_empty=True),
    }


@pytest.mark.parametrize("text", ["", "# A heading\n", "| Column | Meaning |\n|---|---|\n", "| `a` | b |\n"])
def test_what_is_no_row_of_columns_is_no_entry(text: str) -> None:
    assert read_dictionary(text) == {}
