"""What a visitor asked for, and what a street-level service answered, in this visit's memory alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import streamlit as st

from locator.geocoding import device_location
from locator.geocoding.places import OfflinePlaces, locate
from locator.geocoding.services import place_exactly
from locator.language import gettext as _
from locator.presentation import render
from locator.sites import Located, PlaceAnswer
from locator.ui.runtime import redraw, resources, runs
from locator.web.first_document import FinderQuestion, exact_answer

FOUND: Final = "found"
"""The part of the page that shows what was found."""

PLACE_KEY: Final = "place"
CONSENT_KEY: Final = "use-exact-address"
_QUESTION: Final = "question"
_TURN: Final = "question-turn"
_EXACT_ANSWER: Final = "exact-answer"


@dataclass(frozen=True, slots=True)
class Question:
    """A place as it was submitted, and whether the visitor let its address be sent to a service this time.

    Where the visitor asked from the device's own location, `device` is that and there is no text.
    """

    text: str = ""
    exactly: bool = False
    device: device_location.DeviceLocation | None = None


def question() -> Question:
    """What the visitor submitted last."""
    remembered = st.session_state.get(_QUESTION, Question())
    return remembered if isinstance(remembered, Question) else Question()


def turn() -> int:
    """How many questions were asked in this visit: another number is another question."""
    return int(st.session_state.get(_TURN, 0))


def submitted() -> None:
    """Take what is in the form as the question; consent holds for this one and is off again for the next."""
    text = str(st.session_state.get(PLACE_KEY) or "").strip()
    before = question()
    new = Question(text, exactly=bool(st.session_state.get(CONSENT_KEY)))
    _ask(new)
    st.session_state[CONSENT_KEY] = False
    # The box is to be shown empty again, or the location as no longer in use.
    if new.exactly or before.device is not None:
        redraw.draw_whole()
    redraw.draw_again(FOUND)


def ask_for(label: str) -> None:
    """Ask for a place by its label, as if it had been typed."""
    st.session_state[PLACE_KEY] = label
    _ask(Question(label))
    # The field, which is no part of what was found, is to show it.
    redraw.draw_whole()
    st.rerun()


def ask_from_device(sent: object) -> None:
    """Search from where a device says it is; a malformed or too rough location is ignored."""
    location = device_location.parse_location(sent)
    if location is not None:
        st.session_state[PLACE_KEY] = ""
        _ask(Question(device=location))
        redraw.draw_whole()


def take_over(asked: FinderQuestion) -> None:
    """In a callback: ask what was asked before this page was there.

    A service that has answered already is not asked again.
    """
    st.session_state[PLACE_KEY] = asked.place
    exact = exact_answer.opened(asked.sealed, asked.place)
    _ask(Question(asked.place, exactly=exact is not None, device=asked.device))
    if exact is not None:
        st.session_state[_EXACT_ANSWER] = exact


def _ask(new: Question) -> None:
    st.session_state[_QUESTION] = new
    st.session_state[_TURN] = turn() + 1
    st.session_state.pop(_EXACT_ANSWER, None)


def resume(typed: str) -> None:
    """Ask for what is in the field where nothing was asked in this visit.

    A browser that comes back after the server forgot the visit still has in its form what was submitted.
    """
    if typed.strip() and _QUESTION not in st.session_state:
        _ask(Question(typed.strip()))


@contextmanager
def _in_progress(message: str) -> Iterator[None]:
    """Leave on the page what connection.js says while an answer takes long."""
    place = st.empty()
    place.html(render("in_progress.html", message=message))
    try:
        yield
    finally:
        place.empty()


def answer(places: Callable[[], OfflinePlaces]) -> PlaceAnswer | None:
    """Where the question's place is; None before any question. A service is asked at most once a question.

    `places` returns what understands place text; where it raises LocatorError, the answer says so.
    """
    current = question()
    if current.device is not None:
        return Located(device_location.origin(current.device))
    if not current.text:
        return None
    offline = locate(places, current.text)
    geocoder = resources.patient_geocoder()
    if not current.exactly or geocoder is None:
        return offline
    if _EXACT_ANSWER not in st.session_state:
        budget_s = resources.settings().patient_geocoder.timeout_s
        runs.release_slot()
        with _in_progress(_("Looking up the address …")):
            st.session_state[_EXACT_ANSWER] = place_exactly(
                current.text, offline, geocoder, budget_s=budget_s
            )
    exact: PlaceAnswer = st.session_state[_EXACT_ANSWER]
    return exact
