"""The finder: a place and what is needed in; clinics as a list and on a map, and the overview, out."""

from datetime import UTC, datetime

import streamlit as st

from locator import listing
from locator.crowd import crowd_of
from locator.language import gettext as _
from locator.search import search
from locator.sites import Ambiguous, Located, NotLocated, Origin
from locator.ui import asking, clinic_list, panels, resources

settings = resources.settings()
served = resources.directory()
index = resources.site_index()
phone = settings.practice_phone

geocoder = resources.patient_geocoder()
filters = panels.top(settings, geocoder.name if geocoder else None)
# They have their slot, empty or not: were it to come and go, the map behind it would be made anew.
questions = st.container()
with questions:
    panels.directory_notice(served, phone)

origin: Origin | None = None
with questions:
    answered = asking.answer()
portions = clinic_list.portions((asking.turn(), filters))
match answered:
    case Located(origin):
        results = search(index, origin, filters, limit=portions.reach)
        found = listing.found(origin, results, filters, phone=phone, portions=portions)
        if results.matches:
            clinic_list.count_first(results.matches[0].site.site_id)
    case Ambiguous(candidates):
        with questions:
            panels.several_places(candidates, asking.ask_for)
        said = _("We found {count} places. Choose the one you mean.").format(count=len(candidates))
        found = listing.not_found(index, filters, said=said, phone=phone, portions=portions)
    case NotLocated(reason, suggestions):
        with questions:
            panels.no_place(reason, suggestions, asking.ask_for)
        said = _("We could not find that place.")
        found = listing.not_found(index, filters, said=said, phone=phone, portions=portions)
    case None:
        found = listing.all_sites(index, filters, phone=phone, portions=portions)

shown = (card.site for card in found.cards)
crowd = crowd_of(index, shown, filters, path=resources.map_points_path(), portions=portions)

with st.container(key="columns"):
    list_column, map_column, overview_column = st.columns([10, 11, 8], gap="medium")
    with list_column:
        clinic_list.show(found, now=datetime.now(UTC), settings=settings)
    with map_column:
        panels.clinic_map(found.cards, origin, settings, crowd)
    with overview_column:
        panels.overview_column(settings)
panels.foot()
