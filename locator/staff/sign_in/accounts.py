"""The accounts of staff who sign in here: names, roles and password hashes, in a file outside the project."""

from __future__ import annotations

import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from locator.errors import LocatorError
from locator.files import BY_HAND_BYTES, held, read_file, write_private
from locator.language import gettext as _
from locator.staff.people import Role, StaffMember
from locator.staff.sign_in.passwords import Hasher, composed, is_right, problem_with

LONGEST_NAME: Final = 60


class AccountsError(LocatorError):
    """The accounts cannot be read or written; the text says why, without a name in it."""


class AccountRefusedError(LocatorError):
    """A name or password will not do, or there is no such account; the text says what is asked for."""


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may sign in here.

    `set_id` is another one each time somebody sets the password or the role, but not when a hash is renewed.
    """

    name: str
    role: Role
    password_hash: str
    set_id: str

    @property
    def member(self) -> StaffMember:
        """The person, without anything secret."""
        return StaffMember(self.name, self.role)


_FILE: Final = TypeAdapter(tuple[Account, ...])


def canonical(name: str) -> str:
    """The form of a name that is compared: small letters, no blanks around it."""
    return composed(name).strip().casefold()


class Accounts:
    """The accounts in one file, read anew at each question, so that a change counts at once.

    Safe to use from several threads and processes. A file that is not there holds no accounts. Raises
    AccountsError for one that cannot be read, or that others than its owner may read.
    """

    def __init__(self, path: Path, hasher: Hasher) -> None:
        # Replacing a link would leave what it leads to as it was.
        self._path = path.resolve()
        self._hasher = hasher
        # What the password of an unknown name is checked against, so that it takes the same work.
        self._nobodys_hash = hasher.hash(secrets.token_urlsafe())

    @property
    def folder(self) -> Path:
        """Where the accounts are, and what belongs to them."""
        return self._path.parent

    def all(self) -> tuple[Account, ...]:
        """Every account, by name."""
        try:
            mode = stat.S_IMODE(self._path.stat().st_mode)
            raw = read_file(self._path, most_bytes=BY_HAND_BYTES)
        except FileNotFoundError:
            return ()
        except OSError as exc:
            message = _("The accounts file cannot be read: {reason}.").format(reason=exc.strerror)
            raise AccountsError(message) from exc
        if mode & 0o077:
            message = _("Others may read the accounts file (mode {mode}): set its mode to 600.")
            raise AccountsError(message.format(mode=f"{mode:o}"))
        try:
            return _FILE.validate_json(raw)
        except ValidationError:
            # Its text would show what is in the file.
            raise AccountsError(
                _("The accounts file is damaged: restore it, or remove it and add all anew.")
            ) from None

    def find(self, name: str) -> Account | None:
        """The account of that name, however it is capitalised."""
        return next((one for one in self.all() if canonical(one.name) == canonical(name)), None)

    def verify(self, name: str, password: str) -> Account | None:
        """The account if the password is its own; an unknown name takes the work of a known one.

        A right password whose hash was made with older parameters is hashed anew.
        """
        account = self.find(name)
        right = is_right(self._hasher, account.password_hash if account else self._nobodys_hash, password)
        if account is None or not right:
            return None
        if self._hasher.check_needs_rehash(account.password_hash):
            self._renew(account, password)
        return account

    def check_nothing(self, password: str) -> None:
        """Take the work of `verify`, and learn nothing: for a try that is refused whatever it says."""
        self.all()
        is_right(self._hasher, self._nobodys_hash, password)

    def put(self, name: str, role: Role, password: str) -> bool:
        """Add an account, or set the role and password of the one with that name; True if it was added.

        Whoever is signed in by that name has to sign in again. Raises AccountRefusedError.
        """
        name = composed(name).strip()
        if not name or len(name) > LONGEST_NAME or not name.isprintable() or set(name) & set("<>{}"):
            raise AccountRefusedError(f"A name has 1 to {LONGEST_NAME} characters, without < > {{ }}.")
        if problem := problem_with(password, name):
            raise AccountRefusedError(problem)
        account = Account(name, role, self._hasher.hash(composed(password)), secrets.token_hex(8))
        before = self._change(lambda accounts: (*_without(accounts, name), account))
        return len(_without(before, name)) == len(before)

    def remove(self, name: str) -> None:
        """Remove the account of that name. Raises AccountRefusedError where there is none."""
        if len(_without(before := self._change(lambda accounts: _without(accounts, name)), name)) == len(
            before
        ):
            raise AccountRefusedError("There is no account of that name.")

    def _renew(self, account: Account, password: str) -> None:
        fresh = replace(account, password_hash=self._hasher.hash(composed(password)))
        # Removed or set anew meanwhile, it stays so.
        self._change(lambda accounts: tuple(fresh if one == account else one for one in accounts))

    def _change(self, changed: Callable[[tuple[Account, ...]], tuple[Account, ...]]) -> tuple[Account, ...]:
        """Write what `changed` makes of the accounts; returns them as they were before."""
        try:
            with held(self._path.parent):
                before = self.all()
                after = tuple(sorted(changed(before), key=lambda one: canonical(one.name)))
                if after != before:
                    write_private(self._path, _FILE.dump_json(after, indent=2) + b"\n")
        except OSError as exc:
            message = _("The accounts file cannot be written: {reason}.").format(reason=exc.strerror)
            raise AccountsError(message) from exc
        return before


def _without(accounts: tuple[Account, ...], name: str) -> tuple[Account, ...]:
    return tuple(one for one in accounts if canonical(one.name) != canonical(name))
