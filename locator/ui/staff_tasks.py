"""What a person can do on the staff page: the choice of tasks, the one chosen, and the changes it made."""

from __future__ import annotations

from typing import Final

import streamlit as st

from locator.errors import LocatorError
from locator.language import gettext as _
from locator.language import marked as N_
from locator.settings.loading import Settings
from locator.staff.sign_in.people import StaffMember
from locator.ui import (
    editing,
    resources,
    staff_editing,
    staff_entrance,
    staff_history,
    staff_proposal,
    staff_records,
)

_CALLS: Final = N_("To call")
_CLINIC: Final = N_("One clinic")
_TABLE: Final = N_("All clinics")
_FILE: Final = N_("A file")
_WAITING: Final = N_("Waiting")
_HISTORY: Final = N_("History")


def show(who: StaffMember, settings: Settings) -> None:
    """Everything below the page's head, drawn for this person; each deed looks anew who is signed in."""
    staff_proposal.said()
    staff_records.alarm(resources.directory())
    may_publish = staff_entrance.may_publish(who)
    task = st.segmented_control(
        _("What do you want to do?"),
        [_CALLS, _CLINIC, _TABLE, _FILE, *([_WAITING] if settings.staff.two_people else []), _HISTORY],
        default=_CALLS,
        format_func=_,
        key="staff-task",
        required=True,
    )
    desk = None
    try:
        # Where nothing is being typed, what others publish is seen at once.
        desk = editing.desk(resources.publisher().load, newest=task in {_CALLS, _WAITING, _HISTORY})
        sites = resources.sites_of(desk.table)
        match task:
            case "One clinic":
                staff_editing.one_clinic(desk, resources.dictionary(), sites, settings)
            case "All clinics":
                staff_editing.whole_table(desk, resources.dictionary(), sites)
            case "A file":
                staff_records.upload(desk)
            case "Waiting":
                staff_records.waiting(desk)
            case "History":
                staff_history.show(desk, may_publish=may_publish)
            case _:
                staff_records.calls(desk, sites, settings.staff.stale_after_days)
        staff_proposal.show(desk, who, settings)
    except LocatorError as exc:
        st.error(str(exc))
        if desk is None:
            staff_history.show(None, may_publish=may_publish)
