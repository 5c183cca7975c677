"""The referral sheet: its content, and its renderings as HTML, PDF, text and contact cards."""

from locator.referral.sheet.renderings import sheet_html, sheet_text
from locator.referral.sheet.sheet import Sheet, content_sheet, make_sheet, pdf_file_name
from locator.referral.sheet.vcard import site_vcard, vcard_file_name

__all__ = [
    "Sheet",
    "content_sheet",
    "make_sheet",
    "pdf_file_name",
    "sheet_html",
    "sheet_text",
    "site_vcard",
    "vcard_file_name",
]
