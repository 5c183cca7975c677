"""The parts of the referral page, each a function that draws one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import Final

import streamlit as st

from locator.clinics import SiteIndex
from locator.language import Language, current, speaking
from locator.language import gettext as _
from locator.language import marked as N_
from locator.presentation import STATIC, render, render_legend, site_marker_image
from locator.referral import (
    MOST_TIMES,
    PROGRAMMING_VISIT,
    Assessment,
    ComparedSite,
    Criterion,
    CriterionAnswer,
    Journey,
    Plan,
    Preferences,
    ReferralContent,
    ReferralView,
    SiteChoice,
    SiteList,
    as_shown,
    assess,
    choices,
    is_long,
    restated,
    rows,
    site_lists,
    stops,
    summary,
    total,
)
from locator.referral.sheet import site_vcard, vcard_file_name
from locator.settings import Settings
from locator.sites import Site
from locator.ui import handover, panels, site_map
from locator.ui.finder import filters
from locator.ui.referral import state
from locator.ui.runtime import downloads
from locator.web.first_document import Form, ReferQuestion

_PAIRS: Final = "pair-list"
_SESSIONS: Final = "sessions"
_ACCEPTING: Final = "accepting"
_CITY: Final = "site-city"

_pair_list: Final = st.components.v2.component(
    "pair_list",
    html='<div class="found" role="status"></div><div class="pair-list" id="results" tabindex="-1"></div>',
    js=(STATIC / "pairs.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def _choose_pair() -> None:
    evaluation_id, _, procedure_id = str(st.session_state[_PAIRS].choose).partition(" ")
    state.choose(SiteChoice(evaluation_id, procedure_id))


def pairs(view: ReferralView) -> None:
    """Show the offer, whose first words are read out, and mark the chosen one of its options."""
    offered = view.offered
    _pair_list(
        key=_PAIRS,
        data={
            "found": render("offer.html", offer=offered),
            "pairs": render("pairs.html", groups=offered.groups, notes=offered.notes),
            "chosen": view.chosen_option,
            "taken": handover.taken(),
        },
        on_choose_change=_choose_pair,
    )


_YES_NO: Final = {N_("Yes"): True, N_("No"): False}


def out_of_order(phone: str) -> None:
    """Say that the page cannot be shown, and what to do instead."""
    message = _("This page is out of order: its text has errors. Call {phone} to refer a patient.")
    st.error(message.format(phone=phone))


def top(settings: Settings, content: ReferralContent, *, asked_before: Callable[[Form], None]) -> Preferences:
    """Who this is from, where the patient lives and what is planned.

    `asked_before` is told what was asked before this page was there.
    """
    with st.container(key="top"):
        panels.masthead(
            "refer_masthead.html", settings, other_page="find.py", label=_("For patients: find a clinic")
        )
        with st.container(key="ask"):
            with st.form("referral-start", border=False), st.container(key="search-row", horizontal=True):
                if state.place_typed():
                    st.session_state.setdefault(state.PLACE_KEY, state.place_typed())
                typed = st.text_input(
                    _("Patient's ZIP code, city or county"),
                    key=state.PLACE_KEY,
                    placeholder=_("55407, Saint Paul or Scott County"),
                    max_chars=80,
                    autocomplete="off",
                )
                st.form_submit_button(_("Show sites"), type="primary", on_click=state.submitted)
            state.resume(typed)
            preferences = _preferences(content.journey)
        handover.offer(asked_before)
        return preferences


def _preferences(journey: Journey) -> Preferences:
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        st.session_state.setdefault(state.PLANNED_KEY, state.WHOLE_WAY)
        planned = st.segmented_control(
            _("What is planned?"),
            [state.WHOLE_WAY, state.EVALUATION_ONLY],
            format_func=_,
            key=state.PLANNED_KEY,
            required=True,
        )
        with st.popover(_("More choices"), key="more-filters"):
            st.session_state.setdefault(_SESSIONS, journey.times_of(PROGRAMMING_VISIT))
            sessions = st.number_input(_("Programming sessions to count"), 0, MOST_TIMES, key=_SESSIONS)
            filters.show_site_filters()
            site_filters = filters.chosen_site_filters()
            accepting = st.checkbox(_("Accepts new patients"), key=_ACCEPTING)
    return Preferences.of(
        journey,
        site_filters,
        evaluation_only=planned == state.EVALUATION_ONLY,
        sessions=sessions,
        accepting=accepting,
    )


def take_over(asked: ReferQuestion, content: ReferralContent) -> None:
    """In a callback: set what is planned and how the criteria are answered, as before this page was there."""
    st.session_state[_SESSIONS] = asked.sessions_of(content)
    st.session_state[_ACCEPTING] = asked.accepting
    st.session_state[_CITY] = asked.city
    for one in content.criteria:
        answer = asked.answer_to(one)
        chosen = list(answer) if isinstance(answer, tuple) else []
        name = next((name for name, meant in _YES_NO.items() if meant is answer), None)
        st.session_state[_criterion_key(one)] = chosen if one.choices else name


def _criterion_key(criterion: Criterion) -> str:
    return f"criterion-{criterion.criterion_id}"


def link_notice(names_missing: bool) -> None:  # noqa: FBT001 - the one thing it says
    """Say that a link named a site that is not offered, if it did."""
    if names_missing:
        st.warning(_("A site that the link names is no longer listed for that part. Please choose again."))


def choosers(index: SiteIndex, view: ReferralView, *, evaluation_only: bool) -> None:
    """A list for each part to choose its site from by hand; each site comes with its distance in words.

    Of a directory too large for that, the lists have a few, and a city can be given to have others.
    """
    with st.container(key="choosers"):
        st.header(_("Or choose by hand"), anchor=False)
        city = st.text_input(_("City of a site"), key=_CITY, max_chars=80) if is_long(index) else ""
        offered = choices(index, view.origin, view.plan, city=city)
        if offered.note:
            st.text(offered.note)
        with st.container(key="chooser-row", horizontal=True):
            for one in site_lists(offered, view.choice, evaluation_only=evaluation_only):
                _chooser(one, view.choice)


def _chooser(shown: SiteList, chosen: SiteChoice) -> None:
    key = f"choose-{shown.part}"
    # The choice is kept in one place, and a pair taken from the list shows here too.
    st.session_state[key] = shown.chosen_id

    def choose_it() -> None:
        state.choose(replace(chosen, **{shown.part: st.session_state[key]}))

    words = shown.options.__getitem__
    st.selectbox(shown.label, list(shown.options), format_func=words, key=key, on_change=choose_it)


def plan_map(view: ReferralView, settings: Settings) -> None:
    """The compared sites on a map, with a line from the patient's place to each chosen one."""
    with st.container(key="map-panel"):
        st.html(render("skip_map.html") + render("refer_map_intro.html"))
        site_map.show_site_map(view.pins, view.origin, settings, ways_to=view.ways_to)
        st.html(render_legend())


def comparison(columns: Sequence[ComparedSite]) -> None:
    """The sites side by side."""
    with st.container(key="comparison"):
        st.header(_("Compare the sites"), anchor=False)
        if not columns:
            st.text(_("Sites stand side by side here once a place is given or sites are chosen."))
            return
        st.html(
            render(
                "comparison.html",
                columns=columns,
                rows=rows(columns),
                site_marker_image=site_marker_image,
            )
        )


def contact_cards(columns: Sequence[ComparedSite]) -> None:
    """A contact card of each site for a phone or an address book."""
    with st.container(key="contact-cards", horizontal=True):
        for site in (column.site for column in columns):
            downloads.button(
                _("Contact card: {city}").format(city=panels.plain(site.city)),
                partial(_vcard, site, current()),
                file_name=vcard_file_name(site),
                media_type="text/vcard",
                key=f"vcard-{site.site_id}",
            )


def _vcard(site: Site, language: Language) -> bytes:
    # It is made when somebody takes it, and nothing says by then which language their page is in.
    with speaking(language):
        return site_vcard(site).encode()


def journey(
    plan: Plan | None, visits: Journey, content: ReferralContent, translation_note: str | None
) -> None:
    """The visits as a timeline, with their miles where they are known; `content` as it is to be read."""
    st.header(_("The visits"), anchor=False)
    st.html(
        render(
            "journey.html",
            stops=stops(visits, plan),
            total=total(visits, plan),
            content=content,
            translation_note=translation_note,
        )
    )


def criteria(
    written: ReferralContent, content: ReferralContent, translation_note: str | None
) -> tuple[Assessment, ...]:
    """The criteria of the practice's page to answer, and what the answers say of each, as in `content`.

    `written` is the content as its file has it: answers are kept in its words, whatever language they are
    shown in.
    """
    st.header(_("The practice's criteria"), anchor=False)
    with st.container(key="criteria"):
        answers: dict[str, CriterionAnswer] = {}
        pairs = zip(written.criteria, content.criteria, strict=True)
        for group, members in groupby(pairs, key=lambda pair: pair[1].group):
            st.html(render("criteria_group.html", group=group))
            answers |= {one.criterion_id: _ask(one, shown) for one, shown in members}
        assessments = assess(content.criteria, answers)
        st.html(
            render(
                "criteria.html",
                said=restated(assessments),
                summary=summary(assessments),
                content=content,
                translation_note=translation_note,
            )
        )
    return assessments


def _ask(written: Criterion, shown: Criterion) -> CriterionAnswer:
    question = panels.plain(shown.question)
    key = _criterion_key(written)
    if not shown.choices:
        answer = st.segmented_control(question, list(_YES_NO), format_func=_, key=key)
        return None if answer is None else _YES_NO[answer]
    words = dict(zip(written.all_choices, shown.all_choices, strict=True))
    chosen = st.pills(question, list(words), selection_mode="multi", format_func=words.__getitem__, key=key)
    return as_shown(written, shown, tuple(chosen))
