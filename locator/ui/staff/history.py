"""The versions of the clinic file: who put each there, what it would change, and the way back to it."""

from __future__ import annotations

from typing import Final

import streamlit as st

from locator.clinics import ClinicTable
from locator.clock import chicago_date
from locator.errors import LocatorError
from locator.language import gettext as _
from locator.presentation import render
from locator.staff import StaffMember
from locator.staff.editing import changes
from locator.staff.publishing import Refused, Version
from locator.ui.runtime import downloads, resources
from locator.ui.staff import drafts, proposal, sign_in
from locator.ui.staff.drafts import Draft
from locator.ui.staff.sign_in import staff_action

_MOST_VERSIONS: Final = 50


def show_history(draft: Draft | None, *, may_publish: bool) -> None:
    """Every version: who, when and why; each can be compared with what is in service, and restored.

    Without a draft, the file in service cannot be read, and going back is the way out.
    """
    st.header(_("History"), anchor=False)
    versions = resources.history().versions(limit=_MOST_VERSIONS)
    for version_id in versions.damaged:
        st.warning(_("The record of version {version} cannot be read.").format(version=version_id))
    for version in versions.readable:
        with st.container(key=f"version-{version.id}", border=True):
            day = chicago_date(version.when)
            st.html(
                render(
                    "staff_version.html", version=version, day=day, how=_how(version), why=version.reason_why
                )
            )
            with st.expander(_("Look at it")):
                _version(draft, version, may_publish=may_publish)


def _how(version: Version) -> str:
    if version.approved_by is None:
        return version.kind.words
    return _("{kind}, approved by {name}").format(kind=version.kind.words, name=version.approved_by)


def _version(draft: Draft | None, version: Version, *, may_publish: bool) -> None:
    if not st.toggle(_("Compare it with the version in service"), key=f"staff-compare-{version.id}"):
        return
    try:
        raw = resources.history().content(version.id)
    except LocatorError as exc:
        st.error(str(exc))
        return
    _difference(raw)
    downloads.button(
        _("Download it"),
        raw,
        file_name=f"clinics-{version.id}.csv",
        media_type="text/csv",
        key=f"staff-get-{version.id}",
    )
    why = st.text_input(_("Why go back?"), key=f"staff-back-{version.id}", max_chars=500).strip()
    if may_publish and st.button(_("Restore this version"), key=f"staff-restore-{version.id}"):
        _restore(draft, version, why)


def _difference(raw: bytes) -> None:
    """What going back to these bytes changes in the file as it is now, whatever the draft holds."""
    try:
        difference = changes(drafts.base_of(resources.directory_writer().load()), ClinicTable.parse(raw))
    except (LocatorError, ValueError) as exc:
        st.warning(_("The two cannot be compared. {reason}").format(reason=exc))
        return
    st.text(_("Going back to it would change:"))
    st.html(render("staff_changes.html", changes=difference))


@staff_action
def _restore(who: StaffMember, draft: Draft | None, version: Version, why: str) -> None:
    if not sign_in.may_publish(who):
        st.rerun()
    if not why:
        st.error(_("Say why first."))
        return
    outcome = resources.directory_writer().restore(version.id, who=who.name, why=why)
    if isinstance(outcome, Refused):
        st.html(render("staff_problems.html", heading=_("It was not restored"), problems=outcome.problems))
        return
    proposal.flash(_("Restored. Every visitor sees it from now on."))
    if draft is not None:
        proposal.rebase(draft)
    st.rerun()
