"""The look that the theme in .streamlit/config.toml cannot reach: one style sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

_SHEET: Final = Path(__file__).parents[1] / "static" / "page.css"


def apply() -> None:
    """Put the style sheet on the page."""
    st.html(_SHEET)
