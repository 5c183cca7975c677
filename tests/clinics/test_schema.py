"""Every column is declared once: what is said of it holds, and the table beside the file says the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import pytest
from pydantic import BaseModel

from locator.clinics import cells
from locator.clinics.reading import parse_directory
from locator.clinics.schema import COLUMNS, OPTIONAL_COLUMNS, SCHEMA, About, Column, choice
from locator.language import Language
from locator.sites import Answer, PinPrecision, Status
from scripts.columns import DOCUMENT, table, with_table
from tests.support.clinic_files import PINNED, TODAY, as_csv
from tests.support.pseudo_language import pseudo_language, words_outside_marks


def test_the_table_beside_the_file_is_that_of_the_schema() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text == with_table(text, table()), "python -m scripts.columns renews it"


@pytest.mark.parametrize("text", ["", "<!-- made by scripts/columns.py -->"])
def test_a_document_without_a_place_for_the_table_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="marked once"):
        with_table(text, table())


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_is_marked_required_just_if_the_rules_refuse_it_empty(column: str) -> None:
    # A row in which no other column asks for this one.
    plain = PINNED | {"latitude": "", "longitude": "", "pin_source": "", "pin_precision": ""}
    problems = parse_directory(as_csv(plain | {column: ""}), today=TODAY).problems
    assert SCHEMA[column].may_be_empty == (problems == ())


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_may_be_missing_just_if_the_rules_let_it(column: str) -> None:
    others = tuple(name for name in COLUMNS if name != column)
    problems = parse_directory(as_csv(PINNED, columns=others), today=TODAY).problems
    assert (column in OPTIONAL_COLUMNS) == (column not in {problem.value for problem in problems})


@pytest.mark.parametrize("column", [column for column in SCHEMA.values() if column.choices])
def test_a_column_that_offers_words_takes_each_of_them_and_no_other(column: Column) -> None:
    # A row in which what goes with a word is filled in, so that the word alone decides.
    full = PINNED | {name: one.about.example for name, one in SCHEMA.items()}
    for word in column.choices:
        problems = parse_directory(as_csv(full | {column.name: word}), today=TODAY).problems
        assert SCHEMA[column.name].words.ask not in {problem.message for problem in problems}
    (problem, *_) = parse_directory(as_csv(full | {column.name: "perhaps"}), today=TODAY).problems
    assert (problem.column, problem.message) == (column.name, column.words.ask)


def test_what_a_field_means_and_takes_is_plain_text() -> None:
    assert SCHEMA["phone"].help == "The number patients call. NNN-NNN-NNNN, a North American number"
    for column in SCHEMA.values():
        assert column.about.meaning
        assert column.allowed
        assert "`" not in column.help


def test_a_type_that_has_no_words_for_its_rule_is_no_column() -> None:
    class Wordless(BaseModel):
        rooms: Annotated[int, About("Rooms", "How many rooms there are", "3")]

    with pytest.raises(ValueError, match="not enough values"):
        Column.of("rooms", Wordless.model_fields["rooms"])


def test_a_column_has_the_words_of_its_type_unless_it_has_its_own() -> None:
    class Some(BaseModel):
        plain: Annotated[cells.Phone | None, About("Pager", "A pager", "612-555-0101")] = None
        own: Annotated[cells.Phone, About("Pager", "A pager", "612-555-0101", allowed="as `phone`")]

    plain, own = (Column.of(name, field) for name, field in Some.model_fields.items())
    assert (plain.allowed, own.allowed) == (SCHEMA["phone"].allowed, "as `phone`")
    assert (plain.may_be_empty, plain.may_be_missing) == (True, True)
    assert (own.may_be_empty, own.may_be_missing) == (False, False)


@pytest.fixture(name="made_up")
def fixture_made_up() -> Iterator[Language]:
    with pseudo_language() as spoken:
        yield spoken


@pytest.mark.parametrize("column", COLUMNS)
def test_a_field_goes_by_its_column_in_english(column: str) -> None:
    known = {"site_id": "Site ID", "zip": "ZIP", "npi": "NPI"}
    assert SCHEMA[column].label == known.get(column, column.replace("_", " ").capitalize())


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize("column", COLUMNS)
def test_every_field_is_named_and_explained_in_each_language(column: str) -> None:
    assert words_outside_marks(SCHEMA[column].label) == []
    assert words_outside_marks(SCHEMA[column].help) == []


@pytest.mark.parametrize("word", [*Answer, *Status, *PinPrecision, "", "typed by hand"])
def test_a_word_of_the_file_is_itself_in_english(word: str) -> None:
    assert choice(word) == word


@pytest.mark.usefixtures("made_up")
@pytest.mark.parametrize("word", [word for column in SCHEMA.values() for word in column.choices])
def test_every_word_a_field_offers_is_in_each_language(word: str) -> None:
    assert words_outside_marks(choice(word)) == []
