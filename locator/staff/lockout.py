"""Locks after wrong tries, by name and by address, that outlive a restart.

What is kept are counts and times under keyed hashes: neither a name nor an address can be read from it.
"""

from __future__ import annotations

import hmac
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from locator.client_address import network_of
from locator.errors import LocatorError
from locator.files import read_file
from locator.language import gettext as _
from locator.staff.accounts import canonical
from locator.staff.private_files import held, write_private

TRIES: Final = 5
FIRST_LOCK_S: Final = 60.0
LONGEST_LOCK_S: Final = 3600.0
QUIET_S: Final = 86_400.0
MOST_KEPT: Final = 20_000

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS tries (
    who BLOB PRIMARY KEY,
    wrong INTEGER NOT NULL,
    last_s REAL NOT NULL,
    locked_until_s REAL NOT NULL
) WITHOUT ROWID
"""


class LockoutError(LocatorError):
    """The counts of wrong tries cannot be read or written, so nobody can be let in."""


@dataclass(frozen=True, slots=True)
class Try:
    """A try that may be checked; `locked_until_s` is the lock that it set on its address, 0 for none."""

    name: str
    address: str
    locked_until_s: float


class Lockout:
    """Counts tries as wrong before they are checked, so that many at once are not more than five in a row.

    From the fifth wrong try each one locks the name, and each one locks the address: for a minute, then two,
    four, at most an hour; a day without a try is forgotten. Tries while locked are not counted. A success
    clears its name; of the address it takes back only the tries made for that same name, so that nobody can
    use an account of their own to go on guessing another's.

    At most MOST_KEPT counts are kept; those with the fewest wrong tries go first, the oldest among them, so
    that a flood of made-up names displaces itself and no lock. Safe for threads and processes.
    """

    def __init__(
        self, folder: Path, *, now_s: Callable[[], float] = time.time, most_kept: int = MOST_KEPT
    ) -> None:
        self._database = folder / "sign-in-tries.sqlite3"
        self._now_s = now_s
        self._most_kept = most_kept
        try:
            self._key = _made_once(folder / "sign-in-tries.key", secrets.token_bytes(32))
            # To SQLite an empty file is an empty database; made here, it has the right owner and mode.
            _made_once(self._database, b"")
            with closing(self._connected()) as database:
                database.execute(_SCHEMA)
        except (OSError, sqlite3.Error) as exc:
            raise LockoutError(
                _("The counts of wrong tries cannot be kept beside the accounts file.")
            ) from exc

    def admit(self, name: str, address: str) -> Try | None:
        """A try to be checked, counted as wrong until `succeeded`; None while name or address is locked."""
        who, where, pair = self._keys(name, address)
        now_s = self._now_s()
        with self._changing() as database:
            database.execute(
                "DELETE FROM tries WHERE last_s < ? AND locked_until_s < ?", (now_s - QUIET_S, now_s)
            )
            if any(_locked_until_s(database, key) > now_s for key in (who, where)):
                return None
            _count(database, pair, now_s, locks=False)
            _count(database, who, now_s, locks=True)
            _count(database, where, now_s, locks=True)
            self._displace(database)
            return Try(name, address, _locked_until_s(database, where))

    def succeeded(self, admitted: Try) -> None:
        """Take back what `admit` counted, and what else a right password forgives."""
        who, where, pair = self._keys(admitted.name, admitted.address)
        with self._changing() as database:
            forgiven = database.execute("SELECT wrong FROM tries WHERE who = ?", (pair,)).fetchone()
            database.execute(
                # A lock that another try has set since stays.
                "UPDATE tries SET wrong = max(wrong - ?, 0),"
                " locked_until_s = iif(locked_until_s = ?, 0, locked_until_s) WHERE who = ?",
                (forgiven[0] if forgiven else 0, admitted.locked_until_s, where),
            )
            database.execute("DELETE FROM tries WHERE who IN (?, ?)", (who, pair))

    def forget_name(self, name: str) -> None:
        """Unlock a name, whoever locked it."""
        with self._changing() as database:
            database.execute("DELETE FROM tries WHERE who = ?", (self._hashed("name", canonical(name)),))

    def _keys(self, name: str, address: str) -> tuple[bytes, bytes, bytes]:
        name, address = canonical(name), network_of(address) or "unknown"
        return (
            self._hashed("name", name),
            self._hashed("address", address),
            self._hashed("pair", address, name),
        )

    def _hashed(self, *parts: str) -> bytes:
        # No part but the last can hold a NUL, so no two lists of parts make the same text.
        return hmac.digest(self._key, "\0".join(parts).encode("utf-8", "surrogatepass"), sha256)

    def _displace(self, database: sqlite3.Connection) -> None:
        database.execute(
            "DELETE FROM tries WHERE who IN (SELECT who FROM tries ORDER BY wrong, last_s"
            " LIMIT max((SELECT count(*) FROM tries) - ?, 0))",
            (self._most_kept,),
        )

    def _connected(self) -> sqlite3.Connection:
        return sqlite3.connect(self._database, timeout=10.0, isolation_level=None)

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """One change that nobody else's comes between; all of it is kept or none."""
        try:
            with closing(self._connected()) as database:
                database.execute("BEGIN IMMEDIATE")
                yield database
                database.execute("COMMIT")
        except sqlite3.Error as exc:
            raise LockoutError(_("The counts of wrong tries cannot be read or written.")) from exc


def _count(database: sqlite3.Connection, key: bytes, now_s: float, *, locks: bool) -> None:
    row = database.execute("SELECT wrong FROM tries WHERE who = ?", (key,)).fetchone()
    wrong = 1 + (row[0] if row else 0)
    # The exponent is held down because the count is not.
    lock_s = min(FIRST_LOCK_S * 2 ** min(max(wrong - TRIES, 0), 10), LONGEST_LOCK_S)
    until_s = now_s + lock_s if locks and wrong >= TRIES else 0.0
    database.execute("INSERT OR REPLACE INTO tries VALUES (?, ?, ?, ?)", (key, wrong, now_s, until_s))


def _locked_until_s(database: sqlite3.Connection, key: bytes) -> float:
    row = database.execute("SELECT locked_until_s FROM tries WHERE who = ?", (key,)).fetchone()
    return float(row[0]) if row else 0.0


def _made_once(path: Path, content: bytes) -> bytes:
    """What is in a private file; where there is none yet, it is made with this content."""
    with held(path.parent):
        if not path.exists():
            write_private(path, content)
        return read_file(path)
