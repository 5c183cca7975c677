"""The words of the referral sheet: every fact, what is not known, what is not confirmed, and no patient."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.clinics.search import distance_m
from locator.referral.criteria import assess
from locator.referral.journey import Journey
from locator.referral.plan import Plan
from locator.referral.sheet.parts import CriterionRow, SheetSite, SheetTable, plain
from locator.referral.sheet.renderings import sheet_html
from locator.referral.sheet.sheet import Sheet
from locator.sites import METRES_PER_MILE, UNKNOWN_CLAIM, Answer, Site
from tests.support.parsed_html import parse
from tests.support.payloads import PAYLOADS
from tests.support.samples import (
    CONFIRMED_NO,
    CONFIRMED_YES,
    MINNEAPOLIS,
    PROVISIONAL_YES,
    make_origin,
    make_site,
)
from tests.support.sheet_samples import (
    ANSWERS,
    CRITERIA,
    EVALUATION,
    JOURNEY,
    LINK,
    PLAN,
    PROCEDURE,
    bare_sheet,
    sample_sheet,
    words_of,
)


def facts(site: SheetSite) -> dict[str, tuple[str, ...]]:
    return {fact.label: fact.lines for fact in site.facts}


def first_site(**changes: object) -> dict[str, tuple[str, ...]]:
    """The facts of the evaluation clinic with some of its facts changed."""
    return facts(sample_sheet(replace(PLAN, evaluation=replace(EVALUATION, **changes))).sites[0])  # type: ignore[arg-type]


def miles_to(site: Site) -> float:
    assert site.pin is not None
    return distance_m(MINNEAPOLIS, site.pin.point) / METRES_PER_MILE


def test_both_sites_stand_with_their_part_title_and_role() -> None:
    first, second = sample_sheet().sites
    assert (first.part, first.title) == ("Evaluation clinic", "Fake Evaluation Clinic – Testville")
    assert (second.part, second.title) == ("Procedure site", "Fake Procedure Site – Mockton")
    assert facts(first)["Evaluation"] == ("Yes, not yet confirmed",)
    assert facts(second)["Procedures"] == ("Yes",)
    assert "Procedures" not in facts(first)


def test_one_site_for_all_stands_once_with_both_roles() -> None:
    (site,) = sample_sheet(replace(PLAN, procedure=EVALUATION)).sites
    assert site.part == "Evaluation clinic and procedure site"
    assert facts(site)["Evaluation"] == ("Yes, not yet confirmed",)
    assert facts(site)["Procedures"] == ("Not known – call to ask",)


def test_a_plan_without_a_procedure_site_covers_the_evaluation_alone() -> None:
    sheet = sample_sheet(replace(PLAN, procedure=None))
    assert sheet.title == "Referral: evaluation for DRG stimulation"
    assert [site.part for site in sheet.sites] == ["Evaluation clinic"]
    assert [row[0] for row in sheet.journey.rows] == ["Fake first visit", "All visits"]


def test_what_is_known_of_a_site_is_said() -> None:
    known = first_site(accepting_new_patients=Answer.YES, note="A made-up note")
    assert known["Address"] == ("11 Nowhere St, Ste 5", "Testville, MN 55999")
    assert known["Phone"] == ("612-555-0111",)
    assert known["Fax"] == ("612-555-0112",)
    assert known["Hours"] == ("Mon–Fri 8:00 am to 5:00 pm", "As listed in about February 2025")
    assert known["New patients"] == ("Accepted",)
    assert known["Listing"] == ("Third-party listing of January 2, 2026; not checked by the practice",)
    assert known["Note"] == ("A made-up note",)


def test_what_is_not_known_of_a_site_is_said_too() -> None:
    missing = first_site(fax=None, hours=None, hours_as_of=None)
    assert missing["Fax"] == missing["Hours"] == missing["New patients"] == ("Not known",)
    assert "Note" not in missing


def test_a_clinic_that_takes_no_new_patients_is_named_so() -> None:
    assert first_site(accepting_new_patients=Answer.NO)["New patients"] == ("Not accepted",)


def test_hours_without_a_date_say_that_none_was_stated() -> None:
    assert first_site(hours_as_of=None)["Hours"][1] == "As listed in a time not stated"


def test_a_distance_has_its_range() -> None:
    miles = miles_to(EVALUATION)
    assert first_site()["Distance"] == (
        f"{miles:.1f} miles from the start, in a straight line",
        f"Between {miles - 1:.1f} and {miles + 1:.1f} miles for 9 in 10 addresses there",
    )


def test_an_exact_start_has_no_range() -> None:
    sheet = sample_sheet(replace(PLAN, origin=make_origin()))
    assert len(facts(sheet.sites[0])["Distance"]) == 1
    assert "9 in 10" not in " ".join(sheet.journey.notes)


def test_a_distance_that_is_not_known_says_why() -> None:
    without_start = sample_sheet(replace(PLAN, origin=None))
    assert facts(without_start.sites[0])["Distance"] == ("Not known: no start was chosen",)
    assert without_start.journey.notes[0] == "Total travel: not known, because no start was chosen."
    assert first_site(pin=None)["Distance"] == ("Not known: this clinic has no map pin",)


def test_the_journey_adds_up_every_round_trip() -> None:
    there, over_there = miles_to(EVALUATION), miles_to(PROCEDURE)
    total = 2 * (4 * there + 2 * over_there)
    table = sample_sheet().journey
    assert table.rows == (
        ("Fake first visit", "Fake start", "Evaluation clinic, Testville", "1", f"{2 * there:.1f}"),
        ("Fake implant", "Fake middle", "Procedure site, Mockton", "2", f"{4 * over_there:.1f}"),
        ("Fake check-up", "Fake end", "Evaluation clinic, Testville", "3", f"{6 * there:.1f}"),
        ("All visits", "", "", "6", f"{total:.1f}"),
    )
    assert table.notes[0] == (
        f"Total travel from ZIP 55999 (Testville, MN): {total:.1f} miles there and back for all visits "
        f"(between {total - 12:.1f} and {total + 12:.1f} miles for 9 in 10 addresses there). "
        "Measured in a straight line; by road it is farther."
    )


def test_a_site_without_a_pin_leaves_its_miles_and_the_total_unknown() -> None:
    table = sample_sheet(replace(PLAN, procedure=replace(PROCEDURE, pin=None))).journey
    assert [row[-1] == "Not known" for row in table.rows] == [False, True, False, True]
    assert "not known, because a clinic has no map pin" in table.notes[0]


def test_a_visit_that_takes_place_no_time_is_left_out() -> None:
    table = sample_sheet(replace(PLAN, journey=JOURNEY.with_times("implant", 0))).journey
    assert [row[0] for row in table.rows] == ["Fake first visit", "Fake check-up", "All visits"]


def test_a_plan_without_visits_has_no_table() -> None:
    assert sample_sheet(replace(PLAN, journey=Journey(()))).journey.rows == ()


def test_each_site_in_doubt_is_named_with_its_number() -> None:
    (warning,) = sample_sheet().warnings.items
    assert warning.label == "Fake Evaluation Clinic – Testville"
    assert " ".join(warning.lines) == (
        "evaluation not yet confirmed by the practice; listing not checked by the practice. "
        "Call 612-555-0111 before the patient travels."
    )


@pytest.mark.parametrize(
    ("claim", "doubt"),
    [
        (UNKNOWN_CLAIM, "procedures there: not known. "),
        (CONFIRMED_NO, "procedures there: no. "),
        (PROVISIONAL_YES, "procedures not yet confirmed by the practice. "),
    ],
)
def test_a_role_that_is_not_a_confirmed_yes_is_a_warning(claim: object, doubt: str) -> None:
    plan = replace(PLAN, procedure=replace(PROCEDURE, procedure=claim))  # type: ignore[arg-type]
    assert sample_sheet(plan).warnings.items[1].lines[0].startswith(doubt)


def test_a_plan_the_practice_confirmed_has_no_warning() -> None:
    checked = replace(EVALUATION, evaluation=CONFIRMED_YES, verified_on=date(2026, 11, 1))
    sheet = sample_sheet(replace(PLAN, evaluation=checked))
    assert sheet.warnings.items == ()
    assert facts(sheet.sites[0])["Listing"] == ("Checked by the practice on November 1, 2026",)


def test_criteria_stand_with_mark_and_words() -> None:
    table = sample_sheet().criteria
    assert table.rows == (
        CriterionRow("not met", "Not met", "Fake pain for half a year", None),
        CriterionRow("met", "Met", "Fake things tried", "Fake pills, Fake exercise"),
        CriterionRow("not answered", "Not answered", "Fake wish", None),
    )
    assert table.notes == (
        "Of the 3 criteria of that page: 1 met, 1 not met, 1 not answered.",
        "This restates answers. It is not a diagnosis.",
    )


def test_the_sheet_says_to_whom_as_of_when_and_on_what_it_rests() -> None:
    sheet = sample_sheet()
    assert sheet.recipient == "To Fake Practice, phone 612-555-0199"
    assert sheet.accurate == "Accurate as of November 22, 2026"
    assert sheet.sources.items == (
        "Visits and criteria: a made-up page, read on October 9, 2026.",
        "Listing: a made-up listing (January 2, 2026).",
        "Evaluation, Testville: Test rumour (January 2, 2026).",
        "Procedures, Mockton: Test source (January 2, 2026).",
    )
    assert sheet.send_along.items == ("Fake report", "Fake list")
    assert sheet.send_along.note == "Made up for a test."
    assert sheet.link is not None
    assert sheet.link.url == LINK


def test_patient_and_referrer_are_lines_to_fill_in_and_nothing_else() -> None:
    assert [(group.heading, group.labels) for group in sample_sheet().blanks] == [
        ("Patient", ("Name", "Date of birth", "Phone", "Insurance", "Member number")),
        ("Referred by", ("Name", "Practice", "Phone", "Fax", "Signature", "Date")),
    ]
    # A new field here must be weighed: what a patient is called, or has, belongs in no field of a sheet.
    assert {field.name for field in fields(Sheet)} == {
        "language", "title", "recipient", "accurate", "made_on", "blanks", "warnings", "sites", "journey",
        "criteria", "send_along", "link", "sources",
    }  # fmt: skip


def test_a_row_that_does_not_match_its_columns_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="Fake table"):
        SheetTable("Fake table", ("a", "b"), (("1",),), ())


@given(st.text())
def test_plain_text_is_one_printable_line_that_stays_as_it_is(text: str) -> None:
    once = plain(text)
    assert once.isprintable()
    assert plain(once) == once == once.strip()
    assert [char for char in text if char.isprintable() and char != " "] == [
        char for char in once if char != " "
    ]


def test_line_breaks_and_reversing_marks_in_the_data_become_spaces() -> None:
    assert facts(sample_sheet(Plan(make_site(note="one\ntwo\u202ethree"), None, None, JOURNEY)).sites[0])[
        "Note"
    ] == ("one two three",)


def test_the_page_shows_every_word_of_the_sheet() -> None:
    for sheet in (sample_sheet(), bare_sheet(), sample_sheet(replace(PLAN, procedure=EVALUATION))):
        shown = parse(sheet_html(sheet)).text
        assert [words for words in words_of(sheet) if words not in shown] == []


def test_the_page_leaves_out_sections_with_nothing_in_them() -> None:
    page = parse(sheet_html(bare_sheet()))
    assert page.all("table") == page.all("img") == []
    assert [one.text for one in page.all("h3")] == [
        "Not yet confirmed", "Patient", "Referred by", "Evaluation clinic", "Sources",
    ]  # fmt: skip


def test_the_page_has_headings_in_order_and_tables_with_scoped_headers() -> None:
    page = parse(sheet_html(sample_sheet()))
    assert [one.tag for one in page.every() if one.tag in {"h2", "h3", "h4"}][:6] == ["h2", *["h3"] * 4, "h4"]
    assert {one.attributes["scope"] for one in page.all("th")} == {"col", "row"}
    journey, criteria = page.all("table")
    assert all(row.all("th") for row in journey.all("tr"))
    # Each criterion comes after its answer, and a header must come before what it is the header of.
    assert [len(row.all("th")) for row in criteria.all("tr")] == [2, *[0] * (len(criteria.all("tr")) - 1)]
    assert [one.attributes["data-mark"] for one in page.all(of_class="sheet-mark")] == [
        "not met", "met", "not answered",
    ]  # fmt: skip


def test_the_page_shows_the_code_of_the_link_with_a_text_in_its_place() -> None:
    image = parse(sheet_html(sample_sheet())).one("img")
    assert image.attributes["alt"] == "QR code of the link to this plan"
    assert image.attributes["src"].startswith("data:image/svg+xml")
    assert (
        image.attributes["src"]
        != parse(sheet_html(sample_sheet(link=LINK + "2"))).one("img").attributes["src"]
    )


def test_the_page_has_no_field_to_type_in() -> None:
    page = parse(sheet_html(sample_sheet()))
    assert {one.tag for one in page.every()} & {"form", "input", "textarea", "select", "button"} == set()


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_the_page_shows_hostile_data_as_text(payload: str) -> None:
    sheet = sample_sheet(
        replace(PLAN, evaluation=replace(EVALUATION, name=payload, note=payload)),
        send_along=(payload,),
        assessments=assess(CRITERIA, ANSWERS),
    )
    page = parse(sheet_html(sheet))
    assert [one.tag for one in page.every()] == [
        one.tag
        for one in parse(
            sheet_html(
                sample_sheet(replace(PLAN, evaluation=replace(EVALUATION, note="x")), send_along=("x",))
            )
        ).every()
    ]
    assert [words for words in words_of(sheet) if words not in page.text] == []
