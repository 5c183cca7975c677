"""The parts of the finder page, each a function that draws one of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import streamlit as st
from streamlit_folium import st_folium

from locator import mapview, wording
from locator.cards import Card, render_legend
from locator.directory import ServedDirectory
from locator.fragments import render
from locator.overview import Overview
from locator.search import Filters, Need
from locator.settings import Settings
from locator.sites import METRES_PER_MILE, Coordinate, Origin
from locator.ui import asking, clinic_list, resources

_MAP_KEY: Final = "map"
_MAP_HEIGHT_PX: Final = 600
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
        st.html(render("masthead.html", settings=settings))
        with st.container(key="ask"):
            _search_form(address_service)
            return _filters()


def _search_form(address_service: str | None) -> None:
    with st.form("search", border=False):
        with st.container(key="search-row", horizontal=True):
            st.text_input(
                "ZIP code, city or address",
                key=asking.PLACE_KEY,
                placeholder="55407, Saint Paul or 100 Main St, Anoka",
                autocomplete="off",
            )
            st.form_submit_button("Find clinics", type="primary", on_click=asking.submitted)
        if address_service is not None:
            st.checkbox(
                f"Use my exact address: send it to {_plain(address_service)}, this one time",
                key=asking.CONSENT_KEY,
            )


def _plain(text: str) -> str:
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
            within_mi = st.selectbox("How far", _DISTANCES_MI, format_func=_distance_name, key="within")
            weekday = st.selectbox(
                "Listed as open on", [_ANY, *range(5)], format_func=_weekday_choice, key="weekday"
            )
            wheelchair = st.checkbox("Wheelchair entrance", key="wheelchair")
    within_m = math.inf if within_mi == _ANY else within_mi * METRES_PER_MILE
    return Filters(need or Need.ANY, within_m, None if weekday == _ANY else weekday, wheelchair)


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


def several_places(candidates: Sequence[Origin]) -> None:
    """Ask which of several places was meant."""
    with st.container(key="places-panel"):
        st.subheader(f"We found {len(candidates)} places. Which one do you mean?", anchor=False)
        _place_buttons(candidates)


def no_place(reason: str, suggestions: Sequence[Origin]) -> None:
    """Say why nothing was found and offer what may have been meant."""
    with st.container(key="places-panel"):
        st.subheader("We could not find that place", anchor=False)
        st.text(reason)
        if suggestions:
            st.text("Did you mean:")
            _place_buttons(suggestions)


def _place_buttons(places: Sequence[Origin]) -> None:
    with st.container(key="places", horizontal=True):
        for number, place in enumerate(places):
            st.button(place.label, key=f"place-{number}", on_click=asking.ask_for, args=(place.label,))


def clinic_map(cards: Sequence[Card], origin: Origin | None, settings: Settings) -> None:
    """The clinics of the list on a map, with the area searched from."""
    pins = [
        mapview.PinLabel(card.site, card.number, f"{card.number}. {card.site.title}", _pin_lines(card))
        for card in cards
    ]
    points = {pin.site.pin.point: pin.site.site_id for pin in pins if pin.site.pin is not None}
    with st.container(key=_MAP_KEY + "-panel"):
        st.html(render("map_intro.html"))
        with st.container(key=_MAP_KEY):
            st_folium(
                mapview.base_map(resources.assets_path(), _tiles(settings)),
                key="folium",
                height=_MAP_HEIGHT_PX,
                use_container_width=True,
                returned_objects=["last_object_clicked", "last_object_clicked_count"],
                feature_group_to_add=mapview.site_layer(
                    pins, origin=origin, focus=clinic_list.choice().list_focus
                ),
                on_change=lambda: _pin_chosen(points),
                # It renders what it needs all the same; this leaves out a second rendering of everything.
                render=False,
            )
        st.html(render_legend())


def _pin_chosen(points: dict[Coordinate, str]) -> None:
    clicked: Any = st.session_state.get("folium", {}).get("last_object_clicked")
    if not clicked:
        return
    for point, site_id in points.items():
        if (point.lat_deg, point.lon_deg) == (clicked["lat"], clicked["lng"]):
            clinic_list.choose_on_map(site_id)


def _pin_lines(card: Card) -> tuple[str, ...]:
    lines = [wording.roles(card.site), card.site.address]
    if card.match is not None:
        lines.insert(0, f"{wording.miles(card.match.distance_m)} miles in a straight line")
    return tuple(lines)


def _tiles(settings: Settings) -> mapview.TileLayer | None:
    if settings.tile_url is None:
        return None
    return mapview.TileLayer(settings.tile_url, settings.tile_attribution, settings.tile_attribution_url)


def overview_panel(overview: Overview, settings: Settings) -> None:
    """The DRG overview with its source, its date and what it is not."""
    with st.container(key="overview"):
        st.header(overview.title, anchor=False)
        st.markdown(overview.body)
        st.html(render("overview_foot.html", overview=overview, phone=settings.practice_phone))
