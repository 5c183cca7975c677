"""Small spreadsheet files written part by part, for tests; every cell in them is made up."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HIDDEN = " state='hidden'"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def zipped(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these parts."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return packed.getvalue()


def text(value: str) -> str:
    """A cell of text in a workbook."""
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def number(value: float) -> str:
    """A cell with a number."""
    return f"<c><v>{value!r}</v></c>"


def day(serial: int) -> str:
    """A cell with a day, counted as spreadsheets do, in a format of days."""
    return f'<c s="1"><v>{serial}</v></c>'


def formula(written: str, cached: str) -> str:
    """A cell whose text is worked out; `cached` is the result when the file was saved."""
    return f'<c t="str"><f>{escape(written)}</f><v>{escape(cached)}</v></c>'


def error(code: str) -> str:
    """A cell with an error value and no formula."""
    return f'<c t="e"><v>{code}</v></c>'


def workbook_parts(*sheets: str, hidden: Sequence[int] = ()) -> dict[str, str | bytes]:
    """The parts of an .xlsx with sheets of these rows of markup, named Sheet1 and so on."""
    numbers = range(1, len(sheets) + 1)
    listed = "".join(
        f'<sheet name="Sheet{at}" sheetId="{at}" r:id="rId{at}"{_HIDDEN if at in hidden else ""}/>'
        for at in numbers
    )
    links = "".join(
        f'<Relationship Id="rId{at}" Type="{_LINKS}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in numbers
    )
    styles = f'<Relationship Id="rId99" Type="{_LINKS}/styles" Target="styles.xml"/>'
    office = f'<Relationship Id="rId1" Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/>'
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{office}</Relationships>',
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>{listed}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships">{links}{styles}</Relationships>'
        ),
        # The second format shows numbers as days.
        "xl/styles.xml": (
            f'<styleSheet xmlns="{_MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
            "</styleSheet>"
        ),
    }
    for at, rows in zip(numbers, sheets, strict=True):
        parts[f"xl/worksheets/sheet{at}.xml"] = (
            f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        )
    return parts


def rows_of(*rows: Sequence[str]) -> str:
    """Rows of cells as the markup of a sheet."""
    return "".join(f"<row>{''.join(cells)}</row>" for cells in rows)


def xlsx(*rows: Sequence[str]) -> bytes:
    """An Excel workbook of one sheet."""
    return zipped(workbook_parts(rows_of(*rows)))


def ods(rows: str) -> bytes:
    """An OpenDocument spreadsheet of one sheet of these rows of markup."""
    spaces = " ".join(f'xmlns:{name}="{_OFFICE}:{name}:1.0"' for name in ("office", "table", "text"))
    table = f'<table:table table:name="Sheet1">{rows}</table:table>'
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>{table}</office:spreadsheet>"
        "</office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "META-INF/manifest.xml": manifest,
        }
    )


def ods_text(value: str) -> str:
    """A cell of text in an OpenDocument spreadsheet."""
    shown = f"<text:p>{escape(value)}</text:p>"
    return f'<table:table-cell office:value-type="string">{shown}</table:table-cell>' if value else _EMPTY


_EMPTY = "<table:table-cell/>"
