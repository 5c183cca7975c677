"""The referral sheet as a fragment of a page, for reading there and for printing from it."""

from __future__ import annotations

from locator.fragments import render
from locator.referral.qr_code import qr_data_url
from locator.referral.sheet import Sheet


def sheet_html(sheet: Sheet) -> str:
    """The sheet as one HTML article whose headings start at level 2; every value is escaped."""
    return render("sheet.html", sheet=sheet, qr=qr_data_url(sheet.link.url) if sheet.link else None)
