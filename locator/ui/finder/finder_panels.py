"""The parts of the finder that no other page has: the question above, what was found, and the map."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from locator.clinics import search
from locator.language import gettext as _
from locator.presentation import Card, listing, render, render_legend, render_once, wording
from locator.presentation.map import Clusters, PinLabel, clusters_of
from locator.settings import Settings
from locator.sites import Ambiguous, Located, NotLocated, Origin
from locator.ui import panels, site_map
from locator.ui.finder import clinic_list, device_location, filters, question
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
    pins = [
        PinLabel(card.site, card.number, f"{card.number}. {card.site.title}", _pin_lines(card))
        for card in cards
    ]
    with st.container(key="map-panel"):
        st.html(render_once("skip_map.html") + render("map_intro.html", counts=_counts(clusters, origin)))
        site_map.show_site_map(
            pins,
            origin,
            settings,
            focus=clinic_list.choice().list_focus,
            on_pin=clinic_list.choose_on_map,
            clusters=clusters,
        )
        st.html(render_legend())


def _counts(clusters: Clusters | None, origin: Origin | None) -> tuple[str, ...]:
    """What the counts on the map are, and what the filters mean for them, in sentences."""
    if clusters is None:
        return ()
    sentences = [_("A sign with a count stands for more clinics around there. Press it to look closer.")]
    if clusters.asks:
        sentences.append(_("The counts follow your filters: a clinic that may fit is counted too."))
    if clusters.is_limited and origin is not None:
        sentences.append(_("Clinics farther away than you chose are counted too."))
    sentences.append(_("To list the clinics of an area, search for a place in it."))
    return tuple(sentences)


def _pin_lines(card: Card) -> tuple[str, ...]:
    lines = [wording.roles(card.site), card.site.address]
    if card.match is not None:
        lines.insert(
            0, _(wording.MILES_IN_A_STRAIGHT_LINE).format(miles=wording.miles(card.match.distance_m))
        )
    return tuple(lines)


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
    origin: Origin | None = None
    pages = clinic_list.pages((question.turn(), wanted))
    match place_answer:
        case Located(origin):
            ranked = search(index, origin, wanted, limit=pages.reach)
            clinics = listing.found(origin, ranked, wanted, phone=phone, pages=pages)
            if ranked.matches:
                clinic_list.count_first(ranked.matches[0].site.site_id)
        case Ambiguous(candidates):
            with questions:
                panels.several_places(candidates, question.ask_for)
            message = _(listing.CHOOSE_A_PLACE).format(count=len(candidates))
            clinics = listing.not_found(index, wanted, said=message, phone=phone, pages=pages)
        case NotLocated(reason, suggestions):
            with questions:
                panels.no_place(reason, suggestions, question.ask_for)
            message = _(listing.NOT_FOUND)
            clinics = listing.not_found(index, wanted, said=message, phone=phone, pages=pages)
        case None:
            clinics = listing.all_sites(index, wanted, phone=phone, pages=pages)
    shown = (card.site for card in clinics.cards)
    path = resources.map_points_path(snapshot.served.version)
    clusters = clusters_of(index, shown, wanted, path=path, pages=pages)
    open_now = snapshot.served.clock_behind is None
    clinic_list.show_clinic_list(clinics, now=datetime.now(UTC), settings=settings, open_now=open_now)
    clinic_map(clinics.cards, origin, settings, clusters)
