"""The referral sheet as a PDF: one US Letter page, tagged for screen readers (PDF/UA-1)."""

from __future__ import annotations

import json
import unicodedata
from bisect import bisect_left
from dataclasses import asdict
from datetime import UTC, datetime, time
from functools import cache
from typing import Final

import typst

from locator.presentation import TEMPLATES
from locator.referral.sheet.renderings import qr_svg
from locator.referral.sheet.sheet import Sheet

_TEMPLATE: Final = (TEMPLATES / "sheet.typ").read_bytes()
_SIZES_PT: Final = ("10", "9.5", "9", "8.5", "8", "7.5", "7")
# How much of each name and remark is left where even the smallest type is too large.
_KEPT_CHARACTERS: Final = ("170", "145", "120", "100", "80", "60", "40", "25")
_LAYOUTS: Final = (
    *({"size": size, "keep": "", "pages": "one"} for size in _SIZES_PT),
    *({"size": _SIZES_PT[-1], "keep": kept, "pages": "one"} for kept in _KEPT_CHARACTERS),
    {"size": _SIZES_PT[-1], "keep": _KEPT_CHARACTERS[-1], "pages": "any"},
)
# What the template says, by its own assertion, of a layout that does not fit.
_TOO_LONG: Final = "assertion failed: more than one page"
_UNDRAWABLE: Final = "\N{REPLACEMENT CHARACTER}"
_LAST_LATIN: Final = "\u024f"
_PUNCTUATION: Final = frozenset("–—‘’“”•…\u2010\u2011")


def sheet_pdf(sheet: Sheet) -> bytes:
    """The sheet as a PDF; the same sheet gives the same bytes.

    The type shrinks until all fits on one page, then the longest names and remarks lose their ends. Where the
    fonts lack a character, all beyond the Latin scripts become replacement characters: PDF/UA-1 forbids to
    drop text unseen. A sheet with so many visits or criteria that nothing helps runs on to a second page.
    """
    data = json.dumps(asdict(sheet), default=str)
    qr = qr_svg(sheet.link.url) if sheet.link else ""
    # Made at midnight of its day, so that its bytes depend on the sheet alone.
    made_at = datetime.combine(sheet.made_on, time(), UTC)
    try:
        return _on_one_page({"sheet": data, "qr": qr}, made_at)
    except typst.TypstError:
        return _on_one_page({"sheet": _latin_only(data), "qr": qr}, made_at)


def _on_one_page(values: dict[str, str], made_at: datetime) -> bytes:
    """The document in the first layout that fits on one page, or else in the last."""

    @cache
    def compiled(number: int) -> bytes:
        return _compiled(values | _LAYOUTS[number], made_at)

    def fits(number: int) -> bool:
        try:
            compiled(number)
        except typst.TypstError as error:
            if error.message != _TOO_LONG:
                raise
            return False
        return True

    # Nearly every sheet fits in one of the sizes, so these are tried by themselves: three attempts of all.
    for few in (range(len(_SIZES_PT)), range(len(_SIZES_PT), len(_LAYOUTS) - 1)):
        number = few.start + bisect_left(few, True, key=fits)  # noqa: FBT003 - the key of one that fits
        if number in few:
            break
    return compiled(number)


def _compiled(values: dict[str, str], made_at: datetime) -> bytes:
    # Data reaches the template as values, never as source: there is nothing in it to run.
    pdf = typst.compile(
        _TEMPLATE,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs=values,
        pdf_standards=["ua-1"],
        timestamp=made_at,
    )
    if not isinstance(pdf, bytes):
        raise TypeError("typst made no single document")
    return pdf


def _latin_only(data: str) -> str:
    text = unicodedata.normalize("NFC", json.dumps(json.loads(data), ensure_ascii=False))
    return "".join(char if char <= _LAST_LATIN or char in _PUNCTUATION else _UNDRAWABLE for char in text)
