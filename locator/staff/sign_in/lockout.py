"""Locks after wrong tries, by name and by address, and the addresses that a name signed in from before.

Both outlive a restart. What is kept are counts and times under keyed hashes: neither a name nor an address
can be read from it.
"""

from __future__ import annotations

import hmac
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from hashlib import sha256
from pathlib import Path
from typing import Final

from locator.client_address import network_of
from locator.errors import LocatorError
from locator.files import held, read_file, write_private
from locator.language import gettext as _
from locator.staff.sign_in.accounts import canonical

TRIES: Final = 5
FIRST_LOCK_S: Final = 60.0
LONGEST_LOCK_S: Final = 3600.0
QUIET_S: Final = 86_400.0
MOST_KEPT: Final = 20_000
KNOWN_FOR_S: Final = 90 * 86_400.0
MOST_KNOWN: Final = 20
"""How many addresses are remembered for one name."""

_SCHEMA: Final = (
    """
    CREATE TABLE IF NOT EXISTS tries (
        who BLOB PRIMARY KEY,
        wrong INTEGER NOT NULL,
        last_s REAL NOT NULL,
        locked_until_s REAL NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS known (
        who BLOB NOT NULL,
        pair BLOB NOT NULL,
        last_s REAL NOT NULL,
        PRIMARY KEY (who, pair)
    ) WITHOUT ROWID
    """,
)


class LockoutError(LocatorError):
    """The counts of wrong tries cannot be read or written, so nobody can be let in."""


class Standing(Enum):
    """What is known of a name and an address before a try is made."""

    LOCKED = auto()
    """The address is locked: no try from it is worth any work."""
    KNOWN = auto()
    """Somebody signed in from this address by this name before, and not too long ago."""
    STRANGER = auto()


@dataclass(frozen=True, slots=True)
class Try:
    """A try that may be checked; `locked_until_s` is the lock that it set on its address, 0 for none.

    `past_lock` is whether its name is locked, and it was let past because its address is known.
    """

    name: str
    address: str | None
    locked_until_s: float
    past_lock: bool


class Lockout:
    """Counts tries as wrong before they are checked, so that many at once are not more than five in a row.

    From the fifth wrong try each one locks the name, and each one locks the address: for a minute, then two,
    four, at most an hour; a day without a try is forgotten. Tries while locked are not counted. A success
    clears its name; of the address it takes back only the tries made for that same name, so that nobody can
    use an account of their own to go on guessing another's.

    A locked name still lets in whoever comes from an address that it signed in from in the last `known_for_s`
    seconds (0 remembers none), so that strangers cannot keep a colleague out. From there too the address is
    locked after five wrong tries, and a success past a lock leaves the lock to the strangers. Of each name
    the MOST_KNOWN addresses that were used last are remembered.

    An address that nobody knows (None) can neither be locked, which would lock out everybody behind the same
    proxy, nor be remembered.

    At most MOST_KEPT counts are kept; those with the fewest wrong tries go first, the oldest among them, so
    that a flood of made-up names displaces itself and no lock. Safe for threads and processes.
    """

    def __init__(
        self,
        folder: Path,
        *,
        known_for_s: float = KNOWN_FOR_S,
        now_s: Callable[[], float] = time.time,
        most_kept: int = MOST_KEPT,
    ) -> None:
        self._database = folder / "sign-in-tries.sqlite3"
        self._known_for_s = known_for_s
        self._now_s = now_s
        self._most_kept = most_kept
        try:
            self._key = _made_once(folder / "sign-in-tries.key", secrets.token_bytes(32))
            # To SQLite an empty file is an empty database; made here, it has the right owner and mode.
            _made_once(self._database, b"")
            with closing(self._connected()) as database:
                for table in _SCHEMA:
                    database.execute(table)
        except (OSError, sqlite3.Error) as exc:
            raise LockoutError(
                _("The counts of wrong tries cannot be kept beside the accounts file.")
            ) from exc

    def standing(self, name: str, address: str | None) -> Standing:
        """How a try would stand, without making it; it writes nothing."""
        keys = self._keys(name, address)
        now_s = self._now_s()
        with self._reading() as database:
            if keys.where and _locked_until_s(database, keys.where) > now_s:
                return Standing.LOCKED
            return Standing.KNOWN if self._is_known(database, keys, now_s) else Standing.STRANGER

    def admit(self, name: str, address: str | None) -> Try | None:
        """A try to be checked, counted as wrong until `succeeded`; None while name or address is locked."""
        keys = self._keys(name, address)
        now_s = self._now_s()
        with self._changing() as database:
            database.execute(
                "DELETE FROM tries WHERE last_s < ? AND locked_until_s < ?", (now_s - QUIET_S, now_s)
            )
            is_locked = _locked_until_s(database, keys.who) > now_s
            if is_locked and not self._is_known(database, keys, now_s):
                return None
            if keys.where and _locked_until_s(database, keys.where) > now_s:
                return None
            if not is_locked:
                _count(database, keys.who, now_s, locks=True)
            if keys.where and keys.pair:
                _count(database, keys.pair, now_s, locks=False)
                _count(database, keys.where, now_s, locks=True)
            self._displace(database)
            locked_until_s = _locked_until_s(database, keys.where) if keys.where else 0.0
            return Try(name, address, locked_until_s, is_locked)

    def succeeded(self, admitted: Try) -> None:
        """Take back what `admit` counted, and what else a right password forgives; remember its address."""
        keys = self._keys(admitted.name, admitted.address)
        with self._changing() as database:
            forgiven = database.execute("SELECT wrong FROM tries WHERE who = ?", (keys.pair,)).fetchone()
            database.execute(
                # A lock that another try has set since stays.
                "UPDATE tries SET wrong = max(wrong - ?, 0),"
                " locked_until_s = iif(locked_until_s = ?, 0, locked_until_s) WHERE who = ?",
                (forgiven[0] if forgiven else 0, admitted.locked_until_s, keys.where),
            )
            forgotten = (keys.pair,) if admitted.past_lock else (keys.pair, keys.who)
            database.executemany("DELETE FROM tries WHERE who = ?", [(key,) for key in forgotten])
            self._remember(database, keys)

    def forget_name(self, name: str) -> None:
        """Unlock a name, whoever locked it, and forget where it signed in from."""
        who = self._keys(name, None).who
        with self._changing() as database:
            database.execute("DELETE FROM tries WHERE who = ?", (who,))
            database.execute("DELETE FROM known WHERE who = ?", (who,))

    def _is_known(self, database: sqlite3.Connection, keys: _Keys, now_s: float) -> bool:
        since_s = now_s - self._known_for_s
        question = "SELECT 1 FROM known WHERE who = ? AND pair = ? AND last_s > ?"
        return database.execute(question, (keys.who, keys.pair, since_s)).fetchone() is not None

    def _remember(self, database: sqlite3.Connection, keys: _Keys) -> None:
        now_s = self._now_s()
        if keys.pair and self._known_for_s:
            database.execute("INSERT OR REPLACE INTO known VALUES (?, ?, ?)", (keys.who, keys.pair, now_s))
        database.execute("DELETE FROM known WHERE last_s <= ?", (now_s - self._known_for_s,))
        database.execute(
            "DELETE FROM known WHERE who = ? AND pair NOT IN"
            " (SELECT pair FROM known WHERE who = ? ORDER BY last_s DESC LIMIT ?)",
            (keys.who, keys.who, MOST_KNOWN),
        )

    def _keys(self, name: str, address: str | None) -> _Keys:
        name, network = canonical(name), network_of(address or "")
        who = self._hashed("name", name)
        if network is None:
            return _Keys(who, None, None)
        return _Keys(who, self._hashed("address", network), self._hashed("pair", network, name))

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
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(self._connected()) as database:
                yield database
        except sqlite3.Error as exc:
            raise LockoutError(_("The counts of wrong tries cannot be read or written.")) from exc

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """One change that nobody else's comes between; all of it is kept or none."""
        with self._reading() as database:
            database.execute("BEGIN IMMEDIATE")
            yield database
            database.execute("COMMIT")


def tries_allowed(within_s: float) -> int:
    """How many wrong tries for one name are checked in so many seconds, however many are made.

    Five, and one more as each lock ends: a trial that a busy machine stretches over a minute sees a sixth.
    """
    allowed = TRIES
    while (within_s := within_s - _lock_s(allowed)) >= 0:
        allowed += 1
    return allowed


@dataclass(frozen=True, slots=True)
class _Keys:
    """What a name, an address, and both together are kept under; None where the address is unknown."""

    who: bytes
    where: bytes | None
    pair: bytes | None


def _count(database: sqlite3.Connection, key: bytes, now_s: float, *, locks: bool) -> None:
    row = database.execute("SELECT wrong FROM tries WHERE who = ?", (key,)).fetchone()
    wrong = 1 + (row[0] if row else 0)
    until_s = now_s + _lock_s(wrong) if locks and wrong >= TRIES else 0.0
    database.execute("INSERT OR REPLACE INTO tries VALUES (?, ?, ?, ?)", (key, wrong, now_s, until_s))


def _lock_s(wrong: int) -> float:
    """How long the lock is that this many wrong tries set; from the fifth on."""
    # The exponent is held down because the count is not.
    return min(FIRST_LOCK_S * 2.0 ** min(max(wrong - TRIES, 0), 10), LONGEST_LOCK_S)


def _locked_until_s(database: sqlite3.Connection, key: bytes) -> float:
    row = database.execute("SELECT locked_until_s FROM tries WHERE who = ?", (key,)).fetchone()
    return float(row[0]) if row else 0.0


def _made_once(path: Path, content: bytes) -> bytes:
    """What is in a private file; where there is none yet, it is made with this content."""
    with held(path.parent):
        if not path.exists():
            write_private(path, content)
        return read_file(path)
