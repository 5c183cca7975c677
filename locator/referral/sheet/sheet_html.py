"""The referral sheet as a fragment of a page, for reading there and for printing from it, and its QR code."""

from __future__ import annotations

import io
from typing import Final

import segno

from locator.presentation import render
from locator.referral.sheet.sheet import Sheet

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


def _code(url: str) -> segno.QRCode:
    return segno.make(url, error=_ERROR_LEVEL, micro=False)
