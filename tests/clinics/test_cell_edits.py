"""Cells change in the bytes of the file, and nothing else does, however odd the file is."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from locator.clinics import CellEncodingError, ClinicTable, edit_cells, text_encoding

ODD = (
    b'\xef\xbb\xbf"our own", site_id ,latitude,note\r\n'
    b"\r\n"
    b'a"b, one ,"44.9","x, ""y""\nz"\r'
    b",,\n"
    b' ,two,,=1+1\n"",\xc2\xa0three,1,'
)


def test_only_the_named_cells_change() -> None:
    after = edit_cells(ODD, {"one": {"latitude": "45.1"}, "three": {"note": "n"}})
    assert after == ODD.replace(b'"44.9"', b'"45.1"') + b"n"


def test_no_change_gives_the_very_bytes() -> None:
    assert edit_cells(ODD, {}) == ODD
    assert edit_cells(ODD, {"one": {}}) == ODD


def test_cells_are_read_without_blanks_and_quotes() -> None:
    cells = ClinicTable.parse(ODD)
    assert cells.column("note") == {"one": 'x, "y"\nz', "two": "=1+1", "three": ""}
    assert cells.column("our own") == {"one": 'a"b', "two": "", "three": ""}
    assert cells.column("no such") == {"one": "", "two": "", "three": ""}


def test_what_would_break_the_row_is_quoted() -> None:
    after = edit_cells(b"site_id,note\na,\nb,x", {"a": {"note": 'p, "q"'}, "b": {"note": 'say "x"'}})
    assert after == b'site_id,note\na,"p, ""q"""\nb,"say ""x"""'


def test_a_column_the_file_lacks_becomes_its_last() -> None:
    after = edit_cells(b"site_id,a\r\none,\r\n\r\ntwo,2", {"one": {"new": "x,y", "a": "1"}})
    assert after == b'site_id,a,new\r\none,1,"x,y"\r\n\r\ntwo,2,'


def test_a_windows_1252_file_stays_one() -> None:
    raw = "site_id,note,more\na,,caf\u00e9\n".encode("cp1252")
    after = edit_cells(raw, {"a": {"note": "\u00fc"}})
    assert after == "site_id,note,more\na,\u00fc,caf\u00e9\n".encode("cp1252")


def test_a_text_that_windows_1252_lacks_is_refused() -> None:
    raw = "site_id,note\na,caf\u00e9\n".encode("cp1252")
    with pytest.raises(CellEncodingError, match="save it as CSV UTF-8"):
        edit_cells(raw, {"a": {"note": "\u0142"}})


def test_an_unknown_clinic_is_an_error() -> None:
    with pytest.raises(KeyError, match="nobody"):
        edit_cells(b"site_id,note\na,\n", {"nobody": {"note": "x"}})


@pytest.mark.parametrize("raw", [b"", b"\n,,\n", b'site_id\n"a"b\n', b'site_id\n"a\n'])
def test_a_file_the_directory_would_refuse_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"first line|quotation"):
        edit_cells(raw, {"a": {"note": "x"}})


def test_a_file_without_ids_is_refused() -> None:
    with pytest.raises(KeyError, match="x"):
        edit_cells(b"name\nx\n", {"x": {"name": "y"}})


@dataclass(frozen=True)
class Cell:
    """A cell's text and how it stands in the file."""

    text: str
    quoted: bool

    def render(self) -> str:
        """The cell as it stands in the file."""
        needs = self.quoted or self.text.startswith('"') or any(mark in self.text for mark in ',\r\n"')
        return '"' + self.text.replace('"', '""') + '"' if needs else self.text


@dataclass(frozen=True)
class OddFile:
    """The rows of a file, the line end of each, and whether blank lines follow it."""

    rows: list[list[Cell]]
    line_ends: list[str]
    bom: bool
    last_line_ends: bool
    encoding: str

    def render(self) -> bytes:
        """The file's bytes."""
        lines = [",".join(cell.render() for cell in row) for row in self.rows]
        text = "".join(line + end for line, end in zip(lines, self.line_ends, strict=True))
        if not self.last_line_ends:
            text = text.rstrip("\r\n")
        # The mark says UTF-8, so a file in another encoding has none.
        raw = text.encode(self.encoding)
        return b"\xef\xbb\xbf" + raw if self.bom and self.encoding == "utf-8" else raw


# Cells of letters that no encoding mistakes for another's, with everything CSV gives a meaning to.
TEXTS = st.text('abc ,"\r\n\u00e9\u00a0=', max_size=6)
CELLS = st.builds(Cell, TEXTS, st.booleans())
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\r\n,,\r\n"])


@st.composite
def odd_files(draw: st.DrawFn) -> OddFile:
    """A file of four columns in any order: the id, two that are edited, and one of the owner's."""
    names = draw(st.permutations(["site_id", "latitude", "pin_source", "our, own"]))
    count = draw(st.integers(1, 4))
    rows = [[Cell(name, draw(st.booleans())) for name in names]]
    for number in range(count):
        row = [draw(CELLS) for _ in names]
        row[names.index("site_id")] = Cell(f"fake-{number}", draw(st.booleans()))
        # A row's last character must be its own, or cutting the last line end would cut into it.
        rows.append([*row[:-1], Cell(row[-1].text, row[-1].quoted or row[-1].text.isspace())])
    return OddFile(
        rows,
        draw(st.lists(LINE_ENDS, min_size=count + 1, max_size=count + 1)),
        draw(st.booleans()),
        draw(st.booleans()),
        draw(st.sampled_from(["utf-8", "cp1252"])),
    )


@given(odd_files(), TEXTS, st.integers(0, 3), st.sampled_from(["latitude", "pin_source"]))
def test_however_odd_the_file_the_other_bytes_stay(
    file: OddFile, text: str, number: int, column: str
) -> None:
    at = [cell.text for cell in file.rows[0]].index(column)
    number = 1 + number % (len(file.rows) - 1)
    before = file.render()
    (target,) = [row for row in file.rows if any(cell.text == f"fake-{number - 1}" for cell in row)]
    target[at] = Cell(text, target[at].render().startswith('"'))
    after = edit_cells(before, {f"fake-{number - 1}": {column: text}})
    # By chance, three letters of one encoding are one of the other.
    assume(before.isascii() or file.encoding == "utf-8" or text_encoding(before) == "cp1252")
    if not before.isascii() or file.encoding == "utf-8" or text.isascii():
        assert after == file.render()
    else:
        # Without another letter to tell by, a file of plain ASCII is UTF-8.
        assert after == OddFile(file.rows, file.line_ends, file.bom, file.last_line_ends, "utf-8").render()


@given(odd_files())
def test_cells_are_read_as_the_csv_module_reads_them(file: OddFile) -> None:
    raw = file.render()
    encoding = "utf-8-sig" if file.encoding == "utf-8" else "cp1252"
    reader = csv.reader(io.StringIO(raw.decode(encoding), newline=""), strict=True)
    lines = [cells for cells in reader if any(cell.strip(" \u00a0") for cell in cells)]
    header, *rows = lines
    expected = {row[header.index("site_id")]: row[header.index("our, own")].strip(" \u00a0") for row in rows}
    assert ClinicTable.parse(raw).column("our, own") == expected
