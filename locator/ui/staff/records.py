"""What staff keep the directory true with: whom to call, a file to upload, and what waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from locator.clinics import ClinicTable, ServedDirectory
from locator.clock import chicago_date, chicago_today
from locator.errors import LocatorError
from locator.language import gettext as _
from locator.language import marked as N_
from locator.language import ngettext
from locator.presentation import full_date, render, wording
from locator.sites import Answer, ClinicRole, Site
from locator.staff import StaffMember
from locator.staff.editing import Due, RoleAge, changes, confirm_role, queue, stamp
from locator.staff.imports import read_upload
from locator.staff.publishing import Change, Outdated, PublishedVersion, Refused
from locator.ui.runtime import downloads, resources
from locator.ui.staff import drafts, proposal, reports, sign_in
from locator.ui.staff.drafts import Draft
from locator.ui.staff.sign_in import staff_action

UPLOAD_TYPES = ("csv", "txt", "xlsx", "ods")
# Each has a form of its own, and a person calls one after the other.
_MOST_TO_CALL = 50
# It goes into the file, which is in English whoever writes it.
_BY_PHONE = "the clinic, by phone"
_ROLES = {ClinicRole.EVALUATION: N_("Evaluation"), ClinicRole.PROCEDURE: N_("Procedure")}
_ANSWERS = {Answer.YES: N_("Yes"), Answer.NO: N_("No")}


def warn_of_problems(served: ServedDirectory) -> None:
    """Warn when the clock must be doubted, and when the newest file is not the one in service, and why."""
    if served.clock_behind:
        _warn_of_clock(chicago_today(), served.clock_behind)
    if served.problems:
        heading = _(
            "The clinic file has errors. Visitors see the last correct version until they are mended."
        )
        st.error(heading, icon=":material/error:")
        # What all visitors share is in English; a file that was mended meanwhile has none of its own.
        problems = served.problems if served.clock_behind else resources.file_problems() or served.problems
        st.html(render("staff_problems.html", heading=_("Errors in the file"), problems=problems))


def _warn_of_clock(today: date, newest: date) -> None:
    message = _(
        "The clock of this server may be wrong. By it, today is {today}, and the clinic file has dates up to"
        " {newest}. Visitors see the last correct version. Set the clock right before you publish."
    )
    st.error(message.format(today=full_date(today), newest=full_date(newest)), icon=":material/schedule:")


def calls(draft: Draft, sites: Sequence[Site], after_days: int) -> None:
    """Clinics that visitors reported, then those whose facts are old, the oldest and most viewed first."""
    due = queue(sites, chicago_today(), after_days, resources.view_counts().counts())
    open_reports = resources.reports().open()
    reported = reports.reported_first(sites, open_reports)
    st.header(_("To call"), anchor=False)
    if reported:
        st.text(reports.summary(reported))
    message = ngettext(
        "{count} clinic has something more than {age} old.",
        "{count} clinics have something more than {age} old.",
        len(due),
    )
    st.text(message.format(count=len(due), age=wording.days(after_days)))
    old = {one.site.site_id: one for one in due}
    reported_ids = {site.site_id for site in reported}
    to_call = [*reported, *(one.site for one in due if one.site.site_id not in reported_ids)]
    if len(to_call) > _MOST_TO_CALL:
        first = _("The first {shown} are listed; the next follow once these are settled.")
        st.text(first.format(shown=_MOST_TO_CALL))
    for site in to_call[:_MOST_TO_CALL]:
        with st.container(key=f"due-{site.site_id}", border=True):
            if site.site_id in reported_ids:
                reports.show_reports(site, open_reports[site.site_id])
            if site.site_id in old:
                _ages(old[site.site_id])
            _settling(draft, site)


def _ages(due: Due) -> None:
    row = ngettext("the row {days} day", "the row {days} days", due.row_age_days)
    ages = [row.format(days=due.row_age_days), *map(_role_age, due.old_roles)]
    st.html(render("staff_due.html", site=due.site, ages=", ".join(ages), views=due.views))


def _role_age(age: RoleAge) -> str:
    days = age.age_days or 0
    evaluation = ngettext("evaluation {days} day", "evaluation {days} days", days)
    procedure = ngettext("procedure {days} day", "procedure {days} days", days)
    return (evaluation if age.role is ClinicRole.EVALUATION else procedure).format(days=days)


def _settling(draft: Draft, site: Site) -> None:
    with st.container(horizontal=True):
        with st.popover(_("I called: all of this is right")):
            by = st.text_input(_("Who confirmed it, by role?"), _BY_PHONE, key=f"staff-by-{site.site_id}")
            if st.button(_("Yes, stamp it with today's date"), key=f"staff-stamp-{site.site_id}"):
                _stamp(draft, site, by.strip() or _BY_PHONE)
        with st.popover(_("Confirm a role")):
            _role_form(draft, site)


@staff_action
def _stamp(who: StaffMember, draft: Draft, site: Site, by: str) -> None:
    try:
        table = stamp(draft.table, site.site_id, chicago_today(), by)
    except ValueError as exc:
        st.error(_("It cannot be stamped: {reason}.").format(reason=exc))
        return
    # The person's own note in the history, and so in their language.
    why = _("Called {site_id}: all of the row is right").format(site_id=site.site_id)
    # Published at once where nothing else is under way; else it joins the changes.
    stamped = drafts.start(draft.loaded, table)
    if draft.is_changed or not sign_in.may_publish(who):
        proposal.flash(_("It is among your changes now."))
        st.rerun()
    proposal.publish(stamped, who, why)


def _role_form(draft: Draft, site: Site) -> None:
    with st.form(f"staff-role-{site.site_id}", border=False):
        role = st.selectbox(_("What is done here?"), list(_ROLES), format_func=lambda role: _(_ROLES[role]))
        answer = st.selectbox(
            _("The practice says"), list(_ANSWERS), format_func=lambda answer: _(_ANSWERS[answer])
        )
        source = st.text_input(_("Its source: who said so, and how?"))
        by = st.text_input(_("Who confirmed it, by role?"), _BY_PHONE)
        if st.form_submit_button(_("Take over into the changes")):
            if not source.strip() or role is None or answer is None:
                st.error(_("Say where the answer comes from."))
                return
            try:
                table = confirm_role(
                    draft.table,
                    site.site_id,
                    role,
                    answer,
                    source=source,
                    today=chicago_today(),
                    by=by.strip() or _BY_PHONE,
                )
            except ValueError as exc:
                st.error(_("It cannot be confirmed: {reason}.").format(reason=exc))
                return
            proposal.take_over(draft, table)


def upload(draft: Draft) -> None:
    """A file to take the table from, and the current one to take away."""
    st.header(_("A file"), anchor=False)
    downloads.button(
        _("Download the current table"),
        draft.table.to_spreadsheet(),
        file_name="clinics.csv",
        media_type="text/csv",
    )
    sent = st.file_uploader(
        _("A CSV or Excel file"), type=list(UPLOAD_TYPES), key=f"staff-upload-{drafts.revision()}"
    )
    if sent is None:
        return
    incoming = read_upload(sent.getvalue(), sent.name, draft.base)
    for heading, lines in (
        (_("How it was read"), incoming.notes),
        (_("Errors in the file"), incoming.problems),
    ):
        if lines:
            st.html(render("staff_problems.html", heading=heading, problems=lines))
    if incoming.table is not None and incoming.usable:
        table = incoming.table
        if draft.is_changed:
            st.warning(_("This table takes the place of all the changes that you have made so far."))
        st.button(
            _("Take this table into the changes"),
            type="primary",
            key="staff-take-file",
            on_click=_take_file,
            args=(draft, table),
        )


@staff_action
def _take_file(_who: StaffMember, draft: Draft, table: ClinicTable) -> None:
    drafts.replace_table(draft, table)


def waiting(draft: Draft) -> None:
    """The changes that wait for a second person."""
    st.header(_("Waiting for an approver"), anchor=False)
    undecided = resources.waiting().undecided()
    for change_id in undecided.damaged:
        st.warning(_("Change {change} cannot be read.").format(change=change_id))
    if not undecided.readable:
        st.text(_("Nothing waits."))
    for change in undecided.readable:
        with st.container(key=f"change-{change.id}", border=True):
            try:
                _change(draft, change)
            except LocatorError as exc:
                st.error(str(exc))


def _change(draft: Draft, change: Change) -> None:
    day = chicago_date(change.when)
    st.html(render("staff_version.html", version=change, day=day, how=None, why=change.why))
    table = ClinicTable.parse(resources.waiting().content(change.id))
    st.html(render("staff_changes.html", changes=changes(draft.base, table)))
    why = st.text_input(_("Why not? (to reject it)"), key=f"staff-no-{change.id}", max_chars=500)
    with st.container(horizontal=True):
        if st.button(_("Approve and publish"), type="primary", key=f"staff-approve-{change.id}"):
            _approve(draft, change)
        if st.button(_("Reject"), key=f"staff-reject-{change.id}"):
            _reject(change, why)


@staff_action
def _reject(who: StaffMember, change: Change, why: str) -> None:
    resources.waiting().reject(change.id, by=who, why=why)
    st.rerun()


@staff_action
def _approve(who: StaffMember, draft: Draft, change: Change) -> None:
    outcome = resources.waiting().approve(change.id, by=who, writer=resources.directory_writer())
    match outcome:
        case PublishedVersion():
            proposal.flash(_("Approved and published."))
            proposal.rebase(draft)
            st.rerun()
        case Refused(problems):
            st.html(render("staff_problems.html", heading=_("It cannot be published"), problems=problems))
        case Outdated():
            st.error(_("Somebody else published since. Reject it, and have it made again on today's table."))
