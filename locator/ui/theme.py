"""The look that the theme in .streamlit/config.toml cannot reach: style sheets."""

from __future__ import annotations

import streamlit as st

from locator.presentation import STATIC


def apply(*sheets: str) -> None:
    """Put style sheets, named as their files under static/, on the page."""
    for sheet in sheets:
        st.html(STATIC / sheet)
