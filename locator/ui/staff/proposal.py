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
    merge,
    review,
)
from locator.staff.publishing import Outdated, PublishedVersion, Refused
from locator.ui import site_map
from locator.ui.runtime import resources
from locator.ui.staff import drafts, sign_in
from locator.ui.staff.drafts import Draft
from locator.ui.staff.sign_in import staff_action

_CONFLICTS = "staff-conflicts"
_FLASH = "staff-flash"


def flash(text: str) -> None:
    """Keep a message for the next run to show."""
    st.session_state[_FLASH] = text


def show_flash() -> None:
    """Show the message that the last action left, once."""
    text = st.session_state.pop(_FLASH, None)
    if text:
        st.success(text)


@staff_action
def take_over(_who: StaffMember, draft: Draft, table: ClinicTable) -> None:
    """Take over a table with changes into the draft; the page is drawn anew."""
    drafts.start(draft.loaded, table)
    st.rerun()


def show_proposal(draft: Draft, who: StaffMember, settings: Settings) -> None:
    """Everything about the draft's changes, and the way to publish or drop them."""
    with st.container(key="proposal"):
        st.header(_("Your changes"), anchor=False)
        _conflicts()
        if not draft.is_changed:
            st.text(_("No changes yet."))
            return
        difference = changes(draft.base, draft.table)
        st.html(render("staff_changes.html", changes=difference))
        _moved_pins(draft, difference, settings)
        today = chicago_today()
        verdict = review(draft.table, today=today, gazetteer=resources.gazetteer(), base=draft.base)
        _problems(_("Errors: these must be mended before publishing"), verdict.errors)
        if verdict.publishable:
            _impact(draft)
        reasons = _reasons(verdict.warnings)
        _problems(_("Already so in the published version"), verdict.standing)
        _publishing(draft, verdict, reasons, waits=not sign_in.may_publish(who))


def _moved_pins(draft: Draft, difference: Changes, settings: Settings) -> None:
    """The pins that move, on a map: each where it will be, with a line from where it was."""
    moved = {pin.site_id: pin for pin in difference.moved_pins}
    sites = [site for site in draft.sites() if site.site_id in moved]
    distance = _("Moved by {miles} miles")
    pins = [
        folium_map.PinLabel(
            site,
            number,
            site.title,
            (distance.format(miles=wording.miles(moved[site.site_id].distance_m)), site.address),
        )
        for number, site in enumerate(sites, start=1)
    ]
    if pins:
        lines = [(pin.before, pin.after) for pin in moved.values()]
        with st.container(key="moved-pins"):
            site_map.show_site_map(pins, None, settings, moves=lines, key="moved-pins")


def _problems(heading: str, problems: Sequence[object]) -> None:
    if problems:
        st.html(render("staff_problems.html", heading=heading, problems=problems))


def _impact(draft: Draft) -> None:
    st.subheader(_("What it means for patients"), anchor=False)
    st.html(render("staff_impact.html", impact=draft.impact(resources.gazetteer())))


def _reasons(warnings: Sequence[ReviewWarning]) -> list[str]:
    """A reason for every warning, typed in; "" where none is given yet."""
    if warnings:
        st.subheader(_("Warnings: each needs a reason"), anchor=False)
    reasons = []
    for number, warning in enumerate(warnings):
        reason = st.text_input(str(warning), key=f"staff-reason-{drafts.revision()}-{number}", max_chars=300)
        # It goes into the history in the language in which this person was asked.
        with_warning = _("{warning} Reason: {reason}").format(warning=warning, reason=reason.strip())
        reasons.append(with_warning if reason.strip() else "")
    return reasons


def _publishing(draft: Draft, verdict: Review, reasons: Sequence[str], *, waits: bool) -> None:
    why = st.text_input(_("Why this change?"), key=f"staff-why-{drafts.revision()}", max_chars=500).strip()
    with st.container(horizontal=True):
        label = _("Send to an approver") if waits else _("Publish")
        if st.button(label, type="primary", key="staff-publish"):
            lacking = _lacking(verdict, reasons, why)
            if lacking:
                st.error(lacking)
            else:
                _hand_in(draft, why, reasons)
        st.button(_("Drop all changes"), key="staff-drop", on_click=_drop, args=(draft,))


@staff_action
def _hand_in(who: StaffMember, draft: Draft, why: str, reasons: Sequence[str]) -> None:
    if sign_in.may_publish(who):
        publish(draft, who, why, reasons)
    else:
        _submit(draft, who, why, reasons)


@staff_action
def _drop(_who: StaffMember, draft: Draft) -> None:
    drafts.replace_table(draft)
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


def _submit(draft: Draft, who: StaffMember, why: str, reasons: Sequence[str]) -> None:
    resources.waiting().submit(
        draft.table.to_bytes(), base_sha256=draft.loaded.sha256, by=who, why=why, reasons=tuple(reasons)
    )
    drafts.start(resources.directory_writer().load())
    flash(_("The change waits for an approver."))
    st.rerun()


def publish(draft: Draft, who: StaffMember, why: str, reasons: Sequence[str] = ()) -> None:
    """Publish the draft's table; if somebody else published meanwhile, merge both instead."""
    writer = resources.directory_writer()
    outcome = writer.publish(
        draft.loaded.sha256, draft.table.to_bytes(), who=who.name, why=why, reasons=tuple(reasons)
    )
    match outcome:
        case PublishedVersion():
            drafts.start(writer.load())
            flash(_("Published. Every visitor sees it from now on."))
            st.rerun()
        case Refused(problems):
            _problems(_("It was not published"), problems)
        case Outdated():
            _merge_with_theirs(draft)


def _merge_with_theirs(draft: Draft) -> None:
    rebase(draft)
    flash(_("Somebody else published meanwhile. Nothing is published yet: look at both together below."))
    st.rerun()


def rebase(draft: Draft) -> None:
    """Start the draft anew from the version in service, with its changes merged into it.

    Raises as `DirectoryWriter.load` and `drafts.start`, and DirectoryInvalidError where the two cannot be
    merged; the draft is then as it was.
    """
    theirs = resources.directory_writer().load()
    if not draft.is_changed:
        drafts.start(theirs)
        return
    try:
        merged = merge(draft.base, draft.table, drafts.base_of(theirs))
    except ValueError as exc:
        message = _(
            "The clinic file has another version now, and your changes cannot be put on top of it: {reason}."
            " Your changes are still here."
        )
        raise DirectoryInvalidError(message.format(reason=exc)) from exc
    drafts.start(theirs, merged.table)
    st.session_state[_CONFLICTS] = (*st.session_state.get(_CONFLICTS, ()), *merged.conflicts)


def _conflicts() -> None:
    """Where both changed the same cell: theirs is in service, and mine can take its place."""
    conflicts: tuple[Conflict, ...] = st.session_state.get(_CONFLICTS, ())
    for number, one in enumerate(conflicts):
        with st.container(key=f"conflict-{number}", border=True):
            message = _("{site_id}, {column}: yours is {mine}, theirs {theirs}.")
            mine, theirs = _quoted(one.mine), _quoted(one.theirs)
            st.text(message.format(site_id=one.site_id, column=one.column, mine=mine, theirs=theirs))
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
    draft = drafts.current(resources.directory_writer().load)
    if decided is None:
        # The side without the clinic was taken.
        rows = tuple(row for row in draft.table.rows if row[ID_COLUMN] != conflict.site_id)
    else:
        row = draft.table.by_id()[conflict.site_id]
        changed = dict(row) | {conflict.column: decided}
        rows = tuple(changed if one is row else one for one in draft.table.rows)
    drafts.replace_table(draft, replace(draft.table, rows=rows))


def _quoted(text: str | None) -> str:
    if text is None:
        return _("without the clinic")
    return f"“{text}”" if text else _("empty")
