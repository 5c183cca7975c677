"""How staff sign in, and how a change of theirs goes into service; closed unless the operator says how."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from locator.installation import PROJECT_ROOT
from locator.settings.fields import Names, none_word

_EMAIL: Final = re.compile(r"[^@\s<>,;:\"{}]{1,64}@[A-Za-z0-9.-]{1,190}")


def _outside(path: Path) -> Path:
    """Accept the full path of a file that no copy, commit or download of the project takes along."""
    full = path.expanduser()
    # Both the path as written and what it leads to: a link must not lead back in.
    if (
        # Asking the system about such a path is an error of another kind.
        "\0" in str(full)
        or not full.is_absolute()
        or any(one.is_relative_to(PROJECT_ROOT) for one in (full, full.resolve()))
    ):
        raise ValueError(
            'the full path of a file outside the project, such as "/var/lib/drg-locator/staff.json", '
            'or "none"'
        )
    return full


def _emails(values: tuple[str, ...]) -> tuple[str, ...]:
    """Accept e-mail addresses; kept in small letters, since providers change them at will."""
    if not all(_EMAIL.fullmatch(value) for value in values):
        raise ValueError('e-mail addresses such as "pat@example.org"')
    return tuple(value.casefold() for value in values)


OutsideFile = Annotated[Annotated[Path, AfterValidator(_outside)] | None, BeforeValidator(none_word)]
Emails = Annotated[Names, AfterValidator(_emails)]


class StaffTable(BaseModel):
    """Who may sign in and by which way; with neither way set, nobody can.

    `accounts_file` holds names and password hashes for the sign-in of our own. The e-mail lists say who may
    do what after signing in through an OpenID Connect provider. A name that strangers have locked still lets
    in whoever comes from an address it signed in from in the last `known_address_days`; 0 remembers none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True, hide_input_in_errors=True)

    accounts_file: OutsideFile = None
    idle_minutes: Annotated[int, Field(ge=1, le=240)] = 20
    known_address_days: Annotated[int, Field(ge=0, le=365)] = 90
    two_people: bool = False
    stale_after_days: Annotated[int, Field(ge=1, le=3650)] = 90
    oidc_editors: Emails = ()
    oidc_approvers: Emails = ()

    @model_validator(mode="after")
    def _one_role_each(self) -> Self:
        if both := set(self.oidc_editors) & set(self.oidc_approvers):
            raise ValueError(f"{min(both)} is in oidc_editors and in oidc_approvers; an approver may do both")
        return self

    @property
    def has_oidc(self) -> bool:
        """Whether anybody may sign in through an OpenID Connect provider."""
        return bool(self.oidc_editors or self.oidc_approvers)
