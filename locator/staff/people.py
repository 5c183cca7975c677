"""Who a signed-in person is and what they may do. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from locator.language import gettext as _
from locator.language import marked as N_


class Role(StrEnum):
    """What a person may do with the directory; an approver may do all that an editor may."""

    EDITOR = "editor"
    APPROVER = "approver"

    @property
    def words(self) -> str:
        """The role as a person reads it."""
        return _(_ROLES[self])


_ROLES: Final = {Role.EDITOR: N_("editor"), Role.APPROVER: N_("approver")}


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A person who signed in, by the name that stands in the history."""

    name: str
    role: Role

    @property
    def may_publish(self) -> bool:
        """Whether a change of this person's may go into service where two people are asked for."""
        return self.role is Role.APPROVER
