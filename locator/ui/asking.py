"""What a visitor asked for, and what a street-level service answered, in this visit's memory alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import streamlit as st

from locator.geocoding.exact import place_exactly
from locator.sites import PlaceAnswer
from locator.ui import resources

PLACE_KEY: Final = "place"
CONSENT_KEY: Final = "use-exact-address"
_QUESTION: Final = "question"
_EXACT_ANSWER: Final = "exact-answer"


@dataclass(frozen=True, slots=True)
class Question:
    """A place as it was submitted, and whether the visitor let its address be sent to a service this time."""

    text: str = ""
    exactly: bool = False


def question() -> Question:
    """What the visitor submitted last."""
    asked = st.session_state.get(_QUESTION, Question())
    return asked if isinstance(asked, Question) else Question()


def submitted() -> None:
    """Take what is in the form as the question; consent holds for this one and is off again for the next."""
    text = str(st.session_state.get(PLACE_KEY) or "").strip()
    _ask(Question(text, exactly=bool(st.session_state.get(CONSENT_KEY))))
    st.session_state[CONSENT_KEY] = False


def ask_for(label: str) -> None:
    """Ask for a place by its label, as if it had been typed."""
    st.session_state[PLACE_KEY] = label
    _ask(Question(label))


def _ask(asked: Question) -> None:
    st.session_state[_QUESTION] = asked
    st.session_state.pop(_EXACT_ANSWER, None)


def answer() -> PlaceAnswer | None:
    """Where the question's place is; None before any question. A service is asked at most once a question."""
    asked = question()
    if not asked.text:
        return None
    offline = resources.places().locate(asked.text)
    geocoder = resources.patient_geocoder()
    if not asked.exactly or geocoder is None:
        return offline
    if _EXACT_ANSWER not in st.session_state:
        budget_s = resources.settings().patient_geocoder.timeout_s
        st.session_state[_EXACT_ANSWER] = place_exactly(asked.text, offline, geocoder, budget_s=budget_s)
    kept: PlaceAnswer = st.session_state[_EXACT_ANSWER]
    return kept
