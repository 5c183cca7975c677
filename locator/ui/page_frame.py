"""What frames a page: its style sheets, and the way out of a frame on another web site."""

from __future__ import annotations

from typing import Final

import streamlit as st

from locator.language import current
from locator.presentation import STATIC, render
from locator.settings import Settings

_PATHS: Final = frozenset({"refer", "accessibility"})


def is_embedded() -> bool:
    """Whether the page's address asks for the form that fits a frame, with `embed=true`."""
    return bool(st.context.is_embedded)


def way_out(settings: Settings) -> None:
    """A link to the same page by itself, in a tab of its own; nothing where the page is by itself already."""
    if not is_embedded():
        return
    path = str(st.context.url or "").rstrip("/").rpartition("/")[2]
    page = path if path in _PATHS else ""
    st.html(render("full_page.html", address=f"{settings.path_prefix}/{page}?lang={current().tag}"))


def apply_style(*sheets: str) -> None:
    """Put style sheets, named as their files under static/, on the page."""
    for sheet in sheets:
        st.html(STATIC / sheet)
