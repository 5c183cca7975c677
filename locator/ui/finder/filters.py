"""The filters of the pages: what a person asks a clinic to offer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import streamlit as st

from locator.clinics import Filters, Need, within_m
from locator.language import gettext as _
from locator.presentation import wording
from locator.ui.finder import question
from locator.ui.runtime import redraw, visit_language
from locator.web.first_document import FinderQuestion

_ANY: Final = -1
_DISTANCES_MI: Final = (_ANY, *wording.DISTANCES_MI)


def show_filters() -> None:
    """The filters of the finder; only the search's result depends on them."""
    redraw_result = partial(redraw.draw_again, question.FOUND)
    with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
        st.session_state.setdefault("need", Need.ANY)
        st.segmented_control(
            _("What do you need?"),
            list(wording.NEED_CHOICES),
            format_func=lambda need: _(wording.NEED_CHOICES[need]),
            key="need",
            required=True,
            on_change=redraw_result,
        )
        with st.popover(_("More filters"), key="more-filters"):
            show_site_filters(redraw_result)


def chosen_filters() -> Filters:
    """The filters as they are set."""
    return replace(chosen_site_filters(), need=st.session_state.get("need") or Need.ANY)


def take_over(asked: FinderQuestion) -> None:
    """In a callback: set the filters as they were before this page was there."""
    st.session_state["need"] = asked.need
    take_over_site_filters(asked.within_mi, asked.weekday, wheelchair=asked.wheelchair)


def take_over_site_filters(within_mi: int | None, weekday: int | None, *, wheelchair: bool) -> None:
    """In a callback: set those that hold for any kind of clinic; None asks for no limit."""
    st.session_state["wheelchair"] = wheelchair
    for name, value in (("within", within_mi), ("weekday", weekday)):
        chosen = _ANY if value is None else value
        st.session_state[visit_language.list_key(name, _ANY)] = chosen
        visit_language.remember(name, chosen)


def show_site_filters(on_change: Callable[[], None] | None = None) -> None:
    """The filters that hold for any kind of clinic: how far it may be and what it must offer."""
    _choose("within", _("How far"), _DISTANCES_MI, _distance_name, on_change)
    _choose("weekday", _("Listed as open on"), (_ANY, *wording.WEEKDAYS), _weekday_choice, on_change)
    st.checkbox(_("Wheelchair entrance"), key="wheelchair", on_change=on_change)


def chosen_site_filters() -> Filters:
    """Those filters as they are set."""
    within_mi, weekday = _chosen("within"), _chosen("weekday")
    wheelchair = bool(st.session_state.get("wheelchair"))
    return Filters(
        within_m=within_m(None if within_mi == _ANY else within_mi),
        open_weekday=None if weekday == _ANY else weekday,
        wheelchair=wheelchair,
    )


def _choose(
    name: str,
    label: str,
    choices: Sequence[int],
    words: Callable[[int], str],
    on_change: Callable[[], None] | None,
) -> None:
    key = visit_language.list_key(name, _ANY)
    st.selectbox(label, choices, format_func=words, key=key, on_change=on_change)


def _chosen(name: str) -> int:
    chosen: int = st.session_state[visit_language.list_key(name, _ANY)]
    return visit_language.remember(name, chosen)


def _distance_name(within_mi: int) -> str:
    return _("Any distance") if within_mi == _ANY else _(wording.WITHIN).format(miles=within_mi)


def _weekday_choice(weekday: int) -> str:
    return _("Any day") if weekday == _ANY else wording.weekday_name(weekday)
