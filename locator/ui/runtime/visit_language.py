"""The language of a visit: from the address, else as chosen before, else what the browser asks for."""

from __future__ import annotations

from typing import Final, TypeVar

import streamlit as st

from locator import language
from locator.language import Language
from locator.ui.runtime import redraw, runs

PARAMETER: Final = "lang"
_STATE: Final = "language"
_Choice = TypeVar("_Choice")


def settle() -> None:
    """Use the visit's language for this run of a page, and remember it for the pages that follow."""
    chosen = of_visit()
    st.session_state[_STATE] = chosen.tag
    language.speak(chosen)
    # The address names it only where it differs from the browser's own preference.
    if chosen != _of_browser():
        st.query_params[PARAMETER] = chosen.tag


def resume() -> None:
    """Use the language that the page was drawn in for this run of a part of it."""
    language.speak(language.language_of(st.session_state.get(_STATE)) or of_visit())


def of_visit() -> Language:
    """The language of the visit so far; English outside of one, as on a route for programs."""
    if runs.session_id() is None:
        return language.ENGLISH
    in_address = language.language_of(st.query_params.get(PARAMETER))
    remembered = language.language_of(st.session_state.get(_STATE))
    return in_address or remembered or _of_browser()


def _of_browser() -> Language:
    return language.preferred(st.context.headers.get("Accept-Language") or "")


def switch() -> None:
    """A button for each other language, under its own name."""
    shown = language.current()
    for other in language.languages():
        if other != shown:
            st.button(
                other.name, key=f"language-{other.tag}", type="tertiary", on_click=_choose, args=(other,)
            )


def _choose(chosen: Language) -> None:
    st.session_state[_STATE] = chosen.tag
    st.query_params[PARAMETER] = chosen.tag
    redraw.draw_whole()


def list_key(name: str, first: object) -> str:
    """The key of a list to choose from, which starts with what `remember` has for the name, or with `first`.

    The browser names a choice by its words, and these change with the language: each language has a list of
    its own.
    """
    key = f"{name}-{language.current().tag}"
    st.session_state.setdefault(key, st.session_state.get(_remembered_key(name), first))
    return key


def remember(name: str, chosen: _Choice) -> _Choice:
    """The choice, remembered for the same list in another language."""
    st.session_state[_remembered_key(name)] = chosen
    return chosen


def _remembered_key(name: str) -> str:
    return f"remembered-{name}"


# A page's callbacks run before the page does, when nothing has said the language yet.
language.ask_when_unset(of_visit)
