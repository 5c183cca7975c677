"""A text file as a grid, whatever its encoding and the mark between cells, or what it is instead. Pure."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from locator.clinics import COLUMNS, Line, Problem, read_lines, text_encoding
from locator.language import gettext as _
from locator.language import marked as N_
from locator.staff.imports.grid import MAX_UPLOAD_BYTES, Cell, Grid, GridRow, too_large

# How files begin that are no text, and what to call them.
_SIGNATURES: Final = (
    (
        b"\xd0\xcf\x11\xe0",
        N_("this is an old Excel file (.xls): save it as .xlsx, so that formulas can be told"),
    ),
    (b"%PDF-", N_("this is a PDF, which has no cells: save the table as CSV UTF-8")),
    (b"\x89PNG", N_("this is a picture: save the table as CSV UTF-8")),
    (b"\xff\xd8\xff", N_("this is a picture: save the table as CSV UTF-8")),
    (b"GIF8", N_("this is a picture: save the table as CSV UTF-8")),
    (b"\x1f\x8b", N_("this is a compressed file: unpack it, and save the table as CSV UTF-8")),
    (b"7z\xbc\xaf", N_("this is a compressed file: unpack it, and save the table as CSV UTF-8")),
    (b"{\\rtf", N_("this is a text document: save the table as CSV UTF-8")),
    # Before UTF-16's mark, which begins the same.
    (codecs.BOM_UTF32_LE, N_("this is UTF-32 text: save the table as CSV UTF-8")),
    (codecs.BOM_UTF32_BE, N_("this is UTF-32 text: save the table as CSV UTF-8")),
)
_MARKUP: Final = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<?xml", b"<table", b"<!--")


# In this order of preference where a header does not decide.
_MARKS: Final = {
    ",": "",
    ";": N_("Semicolons between cells were read as commas."),
    "\t": N_("Tabs between cells were read as commas."),
    "|": N_("Bars between cells were read as commas."),
}
_HINT: Final = re.compile(r"\Asep=(.)(\r\n|\r|\n)")


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A file's text without its byte order mark, and what was understood on the way."""

    text: str
    notes: tuple[str, ...] = ()


def decode_text(raw: bytes) -> DecodedText | Problem:
    """UTF-8, UTF-16 with a byte order mark, else Windows-1252; what is no text is named for what it is."""
    refusal = _not_text(raw)
    if refusal is not None:
        return Problem(None, None, "", refusal)
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _utf16(raw)
    if b"\0" in raw:
        line = _line(raw, raw.index(b"\0"))
        return Problem.of(
            line, None, "\0", _("the file is damaged or is not UTF-8 text: save the table as CSV UTF-8")
        )
    try:
        encoding = text_encoding(raw)
    except UnicodeDecodeError as error:
        message = _("this is neither UTF-8 nor Windows-1252 text: save the table as CSV UTF-8")
        return Problem(_line(raw, error.start), None, "", message)
    guessed = _("The file was read as Windows-1252 text: look at letters with accents.")
    return DecodedText(raw.decode(encoding), (guessed,) if encoding == "cp1252" else ())


def _not_text(raw: bytes) -> str | None:
    if len(raw) > MAX_UPLOAD_BYTES:
        return too_large()
    for signature, message in _SIGNATURES:
        if raw.startswith(signature):
            return _(message)
    start = raw[:1000].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if start.startswith(_MARKUP):
        return _("this is a web page, not a table: it may be a sign-in page saved in place of the file")
    return None


def _utf16(raw: bytes) -> DecodedText | Problem:
    try:
        text = raw.decode("utf-16")
    except UnicodeDecodeError:
        message = _("this is UTF-16 text that is damaged: save the table as CSV UTF-8")
        return Problem(None, None, "", message)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return Problem.of(line, None, "\0", _("the file is damaged: save the table as CSV UTF-8"))
    return DecodedText(text, (_("The file was read as UTF-16 text."),))


def _line(raw: bytes, at: int) -> int:
    # A file of old has carriage returns alone.
    return max(raw.count(b"\n", 0, at), raw.count(b"\r", 0, at)) + 1


def read_delimited(text: str) -> Grid:
    """The rows of cells between commas, semicolons, tabs or bars; the first line decides which.

    A row that breaks the rules of quotation marks is a problem, and reading goes on after it.
    """
    hint = _HINT.match(text)
    mark = hint[1] if hint else _mark(text)
    notes = []
    if hint:
        notes.append(_("The first line, which names the mark between cells, was left out."))
    if mark != ",":
        note = _MARKS.get(mark, N_("The marks {mark} between cells were read as commas."))
        notes.append(_(note).format(mark=mark))
    lines = list(_lines(text[hint.end() :] if hint else text, mark))
    rows = (line for line in lines if isinstance(line, Line))
    problems = (line for line in lines if isinstance(line, Problem))
    before = 1 if hint else 0
    return Grid(
        tuple(GridRow(row.line + before, tuple(map(Cell, row.cells))) for row in rows),
        tuple(replace(problem, line=(problem.line or 0) + before) for problem in problems),
        tuple(notes),
    )


def _mark(text: str) -> str:
    """The mark by which the first line names the most columns of the directory."""
    known = set(COLUMNS)

    def columns_named(mark: str) -> int:
        first = next((line for line in _lines(text, mark) if isinstance(line, Line)), None)
        return len(known & set(first.cells)) if first else 0

    return max(_MARKS, key=columns_named)


def _lines(text: str, mark: str) -> Iterator[Line | Problem]:
    return read_lines(io.StringIO(text, newline=""), mark)
