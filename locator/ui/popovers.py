"""Popovers by keyboard: opened, they have the focus, and the Tab key leads in and out of them in order."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

_STATIC: Final = Path(__file__).parents[1] / "static"

_component: Final = st.components.v2.component(
    "popovers", js=(_STATIC / "popovers.js").read_text(encoding="utf-8"), isolate_styles=False
)


def steer() -> None:
    """Have every popover of the page follow the keyboard; draws nothing."""
    with st.container(key="popovers"):
        _component(key="popovers-script")
