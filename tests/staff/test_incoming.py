"""Uploaded files: what spreadsheets do to them is understood or refused with the reason."""

from __future__ import annotations

import io
import zipfile

import pytest

from locator.clinics import ClinicTable
from locator.clinics.schema import COLUMNS
from locator.staff.imports.incoming import Incoming
from tests.support import spreadsheets
from tests.support.known_uploads import (
    CURRENT,
    DOUBTED,
    NOTHING,
    OTHER,
    PLAIN,
    REFUSED_PARTS,
    REFUSED_WHOLE,
    ROW,
    UNDERSTOOD,
    one_cell,
    upload,
)
from tests.support.pin_samples import as_csv, row


def places(incoming: Incoming) -> list[tuple[int | None, str | None]]:
    return [(problem.line, problem.column) for problem in incoming.problems]


@pytest.mark.parametrize("oddity", UNDERSTOOD)
def test_what_spreadsheets_do_to_a_file_is_undone_and_said(oddity: str) -> None:
    raw, notes = UNDERSTOOD[oddity]
    incoming = upload(raw)
    assert incoming.problems == ()
    assert incoming.table == CURRENT
    assert incoming.usable
    assert len(incoming.notes) == len(notes)
    assert all(part in note for part, note in zip(notes, incoming.notes, strict=True))


@pytest.mark.process
@pytest.mark.parametrize("oddity", REFUSED_WHOLE)
def test_a_file_that_is_no_table_is_refused_with_the_reason(oddity: str) -> None:
    raw, reason = REFUSED_WHOLE[oddity]
    incoming = upload(raw)
    assert incoming.table is None
    assert not incoming.usable
    (problem,) = incoming.problems
    assert problem.column is None
    assert reason in problem.message


@pytest.mark.parametrize("oddity", REFUSED_PARTS)
def test_a_broken_table_is_refused_by_line_and_column(oddity: str) -> None:
    raw, expected = REFUSED_PARTS[oddity]
    incoming = upload(raw)
    assert places(incoming) == expected
    assert incoming.table is None


def test_curly_quotation_marks_are_named_where_they_hold_a_row_apart() -> None:
    incoming = upload(REFUSED_PARTS["curly quotation marks around a comma"][0])
    assert "curly quotation marks" in incoming.problems[0].message
    assert "curly" not in upload(REFUSED_PARTS["an extra field"][0]).problems[0].message


@pytest.mark.parametrize(("column", "text"), DOUBTED)
def test_a_cell_that_lost_its_meaning_is_refused_with_what_to_write(column: str, text: str) -> None:
    incoming = one_cell(column, text)
    assert places(incoming) == [(2, column)]
    assert DOUBTED[column, text] in incoming.problems[0].message
    assert incoming.table is not None
    assert incoming.table.rows[0][column] == text
    assert not incoming.usable


KEPT = [
    ("zip", "55401"),
    ("zip", "02134"),
    ("street", "2134"),
    ("name", "7.63E+09"),
    ("note", "12/8/2025"),
    ("as_of", "2025-12-08"),
    ("note", "45999"),
    ("note", "line one\nline two"),
    ("name", "Fake’s “Clinic”"),
    ("note", "-1+1"),
    ("note", "'tis open"),
    ("longitude", "-93.27"),
    ("phone", "(612) 555-0101"),
    ("npi", "1234567893"),
]


@pytest.mark.parametrize(("column", "text"), KEPT)
def test_what_no_spreadsheet_made_is_left_for_the_rules_of_the_directory(column: str, text: str) -> None:
    incoming = one_cell(column, text)
    assert (incoming.problems, incoming.notes) == ((), ())
    assert incoming.table is not None
    assert incoming.table.rows[0][column] == text


def test_lost_digits_are_named_from_the_directory() -> None:
    incoming = one_cell("phone", "6.13E+09", CURRENT)
    assert incoming.problems[0].message.endswith("the directory has 612-555-0101")


def test_a_text_that_the_directory_itself_holds_is_not_questioned() -> None:
    odd = ClinicTable.parse(as_csv(row(2, phone="6125550101", zip="2134", note="=1")))
    incoming = upload(odd.to_bytes(), odd)
    assert incoming == Incoming(odd)


def test_the_apostrophe_of_an_export_is_taken_back_and_one_of_ones_own_stays() -> None:
    incoming = one_cell("note", "'=1+1")
    assert incoming.table is not None
    assert incoming.table.rows[0]["note"] == "=1+1"
    assert incoming.notes == (
        "The apostrophe that keeps a cell from running as a formula was dropped: line 2 note.",
    )
    doubled = one_cell("note", "''=1+1").table
    assert doubled is not None
    assert doubled.rows[0]["note"] == "'=1+1"


def test_extra_columns_are_kept_behind_the_directorys_and_said() -> None:
    raw = as_csv(ROW | {"mine": "a"}, OTHER | {"mine": ""}, columns=("mine", *COLUMNS))
    incoming = upload(raw)
    assert incoming.problems == ()
    assert incoming.table is not None
    assert incoming.table.columns == (*COLUMNS, "mine")
    assert [one["mine"] for one in incoming.table.rows] == ["a", ""]
    assert incoming.notes == ('The column "mine" is new; it was kept.',)


def test_a_column_of_the_directory_that_the_file_lacks_is_kept() -> None:
    current = ClinicTable((*COLUMNS, "mine"), tuple(one | {"mine": "a"} for one in (ROW, OTHER)))
    incoming = upload(as_csv(ROW, OTHER, row(3)), current)
    assert incoming.table is not None
    assert [one["mine"] for one in incoming.table.rows] == ["a", "a", ""]
    assert incoming.notes == ('The file has no column "mine"; what the directory holds there was kept.',)


def test_a_quoted_line_end_is_kept_and_the_lines_below_are_still_counted_right() -> None:
    raw = as_csv(ROW | {"note": "a\nb\nc"}, OTHER | {"zip": "2134"})
    incoming = upload(raw)
    assert places(incoming) == [(5, "zip")]
    assert incoming.table is not None
    assert incoming.table.rows[0]["note"] == "a\nb\nc"


def test_lines_are_counted_from_the_one_that_names_the_mark() -> None:
    raw = b"sep=,\n" + as_csv(OTHER | {"zip": "2134"})
    assert places(upload(raw)) == [(3, "zip")]


def test_every_problem_is_reported_at_once_in_the_order_of_the_file() -> None:
    bad = [row(at, zip="2134", as_of="12/8/2025") for at in (1, 2)]
    raw = as_csv(*bad) + b"too,short\n" + as_csv(row(3, phone="7.63E+09")).splitlines()[1]
    assert places(upload(raw, NOTHING)) == [
        (2, "zip"),
        (2, "as_of"),
        (3, "zip"),
        (3, "as_of"),
        (4, None),
        (5, "phone"),
    ]


def test_many_changes_of_one_kind_are_one_note() -> None:
    incoming = upload(as_csv(*(row(at, phone="6125550101") for at in range(1, 15))), NOTHING)
    (note,) = incoming.notes
    assert note.endswith("line 10 phone, line 11 phone and 4 more.")


def test_a_name_that_does_not_fit_the_content_is_said() -> None:
    incoming = upload(PLAIN, file_name="fake.xlsx")
    assert incoming.table == CURRENT
    assert incoming.notes == ("fake.xlsx is not a spreadsheet but text, and was read as CSV.",)


def sheet_cells(cells: dict[str, str]) -> list[str]:
    return [spreadsheets.text(cells[column]) for column in COLUMNS]


TITLES = [spreadsheets.text(column) for column in COLUMNS]


def in_a_workbook(**markup: str) -> Incoming:
    """What becomes of a workbook of the two sample rows, cells of the first replaced by markup."""
    first = dict(zip(COLUMNS, sheet_cells(ROW), strict=True)) | markup
    return upload(spreadsheets.xlsx(TITLES, list(first.values()), sheet_cells(OTHER)), file_name="fake.xlsx")


@pytest.mark.process
def test_a_workbook_of_text_is_read_as_it_is() -> None:
    assert in_a_workbook() == Incoming(CURRENT)


@pytest.mark.process
def test_numbers_of_a_workbook_are_written_without_a_needless_point() -> None:
    incoming = in_a_workbook(
        zip=spreadsheets.number(55999.0),
        latitude=spreadsheets.number(44.9801),
        longitude=spreadsheets.number(-93.27),
    )
    assert incoming == Incoming(CURRENT)


@pytest.mark.process
def test_a_workbooks_number_for_a_phone_is_given_its_dashes() -> None:
    incoming = in_a_workbook(fax=spreadsheets.number(6125550102.0))
    assert incoming.table == CURRENT
    assert incoming.notes == ("Phone numbers of ten digits were given their dashes: line 2 fax.",)


@pytest.mark.process
def test_a_workbooks_day_is_written_as_the_directory_writes_days() -> None:
    incoming = in_a_workbook(as_of=spreadsheets.day(45999))
    assert incoming.problems == ()
    assert incoming.table is not None
    assert incoming.table.rows[0]["as_of"] == "2025-12-08"
    assert incoming.notes == ("Days of the spreadsheet were written as year-month-day: line 2 as_of.",)


@pytest.mark.process
def test_a_month_that_a_spreadsheet_made_a_day_of_is_a_month_again() -> None:
    incoming = in_a_workbook(hours_as_of=spreadsheets.day(45689))
    assert incoming.table == CURRENT
    assert incoming.notes == (
        "A day that the spreadsheet made of a month is a month again: line 2 hours_as_of.",
    )


@pytest.mark.process
def test_a_time_of_day_beside_a_day_is_not_dropped() -> None:
    incoming = in_a_workbook(as_of='<c s="1"><v>45999.5</v></c>')
    assert incoming.table is not None
    assert incoming.table.rows[0]["as_of"] == "2025-12-08 12:00:00"


@pytest.mark.process
def test_a_formula_is_never_trusted_for_its_last_result() -> None:
    incoming = in_a_workbook(name=spreadsheets.formula('"Fake "&"Clinic"', "Fake Clinic"))
    assert places(incoming) == [(2, "name")]
    assert incoming.problems[0].value == '="Fake "&"Clinic"'
    assert "formula" in incoming.problems[0].message


@pytest.mark.process
def test_an_error_value_is_refused_rather_than_taken_for_an_empty_cell() -> None:
    incoming = in_a_workbook(unit=spreadsheets.error("#REF!"))
    assert places(incoming) == [(2, "unit")]
    assert incoming.problems[0].value == "#REF!"


@pytest.mark.process
def test_a_lost_zero_in_a_workbook_is_refused_with_the_likely_zip() -> None:
    incoming = in_a_workbook(zip=spreadsheets.number(2134.0))
    assert places(incoming) == [(2, "zip")]
    assert "write 02134" in incoming.problems[0].message


@pytest.mark.process
def test_lines_of_a_workbook_are_the_rows_that_excel_numbers() -> None:
    rows = spreadsheets.rows_of([], [], TITLES, [], sheet_cells(OTHER | {"zip": "2134"}))
    assert places(upload(spreadsheets.zipped(spreadsheets.workbook_parts(rows)))) == [(5, "zip")]


@pytest.mark.process
def test_only_the_first_visible_sheet_is_read_and_that_is_said() -> None:
    table = spreadsheets.rows_of(TITLES, sheet_cells(ROW), sheet_cells(OTHER))
    other = spreadsheets.rows_of([spreadsheets.formula("1+1", "2")])
    parts = spreadsheets.workbook_parts(other, table, other, hidden=[1])
    incoming = upload(spreadsheets.zipped(parts), file_name="fake.xlsx")
    assert incoming.table == CURRENT
    assert incoming.notes == ('Only the sheet "Sheet2" was read; the other sheets were left out.',)


@pytest.mark.process
def test_an_opendocument_spreadsheet_is_read_and_its_formulas_are_refused() -> None:
    formula = (
        '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2">'
        "<text:p>2</text:p></table:table-cell>"
    )
    lines = [COLUMNS, tuple(ROW.values()), tuple(OTHER.values())]
    rows = [
        f"<table:table-row>{''.join(map(spreadsheets.ods_text, cells))}</table:table-row>" for cells in lines
    ]
    assert upload(spreadsheets.ods("".join(rows)), file_name="fake.ods") == Incoming(CURRENT)
    broken = rows[2].replace(spreadsheets.ods_text("Fake Clinic"), formula, 1)
    incoming = upload(spreadsheets.ods(rows[0] + rows[1] + broken))
    assert places(incoming) == [(3, "name")]
    assert incoming.problems[0].value == "=1+1"


@pytest.mark.process
def test_a_spreadsheet_that_asks_for_too_much_memory_is_refused_and_the_server_lives() -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
    repeated = cell.replace("<table:table-cell", '<table:table-cell table:number-columns-repeated="1000"', 1)
    rows = f'<table:table-row table:number-rows-repeated="20000">{repeated}</table:table-row>'
    incoming = upload(spreadsheets.ods(rows), file_name="fake.ods")
    assert incoming.table is None
    assert "too much memory" in incoming.problems[0].message


@pytest.mark.process
def test_one_text_shared_by_many_cells_cannot_grow_without_bound() -> None:
    parts = spreadsheets.workbook_parts(spreadsheets.rows_of(['<c t="s"><v>0</v></c>'] * 400))
    shared = "x" * 50_000
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{main}"><si><t>{shared}</t></si></sst>'
    links = str(parts["xl/_rels/workbook.xml.rels"])
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    link = f'<Relationship Id="rId98" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
    parts["xl/_rels/workbook.xml.rels"] = links.replace("</Relationships>", link)
    incoming = upload(spreadsheets.zipped(parts), file_name="fake.xlsx")
    assert "more than 5 MB of text" in incoming.problems[0].message


def test_the_made_archives_are_whole() -> None:
    with zipfile.ZipFile(io.BytesIO(spreadsheets.xlsx(TITLES))) as archive:
        assert archive.testzip() is None
