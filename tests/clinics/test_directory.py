"""Reading the clinic file: the right becomes sites, the wrong is all named, the last good stays served."""

from __future__ import annotations

import codecs
import contextlib
import itertools
import os
import resource
import string
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from locator.clinics.cells import State
from locator.clinics.csv_table import MAX_BYTES, MAX_LINES, MAX_ROWS, Problem
from locator.clinics.reading import LastGoodDirectory, format_report, parse_directory, read_directory
from locator.clinics.schema import COLUMNS, OPTIONAL_COLUMNS, SCHEMA
from locator.sites import Answer, Claim, Coordinate, Pin, PinPrecision, Site, Status, Wheelchair
from tests.support.clinic_files import BARE, BLANK_ROW, OTHER, PINNED, TODAY, as_csv

THIRD = BARE | {"site_id": "sample-three", "street": "3 Example St"}


def problems_of(*rows: dict[str, str]) -> list[tuple[int | None, str | None]]:
    return [
        (problem.line, problem.column) for problem in parse_directory(as_csv(*rows), today=TODAY).problems
    ]


def messages(raw: bytes) -> list[str]:
    return [str(problem) for problem in parse_directory(raw, today=TODAY).problems]


def ids(raw: bytes) -> list[str]:
    return [site.site_id for site in parse_directory(raw, today=TODAY).sites]


def test_a_full_row_becomes_a_site_with_every_fact_in_its_place() -> None:
    row = PINNED | {
        "unit": "Ste 5",
        "zip": "02134-0001",
        "fax": "612-555-0102",
        "website": "https://clinic.example.com/one/?a=b#c",
        "npi": "1234567893",
        "hours": "Mo-Fr 08:00-17:00",
        "hours_as_of": "2025-02",
        "evaluation": "yes",
        "evaluation_status": "confirmed",
        "evaluation_source": "a letter",
        "evaluation_as_of": "2026-01-02",
        "procedure": "no",
        "procedure_status": "provisional",
        "procedure_source": "a rumour",
        "procedure_as_of": "2026-01-03",
        "wheelchair_entrance": "yes",
        "wheelchair_parking": "no",
        "accepting_new_patients": "no",
        "verified_on": "2026-02-01",
        "verified_by": "front desk",
        "active": "no",
        "note": "NA",
    }
    assert parse_directory(as_csv(row), today=TODAY).sites == (
        Site(
            site_id="sample-one",
            name="Sample Clinic",
            street="1 Example St",
            unit="Ste 5",
            city="Sampleton",
            state="MN",
            zip_code="02134-0001",
            country="US",
            phone="612-555-0101",
            fax="612-555-0102",
            website="https://clinic.example.com/one/?a=b#c",
            npi="1234567893",
            hours="Mo-Fr 08:00-17:00",
            hours_as_of="2025-02",
            time_zone="America/Chicago",
            pin=Pin(Coordinate(44.98, -93.27), "survey", PinPrecision.ADDRESS),
            evaluation=Claim(Answer.YES, Status.CONFIRMED, "a letter", date(2026, 1, 2)),
            procedure=Claim(Answer.NO, Status.PROVISIONAL, "a rumour", date(2026, 1, 3)),
            wheelchair=Wheelchair(entrance=Answer.YES, parking=Answer.NO, restroom=Answer.UNKNOWN),
            accepting_new_patients=Answer.NO,
            source="made up for a test",
            as_of=date(2026, 1, 31),
            verified_on=date(2026, 2, 1),
            verified_by="front desk",
            active=False,
            note="NA",
        ),
    )


def test_an_empty_cell_is_unknown_and_never_an_empty_text_or_a_no() -> None:
    reading = parse_directory(as_csv(BARE), today=TODAY)
    assert reading.valid
    (site,) = reading.sites
    assert (site.unit, site.fax, site.website, site.npi, site.hours, site.hours_as_of) == (None,) * 6
    assert (site.pin, site.verified_on, site.verified_by, site.note) == (None,) * 4
    assert site.wheelchair == Wheelchair(Answer.UNKNOWN, Answer.UNKNOWN, Answer.UNKNOWN)
    assert site.accepting_new_patients is Answer.UNKNOWN


REFUSED = {
    "site_id": ["Sample-One", "sample one", "-sample", "sample--one", "s" * 61, "../x"],
    "name": [
        "a\tb",
        "a\nb",
        "a\u202eb",
        "a\u200bb",
        "a\ufffdb",
        "a\u2028b",
        "a\u2029b",
        "a\ue000b",
        "n" * 201,
    ],
    "street": ["a\x07b"],
    "unit": ["a\x7fb"],
    "city": ["c" * 201],
    "state": ["Minnesota", "mn", "XX", "M"],
    "zip": ["5536", "553690", "55369-1", "ABCDE", "55369\n", "\u0665\u0665\u0663\u0666\u0669"],
    "country": ["USA", "us", "CA"],
    "phone": ["6125550101", "(612) 555-0101", "112-555-0101", "612-155-0101", "612-555-01011"],
    "fax": ["none"],
    "website": [
        "clinic.example.com",
        "javascript:alert(1)",
        "https://",
        "ftp://clinic.example.com/",
        "https://clinic",
        "https://user@clinic.example.com/",
        "https://clinic.example.com/a b",
        'https://clinic.example.com/"x',
        "https://clinic.example.com/{{x}}",
        "https://clinic.example.com/" + "x" * 500,
    ],
    "npi": ["1234567898", "123456789", "12345678930", "\u0661234567893"],
    "hours": ["Mo-Fr", "8 to 5", "Mo-Fr 25:00-26:00", "Mo 08:00-09:00" + ",08:00-09:00" * 20],
    "hours_as_of": ["2025", "02/2025", "2025-13", "2025-02-30", "2026-12", "2026-11-23"],
    "time_zone": ["CST6", "Mars/Olympus", "../etc/passwd", "America"],
    "latitude": ["17.4", "71.6", "nan", "4.498e1", "44,98", "+44.98", "44.98N"],
    "longitude": ["93.27", "-64.4", "-179.6", "inf"],
    "pin_precision": ["exact", "Address"],
    "pin_address": ["a\tb", "a" * 1001],
    "evaluation": ["Yes", "y", "TRUE"],
    "evaluation_status": ["sure"],
    "procedure": ["*"],
    "procedure_status": ["Unknown"],
    "evaluation_source": ["x" * 1001, "a\x01b"],
    "evaluation_as_of": ["2026-11-23", "11/22/2026"],
    "procedure_source": ["a\x1bb"],
    "procedure_as_of": ["2026-02-30"],
    "wheelchair_entrance": ["ramp"],
    "wheelchair_parking": ["1"],
    "wheelchair_restroom": ["No"],
    "accepting_new_patients": ["call"],
    "source": ["x" * 1001],
    "as_of": ["20260131", "2026-W05-6", "1769817600", "2026-01-31T00:00:00", "2026-11-23", "0000-01-01"],
    "verified_on": ["yesterday"],
    "verified_by": ["a\x0bb"],
    "active": ["true", "unknown"],
    "note": ["x" * 1001, "a\x02b"],
    "pin_source": ["p" * 201],
}


def test_every_column_has_values_it_refuses() -> None:
    first = {name for name, column in SCHEMA.items() if column.about.since == "1.0"}
    assert first <= REFUSED.keys() <= set(COLUMNS)
    # A later column may leave it to another one of its type.
    assert {SCHEMA[name].words for name in REFUSED} == {column.words for column in SCHEMA.values()}


@pytest.mark.parametrize(
    ("column", "value"), [(column, value) for column, values in REFUSED.items() for value in values]
)
def test_a_value_that_is_not_allowed_is_named_by_line_and_column_and_its_row_left_out(
    column: str, value: str
) -> None:
    # Only one cell is wrong, and no rule between cells adds to it.
    verified = {"verified_on": "2026-01-31", "verified_by": "front desk"}
    reading = parse_directory(as_csv(OTHER, PINNED | verified | {column: value}), today=TODAY)
    assert [(problem.line, problem.column) for problem in reading.problems] == [(3, column)]
    assert reading.problems[0].value
    assert reading.problems[0].message
    assert [site.site_id for site in reading.sites] == ["sample-two"]


ACCEPTED = {
    "name": [
        "Clínica Ñandú",
        "{{7*7}}",
        "<script>alert(1)</script>",
        "=1+1",
        'O\'Brien "Pain", LLC',
        "n" * 200,
    ],
    "zip": ["00501", "55401-0001"],
    "state": ["WI", "DC", "PR"],
    "phone": ["952-555-0199"],
    "website": ["http://clinic.example.com", "https://a.b.example.com:8080/x%20y/"],
    "npi": ["1234567893"],
    "hours": ["24/7", "Fr 22:00-06:00", "off"],
    "hours_as_of": ["2026-11", "2026-11-22"],
    "time_zone": ["America/Denver"],
    "latitude": ["17.5", "71.5", "45"],
    "longitude": ["-179.5", "-64.5"],
    "pin_precision": [precision.value for precision in PinPrecision],
    "accepting_new_patients": ["yes", "no", "unknown", ""],
    "as_of": ["2026-11-22", "2024-02-29"],
    "active": ["yes", "no"],
    "note": ["x" * 1000],
}


@pytest.mark.parametrize(
    ("column", "value"), [(column, value) for column, values in ACCEPTED.items() for value in values]
)
def test_a_value_that_is_allowed_is_taken(column: str, value: str) -> None:
    assert messages(as_csv(PINNED | {column: value})) == []


def test_the_states_are_those_of_the_united_states() -> None:
    states = TypeAdapter(State)
    accepted = set()
    for code in map("".join, itertools.product(string.ascii_uppercase, repeat=2)):
        with contextlib.suppress(ValidationError):
            accepted.add(states.validate_python(code))
    # "UM" is a handful of uninhabited islands without ZIP codes.
    assert accepted == set(country_holidays("US").subdivisions) - {"UM"}


def test_only_one_last_digit_fits_an_npi() -> None:
    fitting = [digit for digit in "0123456789" if not problems_of(BARE | {"npi": f"123456789{digit}"})]
    assert fitting == ["3"]
    assert problems_of(BARE | {"npi": "1234567983"}) == [(2, "npi")]


def test_text_reaches_the_site_exactly_as_typed() -> None:
    for text in ("{{7*7}}", "<b>&amp;</b>", "=1+1", "NA", "null", "1e5", "  inner  blanks  ".strip()):
        (site,) = parse_directory(as_csv(BARE | {"note": text, "name": text}), today=TODAY).sites
        assert (site.note, site.name) == (text, text)


@pytest.mark.parametrize("column", [column for column, cell in BARE.items() if cell])
def test_a_required_cell_may_not_be_empty(column: str) -> None:
    assert (2, column) in problems_of(BARE | {column: ""})
    assert (2, column) in problems_of(BARE | {column: "  "})


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"latitude": ""}, "longitude"),
        ({"longitude": ""}, "longitude"),
        ({"pin_source": ""}, "pin_source"),
        ({"pin_precision": ""}, "pin_precision"),
        (
            {"evaluation": "yes", "evaluation_source": "x", "evaluation_as_of": "2026-01-01"},
            "evaluation_status",
        ),
        ({"evaluation_status": "provisional"}, "evaluation_status"),
        ({"procedure": "no", "procedure_source": "x", "procedure_as_of": "2026-01-01"}, "procedure_status"),
        (
            {"procedure_status": "confirmed", "verified_on": "2026-01-01", "verified_by": "x"},
            "procedure_status",
        ),
        ({"verified_on": "2026-01-01"}, "verified_by"),
        ({"verified_by": "front desk"}, "verified_by"),
    ],
)
def test_cells_that_do_not_go_together_are_a_problem(cells: dict[str, str], column: str) -> None:
    assert problems_of(PINNED | cells) == [(2, column)]


@pytest.mark.parametrize("role", ["evaluation", "procedure"])
@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_known_answer_needs_its_source_and_date(role: str, answer: str) -> None:
    row = BARE | {role: answer, f"{role}_status": "provisional"}
    assert problems_of(row) == [(2, f"{role}_source"), (2, f"{role}_as_of")]
    assert problems_of(row | {f"{role}_source": "x", f"{role}_as_of": "2026-01-01"}) == []


@pytest.mark.parametrize("role", ["evaluation", "procedure"])
def test_a_confirmed_answer_needs_the_day_it_was_confirmed(role: str) -> None:
    row = BARE | {
        role: "yes",
        f"{role}_status": "confirmed",
        f"{role}_source": "a letter",
        f"{role}_as_of": "2026-01-01",
    }
    assert problems_of(row) == [(2, "verified_on")]
    assert problems_of(row | {"verified_on": "2026-01-02", "verified_by": "front desk"}) == []


def test_every_problem_of_the_file_is_reported_at_once_in_reading_order() -> None:
    wrong = BARE | {
        "zip": "5536",
        "phone": "x",
        "as_of": "soon",
        "verified_by": "me",
        "procedure_status": "confirmed",
    }
    assert problems_of(wrong, OTHER, THIRD | {"active": ""}) == [
        (2, "zip"),
        (2, "phone"),
        (2, "procedure_status"),
        (2, "as_of"),
        (2, "verified_by"),
        (4, "active"),
    ]


def test_problems_of_structure_cells_and_repeats_stand_in_one_order() -> None:
    header, first, second, third = (
        as_csv(BARE | {"zip": "5"}, OTHER, BARE | {"street": "3 Example St", "phone": "x"})
        .decode()
        .splitlines()
    )
    raw = f"{header}\n{first}\n{second},\n{third}".encode()
    assert [(problem.line, problem.column) for problem in parse_directory(raw, today=TODAY).problems] == [
        (2, "zip"),
        (3, None),
        (4, "site_id"),
        (4, "phone"),
    ]


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("zip", "5536", "use five digits, such as 55369"),
        ("as_of", "2026-11-23", "is in the future"),
        ("npi", "1234567898", "the last digit does not fit the others: copy the NPI again"),
        ("hours", "Mo 25:00-26:00", "write ranges of days as Mo-Fr, and times from 00:00 to 24:00"),
        ("pin_precision", "near", "use rooftop or address or street or zip or city or unknown"),
        ("city", "{x}\n", "holds a character that cannot be seen or was lost, U+000A: type it again"),
    ],
)
def test_a_problem_says_what_is_allowed(column: str, value: str, message: str) -> None:
    (problem,) = parse_directory(as_csv(BARE | {column: value}), today=TODAY).problems
    assert problem.message == message


def test_a_date_is_in_the_future_by_the_day_that_is_passed_in() -> None:
    raw = as_csv(BARE | {"as_of": "2026-11-23"})
    assert not parse_directory(raw, today=date(2026, 11, 22)).valid
    assert parse_directory(raw, today=date(2026, 11, 23)).valid


def test_a_second_row_with_the_same_id_address_or_pin_is_left_out() -> None:
    raw = as_csv(PINNED, PINNED)
    assert [problem.column for problem in parse_directory(raw, today=TODAY).problems] == [
        "site_id",
        "street",
        "latitude",
    ]
    assert all(message.endswith("is on line 2 too") for message in messages(raw))
    assert ids(raw) == ["sample-one"]


def test_an_address_is_the_same_whatever_its_capitals_spaces_and_zip_extension() -> None:
    same = BARE | {"site_id": "sample-two", "street": "1  EXAMPLE st", "zip": "55401-0001"}
    assert problems_of(BARE, same) == [(3, "street")]
    assert problems_of(BARE, same | {"unit": "Ste 2"}) == []
    assert problems_of(BARE, same | {"city": "Otherville"}) == []


def test_a_pin_is_the_same_whatever_its_zeros() -> None:
    near = PINNED | {
        "site_id": "sample-two",
        "street": "2 Example St",
        "latitude": "44.980",
        "longitude": "-93.270",
    }
    assert problems_of(PINNED, near) == [(3, "latitude")]
    assert problems_of(PINNED, near | {"longitude": "-93.271"}) == []


def test_a_repeat_is_found_though_one_of_the_rows_has_another_problem() -> None:
    assert problems_of(BARE | {"zip": "5"}, OTHER | {"site_id": "sample-one"}) == [(2, "zip"), (3, "site_id")]


def test_missing_cells_are_not_repeats_of_each_other() -> None:
    assert problems_of(BARE | {"street": "", "site_id": ""}, OTHER | {"street": "", "site_id": ""}) == [
        (2, "site_id"),
        (2, "street"),
        (3, "site_id"),
        (3, "street"),
    ]


def test_line_numbers_are_those_an_editor_shows() -> None:
    # Line 2 is blank, the note on line 3 runs to line 5, line 6 is commas only.
    header, first, second = as_csv(BARE | {"note": "NOTE"}, OTHER | {"zip": "5"}).decode().splitlines()
    text = "\n".join([header, "", first.replace("NOTE", '"a\n\nb"'), "," * (len(COLUMNS) - 1), second])
    assert [
        (problem.line, problem.column) for problem in parse_directory(text.encode(), today=TODAY).problems
    ] == [
        (3, "note"),
        (7, "zip"),
    ]
    crlf = parse_directory(text.replace("\n", "\r\n").encode(), today=TODAY)
    assert [problem.line for problem in crlf.problems] == [3, 7]
    assert crlf.problems[0].value == "a\\r\\n\\r\\nb"


def test_blanks_around_cells_and_column_names_do_not_matter() -> None:
    padded = {column: f" {cell}\u00a0" for column, cell in BARE.items()}
    raw = as_csv(padded).replace(b"site_id,name", b" site_id , name")
    assert parse_directory(raw, today=TODAY).sites == parse_directory(as_csv(BARE), today=TODAY).sites


def test_columns_may_stand_in_any_order_among_others() -> None:
    columns = ("", "our own", *reversed(COLUMNS), "our own", "zip code")
    raw = as_csv(BARE | {"our own": "a\tb", "": ""}, columns=columns)
    assert parse_directory(raw, today=TODAY).sites == parse_directory(as_csv(BARE), today=TODAY).sites
    assert messages(raw) == []


@pytest.mark.parametrize("column", [column for column in COLUMNS if column not in OPTIONAL_COLUMNS])
def test_a_missing_column_is_one_problem_and_hides_no_other(column: str) -> None:
    columns = tuple(name for name in COLUMNS if name != column)
    other = "zip" if column != "zip" else "phone"
    raw = as_csv(BARE, OTHER | {other: "x"}, columns=columns)
    found = [
        (problem.line, problem.column, problem.value)
        for problem in parse_directory(raw, today=TODAY).problems
    ]
    assert found == [(1, None, column), (3, other, "x")]
    assert ids(raw) == []


def test_a_file_without_the_optional_columns_says_the_same_as_one_where_they_are_empty() -> None:
    required = tuple(name for name in COLUMNS if name not in OPTIONAL_COLUMNS)
    raw = as_csv(PINNED, OTHER, columns=required)
    assert messages(raw) == []
    assert (
        parse_directory(raw, today=TODAY).sites == parse_directory(as_csv(PINNED, OTHER), today=TODAY).sites
    )


def test_an_optional_column_named_twice_is_a_problem_too() -> None:
    raw = as_csv(BARE, columns=(*COLUMNS, "pin_address"))
    assert messages(raw) == ['line 1: "pin_address" - this column is named twice: keep one']


def test_a_missing_column_of_units_makes_no_two_suites_look_the_same() -> None:
    suites = (BARE | {"unit": "Ste 1"}, BARE | {"unit": "Ste 2", "site_id": "sample-two"})
    raw = as_csv(*suites, columns=tuple(name for name in COLUMNS if name != "unit"))
    assert [problem.line for problem in parse_directory(raw, today=TODAY).problems] == [1]


def test_a_column_named_twice_is_a_problem_and_neither_is_believed() -> None:
    raw = as_csv(BARE, columns=(*COLUMNS, "zip"))
    assert messages(raw) == ['line 1: "zip" - this column is named twice: keep one']
    assert ids(raw) == []


def test_a_header_of_another_kind_gives_one_problem() -> None:
    for raw in (as_csv(BARE).replace(b",", b";"), b"a,b\n1,2\n", b"\n\n1,2\n"):
        (message,) = messages(raw)
        assert "the first line must name the columns" in message


def test_a_row_with_a_cell_too_many_or_too_few_is_never_shifted_into_place() -> None:
    header, first, second = as_csv(BARE, OTHER).decode().splitlines()
    for broken in (f"{first},", first.replace("MN,", ""), first.replace("1 Example St", "1, Example St")):
        raw = f"{header}\n{broken}\n{second}".encode()
        (message,) = messages(raw)
        assert message.startswith('line 2: "sample-one,')
        assert f"the first line {len(COLUMNS)}" in message
        assert ids(raw) == ["sample-two"]


def test_wrong_quotation_marks_are_named_by_line_and_the_rows_after_are_still_read() -> None:
    header, first, second = as_csv(BARE, OTHER | {"zip": "5"}).decode().splitlines()
    raw = "\n".join([header, first.replace("Sample Clinic", '"Sample" Clinic'), second]).encode()
    assert [(problem.line, problem.column) for problem in parse_directory(raw, today=TODAY).problems] == [
        (2, None),
        (3, "zip"),
    ]
    assert "quotation mark" in messages(raw)[0]


def test_an_unclosed_quotation_mark_is_named_by_the_line_it_opens_on() -> None:
    header, first, second, third = as_csv(BARE, OTHER, THIRD).decode().splitlines()
    raw = "\n".join([header, first, second.replace("Sample Clinic", '"Sample Clinic'), third]).encode()
    assert [problem.line for problem in parse_directory(raw, today=TODAY).problems] == [3]
    assert ids(raw) == ["sample-one"]


def test_a_header_with_wrong_quotation_marks_is_one_problem() -> None:
    assert [problem.line for problem in parse_directory(b'"site_id"x,name\n1,2\n', today=TODAY).problems] == [
        1
    ]


def test_a_cell_beyond_the_readers_limit_is_a_problem() -> None:
    raw = as_csv(BARE | {"note": "x" * 200_000}, OTHER)
    assert [problem.line for problem in parse_directory(raw, today=TODAY).problems] == [2]
    assert ids(raw) == ["sample-two"]


@pytest.mark.parametrize("raw", [b"", b"\n\r\n", codecs.BOM_UTF8])
def test_an_empty_file_is_a_problem(raw: bytes) -> None:
    assert messages(raw) == ["the file is empty"]


def test_a_file_that_names_no_clinic_is_a_problem() -> None:
    assert messages(as_csv()) == ["the file names no clinic"]
    assert messages(as_csv(BLANK_ROW)) == ["the file names no clinic"]


def test_utf8_with_or_without_a_mark_and_windows_1252_read_the_same() -> None:
    raw = as_csv(BARE | {"name": "Café"})
    readings = [
        parse_directory(form, today=TODAY)
        for form in (raw, codecs.BOM_UTF8 + raw, raw.decode().encode("cp1252"))
    ]
    assert [reading.sites[0].name for reading in readings] == ["Café"] * 3
    assert len({reading.version for reading in readings}) == 3


def test_bytes_of_no_known_encoding_are_named_by_line() -> None:
    raw = as_csv(BARE, OTHER).replace(b"2 Example", b"\x81 Example")
    assert messages(raw) == [
        "line 3: this is neither UTF-8 nor Windows-1252 text: save the file as CSV UTF-8"
    ]


def test_a_nul_byte_or_utf16_stops_the_reading() -> None:
    torn = as_csv(BARE, OTHER) + bytes(40)
    assert messages(torn) == [
        'line 4: "\\x00" - the file is damaged or is not UTF-8 text: save it again as CSV UTF-8'
    ]
    assert ids(torn) == []
    assert "not UTF-8" in messages(as_csv(BARE).decode().encode("utf-16"))[0]


def test_a_file_too_large_is_refused_and_one_at_the_limit_is_read() -> None:
    raw = as_csv(BARE)
    at_limit = raw + (b" " * 99_999 + b"\n") * (MAX_BYTES // 100_000 - 1)
    at_limit += b" " * (MAX_BYTES - len(at_limit))
    assert messages(at_limit) == []
    assert messages(at_limit + b"\n") == ["the file is larger than 80 MB: no list of clinics is"]


def test_a_file_of_little_but_empty_lines_is_refused() -> None:
    raw = as_csv(BARE)
    at_limit = raw + b"\r\n" * (MAX_LINES - raw.count(b"\n"))
    assert messages(at_limit) == []
    assert messages(at_limit + b"\r\n") == [
        "the file holds more than 1,000,000 lines: delete those with nothing in them"
    ]


def test_too_many_rows_are_refused_and_the_limit_is_not() -> None:
    broken_row = b"x\n"
    at_limit = parse_directory(as_csv() + broken_row * MAX_ROWS, today=TODAY)
    assert (at_limit.rows_read, len(at_limit.problems)) == (MAX_ROWS, MAX_ROWS)
    assert messages(as_csv() + broken_row * (MAX_ROWS + 1)) == ["the file holds more than 100,000 rows"]


def test_a_problem_reads_as_one_line() -> None:
    problem = Problem.of(3, "zip", "5536", "use five digits, such as 55369")
    assert str(problem) == 'line 3, column "zip": "5536" - use five digits, such as 55369'
    assert str(Problem.of(3, "zip", "", "fill it in")) == 'line 3, column "zip": empty - fill it in'
    assert str(Problem.of(1, None, "x", "odd")) == 'line 1: "x" - odd'
    assert str(Problem.of(None, None, "", "the file is empty")) == "the file is empty"


def test_a_value_is_shown_shortened_and_without_control_characters() -> None:
    assert Problem.of(1, "name", "a\n\x1b[31m\u202e\u00a0é", "").value == "a\\n\\x1b[31m\\u202e\\xa0é"
    assert Problem.of(1, "name", "x" * 60, "").value == "x" * 60
    assert Problem.of(1, "name", "x" * 61, "").value == "x" * 59 + "…"
    assert len(Problem.of(1, "name", "\x00" * 10**6, "").value) == 60


def test_the_report_lists_the_problems_and_ends_with_a_summary() -> None:
    reading = parse_directory(as_csv(BARE, OTHER | {"zip": "5", "country": "CA"}), today=TODAY)
    assert format_report(reading).splitlines() == [
        'line 3, column "zip": "5" - use five digits, such as 55369',
        'line 3, column "country": "CA" - use US',
        "2 rows read, 1 without a problem; 2 problems to correct.",
    ]
    assert format_report(parse_directory(as_csv(BARE), today=TODAY)) == "1 row read, no problems."
    assert format_report(parse_directory(b"", today=TODAY)).endswith(
        "0 without a problem; 1 problem to correct."
    )


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reading_raise(junk: bytes) -> None:
    for raw in (junk, as_csv(BARE) + junk, as_csv().strip() + b"," + junk):
        reading = parse_directory(raw, today=TODAY)
        assert reading.valid is not bool(reading.problems)


@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=80)))
def test_whatever_is_typed_a_row_is_a_site_or_a_printable_problem_and_never_both(
    cells: dict[str, str],
) -> None:
    row = {column: cell.encode("utf-8", "replace").decode() for column, cell in (PINNED | cells).items()}
    reading = parse_directory(as_csv(row), today=TODAY)
    assert bool(reading.sites) is not bool(reading.problems)
    for problem in reading.problems:
        assert str(problem).isprintable()


VISIBLE = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=80)


@given(VISIBLE, VISIBLE)
def test_any_visible_text_comes_through_unchanged(name: str, note: str) -> None:
    row = BARE | {"name": name.replace("\ufffd", "x"), "note": note.replace("\ufffd", "x")}
    (site,) = parse_directory(as_csv(row), today=TODAY).sites
    assert (site.name, site.note) == (row["name"], row["note"])


def test_a_file_is_read_as_its_bytes_are(tmp_path: Path) -> None:
    path = tmp_path / "clinics.csv"
    path.write_bytes(as_csv(BARE, OTHER))
    assert read_directory(path, today=TODAY) == parse_directory(as_csv(BARE, OTHER), today=TODAY)


def test_a_file_that_cannot_be_read_is_a_problem_that_shows_no_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.csv", tmp_path):
        reading = read_directory(path, today=TODAY)
        assert (reading.sites, reading.rows_read, reading.version) == ((), 0, "")
        (problem,) = reading.problems
        assert f"{path.name} cannot be read" in str(problem)
        assert str(tmp_path.parent) not in str(problem)


def test_a_file_too_large_on_disk_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clinics.csv"
    path.write_bytes(as_csv(BARE) + b"\n" * (2 * MAX_BYTES))
    assert "larger than 80 MB" in format_report(read_directory(path, today=TODAY))


class Served:
    """A directory file on disk, what is served from it, and a calendar that a test can turn."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.today = TODAY
        self.directory = LastGoodDirectory(path, today=lambda: self.today)

    def write(self, *rows: dict[str, str]) -> None:
        """Put a new file in the place of the old one, as an editor does."""
        replacement = self.path.with_suffix(".new")
        replacement.write_bytes(as_csv(*rows))
        replacement.replace(self.path)

    def ids(self) -> list[str]:
        """The clinics served at this moment."""
        return [site.site_id for site in self.directory.current().sites]


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(tmp_path / "clinics.csv")


def test_a_valid_file_is_served_with_its_newest_date_and_without_inactive_clinics(served: Served) -> None:
    served.write(BARE, OTHER | {"as_of": "2026-05-05"}, THIRD | {"active": "no", "as_of": "2026-09-09"})
    current = served.directory.current()
    assert served.ids() == ["sample-one", "sample-two"]
    assert current.as_of == date(2026, 5, 5)
    assert (current.problems, current.stale) == ((), False)
    assert current.version == read_directory(served.path, today=TODAY).version


def test_a_broken_file_leaves_the_last_good_directory_in_service_and_says_so(served: Served) -> None:
    served.write(BARE)
    good = served.directory.current()
    served.write(BARE, OTHER | {"zip": "5"})
    stale = served.directory.current()
    assert stale == replace(good, stale=True, problems=stale.problems)
    assert [(problem.line, problem.column) for problem in stale.problems] == [(3, "zip")]
    served.write(BARE, OTHER)
    assert served.ids() == ["sample-one", "sample-two"]
    assert not served.directory.current().stale


def test_a_deleted_file_leaves_the_last_good_directory_in_service(served: Served) -> None:
    served.write(BARE)
    served.directory.current()
    served.path.unlink()
    assert served.ids() == ["sample-one"]
    assert served.directory.current().stale


def test_a_start_with_a_broken_file_serves_its_right_rows_and_names_the_others(served: Served) -> None:
    served.write(BARE, OTHER | {"zip": "5"})
    current = served.directory.current()
    assert served.ids() == ["sample-one"]
    assert [problem.line for problem in current.problems] == [3]
    assert not current.stale


def test_right_rows_of_a_broken_file_never_count_as_a_good_directory(served: Served) -> None:
    served.write(BARE, OTHER | {"zip": "5"})
    served.directory.current()
    served.write(OTHER, BARE | {"zip": "5"})
    assert served.ids() == ["sample-two"]
    assert not served.directory.current().stale


def test_a_start_without_a_file_serves_nothing_until_there_is_one(served: Served) -> None:
    assert served.ids() == []
    assert served.directory.current().as_of is None
    assert "cannot be read" in str(served.directory.current().problems[0])
    served.write(BARE)
    assert served.ids() == ["sample-one"]


def test_an_unchanged_file_is_not_read_again(served: Served) -> None:
    served.write(BARE)
    first, before = served.directory.current(), served.path.stat()
    # The same inode, size and time, so only reading it would show the difference.
    served.path.write_bytes(as_csv(BARE | {"site_id": "sample-six"}))
    os.utime(served.path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert served.directory.current() is first


@pytest.mark.parametrize("changed", ["time", "size", "inode"])
def test_a_change_of_time_size_or_inode_alone_is_noticed(served: Served, changed: str) -> None:
    served.write(BARE)
    served.directory.current()
    before = served.path.stat()
    new = BARE | {"site_id": "sample-six" if changed != "size" else "sample-sixteen"}
    if changed == "inode":
        served.write(new)
    else:
        served.path.write_bytes(as_csv(new))
    later_ns = 1 if changed == "time" else 0
    os.utime(served.path, ns=(before.st_atime_ns, before.st_mtime_ns + later_ns))
    assert served.ids() == [new["site_id"]]


def test_a_date_in_the_future_comes_into_service_on_its_day(served: Served) -> None:
    served.write(BARE | {"as_of": "2026-11-23"})
    assert served.ids() == []
    served.today = date(2026, 11, 23)
    assert served.ids() == ["sample-one"]


@contextlib.contextmanager
def no_file_can_be_opened() -> Iterator[None]:
    """As when too many are open: files are there and can be looked at, but none can be read."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest_free = os.open(os.devnull, os.O_RDONLY)
    os.close(lowest_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_file_that_could_not_be_read_is_tried_again_though_nothing_about_it_changed(tmp_path: Path) -> None:
    (tmp_path / "clinics.csv").write_bytes(as_csv(BARE))
    directory = LastGoodDirectory(tmp_path / "clinics.csv", today=lambda: TODAY)
    with no_file_can_be_opened():
        assert directory.current().sites == ()
    assert len(directory.current().sites) == 1


BEHIND = date(2000, 1, 1)


def test_a_clock_that_goes_back_leaves_the_last_good_directory_in_service_and_is_doubted(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    served.write(BARE, OTHER | {"as_of": "2026-05-05"}, THIRD)
    good = served.directory.current()
    served.today = BEHIND
    assert served.directory.current() == replace(good, clock_behind=date(2026, 5, 5))
    assert "the clock of this machine may be wrong: it says 2000-01-01" in caplog.text
    assert "up to 2026-05-05" in caplog.text
    served.today = TODAY
    assert served.directory.current() == good


def test_a_clock_that_goes_back_behind_a_single_date_is_doubted_too(served: Served) -> None:
    served.write(BARE, OTHER, THIRD | {"as_of": "2026-11-20"})
    good = served.directory.current()
    served.today = date(2026, 11, 19)
    assert served.directory.current() == replace(good, clock_behind=date(2026, 11, 20))


def test_a_start_with_a_clock_behind_the_file_serves_it_with_its_own_dates_and_doubts_the_clock(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    served.today = BEHIND
    checked = {"verified_on": "2026-02-01", "verified_by": "front desk"}
    served.write(BARE, OTHER | checked, THIRD | {"zip": "5"})
    current = served.directory.current()
    assert served.ids() == ["sample-one", "sample-two"]
    assert [site.as_of for site in current.sites] == [date(2026, 1, 31)] * 2
    # What is wrong on any day is left out and named as ever.
    assert [(problem.line, problem.column) for problem in current.problems] == [(4, "zip")]
    assert (current.stale, current.clock_behind) == (False, date(2026, 2, 1))
    assert "the clock of this machine may be wrong" in caplog.text
    served.today = TODAY
    assert served.directory.current().clock_behind is None
    assert [problem.column for problem in served.directory.current().problems] == ["zip"]


def test_a_new_file_beyond_a_clock_that_is_behind_leaves_the_last_good_one_in_service(served: Served) -> None:
    served.today = date(2026, 2, 1)
    served.write(BARE, OTHER)
    good = served.directory.current()
    served.write(*(row | {"as_of": "2026-03-01"} for row in (BARE, OTHER, THIRD)))
    assert served.directory.current() == replace(good, stale=True, clock_behind=date(2026, 3, 1))
    served.today = date(2026, 3, 1)
    assert len(served.ids()) == 3
    assert served.directory.current().clock_behind is None


def test_a_single_date_in_the_future_speaks_against_the_row_and_not_against_the_clock(served: Served) -> None:
    late = {"as_of": "2062-01-31"}
    served.write(BARE, OTHER, THIRD | late)
    assert served.ids() == ["sample-one", "sample-two"]
    assert served.directory.current().clock_behind is None
    served.write(BARE | late)
    assert served.directory.current().clock_behind is None


def test_the_day_is_no_earlier_than_the_file_where_the_clock_is_doubted(served: Served) -> None:
    served.write(BARE, OTHER)
    assert served.directory.current().no_earlier_than(BEHIND) == BEHIND
    served.today = BEHIND
    assert served.directory.current().no_earlier_than(BEHIND) == date(2026, 1, 31)
    assert served.directory.current().no_earlier_than(TODAY) == TODAY


def test_readers_in_many_threads_see_whole_directories_only_while_the_file_changes(served: Served) -> None:
    served.write(BARE, OTHER)
    served.directory.current()
    seen: set[tuple[str, ...]] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(tuple(served.ids()))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for turn in range(60):
        served.write(
            BARE, OTHER, *([THIRD] if turn % 3 == 0 else [THIRD | {"zip": "5"}] if turn % 3 == 1 else [])
        )
    done.set()
    for reader in readers:
        reader.join()
    assert seen <= {("sample-one", "sample-two"), ("sample-one", "sample-two", "sample-three")}
    assert seen
