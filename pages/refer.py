"""Refer a patient: a place and preferences in; a pair of sites, the visits, the criteria and a sheet out."""

from dataclasses import replace

import streamlit as st

from locator.clock import chicago_today
from locator.errors import ContentInvalidError
from locator.language import gettext as _
from locator.presentation import listing
from locator.referral import (
    SiteChoice,
    choices,
    columns,
    in_current_language,
    no_start,
    offer,
    plan_of,
)
from locator.sites import Ambiguous, Located, NotLocated, Origin
from locator.ui import page_frame, panels
from locator.ui.referral import referral_panels, sheet, state
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
preferences = referral_panels.top(settings, content)
# Each has its slot, empty or not: were one to come and go, the map behind it would be made anew.
with st.container():
    panels.directory_notice(served, settings.practice_phone)
    referral_panels.link_notice(missing)
questions = st.container()

origin: Origin | None = None
offered = no_start(index, preferences, phone=settings.practice_phone)
match state.answer():
    case Located(origin):
        offered = offer(index, origin, preferences, phone=settings.practice_phone)
    case Ambiguous(candidates):
        said = _(listing.CHOOSE_A_PLACE).format(count=len(candidates))
        offered = replace(offered, announcement=said)
        with questions:
            panels.several_places(candidates, state.ask_for)
    case NotLocated(reason, suggestions):
        offered = replace(offered, announcement=_(listing.NOT_FOUND))
        with questions:
            panels.no_place(reason, suggestions, state.ask_for)

choice = state.choice()
if choice == SiteChoice():
    choice = offered.best
plan = plan_of(index, choice, origin, preferences)
sites = choices(index, origin, plan).sites
compared = columns(plan, sites if origin else [])
# Without a place to start from, none of them are nearest: the map has all there are to choose from.
on_map = compared if origin else columns(plan, sites, limit=len(sites))

with st.container(key="columns"):
    choice_column, map_column = st.columns([11, 10], gap="medium")
    with choice_column:
        referral_panels.pairs(offered, choice)
        referral_panels.choosers(index, origin, plan, choice, evaluation_only=preferences.evaluation_only)
    with map_column:
        referral_panels.plan_map(on_map, plan, origin, settings)
referral_panels.comparison(compared)
referral_panels.contact_cards(compared)
with st.container(key="plan"):
    journey_column, criteria_column = st.columns(2, gap="large")
    with journey_column:
        referral_panels.journey(plan, preferences.journey, content, note)
    with criteria_column:
        assessments = referral_panels.criteria(written, content, note)
# A sheet says of what day it is: where the clock is known to be behind, not of one that is long over.
today = served.no_earlier_than(chicago_today())
sheet.show_sheet(plan, assessments, content, settings, note, today=today)
panels.foot()
