"""Refer a patient: a place and preferences in; a pair of sites, the visits, the criteria and a sheet out."""

import streamlit as st

from locator.clock import chicago_today
from locator.errors import ContentInvalidError
from locator.referral import in_current_language, referral_view
from locator.sites import Ambiguous, NotLocated
from locator.ui import page_frame, panels
from locator.ui.referral import handover, referral_panels, sheet, state
from locator.ui.runtime import resources

page_frame.apply_style("refer.css", "sheet.css")
settings = resources.settings()
served = resources.directory()
index = resources.site_index()
try:
    written = resources.referral_content()
except ContentInvalidError:
    referral_panels.out_of_order(settings.practice_phone)
    st.stop()

content = in_current_language(written)
note = resources.translation_note()
missing = state.arrive()
preferences = referral_panels.top(settings, content, asked_before=handover.ask)
# Each has its slot, empty or not: were one to come and go, the map behind it would be made anew.
with st.container():
    panels.directory_notice(served, settings.practice_phone)
    referral_panels.link_notice(missing)
questions = st.container()

match place := state.answer():
    case Ambiguous(candidates):
        with questions:
            panels.several_places(candidates, state.ask_for)
    case NotLocated(reason, suggestions):
        with questions:
            panels.no_place(reason, suggestions, state.ask_for)

view = referral_view(index, place, preferences, state.choice(), phone=settings.practice_phone)
with st.container(key="columns"):
    choice_column, map_column = st.columns([11, 10], gap="medium")
    with choice_column:
        referral_panels.pairs(view)
        referral_panels.choosers(index, view, evaluation_only=preferences.evaluation_only)
    with map_column:
        referral_panels.plan_map(view, settings)
referral_panels.comparison(view.compared)
referral_panels.contact_cards(view.compared)
with st.container(key="plan"):
    journey_column, criteria_column = st.columns(2, gap="large")
    with journey_column:
        referral_panels.journey(view.plan, preferences.journey, content, note)
    with criteria_column:
        assessments = referral_panels.criteria(written, content, note)
# A sheet says of what day it is: where the clock is known to be behind, not of one that is long over.
today = served.no_earlier_than(chicago_today())
sheet.show_sheet(view.plan, assessments, content, settings, note, today=today)
panels.foot()
