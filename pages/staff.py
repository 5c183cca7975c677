"""For staff: keep the directory true. Nothing of it reaches anybody who is not signed in."""

import streamlit as st

from locator.errors import LocatorError
from locator.language import gettext as _
from locator.language import marked as N_
from locator.ui import (
    editing,
    resources,
    staff_editing,
    staff_entrance,
    staff_history,
    staff_proposal,
    staff_records,
    theme,
)

CALLS, CLINIC, TABLE, FILE, WAITING, HISTORY = (
    N_("To call"),
    N_("One clinic"),
    N_("All clinics"),
    N_("A file"),
    N_("Waiting"),
    N_("History"),
)

theme.apply("refer.css", "staff.css")
settings = resources.settings()
access = resources.staff_access()
try:
    who = staff_entrance.member(access)
except LocatorError as exc:
    st.error(str(exc))
    st.stop()
if who is None:
    staff_entrance.closed_or_sign_in(access, settings)
    st.stop()

staff_entrance.header(who, access, settings)
staff_proposal.said()
staff_records.alarm(resources.directory())
may_publish = who.may_publish or not settings.staff.two_people
task = st.segmented_control(
    _("What do you want to do?"),
    [CALLS, CLINIC, TABLE, FILE, *([WAITING] if settings.staff.two_people else []), HISTORY],
    default=CALLS,
    format_func=_,
    key="staff-task",
    required=True,
)
desk = None
try:
    # Where nothing is being typed, what others publish is seen at once.
    desk = editing.desk(resources.publisher().load, newest=task in {CALLS, WAITING, HISTORY})
    sites = resources.sites_of(desk.table)
    match task:
        case "One clinic":
            staff_editing.one_clinic(desk, resources.dictionary(), sites, settings)
        case "All clinics":
            staff_editing.whole_table(desk, resources.dictionary(), sites)
        case "A file":
            staff_records.upload(desk)
        case "Waiting":
            staff_records.waiting(desk, who)
        case "History":
            staff_history.show(desk, who, may_publish=may_publish)
        case _:
            staff_records.calls(desk, sites, who, settings.staff.stale_after_days, may_publish=may_publish)
    staff_proposal.show(desk, who, settings)
except LocatorError as exc:
    st.error(str(exc))
    if desk is None:
        staff_history.show(None, who, may_publish=may_publish)
