"""The parts that several pages have, each a function that draws one of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Final

import streamlit as st

from locator.clinics import ServedDirectory
from locator.errors import LocatorError
from locator.language import current
from locator.language import gettext as _
from locator.presentation import (
    Overview,
    accessibility_statement,
    listing,
    readable,
    render,
    render_once,
)
from locator.settings import Settings
from locator.sites import Origin
from locator.ui import page_frame
from locator.ui.runtime import resources, visit_language

_LOGGER: Final = logging.getLogger(__name__)


def masthead(template: str, settings: Settings, *, other_page: str, label: str) -> None:
    """Who this is from and what the page is for, and the way to the other page."""
    with st.container(key="masthead"):
        st.html(render(template, settings=settings))
        with st.container(key="masthead-links", horizontal=True):
            st.page_link(other_page, label=label, width="content")
            visit_language.switch()
            page_frame.way_out(settings)


def plain(text: str) -> str:
    """Text for a label, which Streamlit reads as Markdown: no sign of it is left."""
    return "".join(char if char.isalnum() or char in " .-," else " " for char in text)


def directory_notice(served: ServedDirectory, phone: str) -> None:
    """Say so when the listing is older than its file, or not whole."""
    notice = listing.directory_notice(served, phone=phone)
    if notice is not None:
        st.warning(notice, icon=":material/warning:")


def several_places(candidates: Sequence[Origin], choose: Callable[[str], None]) -> None:
    """Ask which of several places was meant; `choose` takes the label of the one."""
    with st.container(key="places-panel"):
        st.header(_(listing.WHICH_PLACE).format(count=len(candidates)), anchor=False)
        _place_buttons(candidates, choose)


def no_place(reason: str, suggestions: Sequence[Origin], choose: Callable[[str], None]) -> None:
    """Say why nothing was found and offer what may have been meant; `choose` takes a label."""
    with st.container(key="places-panel"):
        st.header(_(listing.NOT_FOUND_HEADING), anchor=False)
        st.text(reason)
        if suggestions:
            st.text(_(listing.DID_YOU_MEAN))
            _place_buttons(suggestions, choose)


def _place_buttons(places: Sequence[Origin], choose: Callable[[str], None]) -> None:
    with st.container(key="places", horizontal=True):
        for number, place in enumerate(places):
            st.button(place.label, key=f"place-{number}", on_click=choose, args=(place.label,))


def overview_column(settings: Settings) -> None:
    """The overview, or that it cannot be shown; the clinics beside it do not depend on it."""
    try:
        overview = resources.overview()
    except (LocatorError, OSError):
        _LOGGER.exception("the overview is left out")
        message = _("The text about DRG stimulation cannot be shown at the moment. Questions? Call {phone}.")
        st.info(message.format(phone=settings.practice_phone))
    else:
        overview_panel(overview, settings)


def overview_panel(overview: Overview, settings: Settings) -> None:
    """The DRG overview with its source, date and what it is not; in English where it is not translated."""
    shown = readable(overview, resources.translation_note)
    with st.container(key="overview"):
        if shown.note:
            st.html(render("translation_note.html", note=shown.note))
        # languages.js says this part's language by its key.
        with nullcontext() if shown.language == current() else st.container(key="overview-text-in-english"):
            st.header(shown.title, anchor=False)
            st.markdown(shown.body)
        st.html(render_once("overview_foot.html", overview=overview, phone=settings.practice_phone))


def foot() -> None:
    """The way to the accessibility statement, below all else."""
    with st.container(key="foot"):
        st.page_link("accessibility.py", label=_("Accessibility of these pages"), width="content")


def statement(settings: Settings) -> None:
    """The accessibility statement, and the way to the finder."""
    with st.container(key="statement"):
        masthead(
            "accessibility_masthead.html",
            settings,
            other_page="find.py",
            label=_("Find a clinic for DRG stimulation"),
        )
        st.html(accessibility_statement.as_html(settings.practice_name, settings.practice_phone))
