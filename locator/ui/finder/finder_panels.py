"""The parts of the finder that no other page has: the question above, what was found, and the map."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from locator.language import gettext as _
from locator.presentation import Card, findings, render, render_legend, render_once
from locator.presentation.map import Clusters, clusters_of, pin_labels, what_counts_mean
from locator.settings import Settings
from locator.sites import Ambiguous, NotLocated, Origin
from locator.ui import handover, panels, site_map
from locator.ui.finder import clinic_list, device_location, filters, question
from locator.ui.finder.handover import ask
from locator.ui.runtime import page_part, resources


def top(settings: Settings, address_service: str | None) -> None:
    """Who this is from, the search and the filters.

    `address_service` names who may be sent an address if the visitor says yes; None offers nothing.
    """
    with st.container(key="top"):
        panels.masthead(
            "masthead.html", settings, other_page="refer.py", label=_("For physicians: refer a patient")
        )
        with st.container(key="ask"):
            with st.container(key="search"):
                _search_form(address_service)
                device_location.button()
            filters.show_filters()
        handover.offer(ask)


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
                    service=panels.plain(address_service)
                ),
                key=question.CONSENT_KEY,
            )


def clinic_map(
    cards: Sequence[Card], origin: Origin | None, settings: Settings, clusters: Clusters | None = None
) -> None:
    """The list's clinics on a map, with the area searched from; those of `clusters` as counts by area."""
    with st.container(key="map-panel"):
        counts = what_counts_mean(clusters, origin)
        st.html(render_once("skip_map.html") + render("map_intro.html", counts=counts))
        site_map.show_site_map(
            pin_labels(cards),
            origin,
            settings,
            focus=clinic_list.choice().list_focus,
            on_pin=clinic_list.choose_on_map,
            clusters=clusters,
        )
        st.html(render_legend())


@page_part.part(question.FOUND)
def results() -> None:
    """The clinics for what was asked last, or what to ask instead; then the list and the map."""
    settings = resources.settings()
    phone = settings.practice_phone
    snapshot = resources.snapshot()
    index = snapshot.index()
    wanted = filters.chosen_filters()
    # It has its slot, empty or not: were it to come and go, the map behind it would be made anew.
    questions = st.container(key="questions")
    with questions:
        panels.directory_notice(snapshot.served, phone)
        place_answer = question.answer(snapshot.places)
    pages = clinic_list.pages((question.turn(), wanted))
    match place_answer:
        case Ambiguous(candidates):
            with questions:
                panels.several_places(candidates, question.ask_for)
        case NotLocated(reason, suggestions):
            with questions:
                panels.no_place(reason, suggestions, question.ask_for)
    found = findings(index, place_answer, wanted, phone=phone, pages=pages)
    if found.first_id is not None:
        clinic_list.count_first(found.first_id)
    clinics = found.listing
    shown = (card.site for card in clinics.cards)
    path = resources.map_points_path(snapshot.served.version)
    clusters = clusters_of(index, shown, wanted, path=path, pages=pages)
    open_now = snapshot.served.clock_behind is None
    clinic_list.show_clinic_list(
        clinics, now=datetime.now(UTC), settings=settings, open_now=open_now, taken=handover.taken()
    )
    clinic_map(clinics.cards, found.origin, settings, clusters)
