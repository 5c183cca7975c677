"""What a person can do on the staff page: the choice of tasks, the one chosen, and the changes it made."""

from __future__ import annotations

from typing import Final

import streamlit as st

from locator.errors import LocatorError
from locator.language import gettext as _
from locator.language import marked as N_
from locator.settings import Settings
from locator.staff import StaffMember
from locator.ui.runtime import resources
from locator.ui.staff import draft, forms, history, proposal, records, sign_in

_CALLS: Final = N_("To call")
_CLINIC: Final = N_("One clinic")
_TABLE: Final = N_("All clinics")
_FILE: Final = N_("A file")
_WAITING: Final = N_("Waiting")
_HISTORY: Final = N_("History")


def show(who: StaffMember, settings: Settings) -> None:
    """Everything below the page's head, drawn for this person; each deed looks anew who is signed in."""
    proposal.said()
    records.alarm(resources.directory())
    may_publish = sign_in.may_publish(who)
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
        desk = draft.desk(resources.directory_writer().load, newest=task in {_CALLS, _WAITING, _HISTORY})
        sites = desk.sites()
        match task:
            case "One clinic":
                forms.one_clinic(desk, sites, settings)
            case "All clinics":
                forms.whole_table(desk, sites)
            case "A file":
                records.upload(desk)
            case "Waiting":
                records.waiting(desk)
            case "History":
                history.show(desk, may_publish=may_publish)
            case _:
                records.calls(desk, sites, settings.staff.stale_after_days)
        proposal.show(desk, who, settings)
    except LocatorError as exc:
        st.error(str(exc))
        if desk is None:
            history.show(None, may_publish=may_publish)
