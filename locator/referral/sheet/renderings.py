"""The referral sheet as a fragment of a page with its QR code, and as plain text for a medical record."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from locator.presentation import render
from locator.referral.sheet.parts import CriterionRow, SheetFact, SheetSite, SheetTable
from locator.referral.sheet.sheet import Sheet

if TYPE_CHECKING:
    from segno import QRCode

# "M" still reads with about 15 % of the code smudged or lost, as happens to a faxed sheet.
_ERROR_LEVEL: Final = "m"
# The code's own standard asks for four modules of white around it.
_BORDER_MODULES: Final = 4


def sheet_html(sheet: Sheet) -> str:
    """The sheet as one HTML article whose headings start at level 2; every value is escaped."""
    return render("sheet.html", sheet=sheet, qr=qr_data_url(sheet.link.url) if sheet.link else None)


def qr_svg(url: str) -> str:
    """The QR code of a link as an SVG document; ValueError for a link longer than a code can hold."""
    svg = io.BytesIO()
    _code(url).save(svg, kind="svg", border=_BORDER_MODULES, light="#fff", omitsize=True)
    return svg.getvalue().decode("utf-8")


def qr_data_url(url: str) -> str:
    """The same as an address that an image element can show: Streamlit strips SVG elements from its HTML."""
    return str(_code(url).svg_data_uri(border=_BORDER_MODULES, light="#fff", omitsize=True))


def _code(url: str) -> QRCode:
    # Only a sheet with a link needs it: neither the start nor the finder does.
    import segno  # noqa: PLC0415

    return segno.make(url, error=_ERROR_LEVEL, micro=False)


WIDTH: Final = 78
_INDENT: Final = "  "


def sheet_text(sheet: Sheet) -> str:
    """All facts of the sheet in lines of at most 78 characters, without the lines to fill in by hand.

    A link stays whole even where it is longer: broken, it would lead nowhere.
    """
    sections = (_top(sheet), *_warnings(sheet), *map(_site, sheet.sites), *_rest(sheet))
    return "\n\n".join("\n".join(lines) for lines in sections) + "\n"


def _wrapped(text: str, lead: str = "", indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=lead, subsequent_indent=indent or " " * len(lead))


def _items(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from _wrapped(text, "- ")


def _top(sheet: Sheet) -> list[str]:
    lines = [*_wrapped(sheet.title.upper()), *_wrapped(sheet.recipient), *_wrapped(sheet.accurate)]
    return [*lines, f"{sheet.link.label}:", sheet.link.url] if sheet.link else lines


def _warnings(sheet: Sheet) -> Iterator[list[str]]:
    items = [f"{item.label}: {' '.join(item.lines)}" for item in sheet.warnings.items]
    if items:
        yield [sheet.warnings.heading.upper(), *_items(items)]


def _site(site: SheetSite) -> list[str]:
    facts = [line for fact in site.facts for line in _fact(fact)]
    return [*_wrapped(site.part.upper()), *_wrapped(site.title), *facts]


def _fact(fact: SheetFact) -> list[str]:
    first, *others = fact.lines
    more = (line for other in others for line in _wrapped(other, _INDENT * 2))
    return [*_wrapped(f"{fact.label}: {first}", _INDENT, _INDENT * 2), *more]


def _rest(sheet: Sheet) -> Iterator[list[str]]:
    if sheet.journey.rows:
        notes = _wrapped(" ".join(sheet.journey.notes))
        yield [sheet.journey.heading.upper(), *_journey(sheet.journey), *notes]
    if sheet.criteria.rows:
        rows = _items(_criterion(row) for row in sheet.criteria.rows)
        yield [sheet.criteria.heading.upper(), *rows, *_wrapped(" ".join(sheet.criteria.notes))]
    if sheet.send_along.items:
        note = _wrapped(sheet.send_along.note or "")
        yield [sheet.send_along.heading.upper(), *_items(sheet.send_along.items), *note]
    note = _wrapped(sheet.sources.note or "")
    yield [sheet.sources.heading.upper(), *_items(sheet.sources.items), *note]


def _journey(table: SheetTable) -> Iterator[str]:
    """Each row as a sentence of its own: columns of text do not survive a record's own font."""
    for name, *cells in table.rows:
        named = zip(table.columns[1:], cells, strict=True)
        yield from _wrapped(
            f"{name}. " + "; ".join(f"{column}: {cell}" for column, cell in named if cell), "- "
        )


def _criterion(row: CriterionRow) -> str:
    detail = f": {row.detail}" if row.detail else ""
    return f"{row.finding}: {row.text}{detail}"
