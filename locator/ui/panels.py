"""The parts of the finder page, each a function that draws one of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Final

import streamlit as st

from locator.clinics import ServedDirectory
from locator.errors import LocatorError
from locator.language import ENGLISH, current
from locator.language import gettext as _
from locator.presentation import (
    Card,
    Overview,
    accessibility_statement,
    in_current_language,
    render,
    render_legend,
    render_once,
    wording,
)
from locator.presentation.map import Crowd, folium_map
from locator.settings import Settings
from locator.sites import Origin
from locator.ui import page_frame, site_map
from locator.ui.finder import clinic_list, device_location, filters, question
from locator.ui.runtime import resources, visit_language

_LOGGER: Final = logging.getLogger(__name__)


def top(settings: Settings, address_service: str | None) -> None:
    """Who this is from, the search and the filters.

    `address_service` names who may be sent an address if the visitor says yes; None offers nothing.
    """
    with st.container(key="top"):
        masthead("masthead.html", settings, other_page="refer.py", label=_("For physicians: refer a patient"))
        with st.container(key="ask"):
            with st.container(key="search"):
                _search_form(address_service)
                device_location.button()
            filters.ask()


def masthead(template: str, settings: Settings, *, other_page: str, label: str) -> None:
    """Who this is from and what the page is for, and the way to the other page."""
    with st.container(key="masthead"):
        st.html(render(template, settings=settings))
        with st.container(key="masthead-links", horizontal=True):
            st.page_link(other_page, label=label, width="content")
            visit_language.switch()
            page_frame.way_out(settings)


def _search_form(address_service: str | None) -> None:
    with st.form("search", border=False):
        with st.container(key="search-row", horizontal=True):
            # Back from the other page, the field says what the list below is for.
            if question.question().text:
                st.session_state.setdefault(question.PLACE_KEY, question.question().text)
            typed = st.text_input(
                _("ZIP code, city or address"),
                key=question.PLACE_KEY,
                placeholder=_("55407, Saint Paul or 100 Main St, Anoka"),
                autocomplete="off",
            )
            st.form_submit_button(_("Find clinics"), type="primary", on_click=question.submitted)
        question.resume(typed)
        if address_service is not None:
            st.checkbox(
                _("Use my exact address: send it to {service}, this one time").format(
                    service=plain(address_service)
                ),
                key=question.CONSENT_KEY,
            )


def plain(text: str) -> str:
    """Text for a label, which Streamlit reads as Markdown: no sign of it is left."""
    return "".join(char if char.isalnum() or char in " .-," else " " for char in text)


def directory_notice(served: ServedDirectory, phone: str) -> None:
    """Say so when the listing is older than its file, or not whole."""
    if served.stale and served.clock_behind:
        st.warning(
            _(
                "The newest clinic list could not be checked, so you see the one before it."
                " Call {phone} to be sure."
            ).format(phone=phone),
            icon=":material/warning:",
        )
    elif served.stale:
        st.warning(
            _(
                "The newest clinic list has errors, so you see the last correct one. Call {phone} to be sure."
            ).format(phone=phone),
            icon=":material/warning:",
        )
    elif served.problems:
        st.warning(
            _("Some clinics are left out because their listing has errors. Call {phone} to ask.").format(
                phone=phone
            ),
            icon=":material/warning:",
        )


def several_places(candidates: Sequence[Origin], choose: Callable[[str], None]) -> None:
    """Ask which of several places was meant; `choose` takes the label of the one."""
    with st.container(key="places-panel"):
        st.header(
            _("We found {count} places. Which one do you mean?").format(count=len(candidates)), anchor=False
        )
        _place_buttons(candidates, choose)


def no_place(reason: str, suggestions: Sequence[Origin], choose: Callable[[str], None]) -> None:
    """Say why nothing was found and offer what may have been meant; `choose` takes a label."""
    with st.container(key="places-panel"):
        st.header(_("We could not find that place"), anchor=False)
        st.text(reason)
        if suggestions:
            st.text(_("Did you mean:"))
            _place_buttons(suggestions, choose)


def _place_buttons(places: Sequence[Origin], choose: Callable[[str], None]) -> None:
    with st.container(key="places", horizontal=True):
        for number, place in enumerate(places):
            st.button(place.label, key=f"place-{number}", on_click=choose, args=(place.label,))


def clinic_map(
    cards: Sequence[Card], origin: Origin | None, settings: Settings, crowd: Crowd | None = None
) -> None:
    """The clinics of the list on a map, with the area searched from; those of `crowd` as counts by area."""
    pins = [
        folium_map.PinLabel(card.site, card.number, f"{card.number}. {card.site.title}", _pin_lines(card))
        for card in cards
    ]
    with st.container(key="map-panel"):
        st.html(render_once("skip_map.html") + render("map_intro.html", counts=_counts(crowd, origin)))
        site_map.show(
            pins,
            origin,
            settings,
            focus=clinic_list.choice().list_focus,
            on_pin=clinic_list.choose_on_map,
            crowd=crowd,
        )
        st.html(render_legend())


def _counts(crowd: Crowd | None, origin: Origin | None) -> tuple[str, ...]:
    """What the counts on the map are, and what the filters mean for them, in sentences."""
    if crowd is None:
        return ()
    said = [_("A sign with a count stands for more clinics around there. Press it to look closer.")]
    if crowd.asks:
        said.append(_("The counts follow your filters: a clinic that may fit is counted too."))
    if crowd.is_limited and origin is not None:
        said.append(_("Clinics farther away than you chose are counted too."))
    said.append(_("To list the clinics of an area, search for a place in it."))
    return tuple(said)


def _pin_lines(card: Card) -> tuple[str, ...]:
    lines = [wording.roles(card.site), card.site.address]
    if card.match is not None:
        lines.insert(
            0, _("{miles} miles in a straight line").format(miles=wording.miles(card.match.distance_m))
        )
    return tuple(lines)


def overview_column(settings: Settings) -> None:
    """The overview, or that it cannot be shown; the clinics beside it do not depend on it."""
    try:
        overview = resources.overview()
    except (LocatorError, OSError):
        _LOGGER.exception("the overview is left out")
        said = _("The text about DRG stimulation cannot be shown at the moment. Questions? Call {phone}.")
        st.info(said.format(phone=settings.practice_phone))
    else:
        overview_panel(overview, settings)


def overview_panel(overview: Overview, settings: Settings) -> None:
    """The DRG overview with its source, date and what it is not; in English where it is not translated."""
    translated = in_current_language(overview)
    shown = translated or overview
    note = resources.translation_note() if translated else _("This text is not translated yet.")
    with st.container(key="overview"):
        if current() != ENGLISH and note:
            st.html(render("translation_note.html", note=note))
        # languages.js says this part's language by its key.
        with nullcontext() if translated else st.container(key="overview-text-in-english"):
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
