"""The sheet as plain text for a record: the same facts, short lines, and nothing to fill in."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from locator.referral.sheet.renderings import WIDTH, sheet_text
from tests.support.parsed_html import one_line
from tests.support.sheet_samples import (
    EVALUATION,
    LINK,
    PLAN,
    bare_sheet,
    longest_sheet,
    sample_sheet,
    words_of,
)


def test_every_fact_of_the_sheet_is_in_the_text() -> None:
    for sheet in (sample_sheet(), bare_sheet(), longest_sheet()):
        shown = "".join(sheet_text(sheet).split()).casefold()
        # Headings are in capitals. A row of the criteria needs no names of columns.
        facts = words_of(replace(sheet, blanks=(), criteria=replace(sheet.criteria, columns=("", ""))))
        assert [words for words in facts if "".join(words.split()).casefold() not in shown] == []


def test_lines_to_fill_in_are_left_out() -> None:
    shown = sheet_text(sample_sheet())
    assert not any(label in shown for label in ("Date of birth", "Insurance", "Member number", "Signature"))


def test_a_line_is_at_most_seventy_eight_characters() -> None:
    lines = sheet_text(longest_sheet()).splitlines()
    assert [line for line in lines if len(line) > WIDTH and not line.startswith("https://")] == []


def test_a_link_stays_whole() -> None:
    assert LINK in sheet_text(sample_sheet()).splitlines()


@given(st.text(min_size=1, max_size=300))
def test_whatever_a_note_holds_the_lines_stay_short_and_the_sections_apart(note: str) -> None:
    text = sheet_text(sample_sheet(replace(PLAN, evaluation=replace(EVALUATION, note=note)), link=None))
    assert max(map(len, text.splitlines())) <= WIDTH
    plain = sheet_text(sample_sheet(replace(PLAN, evaluation=replace(EVALUATION, note="x")), link=None))
    assert text.count("\n\n") == plain.count("\n\n")


def test_a_phone_number_is_never_split_between_two_lines() -> None:
    for length in range(1, 60):
        clinic = replace(EVALUATION, name="F" * length)
        text = sheet_text(sample_sheet(replace(PLAN, evaluation=clinic)))
        assert f"Call {clinic.phone}" in one_line(text)
        assert text.count(clinic.phone) == 2


def test_the_text_of_a_sheet_reads_as_it_should() -> None:
    sections = sheet_text(sample_sheet()).split("\n\n")
    assert sections[0].splitlines()[0] == "REFERRAL: DRG STIMULATION"
    assert "  Hours: Mon–Fri 8:00 am to 5:00 pm\n    As listed in about February 2025\n" in sections[2]
    assert "- Met: Fake things tried: Fake pills, Fake exercise\n" in sections[5]
    assert one_line(sections[4]).startswith(
        "VISITS AND TRAVEL - Fake first visit. When: Fake start; Where: Evaluation clinic, Testville;"
    )


def test_the_text_of_a_bare_sheet_has_no_empty_section() -> None:
    headings = [section.splitlines()[0] for section in sheet_text(bare_sheet()).split("\n\n")]
    assert headings == [
        "REFERRAL: EVALUATION FOR DRG STIMULATION",
        "NOT YET CONFIRMED",
        "EVALUATION CLINIC",
        "SOURCES",
    ]
