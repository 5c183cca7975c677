"""What was found: the clinics as a list and on a map, drawn again for each question and filter."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from locator.clinics import search
from locator.language import gettext as _
from locator.presentation import listing
from locator.presentation.map import crowd_of
from locator.sites import Ambiguous, Located, NotLocated, Origin
from locator.ui import panels
from locator.ui.finder import clinic_list, question
from locator.ui.finder import filters as filtering
from locator.ui.finder import panels as finder_panels
from locator.ui.runtime import page_part, resources


@page_part.part(question.FOUND)
def show() -> None:
    """The clinics for what was asked last, or what to ask instead; then the list and the map."""
    settings = resources.settings()
    phone = settings.practice_phone
    edition = resources.edition()
    index = edition.index()
    filters = filtering.asked()
    # It has its slot, empty or not: were it to come and go, the map behind it would be made anew.
    questions = st.container(key="questions")
    with questions:
        panels.directory_notice(edition.served, phone)
        answered = question.answer(edition.places)
    origin: Origin | None = None
    pages = clinic_list.pages((question.turn(), filters))
    match answered:
        case Located(origin):
            results = search(index, origin, filters, limit=pages.reach)
            found = listing.found(origin, results, filters, phone=phone, pages=pages)
            if results.matches:
                clinic_list.count_first(results.matches[0].site.site_id)
        case Ambiguous(candidates):
            with questions:
                panels.several_places(candidates, question.ask_for)
            said = _("We found {count} places. Choose the one you mean.").format(count=len(candidates))
            found = listing.not_found(index, filters, said=said, phone=phone, pages=pages)
        case NotLocated(reason, suggestions):
            with questions:
                panels.no_place(reason, suggestions, question.ask_for)
            said = _("We could not find that place.")
            found = listing.not_found(index, filters, said=said, phone=phone, pages=pages)
        case None:
            found = listing.all_sites(index, filters, phone=phone, pages=pages)
    shown = (card.site for card in found.cards)
    path = resources.map_points_path(edition.served.version)
    crowd = crowd_of(index, shown, filters, path=path, pages=pages)
    open_now = edition.served.clock_behind is None
    clinic_list.show(found, now=datetime.now(UTC), settings=settings, open_now=open_now)
    finder_panels.clinic_map(found.cards, origin, settings, crowd)
