"""What visitors say is wrong with clinics, beside the clinic, until staff have dealt with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from locator.errors import LocatorError
from locator.language import gettext as _
from locator.language import ngettext
from locator.presentation import render
from locator.sites import Site
from locator.staff import StaffMember
from locator.staff.feedback import ComplaintCount
from locator.ui.runtime import resources
from locator.ui.staff.sign_in import staff_action

_UNSETTLED: Final = "staff-unsettled-"


def reported_first(sites: Sequence[Site], open_reports: Mapping[str, Sequence[ComplaintCount]]) -> list[Site]:
    """The active clinics with open reports, the most reported first; ties break on site_id."""
    reported = [site for site in sites if site.active and open_reports.get(site.site_id)]
    return sorted(reported, key=lambda site: (-_times(open_reports[site.site_id]), site.site_id))


def summary(reported: Sequence[Site]) -> str:
    """How many clinics visitors reported, as a sentence."""
    message = ngettext(
        "Visitors say that something is wrong with {count} clinic.",
        "Visitors say that something is wrong with {count} clinics.",
        len(reported),
    )
    return message.format(count=len(reported))


def show_reports(site: Site, reports: Sequence[ComplaintCount]) -> None:
    """The reports of a clinic, with a button that settles these and no later ones."""
    st.html(render("staff_reports.html", site=site, reports=reports))
    if problem := st.session_state.pop(_UNSETTLED + site.site_id, None):
        st.error(problem)
    # As a callback it takes the reports that were on the screen, not those of the run after the click.
    st.button(
        _("Dealt with"),
        key=f"staff-settle-{site.site_id}",
        on_click=_settle,
        args=(site.site_id, tuple(reports)),
    )


@staff_action
def _settle(_who: StaffMember, site_id: str, seen: Sequence[ComplaintCount]) -> None:
    try:
        resources.reports().settle(site_id, seen)
    except LocatorError as exc:
        st.session_state[_UNSETTLED + site_id] = str(exc)


def _times(reports: Sequence[ComplaintCount]) -> int:
    return sum(report.count for report in reports)
