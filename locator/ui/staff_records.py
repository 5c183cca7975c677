"""What staff keep the directory true with: whom to call, a file to upload, and what waits."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from locator import wording
from locator.clock import chicago_date, chicago_today
from locator.directory import ServedDirectory
from locator.errors import LocatorError
from locator.fragments import render
from locator.sites import Answer, Site
from locator.staff.ageing import ClinicRole, Due, confirm_role, queue, stamp
from locator.staff.changes import changes
from locator.staff.formulas import export_csv
from locator.staff.incoming import read_upload
from locator.staff.people import StaffMember
from locator.staff.publishing import Outdated, Published, Refused
from locator.staff.table import ClinicTable
from locator.staff.waiting import Change
from locator.ui import editing, resources, staff_proposal, staff_reports
from locator.ui.editing import Desk

UPLOAD_TYPES = ("csv", "txt", "xlsx", "ods")
_BY_PHONE = "the clinic, by phone"


def alarm(served: ServedDirectory) -> None:
    """Shout when the file in service is not the newest one, with every problem of the newest."""
    if served.problems:
        heading = "The clinic file has errors. Visitors see the last correct version until they are mended."
        st.error(heading, icon=":material/error:")
        st.html(render("staff_problems.html", heading="Errors in the file", problems=served.problems))


def calls(desk: Desk, sites: Sequence[Site], who: StaffMember, after_days: int, *, may_publish: bool) -> None:
    """Clinics that visitors reported, then those whose facts are old, the oldest and most viewed first."""
    due = queue(sites, chicago_today(), after_days, resources.view_counts().counts())
    open_reports = resources.reports().open()
    reported = staff_reports.reported_first(sites, open_reports)
    st.header("To call", anchor=False)
    if reported:
        st.text(staff_reports.summary(reported))
    st.text(
        f"{wording.plural(len(due), 'clinic has', 'clinics have')} something more than {after_days} days old."
    )
    old = {one.site.site_id: one for one in due}
    for site in [*reported, *(one.site for one in due if one.site not in reported)]:
        with st.container(key=f"due-{site.site_id}", border=True):
            if site in reported:
                staff_reports.show(site, open_reports[site.site_id])
            if site.site_id in old:
                _ages(old[site.site_id])
            _settling(desk, site, who, may_publish=may_publish)


def _ages(due: Due) -> None:
    old = [f"{age.role} {age.age_days} days" for age in due.old_roles]
    st.html(
        render(
            "staff_due.html",
            site=due.site,
            ages=", ".join([f"the row {due.row_age_days} days", *old]),
            views=due.views,
        )
    )


def _settling(desk: Desk, site: Site, who: StaffMember, *, may_publish: bool) -> None:
    with st.container(horizontal=True):
        with st.popover("I called: all of this is right"):
            by = st.text_input("Who confirmed it, by role?", _BY_PHONE, key=f"staff-by-{site.site_id}")
            if st.button("Yes, stamp it with today's date", key=f"staff-stamp-{site.site_id}"):
                _stamp(desk, site, who, by.strip() or _BY_PHONE, may_publish=may_publish)
        with st.popover("Confirm a role"):
            _role_form(desk, site)


def _stamp(desk: Desk, site: Site, who: StaffMember, by: str, *, may_publish: bool) -> None:
    try:
        table = stamp(desk.table, site.site_id, chicago_today(), by)
    except ValueError as exc:
        st.error(f"It cannot be stamped: {exc}.")
        return
    _take(desk, table, who, f"Called {site.site_id}: all of the row is right", may_publish=may_publish)


def _role_form(desk: Desk, site: Site) -> None:
    with st.form(f"staff-role-{site.site_id}", border=False):
        role = st.selectbox("What is done here?", list(ClinicRole), format_func=str.capitalize)
        answer = st.selectbox("The practice says", [Answer.YES, Answer.NO], format_func=str.capitalize)
        source = st.text_input("Its source: who said so, and how?")
        by = st.text_input("Who confirmed it, by role?", _BY_PHONE)
        if st.form_submit_button("Take over into the changes"):
            if not source.strip() or role is None or answer is None:
                st.error("Say where the answer comes from.")
                return
            try:
                table = confirm_role(
                    desk.table,
                    site.site_id,
                    role,
                    answer,
                    source=source,
                    today=chicago_today(),
                    by=by.strip() or _BY_PHONE,
                )
            except ValueError as exc:
                st.error(f"It cannot be confirmed: {exc}.")
                return
            editing.put(desk.loaded, table)
            st.rerun()


def _take(desk: Desk, table: ClinicTable, who: StaffMember, why: str, *, may_publish: bool) -> None:
    """Publish the one change at once where nothing else is under way; else add it to the changes."""
    made = editing.put(desk.loaded, table)
    if desk.is_changed or not may_publish:
        staff_proposal.say("It is among your changes now.")
        st.rerun()
    staff_proposal.publish(made, who, why)


def upload(desk: Desk) -> None:
    """A file to take the table from, and the current one to take away."""
    st.header("A file", anchor=False)
    st.download_button(
        "Download the current table",
        export_csv(desk.table),
        file_name="clinics.csv",
        mime="text/csv",
        on_click="ignore",
    )
    sent = st.file_uploader(
        "A CSV or Excel file", type=list(UPLOAD_TYPES), key=f"staff-upload-{editing.turn()}"
    )
    if sent is None:
        return
    incoming = read_upload(sent.getvalue(), sent.name, desk.base)
    for heading, lines in (("How it was read", incoming.notes), ("Errors in the file", incoming.problems)):
        if lines:
            st.html(render("staff_problems.html", heading=heading, problems=lines))
    if incoming.table is not None and incoming.usable:
        table = incoming.table
        if desk.is_changed:
            st.warning("This table takes the place of all the changes that you have made so far.")
        st.button(
            "Take this table into the changes",
            type="primary",
            key="staff-take-file",
            on_click=editing.take,
            args=(desk, table),
        )


def waiting(desk: Desk, who: StaffMember) -> None:
    """The changes that wait for a second person."""
    st.header("Waiting for an approver", anchor=False)
    undecided = resources.waiting().undecided()
    for change_id in undecided.damaged:
        st.warning(f"Change {change_id} cannot be read.")
    if not undecided.readable:
        st.text("Nothing waits.")
    for change in undecided.readable:
        with st.container(key=f"change-{change.id}", border=True):
            try:
                _change(desk, change, who)
            except LocatorError as exc:
                st.error(str(exc))


def _change(desk: Desk, change: Change, who: StaffMember) -> None:
    st.html(render("staff_version.html", version=change, day=chicago_date(change.when)))
    table = ClinicTable.parse(resources.waiting().content(change.id))
    st.html(render("staff_changes.html", changes=changes(desk.base, table)))
    why = st.text_input("Why not? (to reject it)", key=f"staff-no-{change.id}", max_chars=500)
    with st.container(horizontal=True):
        if st.button("Approve and publish", type="primary", key=f"staff-approve-{change.id}"):
            _approve(desk, change, who)
        if st.button("Reject", key=f"staff-reject-{change.id}"):
            resources.waiting().reject(change.id, by=who, why=why)
            st.rerun()


def _approve(desk: Desk, change: Change, who: StaffMember) -> None:
    outcome = resources.waiting().approve(change.id, by=who, publisher=resources.publisher())
    match outcome:
        case Published():
            staff_proposal.say("Approved and published.")
            staff_proposal.renew(desk)
            st.rerun()
        case Refused(problems):
            st.html(render("staff_problems.html", heading="It cannot be published", problems=problems))
        case Outdated():
            st.error("Somebody else published since. Reject it, and have it made again on today's table.")
