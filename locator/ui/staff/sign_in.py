"""Who is at the staff page: the way in, the way out, and nothing else for anybody who is not signed in.

Streamlit runs a widget's callback before it draws the page, so the look at the page's top comes too late for
one. Whatever staff do is therefore a `staff_action`, which looks for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec

import streamlit as st

from locator.errors import LocatorError
from locator.language import current
from locator.language import gettext as _
from locator.presentation import render
from locator.settings import Settings
from locator.staff import StaffMember
from locator.staff.sign_in import COOKIE, StaffAccess
from locator.ui.runtime import resources, runs, visit_language
from locator.ui.staff import drafts

_LOOK_AGAIN: timedelta = timedelta(seconds=30)
_P = ParamSpec("_P")


def member(access: StaffAccess, *, touch: bool = True) -> StaffMember | None:
    """Who is signed in at this browser now; asking counts as a sign of life unless `touch` is off.

    Raises AccountsError where the accounts cannot be read: then nobody can be let in.
    """
    by_cookie = access.member_for(_cookies(), touch=touch)
    return by_cookie or access.member_of(_user(), touch=touch)


def still_signed_in() -> StaffMember:
    """Who is signed in at this very moment.

    For anybody else it does not return: what they were editing goes, and the page is drawn anew, which shows
    the way in.
    """
    try:
        who = member(resources.staff_access())
    except LocatorError:
        # The page itself says what is wrong.
        who = None
    if who is None:
        drafts.clear()
        st.rerun()
    return who


def staff_action(action: Callable[Concatenate[StaffMember, _P], None]) -> Callable[_P, None]:
    """What only whoever is signed in may do, as they do it: they become its first argument.

    Every change that the staff page makes goes through this, be it a callback or a part of the page's run.
    Whom the page was drawn for does not count: they may have signed out since, or been given another role.
    """

    @wraps(action)
    def act_as_member(*args: _P.args, **kwargs: _P.kwargs) -> None:
        action(still_signed_in(), *args, **kwargs)

    return act_as_member


def may_publish(who: StaffMember) -> bool:
    """Whether this person's changes go into service without an approver."""
    return who.may_publish or not resources.settings().staff.two_people


def closed_or_sign_in(access: StaffAccess, settings: Settings) -> None:
    """What anybody sees who is not signed in: the way in, if the operator has opened one."""
    drafts.clear()
    sign_in = f"{settings.path_prefix}/staff/sign-in{_language_asked_for()}" if access.local else None
    with st.container(key="top"):
        st.html(
            render(
                "staff_entrance.html",
                settings=settings,
                is_open=access.is_open,
                has_ended=has_ended(_cookies()),
                sign_in=sign_in,
            )
        )
        if access.oidc:
            st.button(_("Sign in with your organisation"), type="primary", on_click=st.login)
        if access.is_open:
            visit_language.switch()


def has_ended(cookies: Mapping[str, str]) -> bool:
    """Whether a browser that is not signed in was: one that never was, or closed since, holds no cookie."""
    return bool(cookies.get(COOKIE))


def _language_asked_for() -> str:
    """What takes the language along to a page that is not Streamlit's; nothing where the browser says it."""
    return f"?lang={current().tag}" if "lang" in st.query_params else ""


def header(who: StaffMember, access: StaffAccess, settings: Settings) -> None:
    """Who is signed in, and the way out; a page left alone notices when the sign-in has ended."""
    session_id = runs.session_id()
    if session_id is not None:
        access.permit_uploads(session_id, _cookies(), _user())
    with st.container(key="top"):
        st.html(render("staff_masthead.html", settings=settings, who=who))
        with st.container(horizontal=True):
            st.button(_("Sign out"), key="staff-sign-out", on_click=_sign_out, args=(access,))
            visit_language.switch()
    _leave_when_signed_out(access)


@st.fragment(run_every=_LOOK_AGAIN)
def _leave_when_signed_out(access: StaffAccess) -> None:
    try:
        is_signed_in = member(access, touch=False) is not None
    except LocatorError:
        # The page itself says what is wrong.
        is_signed_in = False
    if not is_signed_in:
        st.rerun()


def _sign_out(access: StaffAccess) -> None:
    access.sign_out(_cookies(), _user())
    drafts.clear()


def _cookies() -> Mapping[str, str]:
    return st.context.cookies.to_dict()


def _user() -> Mapping[str, object]:
    return st.user.to_dict()
