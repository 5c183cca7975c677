"""The finder: a place and what is needed in; clinics as a list and on a map, and the overview, out."""

from datetime import UTC, datetime

import streamlit as st

from locator import listing
from locator.language import gettext as _
from locator.search import search
from locator.sites import Ambiguous, Located, NotLocated, Origin
from locator.ui import asking, clinic_list, panels, resources

LIMIT = 50

settings = resources.settings()
served = resources.directory()
phone = settings.practice_phone

geocoder = resources.patient_geocoder()
filters = panels.top(settings, geocoder.name if geocoder else None)
# Each has its slot, empty or not: were one to come and go, the map behind it would be made anew.
with st.container():
    panels.directory_notice(served, phone)
questions = st.container()

origin: Origin | None = None
with questions:
    answered = asking.answer()
match answered:
    case Located(origin):
        results = search(resources.site_index(), origin, filters, limit=LIMIT)
        found = listing.found(origin, results, filters, phone=phone)
        if results.matches:
            clinic_list.count_first(results.matches[0].site.site_id)
    case Ambiguous(candidates):
        with questions:
            panels.several_places(candidates, asking.ask_for)
        said = _("We found {count} places. Choose the one you mean.").format(count=len(candidates))
        found = listing.not_found(served.sites, filters, said=said, phone=phone)
    case NotLocated(reason, suggestions):
        with questions:
            panels.no_place(reason, suggestions, asking.ask_for)
        found = listing.not_found(served.sites, filters, said=_("We could not find that place."), phone=phone)
    case None:
        found = listing.all_sites(served.sites, filters, phone=phone)

with st.container(key="columns"):
    list_column, map_column, overview_column = st.columns([10, 11, 8], gap="medium")
    with list_column:
        clinic_list.show(found, now=datetime.now(UTC), settings=settings)
    with map_column:
        panels.clinic_map(found.cards, origin, settings)
    with overview_column:
        panels.overview_column(settings)
panels.foot()
