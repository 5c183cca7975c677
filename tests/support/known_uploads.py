"""Files as spreadsheets and people make them, known to be understood, refused or doubted."""

from __future__ import annotations

import codecs
import gzip

from locator.clinics import ClinicTable
from locator.clinics.schema import COLUMNS
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
