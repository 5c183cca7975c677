"""What a signed-in person is editing, in this visit's memory: the version they loaded and their own table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st

from locator.clinics import ClinicTable
from locator.clock import chicago_today
from locator.errors import DirectoryInvalidError
from locator.language import gettext as _
from locator.sites import Site
from locator.staff.imports import MAX_UPLOAD_BYTES
from locator.staff.publishing import Loaded

_DESK: Final = "staff-desk"
_TURN: Final = "staff-turn"


@dataclass(frozen=True, slots=True)
class Desk:
    """The version of the directory that was loaded, and the table as it stands on the desk."""

    loaded: Loaded
    base: ClinicTable
    table: ClinicTable

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to publish."""
        return self.table != self.base

    def sites(self) -> tuple[Site, ...]:
        """The clinics of the table, as far as its rows are without problems."""
        return self.table.reading(today=chicago_today()).sites


def desk(load: Callable[[], Loaded], *, newest: bool = False) -> Desk:
    """What lies on the desk; the version in service if nothing does.

    With `newest`, a desk without changes is laid anew once somebody else has published. Raises as `load` and
    `put`.
    """
    kept = st.session_state.get(_DESK)
    if not isinstance(kept, Desk):
        return put(load())
    if not newest or kept.is_changed:
        return kept
    loaded = load()
    return kept if loaded.sha256 == kept.loaded.sha256 else put(loaded)


def base_of(loaded: Loaded) -> ClinicTable:
    """A version's cells; those on the desk, which were read already, where they are just these.

    Raises DirectoryInvalidError for a version that is no table, or too large for a page.
    """
    kept = st.session_state.get(_DESK)
    if isinstance(kept, Desk):
        if kept.loaded.sha256 == loaded.sha256:
            return kept.base
        if kept.table.to_bytes() == loaded.raw:
            return kept.table
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


def put(loaded: Loaded, table: ClinicTable | None = None) -> Desk:
    """Lay a version on the desk, with a table of changes to it or as it is. Raises as `base_of`."""
    base = base_of(loaded)
    made = Desk(loaded, base, base if table is None else table)
    st.session_state[_DESK] = made
    # Widgets that showed the old table are made anew.
    st.session_state[_TURN] = turn() + 1
    return made


def take(before: Desk, table: ClinicTable | None = None) -> None:
    """Put a table in the place of the one on the desk; without one, the version that was loaded."""
    put(before.loaded, table)


def amend(before: Desk, table: ClinicTable) -> None:
    """The same, but widgets that show the table stay, with what is typed into them and not yet taken over."""
    st.session_state[_DESK] = Desk(before.loaded, before.base, table)


def turn() -> int:
    """How often the desk was laid: part of the keys of widgets that start from its table."""
    return int(st.session_state.get(_TURN, 0))


def clear() -> None:
    """Take everything off the desk, as when somebody signs out."""
    for key in [key for key in st.session_state if str(key).startswith("staff-")]:
        del st.session_state[key]
