"""The parts of the finder page, each a function that draws one of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import streamlit as st

from locator import mapview, wording
from locator.cards import Card, render_legend
from locator.directory import ServedDirectory
from locator.fragments import render
from locator.overview import Overview
from locator.search import Filters, Need
from locator.settings import Settings
from locator.sites import METRES_PER_MILE, Origin
from locator.ui import asking, clinic_list, site_map

_NEEDS: Final = {
    Need.ANY: "All",
    Need.EVALUATION: "Evaluation",
    Need.PROCEDURE: "Procedures*",
    Need.BOTH: "Both",
}
_ANY: Final = -1
_DISTANCES_MI: Final = (_ANY, 5, 10, 25, 50)


def top(settings: Settings, address_service: str | None) -> Filters:
    """Who this is from, the search and the filters; returns the filters.

    `address_service` names who may be sent an address if the visitor says yes; None offers nothing.
    """
    with st.container(key="top"):
        masthead("masthead.html", settings, other_page="refer.py", label="For physicians: refer a patient")
        with st.container(key="ask"):
            _search_form(address_service)
            return _filters()


def masthead(template: str, settings: Settings, *, other_page: str, label: str) -> None:
    """Who this is from and what the page is for, and the way to the other page."""
    with st.container(key="masthead"):
        st.html(render(template, settings=settings))
        st.page_link(other_page, label=label, width="content")


def _search_form(address_service: str | None) -> None:
    with st.form("search", border=False):
        with st.container(key="search-row", horizontal=True):
            # Back from the other page, the field says what the list below is for.
            st.session_state.setdefault(asking.PLACE_KEY, asking.question().text)
            st.text_input(
                "ZIP code, city or address",
                key=asking.PLACE_KEY,
                placeholder="55407, Saint Paul or 100 Main St, Anoka",
                autocomplete="off",
            )
            st.form_submit_button("Find clinics", type="primary", on_click=asking.submitted)
        if address_service is not None:
            st.checkbox(
                f"Use my exact address: send it to {plain(address_service)}, this one time",
                key=asking.CONSENT_KEY,
            )


def plain(text: str) -> str:
    """Text for a label, which Streamlit reads as Markdown: no sign of it is left."""
    return "".join(char if char.isalnum() or char in " .-," else " " for char in text)


def _filters() -> Filters:
    """What a person asks a clinic to offer."""
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        need = st.segmented_control(
            "What do you need?",
            list(_NEEDS),
            default=Need.ANY,
            format_func=_NEEDS.__getitem__,
            key="need",
            required=True,
        )
        with st.popover("More filters", key="more-filters"):
            return replace(site_filters(), need=need or Need.ANY)


def site_filters() -> Filters:
    """How far a clinic may be and what it must offer, whatever is done there."""
    within_mi = st.selectbox("How far", _DISTANCES_MI, format_func=_distance_name, key="within")
    weekday = st.selectbox("Listed as open on", [_ANY, *range(5)], format_func=_weekday_choice, key="weekday")
    wheelchair = st.checkbox("Wheelchair entrance", key="wheelchair")
    within_m = math.inf if within_mi == _ANY else within_mi * METRES_PER_MILE
    return Filters(
        within_m=within_m, open_weekday=None if weekday == _ANY else weekday, wheelchair=wheelchair
    )


def _distance_name(within_mi: int) -> str:
    return "Any distance" if within_mi == _ANY else f"Within {within_mi} miles"


def _weekday_choice(weekday: int) -> str:
    return "Any day" if weekday == _ANY else wording.weekday_name(weekday)


def directory_notice(served: ServedDirectory, phone: str) -> None:
    """Say so when the listing is older than its file, or not whole."""
    if served.stale:
        st.warning(
            f"The newest clinic list has errors, so you see the last correct one. Call {phone} to be sure.",
            icon=":material/warning:",
        )
    elif served.problems:
        st.warning(
            f"Some clinics are left out because their listing has errors. Call {phone} to ask.",
            icon=":material/warning:",
        )


def several_places(candidates: Sequence[Origin], choose: Callable[[str], None]) -> None:
    """Ask which of several places was meant; `choose` takes the label of the one."""
    with st.container(key="places-panel"):
        st.subheader(f"We found {len(candidates)} places. Which one do you mean?", anchor=False)
        _place_buttons(candidates, choose)


def no_place(reason: str, suggestions: Sequence[Origin], choose: Callable[[str], None]) -> None:
    """Say why nothing was found and offer what may have been meant; `choose` takes a label."""
    with st.container(key="places-panel"):
        st.subheader("We could not find that place", anchor=False)
        st.text(reason)
        if suggestions:
            st.text("Did you mean:")
            _place_buttons(suggestions, choose)


def _place_buttons(places: Sequence[Origin], choose: Callable[[str], None]) -> None:
    with st.container(key="places", horizontal=True):
        for number, place in enumerate(places):
            st.button(place.label, key=f"place-{number}", on_click=choose, args=(place.label,))


def clinic_map(cards: Sequence[Card], origin: Origin | None, settings: Settings) -> None:
    """The clinics of the list on a map, with the area searched from."""
    pins = [
        mapview.PinLabel(card.site, card.number, f"{card.number}. {card.site.title}", _pin_lines(card))
        for card in cards
    ]
    with st.container(key="map-panel"):
        st.html(render("map_intro.html"))
        site_map.show(
            pins, origin, settings, focus=clinic_list.choice().list_focus, on_pin=clinic_list.choose_on_map
        )
        st.html(render_legend())


def _pin_lines(card: Card) -> tuple[str, ...]:
    lines = [wording.roles(card.site), card.site.address]
    if card.match is not None:
        lines.insert(0, f"{wording.miles(card.match.distance_m)} miles in a straight line")
    return tuple(lines)


def overview_panel(overview: Overview, settings: Settings) -> None:
    """The DRG overview with its source, its date and what it is not."""
    with st.container(key="overview"):
        st.header(overview.title, anchor=False)
        st.markdown(overview.body)
        st.html(render("overview_foot.html", overview=overview, phone=settings.practice_phone))
