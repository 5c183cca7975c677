"""What a person did before Streamlit's page was there, taken over from the first document."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

import streamlit as st

from locator.presentation import STATIC
from locator.ui.runtime import redraw
from locator.web.first_document import Form

_KEY: Final = "handover"
_TAKEN: Final = "handover-taken"
_HALF_A_CHARACTER: Final = re.compile("[\ud800-\udfff]")
_MOST_FIELDS: Final = 100
_MOST_TURNS: Final = 10_000

_component: Final = st.components.v2.component(
    "handover", js=(STATIC / "handover.js").read_text(encoding="utf-8"), isolate_styles=False
)


def offer(ask: Callable[[Form], None]) -> None:
    """Let the page's script hand over what was asked, for `ask` to ask it here; it draws nothing."""
    _component(key=_KEY, on_take_change=lambda: _take(ask))


def taken() -> int:
    """Which question of the first document was taken over last, counted from 1; 0 for none."""
    return int(st.session_state.get(_TAKEN, 0))


def _take(ask: Callable[[Form], None]) -> None:
    """Take what comes from a browser: it is read as a form's fields are."""
    sent = st.session_state[_KEY].take
    if not isinstance(sent, Mapping):
        return
    turn, fields = sent.get("turn"), sent.get("fields")
    if not isinstance(turn, int) or not 0 < turn <= _MOST_TURNS or not isinstance(fields, list):
        return
    pairs = [
        (pair[0], pair[1])
        for pair in fields[:_MOST_FIELDS]
        if isinstance(pair, list) and len(pair) == 2 and all(map(_is_text, pair))
    ]
    st.session_state[_TAKEN] = turn
    ask(Form(pairs))
    redraw.draw_whole()


def _is_text(part: object) -> bool:
    """Whether it is a text that a form could have sent: halves of characters can be in no page."""
    return isinstance(part, str) and _HALF_A_CHARACTER.search(part) is None
