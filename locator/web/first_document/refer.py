"""The referral page without Streamlit."""

from __future__ import annotations

from starlette.responses import Response

from locator.web.first_document.form import Form
from locator.web.first_document.sources import Asked, Sources


def answer(form: Form, asked: Asked, sources: Sources, *, is_fragment: bool) -> Response | str:
    """The inside of the document for a form."""
    del form, asked, sources, is_fragment
    return ""
