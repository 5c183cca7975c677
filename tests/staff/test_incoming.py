"""Uploaded files: what spreadsheets do to them is understood or refused with the reason."""

from __future__ import annotations

import codecs
import gzip
import io
import zipfile

import pytest

from locator.clinics.schema import COLUMNS
from locator.staff.editing.table import ClinicTable
from locator.staff.imports.grid import MAX_UPLOAD_BYTES, MAX_UPLOAD_ROWS
from locator.staff.imports.incoming import Incoming, read_upload
from tests.support import spreadsheets
from tests.support.pin_samples import as_csv, pinned, row

ROW = pinned(
    1,
    fax="612-555-0102",
    hours="Mo-Fr 08:00-17:00",
    hours_as_of="2025-02",
    note="Clínica, ask first",
)
OTHER = row(2)
PLAIN = as_csv(ROW, OTHER)
CURRENT = ClinicTable.parse(PLAIN)
NOTHING = ClinicTable(COLUMNS, ())


def upload(raw: bytes, current: ClinicTable = CURRENT, file_name: str = "fake.csv") -> Incoming:
    return read_upload(raw, file_name, current)


def places(incoming: Incoming) -> list[tuple[int | None, str | None]]:
    return [(problem.line, problem.column) for problem in incoming.problems]


def with_mark(mark: str) -> bytes:
    return spreadsheet_text(ROW, OTHER).replace(b"\x01", mark.encode())


def spreadsheet_text(*rows: dict[str, str]) -> bytes:
    """Cells between control characters, none of which is in a cell, to be replaced by any mark."""
    lines = [COLUMNS, *(tuple(one.values()) for one in rows)]
    return "\n".join("\x01".join(cells) for cells in lines).encode()


def one_cell(column: str, text: str, current: ClinicTable = NOTHING) -> Incoming:
    """What becomes of one row whose cell of this column is this text."""
    return upload(as_csv(row(2) | {column: text}), current)


UNDERSTOOD = {
    "as the directory writes it": (PLAIN, ()),
    "byte order mark": (codecs.BOM_UTF8 + PLAIN, ()),
    "Windows-1252": (PLAIN.decode().encode("cp1252"), ("Windows-1252",)),
    "UTF-16 little-endian": (codecs.BOM_UTF16_LE + PLAIN.decode().encode("utf-16-le"), ("UTF-16",)),
    "UTF-16 big-endian": (codecs.BOM_UTF16_BE + PLAIN.decode().encode("utf-16-be"), ("UTF-16",)),
    "semicolons": (with_mark(";"), ("Semicolons between cells were read as commas.",)),
    "tabs": (with_mark("\t"), ("Tabs between cells were read as commas.",)),
    "bars": (with_mark("|"), ("Bars between cells were read as commas.",)),
    "the mark named in a first line": (b"sep=;\r\n" + with_mark(";"), ("first line", "Semicolons")),
    "lines of Windows": (PLAIN.replace(b"\n", b"\r\n"), ()),
    "lines of old Macs": (PLAIN.replace(b"\n", b"\r"), ()),
    "no last line end": (PLAIN.rstrip(), ()),
    "rows with nothing in them": (PLAIN + b"," * (len(COLUMNS) - 1) + b"\n\n", ()),
    "blanks around cells": (with_mark(" \t \u00a0"), ("Tabs",)),
    "columns in another order": (
        as_csv(ROW, OTHER, columns=COLUMNS[::-1]),
        ("The columns stand in another order",),
    ),
    "an empty column without a name": (
        b"\n".join(line + b"," for line in PLAIN.splitlines()),
        ("Empty columns without a name were left out.",),
    ),
    "a column that may be missing": (
        as_csv(ROW, OTHER, columns=[column for column in COLUMNS if column != "pin_address"]),
        ('no column "pin_address"; what the directory holds there was kept',),
    ),
    "phone without dashes": (
        PLAIN.replace(b"612-555-0102", b"6125550102"),
        ("given their dashes: line 2 fax.",),
    ),
}


@pytest.mark.parametrize("oddity", UNDERSTOOD)
def test_what_spreadsheets_do_to_a_file_is_undone_and_said(oddity: str) -> None:
    raw, notes = UNDERSTOOD[oddity]
    incoming = upload(raw)
    assert incoming.problems == ()
    assert incoming.table == CURRENT
    assert incoming.usable
    assert len(incoming.notes) == len(notes)
    assert all(part in note for part, note in zip(notes, incoming.notes, strict=True))


def torn_archive() -> bytes:
    raw = spreadsheets.xlsx([spreadsheets.text("site_id")])
    return raw[: len(raw) // 2]


def lying_archive() -> bytes:
    """A workbook whose sheet says that it is small, and is not."""
    parts = spreadsheets.workbook_parts("<row/>" + " " * 60_000_000)
    raw = bytearray(spreadsheets.zipped(parts))
    for header, size_at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = raw.rindex(header)
        raw[at + size_at : at + size_at + 4] = (1000).to_bytes(4, "little")
    return bytes(raw)


def far_cell(position: str) -> bytes:
    cell = f'<row r="1"><c r="{position}"><v>1</v></c></row>'
    first = '<row r="1"><c r="A1"><v>1</v></c></row>'
    return spreadsheets.zipped(spreadsheets.workbook_parts(first + cell))


def encrypted_archive() -> bytes:
    raw = bytearray(spreadsheets.xlsx([spreadsheets.text("site_id")]))
    for header, flags_at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = raw.index(header)
        raw[at + flags_at] |= 1
    return bytes(raw)


REFUSED_WHOLE = {
    "empty": (b"", "empty"),
    "nothing but a byte order mark": (codecs.BOM_UTF8, "empty"),
    "nothing but blank lines": (b"\n\n,,\n", "empty"),
    "a header alone": (as_csv(), "names no clinic"),
    "over 5 MB": (PLAIN + b"\n" * MAX_UPLOAD_BYTES, "larger than 5 MB"),
    "100 MB": (bytes(100_000_000), "larger than 5 MB"),
    "over 10,000 rows": (
        PLAIN + b",".join([b"x"] * len(COLUMNS)).join([b"\n"] * MAX_UPLOAD_ROWS),
        "more than 10,000",
    ),
    "a web page": (b"\r\n <!DOCTYPE html><html><title>Sign in</title></html>", "web page"),
    "markup after a byte order mark": (codecs.BOM_UTF8 + b"<html>", "web page"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "picture"),
    "a compressed file": (gzip.compress(PLAIN), "compressed"),
    "an old Excel file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Excel"),
    "UTF-32": (codecs.BOM_UTF32_LE + PLAIN.decode().encode("utf-32-le"), "UTF-32"),
    "half a character of UTF-16": (codecs.BOM_UTF16_LE + b"a", "damaged"),
    "a torn workbook": (torn_archive(), "damaged"),
    "a workbook with a password": (encrypted_archive(), "password"),
    "a binary workbook": (spreadsheets.zipped({"xl/workbook.bin": b""}), "xlsb"),
    "an archive of something else": (spreadsheets.zipped({"word/document.xml": "<w/>"}), "no spreadsheet"),
    "a workbook of broken markup": (
        spreadsheets.zipped(spreadsheets.workbook_parts("<row><c")),
        "damaged",
    ),
    "a zip bomb": (
        spreadsheets.zipped(spreadsheets.workbook_parts() | {"xl/bomb.xml": bytes(60_000_000)}),
        "50 MB",
    ),
    "a zip bomb that declares little": (lying_archive(), "damaged"),
    "a cell at the far corner": (far_cell("XFD1048576"), "beyond row 20,000"),
    "a cell far below": (far_cell("A20001"), "beyond row"),
    "a cell far to the right": (far_cell("SG1"), "beyond row"),
    "hidden sheets alone": (
        spreadsheets.zipped(spreadsheets.workbook_parts(spreadsheets.rows_of(), hidden=[1])),
        "no visible sheet",
    ),
}


@pytest.mark.parametrize("oddity", REFUSED_WHOLE)
def test_a_file_that_is_no_table_is_refused_with_the_reason(oddity: str) -> None:
    raw, reason = REFUSED_WHOLE[oddity]
    incoming = upload(raw)
    assert incoming.table is None
    assert not incoming.usable
    (problem,) = incoming.problems
    assert problem.column is None
    assert reason in problem.message


def changed_line(number: int, text: bytes) -> bytes:
    lines = PLAIN.splitlines()
    lines[number - 1] = text
    return b"\n".join(lines)


HEADER, FIRST, SECOND = PLAIN.splitlines()
REFUSED_PARTS = {
    "NUL": (PLAIN.replace(b"Testville", b"Test\0ville", 1), [(2, None)]),
    "NUL in UTF-16": (codecs.BOM_UTF16_LE + "site_id\na\0b".encode("utf-16-le"), [(2, None)]),
    "neither UTF-8 nor Windows-1252": (PLAIN.replace(b"Testville", b"Test\x81\xff", 1), [(2, None)]),
    "a missing column": (as_csv(ROW, columns=[one for one in COLUMNS if one != "fax"]), [(1, "fax")]),
    "a column twice": (HEADER + b",fax\n" + SECOND + b",", [(1, "fax")]),
    "a column of its own twice": (HEADER + b",mine,mine\n" + SECOND + b",,", [(1, "mine")]),
    "cells below no name": (HEADER + b",\n" + FIRST + b",\n" + SECOND + b",x", [(3, None)]),
    "an extra field": (changed_line(3, SECOND + b",x"), [(3, None)]),
    "an extra field that is empty": (changed_line(3, SECOND + b","), [(3, None)]),
    "a field too few": (changed_line(2, FIRST.rpartition(b",")[0]), [(2, None)]),
    "a quotation mark left open": (changed_line(3, b'"' + SECOND), [(3, None)]),
    "text after a closing quotation mark": (changed_line(2, b'"a"b,' + FIRST), [(2, None)]),
    "curly quotation marks around a comma": (
        changed_line(3, SECOND.replace(b"Fake Clinic", "“Fake, Clinic”".encode())),
        [(3, None)],
    ),
    "no known column": (b"a,b\n1,2\n", [(1, None)]),
}


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


DOUBTED = {
    ("zip", "2134"): "write 02134",
    ("zip", "501"): "write 00501",
    ("zip", "2134-0001"): "write 02134-0001",
    ("zip", "5.54E+04"): "lost digits",
    ("phone", "7.63E+09"): "lost digits",
    ("fax", "6.13e9"): "lost digits",
    ("npi", "1,23E+09"): "lost digits",
    ("as_of", "12/8/2025"): "2025-12-08 or 2025-08-12",
    ("as_of", "8.12.2025"): "2025-08-12 or 2025-12-08",
    ("verified_on", "12-25-25"): "year-month-day, 2025-12-25",
    ("hours_as_of", "5/5/2025"): "year-month-day, 2025-05-05",
    ("evaluation_as_of", "31/31/2025"): "such as 2025-12-08",
    ("procedure_as_of", "45999"): "likely 2025-12-08",
    ("note", "=1+1"): "begins like a formula",
    ("name", '=HYPERLINK("http://clinic.example.com")'): "begins like a formula",
}


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


def test_a_workbook_of_text_is_read_as_it_is() -> None:
    assert in_a_workbook() == Incoming(CURRENT)


def test_numbers_of_a_workbook_are_written_without_a_needless_point() -> None:
    incoming = in_a_workbook(
        zip=spreadsheets.number(55999.0),
        latitude=spreadsheets.number(44.9801),
        longitude=spreadsheets.number(-93.27),
    )
    assert incoming == Incoming(CURRENT)


def test_a_workbooks_number_for_a_phone_is_given_its_dashes() -> None:
    incoming = in_a_workbook(fax=spreadsheets.number(6125550102.0))
    assert incoming.table == CURRENT
    assert incoming.notes == ("Phone numbers of ten digits were given their dashes: line 2 fax.",)


def test_a_workbooks_day_is_written_as_the_directory_writes_days() -> None:
    incoming = in_a_workbook(as_of=spreadsheets.day(45999))
    assert incoming.problems == ()
    assert incoming.table is not None
    assert incoming.table.rows[0]["as_of"] == "2025-12-08"
    assert incoming.notes == ("Days of the spreadsheet were written as year-month-day: line 2 as_of.",)


def test_a_month_that_a_spreadsheet_made_a_day_of_is_a_month_again() -> None:
    incoming = in_a_workbook(hours_as_of=spreadsheets.day(45689))
    assert incoming.table == CURRENT
    assert incoming.notes == (
        "A day that the spreadsheet made of a month is a month again: line 2 hours_as_of.",
    )


def test_a_time_of_day_beside_a_day_is_not_dropped() -> None:
    incoming = in_a_workbook(as_of='<c s="1"><v>45999.5</v></c>')
    assert incoming.table is not None
    assert incoming.table.rows[0]["as_of"] == "2025-12-08 12:00:00"


def test_a_formula_is_never_trusted_for_its_last_result() -> None:
    incoming = in_a_workbook(name=spreadsheets.formula('"Fake "&"Clinic"', "Fake Clinic"))
    assert places(incoming) == [(2, "name")]
    assert incoming.problems[0].value == '="Fake "&"Clinic"'
    assert "formula" in incoming.problems[0].message


def test_an_error_value_is_refused_rather_than_taken_for_an_empty_cell() -> None:
    incoming = in_a_workbook(unit=spreadsheets.error("#REF!"))
    assert places(incoming) == [(2, "unit")]
    assert incoming.problems[0].value == "#REF!"


def test_a_lost_zero_in_a_workbook_is_refused_with_the_likely_zip() -> None:
    incoming = in_a_workbook(zip=spreadsheets.number(2134.0))
    assert places(incoming) == [(2, "zip")]
    assert "write 02134" in incoming.problems[0].message


def test_lines_of_a_workbook_are_the_rows_that_excel_numbers() -> None:
    rows = spreadsheets.rows_of([], [], TITLES, [], sheet_cells(OTHER | {"zip": "2134"}))
    assert places(upload(spreadsheets.zipped(spreadsheets.workbook_parts(rows)))) == [(5, "zip")]


def test_only_the_first_visible_sheet_is_read_and_that_is_said() -> None:
    table = spreadsheets.rows_of(TITLES, sheet_cells(ROW), sheet_cells(OTHER))
    other = spreadsheets.rows_of([spreadsheets.formula("1+1", "2")])
    parts = spreadsheets.workbook_parts(other, table, other, hidden=[1])
    incoming = upload(spreadsheets.zipped(parts), file_name="fake.xlsx")
    assert incoming.table == CURRENT
    assert incoming.notes == ('Only the sheet "Sheet2" was read; the other sheets were left out.',)


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


def test_a_spreadsheet_that_asks_for_too_much_memory_is_refused_and_the_server_lives() -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
    repeated = cell.replace("<table:table-cell", '<table:table-cell table:number-columns-repeated="1000"', 1)
    rows = f'<table:table-row table:number-rows-repeated="20000">{repeated}</table:table-row>'
    incoming = upload(spreadsheets.ods(rows), file_name="fake.ods")
    assert incoming.table is None
    assert "too much memory" in incoming.problems[0].message


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
