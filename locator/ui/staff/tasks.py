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
from locator.ui.staff import drafts, forms, history, proposal, records, sign_in

_CALLS: Final = N_("To call")
_CLINIC: Final = N_("One clinic")
_TABLE: Final = N_("All clinics")
_FILE: Final = N_("A file")
_WAITING: Final = N_("Waiting")
_HISTORY: Final = N_("History")


def show_tasks(who: StaffMember, settings: Settings) -> None:
    """Everything below the page's head, drawn for this person; each action checks again who is signed in."""
    proposal.show_flash()
    records.warn_of_problems(resources.directory())
    may_publish = sign_in.may_publish(who)
    task = st.segmented_control(
        _("What do you want to do?"),
        [_CALLS, _CLINIC, _TABLE, _FILE, *([_WAITING] if settings.staff.two_people else []), _HISTORY],
        default=_CALLS,
        format_func=_,
        key="staff-task",
        required=True,
    )
    draft = None
    try:
        # Where nothing is being typed, what others publish is seen at once.
        draft = drafts.current(resources.directory_writer().load, newest=task in {_CALLS, _WAITING, _HISTORY})
        sites = draft.sites()
        match task:
            case "One clinic":
                forms.one_clinic(draft, sites, settings)
            case "All clinics":
                forms.whole_table(draft, sites)
            case "A file":
                records.upload(draft)
            case "Waiting":
                records.waiting(draft)
            case "History":
                history.show_history(draft, may_publish=may_publish)
            case _:
                records.calls(draft, sites, settings.staff.stale_after_days)
        proposal.show_proposal(draft, who, settings)
    except LocatorError as exc:
        st.error(str(exc))
        if draft is None:
            history.show_history(None, may_publish=may_publish)
