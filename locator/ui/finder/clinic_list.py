"""The list of clinics on a page, and which clinic is chosen in it or on the map."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import streamlit as st

from locator.presentation import STATIC, Listing, ListPages, render, render_list
from locator.presentation.map import Focus
from locator.settings import Settings
from locator.ui.finder import question, reports
from locator.ui.runtime import resources

_KEY: Final = "clinic-list"
_STATE: Final = "choice"
_FIRST: Final = "counted-first"
_PAGES: Final = "pages"
# In the place of a clinic: the search was counted before this page was there.
_COUNTED_BEFORE: Final = "counted-before"

_component: Final = st.components.v2.component(
    "clinic_list",
    # The live regions stay in place while their text changes, or screen readers would not read it out.
    html='<div class="found" role="status"></div><div class="read-out unseen" role="status"></div>'
    '<div class="clinic-list" id="results" tabindex="-1"></div>',
    js=(STATIC / "list.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


@dataclass(frozen=True, slots=True)
class Choice:
    """The clinic a person chose last, and where; each side has a turn that grows with its choices."""

    site_id: str | None = None
    list_focus: Focus | None = None
    map_focus: Focus | None = None


def choice() -> Choice:
    """The visitor's choice so far."""
    remembered = st.session_state.get(_STATE, Choice())
    return remembered if isinstance(remembered, Choice) else Choice()


def choose_on_map(site_id: str) -> None:
    """Remember that a pin was chosen; the list marks its clinic and brings it into sight."""
    before = choice()
    turn = before.map_focus.turn + 1 if before.map_focus else 1
    st.session_state[_STATE] = Choice(site_id, before.list_focus, Focus(site_id, turn))


def _choose_in_list() -> None:
    site_id = st.session_state[_KEY].choose
    before = choice()
    turn = before.list_focus.turn + 1 if before.list_focus else 1
    st.session_state[_STATE] = Choice(site_id, Focus(site_id, turn), before.map_focus)


def count_first(site_id: str) -> None:
    """Count the clinic that a search has first, once for as long as it stays first in this visit.

    Where nobody can sign in to see the counts, nothing is counted and no file is written.
    """
    # The page runs again at every click, which is no other search.
    if resources.staff_access().is_open and st.session_state.get(_FIRST) != site_id:
        is_counted = st.session_state.get(_FIRST) == _COUNTED_BEFORE
        st.session_state[_FIRST] = site_id
        if not is_counted:
            resources.view_counts().shown_first(site_id)


def take_over(of: Hashable, shown: ListPages) -> None:
    """In a callback: show the pages that were shown before this page was there, of a search counted then."""
    st.session_state[_PAGES] = (of, shown)
    st.session_state[_FIRST] = _COUNTED_BEFORE


def pages(of: Hashable) -> ListPages:
    """The pages of the list that are shown; a list for anything else than `of` starts at its first page."""
    last_of, last = st.session_state.get(_PAGES, (None, ListPages()))
    if last_of != of:
        last = ListPages()
        st.session_state[_PAGES] = (of, last)
    shown: ListPages = last
    return shown


def _show_page() -> None:
    of, shown = st.session_state[_PAGES]
    st.session_state[_PAGES] = (of, shown.after_choice(st.session_state[_KEY].turn))


def _report() -> None:
    reports.take(st.session_state[_KEY].report)


def show_clinic_list(
    listing: Listing, *, now: datetime, settings: Settings, open_now: bool, taken: int = 0
) -> None:
    """Show a listing and its cards, read the count out, and follow what is chosen or reported there.

    Without `open_now`, the cards do not say who is open at this moment. `taken` is which question of the
    first document this answers.
    """
    reported = reports.reported()
    from_map = choice().map_focus
    _component(
        key=_KEY,
        # As one value: of each, Streamlit asks at length whether it is a table.
        data={
            "listing": {
                "found": render("found.html", listing=listing),
                "cards": render_list(
                    listing.groups,
                    now=now,
                    stale_after_days=settings.staff.stale_after_days,
                    reporting=reports.choices(settings.practice_phone),
                    open_now=open_now,
                ),
                "question": question.turn(),
                "taken": taken,
                "chosen": choice().site_id,
                "from_map": {"site_id": from_map.site_id, "turn": from_map.turn} if from_map else None,
                "reported": {
                    "answers": dict(reported.answers),
                    "latest": reported.latest,
                    "turn": reported.turn,
                },
            }
        },
        on_choose_change=_choose_in_list,
        on_report_change=_report,
        on_turn_change=_show_page,
    )
