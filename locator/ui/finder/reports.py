"""What a visitor reports as wrong with a listing, and the answer; kept for this visit alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import streamlit as st

from locator.language import gettext as _
from locator.language import marked as N_
from locator.language import ngettext
from locator.presentation import Reporting
from locator.staff.feedback import Complaint, read_choice, reporting
from locator.ui.runtime import resources

MOST_A_VISIT: Final = 3
THANKS: Final = N_("Thank you. Staff will check it.")
_STATE: Final = "reported"


@dataclass(frozen=True, slots=True)
class Reported:
    """What was taken in this visit, the answer for each clinic, and a turn that grows with each answer."""

    taken: frozenset[tuple[str, Complaint]] = frozenset()
    answers: Mapping[str, str] = field(default_factory=dict)
    latest: str | None = None
    turn: int = 0


def reported() -> Reported:
    """What the visitor reported so far."""
    remembered = st.session_state.get(_STATE, Reported())
    return remembered if isinstance(remembered, Reported) else Reported()


def choices(phone: str) -> Reporting | None:
    """What a card offers to report; `phone` is for what the list does not have.

    None where nobody can sign in: a report that no one reads is not asked for.
    """
    if not resources.staff_access().is_open:
        return None
    return reporting(phone)


def take(sent: object) -> None:
    """Count what the page sent and remember the answer; what no button of a listed clinic sends is ignored.

    The same report twice in a visit counts once and is thanked for twice.
    """
    if not resources.staff_access().is_open:
        return
    choice = read_choice(sent, {site.site_id for site in resources.directory().sites})
    if choice is None:
        return
    before = reported()
    answer, is_taken = _answer(choice, before.taken)
    st.session_state[_STATE] = Reported(
        before.taken | {choice} if is_taken else before.taken,
        {**before.answers, choice[0]: answer},
        choice[0],
        before.turn + 1,
    )


def _answer(choice: tuple[str, Complaint], taken: frozenset[tuple[str, Complaint]]) -> tuple[str, bool]:
    """The sentence a person reads, and whether the report counts among those of the visit."""
    site_id, complaint = choice
    phone = resources.settings().practice_phone
    if choice not in taken:
        if len(taken) >= MOST_A_VISIT:
            message = ngettext(
                "You have sent {count} report. To tell us more, please call {phone}.",
                "You have sent {count} reports. To tell us more, please call {phone}.",
                MOST_A_VISIT,
            )
            return message.format(count=MOST_A_VISIT, phone=phone), False
        if not resources.reports().add(site_id, complaint):
            message = _("We cannot take reports at the moment. Please call {phone}.")
            return message.format(phone=phone), False
    if complaint is Complaint.OTHER:
        return _("Please call {phone} and tell us what is wrong.").format(phone=phone), True
    return _(THANKS), True
