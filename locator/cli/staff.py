"""The command `python -m locator staff add | remove | list`: who may sign in with a password."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import TYPE_CHECKING

from locator.cli.arguments import one_of
from locator.cli.exit_codes import Exit
from locator.errors import SettingsError
from locator.settings import load_settings
from locator.staff import Role

if TYPE_CHECKING:
    from locator.staff.sign_in import Accounts


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `staff` to the commands of the command line."""
    parser = commands.add_parser("staff", help="say who may sign in to change the directory")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    add = actions.add_parser(
        "add", help="add a person, or set another password and role for one; unlocks the name"
    )
    add.add_argument("name", metavar="NAME", help="the name to sign in with")
    roles = tuple(role.value for role in Role)
    add.add_argument(
        "--role",
        type=one_of(*roles),
        choices=roles,
        default=Role.EDITOR.value,
        help="what the person may do; editor unless told",
    )
    add.set_defaults(run=_add)
    remove = actions.add_parser("remove", help="remove a person, who is signed out at once")
    remove.add_argument("name", metavar="NAME", help="the name the person signs in with")
    remove.set_defaults(run=_remove)
    actions.add_parser("list", help="list everybody with their role").set_defaults(run=_list)


def _accounts() -> Accounts:
    """The accounts of the settings. Raises SettingsError where none are set."""
    # Argon2 is loaded for this command alone.
    from locator.staff.sign_in.accounts import Accounts  # noqa: PLC0415
    from locator.staff.sign_in.passwords import argon2id  # noqa: PLC0415

    path = load_settings().staff.accounts_file
    if path is None:
        raise SettingsError("Nobody signs in with a password here: name an accounts_file in [staff] first.")
    return Accounts(path, argon2id())


def _add(options: argparse.Namespace) -> int:
    from locator.staff.sign_in.accounts import AccountRefusedError  # noqa: PLC0415
    from locator.staff.sign_in.lockout import Lockout  # noqa: PLC0415

    accounts = _accounts()
    try:
        password = _asked_twice()
    except EOFError:
        sys.stderr.write("No password was typed. Nothing was changed.\n")
        return Exit.USAGE
    if password is None:
        sys.stderr.write("The two passwords differ. Nothing was changed.\n")
        return Exit.USAGE
    try:
        added = accounts.put(options.name, Role(options.role), password)
    except AccountRefusedError as exc:
        sys.stderr.write(f"{exc} Nothing was changed.\n")
        return Exit.USAGE
    Lockout(accounts.folder).forget_name(options.name)
    outcome = "was added as" if added else "has a new password and is"
    sys.stdout.write(f"{options.name} {outcome} {options.role}.\n")
    return Exit.DONE


def _asked_twice() -> str | None:
    """A password typed twice unseen, or one line where no person types; None if the two differ."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    return password if getpass.getpass("The same again: ") == password else None


def _remove(options: argparse.Namespace) -> int:
    from locator.staff.sign_in.accounts import AccountRefusedError  # noqa: PLC0415
    from locator.staff.sign_in.lockout import Lockout  # noqa: PLC0415

    accounts = _accounts()
    try:
        accounts.remove(options.name)
    except AccountRefusedError as exc:
        sys.stderr.write(f"{exc}\n")
        return Exit.USAGE
    Lockout(accounts.folder).forget_name(options.name)
    sys.stdout.write(f"{options.name} was removed.\n")
    return Exit.DONE


def _list(_options: argparse.Namespace) -> int:
    accounts = _accounts().all()
    sys.stdout.write("".join(f"{one.name} ({one.role})\n" for one in accounts) or "Nobody may sign in.\n")
    return Exit.DONE
