"""What a referrer has asked and chosen, in this visit's memory alone; a link may bring a start and sites."""

from __future__ import annotations

from typing import Final

import streamlit as st

from locator.language import current
from locator.language import marked as N_
from locator.referral import SiteChoice, read_link, still_offered
from locator.sites import Located, Origin, PlaceAnswer
from locator.ui.runtime import resources
from locator.web.first_document import ReferQuestion

PLACE_KEY: Final = "patient-place"
PLANNED_KEY: Final = "planned"
WHOLE_WAY: Final = N_("The whole way")
EVALUATION_ONLY: Final = N_("Evaluation only")
_ANSWER: Final = "referral-place-answer"
_CHOICE: Final = "referral-choice"
_ARRIVED: Final = "referral-arrived"
_LANGUAGE: Final = "referral-place-language"


def arrive() -> bool:
    """Take over what the page's link names, once a visit; says whether a site it names is not offered."""
    if st.session_state.get(_ARRIVED):
        _reword()
        return False
    st.session_state[_ARRIVED] = True
    linked = read_link(st.query_params)
    if linked.start:
        ask_for(linked.start)
    named = SiteChoice(linked.evaluation_id, linked.procedure_id)
    held = still_offered(resources.site_index(), named)
    choose(held)
    if linked.evaluation_id and not linked.procedure_id:
        st.session_state[PLANNED_KEY] = EVALUATION_ONLY
    return held != named


def submitted() -> None:
    """Take what is in the form as the place to start from."""
    ask_for(str(st.session_state.get(PLACE_KEY) or "").strip())


def take_over(asked: ReferQuestion) -> None:
    """In a callback: start from where, and with the sites, that were asked for before this page was there."""
    # What the link names is among it.
    st.session_state[_ARRIVED] = True
    st.session_state[PLANNED_KEY] = EVALUATION_ONLY if asked.evaluation_only else WHOLE_WAY
    ask_for(asked.place)
    choose(still_offered(resources.site_index(), asked.chosen))


def ask_for(text: str) -> None:
    """Start from a place; the sites are chosen anew for it.

    Once a place is found, only its name is kept: a street that was typed is gone from page and memory.
    """
    _remember(text, resources.places().locate(text) if text else None)
    choose(SiteChoice())


def resume(typed: str) -> None:
    """Start from what is in the field where no place was asked for in this visit.

    A browser that comes back after the server forgot the visit still has in its form what was submitted.
    """
    if typed.strip() and _ANSWER not in st.session_state:
        st.session_state[_ANSWER] = resources.places().locate(typed.strip())
        st.session_state[_LANGUAGE] = current().tag


def _remember(text: str, place: PlaceAnswer | None) -> None:
    st.session_state[PLACE_KEY] = place.origin.label if isinstance(place, Located) else text
    st.session_state[_ANSWER] = place
    st.session_state[_LANGUAGE] = current().tag


def _reword() -> None:
    """Ask for the same place again where another language holds than the one that its answer is in."""
    if st.session_state.get(_LANGUAGE) == current().tag:
        return
    text = place_typed() or str(st.session_state.get(PLACE_KEY) or "")
    place = resources.places().locate(text) if text else None
    # A place that was found stays the start, at worst under its other name.
    if isinstance(place, Located) or start() is None:
        _remember(text, place)


def place_typed() -> str:
    """What the field for the place says, also after a visit to the other page."""
    origin = start()
    return origin.label if origin else ""


def start() -> Origin | None:
    """The place to start from; None as long as no place, or no single one, is known."""
    place = answer()
    return place.origin if isinstance(place, Located) else None


def answer() -> PlaceAnswer | None:
    """Where the patient's place is; None before any was given."""
    place: PlaceAnswer | None = st.session_state.get(_ANSWER)
    return place


def choose(choice: SiteChoice) -> None:
    """Take these sites."""
    st.session_state[_CHOICE] = choice


def choice() -> SiteChoice:
    """The sites chosen so far."""
    remembered = st.session_state.get(_CHOICE, SiteChoice())
    return remembered if isinstance(remembered, SiteChoice) else SiteChoice()
