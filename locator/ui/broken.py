"""What a visitor reads where a page failed."""

from __future__ import annotations

import streamlit as st

from locator.language import gettext as _
from locator.ui import resources


def page() -> None:
    """Say below what there is of the page that the rest is missing, and what to do instead."""
    said = _("Something went wrong on our side, and part of this page is missing. Call {phone}: we help you.")
    st.error(said.format(phone=resources.settings().practice_phone), icon=":material/error:")
