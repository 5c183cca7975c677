"""What a change will do, before it is published: fields, pins, problems, and what it means for patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from locator.clinics import ID_COLUMN, ClinicTable
from locator.clock import chicago_today
from locator.errors import DirectoryInvalidError
from locator.language import gettext as _
from locator.presentation import render, wording
from locator.presentation.map import folium_map
from locator.settings import Settings
from locator.staff import StaffMember
from locator.staff.editing import (
    Changes,
    Conflict,
    Review,
    ReviewWarning,
    changes,
    impact,
    merge,
    review,
)
from locator.staff.publishing import Outdated, PublishedVersion, Refused
from locator.ui import site_map
from locator.ui.runtime import resources
from locator.ui.staff import draft, sign_in
from locator.ui.staff.draft import Desk
from locator.ui.staff.sign_in import staff_action

_CONFLICTS = "staff-conflicts"
_SAID = "staff-said"


def say(text: str) -> None:
    """Keep a sentence for the next run to show."""
    st.session_state[_SAID] = text


def said() -> None:
    """Show what the last deed came to."""
    text = st.session_state.pop(_SAID, None)
    if text:
        st.success(text)


@staff_action
def take(_who: StaffMember, desk: Desk, table: ClinicTable) -> None:
    """Take over a table with changes; the page begins anew."""
    draft.put(desk.loaded, table)
    st.rerun()


def show(desk: Desk, who: StaffMember, settings: Settings) -> None:
    """Everything about the changes on the desk, and the way to publish or drop them."""
    with st.container(key="proposal"):
        st.header(_("Your changes"), anchor=False)
        _conflicts()
        if not desk.is_changed:
            st.text(_("No changes yet."))
            return
        difference = changes(desk.base, desk.table)
        st.html(render("staff_changes.html", changes=difference))
        _moved_pins(desk, difference, settings)
        today = chicago_today()
        verdict = review(desk.table, today=today, gazetteer=resources.gazetteer(), base=desk.base)
        _problems(_("Errors: these must be mended before publishing"), verdict.errors)
        if verdict.publishable:
            _impact(desk)
        reasons = _reasons(verdict.warnings)
        _problems(_("Already so in the published version"), verdict.standing)
        _publishing(desk, verdict, reasons, waits=not sign_in.may_publish(who))


def _moved_pins(desk: Desk, difference: Changes, settings: Settings) -> None:
    """The pins that move, on a map: each where it will be, with a line from where it was."""
    moved = {pin.site_id: pin for pin in difference.moved_pins}
    sites = [site for site in desk.sites() if site.site_id in moved]
    said = _("Moved by {miles} miles")
    pins = [
        folium_map.PinLabel(
            site,
            number,
            site.title,
            (said.format(miles=wording.miles(moved[site.site_id].distance_m)), site.address),
        )
        for number, site in enumerate(sites, start=1)
    ]
    if pins:
        lines = [(pin.before, pin.after) for pin in moved.values()]
        with st.container(key="moved-pins"):
            site_map.show(pins, None, settings, moves=lines, key="moved-pins")


def _problems(heading: str, problems: Sequence[object]) -> None:
    if problems:
        st.html(render("staff_problems.html", heading=heading, problems=problems))


def _impact(desk: Desk) -> None:
    today = chicago_today()
    before, after = (
        tuple(site for site in table.reading(today=today).sites if site.active)
        for table in (desk.base, desk.table)
    )
    st.subheader(_("What it means for patients"), anchor=False)
    st.html(render("staff_impact.html", impact=impact(before, after, resources.gazetteer())))


def _reasons(warnings: Sequence[ReviewWarning]) -> list[str]:
    """A reason for every warning, typed in; "" where none is given yet."""
    if warnings:
        st.subheader(_("Warnings: each needs a reason"), anchor=False)
    given = []
    for number, warning in enumerate(warnings):
        reason = st.text_input(str(warning), key=f"staff-reason-{draft.turn()}-{number}", max_chars=300)
        # Kept in the history as it is: what this person was asked, and what they answered.
        said = _("{warning} Reason: {reason}").format(warning=warning, reason=reason.strip())
        given.append(said if reason.strip() else "")
    return given


def _publishing(desk: Desk, verdict: Review, reasons: Sequence[str], *, waits: bool) -> None:
    why = st.text_input(_("Why this change?"), key=f"staff-why-{draft.turn()}", max_chars=500).strip()
    with st.container(horizontal=True):
        label = _("Send to an approver") if waits else _("Publish")
        if st.button(label, type="primary", key="staff-publish"):
            lacking = _lacking(verdict, reasons, why)
            if lacking:
                st.error(lacking)
            else:
                _hand_in(desk, why, reasons)
        st.button(_("Drop all changes"), key="staff-drop", on_click=_drop, args=(desk,))


@staff_action
def _hand_in(who: StaffMember, desk: Desk, why: str, reasons: Sequence[str]) -> None:
    if sign_in.may_publish(who):
        publish(desk, who, why, reasons)
    else:
        _submit(desk, who, why, reasons)


@staff_action
def _drop(_who: StaffMember, desk: Desk) -> None:
    draft.take(desk)
    # There is nothing of mine left to decide on.
    st.session_state.pop(_CONFLICTS, None)


def _lacking(verdict: Review, reasons: Sequence[str], why: str) -> str | None:
    if st.session_state.get(_CONFLICTS):
        return _("Decide first which of both changes to take.")
    if not verdict.publishable:
        return _("Mend the errors first.")
    if not all(reasons):
        return _("Give a reason for each warning first.")
    return None if why else _("Say why this change is made first.")


def _submit(desk: Desk, who: StaffMember, why: str, reasons: Sequence[str]) -> None:
    resources.waiting().submit(
        desk.table.to_bytes(), base_sha256=desk.loaded.sha256, by=who, why=why, reasons=tuple(reasons)
    )
    draft.put(resources.directory_writer().load())
    say(_("The change waits for an approver."))
    st.rerun()


def publish(desk: Desk, who: StaffMember, why: str, reasons: Sequence[str] = ()) -> None:
    """Put the desk's table into service; if somebody else was faster, bring both together instead."""
    writer = resources.directory_writer()
    outcome = writer.publish(
        desk.loaded.sha256, desk.table.to_bytes(), who=who.name, why=why, reasons=tuple(reasons)
    )
    match outcome:
        case PublishedVersion():
            draft.put(writer.load())
            say(_("Published. Every visitor sees it from now on."))
            st.rerun()
        case Refused(problems):
            _problems(_("It was not published"), problems)
        case Outdated():
            _bring_together(desk)


def _bring_together(desk: Desk) -> None:
    renew(desk)
    say(_("Somebody else published meanwhile. Nothing is published yet: look at both together below."))
    st.rerun()


def renew(desk: Desk) -> None:
    """Lay the version in service on the desk, and the changes that were being made on top of it.

    Raises as `DirectoryWriter.load` and `editing.put`, and DirectoryInvalidError where the two cannot be
    merged; the desk is then as it was.
    """
    theirs = resources.directory_writer().load()
    if not desk.is_changed:
        draft.put(theirs)
        return
    try:
        merged = merge(desk.base, desk.table, draft.base_of(theirs))
    except ValueError as exc:
        message = _(
            "The clinic file has another version now, and your changes cannot be put on top of it: {reason}."
            " Your changes are still here."
        )
        raise DirectoryInvalidError(message.format(reason=exc)) from exc
    draft.put(theirs, merged.table)
    st.session_state[_CONFLICTS] = (*st.session_state.get(_CONFLICTS, ()), *merged.conflicts)


def _conflicts() -> None:
    """Where both changed the same cell: theirs is in service, and mine can take its place."""
    conflicts: tuple[Conflict, ...] = st.session_state.get(_CONFLICTS, ())
    for number, one in enumerate(conflicts):
        with st.container(key=f"conflict-{number}", border=True):
            said = _("{site_id}, {column}: yours is {mine}, theirs {theirs}.")
            mine, theirs = _quoted(one.mine), _quoted(one.theirs)
            st.text(said.format(site_id=one.site_id, column=one.column, mine=mine, theirs=theirs))
            with st.container(horizontal=True):
                st.button(_("Take mine"), key=f"staff-mine-{number}", on_click=_decide, args=(one, True))
                st.button(_("Keep theirs"), key=f"staff-theirs-{number}", on_click=_decide, args=(one, False))


@staff_action
def _decide(_who: StaffMember, conflict: Conflict, take_mine: bool) -> None:  # noqa: FBT001 - a button's argument
    st.session_state[_CONFLICTS] = tuple(one for one in st.session_state[_CONFLICTS] if one != conflict)
    decided = conflict.mine if take_mine else conflict.theirs
    if decided is not None and not take_mine:
        # It is in the table already.
        return
    desk = draft.desk(resources.directory_writer().load)
    if decided is None:
        # The side without the clinic was taken.
        rows = tuple(row for row in desk.table.rows if row[ID_COLUMN] != conflict.site_id)
    else:
        row = desk.table.by_id()[conflict.site_id]
        changed = dict(row) | {conflict.column: decided}
        rows = tuple(changed if one is row else one for one in desk.table.rows)
    draft.take(desk, replace(desk.table, rows=rows))


def _quoted(text: str | None) -> str:
    if text is None:
        return _("without the clinic")
    return f"“{text}”" if text else _("empty")
