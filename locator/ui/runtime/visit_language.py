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
    """Have this run of a page speak the visit's language, and keep it for the pages that follow."""
    spoken = of_visit()
    st.session_state[_STATE] = spoken.tag
    language.speak(spoken)
    # Only what differs from the browser's own wish need stand in the address.
    if spoken != _of_browser():
        st.query_params[PARAMETER] = spoken.tag


def resume() -> None:
    """Have this run of a part of a page speak the language that the page was drawn in."""
    language.speak(language.language_of(st.session_state.get(_STATE)) or of_visit())


def of_visit() -> Language:
    """The language of the visit so far; English outside of one, as on a route for programs."""
    if runs.session_id() is None:
        return language.ENGLISH
    asked = language.language_of(st.query_params.get(PARAMETER))
    kept = language.language_of(st.session_state.get(_STATE))
    return asked or kept or _of_browser()


def _of_browser() -> Language:
    return language.preferred(st.context.headers.get("Accept-Language") or "")


def switch() -> None:
    """A button for each other language, under its own name."""
    spoken = language.current()
    for other in language.languages():
        if other != spoken:
            st.button(
                other.name, key=f"language-{other.tag}", type="tertiary", on_click=_choose, args=(other,)
            )


def _choose(chosen: Language) -> None:
    st.session_state[_STATE] = chosen.tag
    st.query_params[PARAMETER] = chosen.tag
    redraw.draw_whole()


def list_key(name: str, first: object) -> str:
    """The key of a list to choose from, which begins with what `keep` kept under this name, or with `first`.

    The browser names a choice by its words, and these change with the language: each language has a list of
    its own.
    """
    key = f"{name}-{language.current().tag}"
    st.session_state.setdefault(key, st.session_state.get(_kept(name), first))
    return key


def keep(name: str, chosen: _Choice) -> _Choice:
    """What was chosen, kept for the same list in another language."""
    st.session_state[_kept(name)] = chosen
    return chosen


def _kept(name: str) -> str:
    return f"kept-{name}"


# A page's callbacks run before the page does, when nothing has said the language yet.
language.ask_when_unset(of_visit)
