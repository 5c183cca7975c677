"""The look that the theme in .streamlit/config.toml cannot reach: style sheets."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

_STATIC: Final = Path(__file__).parents[1] / "static"


def apply(*sheets: str) -> None:
    """Put style sheets, named as their files under static/, on the page."""
    for sheet in sheets:
        st.html(_STATIC / sheet)
