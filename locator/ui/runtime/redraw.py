"""Whether an act has the page drawn as a whole or a part of it: for people who act faster than is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import Final

import streamlit as st

_STANDS_SINCE: Final = "page-stands-since"
_is_drawn_whole: ContextVar[bool] = ContextVar("is_drawn_whole", default=False)

HANDED_OUT_AFTER_S: Final = 1.0
"""For so long after a whole page was drawn it may not stand in the browser.

Streamlit hands out what was drawn a moment later, and drops what it has not handed out where a run begins.
Where that was a part of the page, the browser closes the gap, and draws the part over what comes after it.
"""


@contextmanager
def whole_page() -> Iterator[None]:
    """Draw a page as a whole: until it stands in the browser, none of its parts is drawn by itself."""
    draw_whole()
    whole = _is_drawn_whole.set(True)
    try:
        yield
    finally:
        _is_drawn_whole.reset(whole)
    st.session_state[_STANDS_SINCE] = monotonic()


def draw_whole() -> None:
    """In a callback: have the page drawn as a whole, by this run or whichever takes its place."""
    st.session_state[_STANDS_SINCE] = None


def draw_again(key: str) -> None:
    """In a callback of what stands outside of a part: draw that part alone, and nothing that did not change.

    Returns where the page as a whole is to be drawn: it may not stand in the browser, as at an early act.
    """
    if _stands():
        st.rerun(key)


def draw_whole_if_too_soon() -> None:
    """In a part that is drawn for an act in it: have the whole page drawn where that may not stand yet."""
    if not _is_drawn_whole.get() and not _stands():
        st.rerun()


def _stands() -> bool:
    stands_since = st.session_state.get(_STANDS_SINCE)
    return stands_since is not None and monotonic() - stands_since >= HANDED_OUT_AFTER_S
