"""The one object of a process that knows who is signed in, made from the settings."""

from __future__ import annotations

import threading
from functools import cache
from typing import Final

from locator.settings import StaffTable
from locator.staff import Role
from locator.staff.sign_in import (
    Accounts,
    LocalSignIn,
    Lockout,
    OidcSignIns,
    StaffAccess,
    StaffSessions,
    argon2id,
)

_MAKING: Final = threading.Lock()


def shared_staff_access(table: StaffTable) -> StaffAccess:
    """The same object for equal settings, whoever asks: the server's routes at the start, then each page.

    It must be one: a person signs in at a route and is looked up by a page. Pages run in the server's own
    process and import this very module, so a cache of the process is all that it takes.
    """
    with _MAKING:
        return _made(table)


@cache
def _made(table: StaffTable) -> StaffAccess:
    idle_s = table.idle_minutes * 60.0
    local = None
    if table.accounts_file is not None:
        accounts = Accounts(table.accounts_file, argon2id())
        lockout = Lockout(accounts.folder, known_for_s=table.known_address_days * 86_400.0)
        local = LocalSignIn(accounts, lockout, StaffSessions(accounts.find, idle_s=idle_s))
    roles = dict.fromkeys(table.oidc_editors, Role.EDITOR) | dict.fromkeys(
        table.oidc_approvers, Role.APPROVER
    )
    return StaffAccess(local, OidcSignIns(roles, idle_s=idle_s) if table.has_oidc else None)
