"""Drafts: what a signed-in person is editing, in this visit's memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import streamlit as st

from locator.clinics import ClinicTable
from locator.clock import chicago_today
from locator.errors import DirectoryInvalidError
from locator.geocoding.places import Gazetteer
from locator.language import gettext as _
from locator.sites import Site
from locator.staff.editing import Impact, impact
from locator.staff.imports import MAX_UPLOAD_BYTES
from locator.staff.publishing import Loaded

_DRAFT: Final = "staff-draft"
_REVISION: Final = "staff-draft-revision"


@dataclass(frozen=True, slots=True)
class Draft:
    """The version of the directory that was loaded as `base`, and the table with the person's own changes."""

    loaded: Loaded
    base: ClinicTable
    table: ClinicTable
    _impacts: dict[date, Impact] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to publish."""
        return self.table != self.base

    def sites(self) -> tuple[Site, ...]:
        """The clinics of the table, as far as its rows are without problems."""
        return self.table.reading(today=chicago_today()).sites

    def impact(self, gazetteer: Gazetteer) -> Impact:
        """What the changes mean for patients; worked out once a day, as it looks at every ZIP code."""
        today = chicago_today()
        if today not in self._impacts:
            before, after = (
                tuple(site for site in table.reading(today=today).sites if site.active)
                for table in (self.base, self.table)
            )
            self._impacts.clear()
            self._impacts[today] = impact(before, after, gazetteer)
        return self._impacts[today]


def current(load: Callable[[], Loaded], *, newest: bool = False) -> Draft:
    """The visit's draft; if it has none, a new one of the version in service.

    With `newest`, a draft without changes is started anew once somebody else has published. Raises as `load`
    and `start`.
    """
    draft = st.session_state.get(_DRAFT)
    if not isinstance(draft, Draft):
        return start(load())
    if not newest or draft.is_changed:
        return draft
    loaded = load()
    return draft if loaded.sha256 == draft.loaded.sha256 else start(loaded)


def base_of(loaded: Loaded) -> ClinicTable:
    """A version's cells; the draft's, which are parsed already, where they are the same.

    Raises DirectoryInvalidError for a version that is no table, or too large for a page.
    """
    draft = st.session_state.get(_DRAFT)
    if isinstance(draft, Draft):
        if draft.loaded.sha256 == loaded.sha256:
            return draft.base
        if draft.table.to_bytes() == loaded.raw:
            return draft.table
    if len(loaded.raw) > MAX_UPLOAD_BYTES:
        message = _(
            "The clinic file is larger than {megabytes} MB, too large to edit in a page. Publish another from"
            " the command line: python -m locator publish FILE --why TEXT. Versions can be restored here."
        )
        raise DirectoryInvalidError(message.format(megabytes=MAX_UPLOAD_BYTES // 1_000_000))
    try:
        return ClinicTable.parse(loaded.raw)
    except ValueError as exc:
        message = _(
            "The clinic file cannot be edited here: {reason}. Mend the file itself, or restore a version."
        )
        raise DirectoryInvalidError(message.format(reason=exc)) from exc


def start(loaded: Loaded, table: ClinicTable | None = None) -> Draft:
    """Start a draft of a version, with a table of changes to it or none. Raises as `base_of`."""
    base = base_of(loaded)
    draft = Draft(loaded, base, base if table is None else table)
    st.session_state[_DRAFT] = draft
    # Another revision has other keys for its widgets, so none still shows the old table.
    st.session_state[_REVISION] = revision() + 1
    return draft


def replace_table(draft: Draft, table: ClinicTable | None = None) -> None:
    """Start the draft anew with another table; without one, without changes."""
    start(draft.loaded, table)


def amend_table(draft: Draft, table: ClinicTable) -> None:
    """Change the draft's table, but keep its widgets, with what is typed into them and not yet applied."""
    st.session_state[_DRAFT] = Draft(draft.loaded, draft.base, table)


def revision() -> int:
    """How often a draft was started in this visit: part of the keys of widgets that start from its table."""
    return int(st.session_state.get(_REVISION, 0))


def clear() -> None:
    """Forget the draft and all that belongs to it, as when somebody signs out."""
    for key in [key for key in st.session_state if str(key).startswith("staff-")]:
        del st.session_state[key]
