"""Whether an action redraws the whole page or a part of it: for people who are faster than the page.

docs/streamlit.md says why this goes by a clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import Final

import streamlit as st

_DRAWN_AT: Final = "page-drawn-at"
_is_drawn_whole: ContextVar[bool] = ContextVar("is_drawn_whole", default=False)

SENT_AFTER_S: Final = 1.0
"""For so long after a whole page was drawn, the browser may not have it.

Streamlit sends what was drawn a moment later, and drops what it has not sent when the next run begins. If
that was a part of the page, the browser closes the gap, and then draws the part over what comes after it.
"""


@contextmanager
def whole_page() -> Iterator[None]:
    """Draw a page as a whole: until the browser has it, none of its parts is drawn alone."""
    draw_whole()
    whole = _is_drawn_whole.set(True)
    try:
        yield
    finally:
        _is_drawn_whole.reset(whole)
    st.session_state[_DRAWN_AT] = monotonic()


def draw_whole() -> None:
    """In a callback: have the page drawn as a whole, by this run or whichever takes its place."""
    st.session_state[_DRAWN_AT] = None


def draw_again(key: str) -> None:
    """In the callback of a widget outside of a part: draw that part alone, and nothing that did not change.

    Returns if the whole page is to be drawn instead, as the browser may not have it yet.
    """
    if _is_in_browser():
        st.rerun(key)


def draw_whole_if_too_soon() -> None:
    """In a part that is drawn for an action in it: draw the whole page if the browser may not have it yet."""
    if not _is_drawn_whole.get() and not _is_in_browser():
        st.rerun()


def _is_in_browser() -> bool:
    drawn_at_s = st.session_state.get(_DRAWN_AT)
    return drawn_at_s is not None and monotonic() - drawn_at_s >= SENT_AFTER_S
