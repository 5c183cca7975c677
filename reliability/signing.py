"""Wrong passwords, and visitors who are not signed in, at the real server."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import httpx

from locator.clinics import ClinicTable
from locator.staff import Role
from locator.staff.publishing import DirectoryWriter, History
from locator.staff.sign_in import COOKIE, Accounts, argon2id
from locator.staff.sign_in.lockout import tries_allowed
from reliability.endpoints import Responses, ask_everything, page_as_seen
from reliability.figures import Figure, Section, at_most, of_all
from tests.support.servers import ROOT, RunningServer, running_app

WRONG_PASSWORDS: Final = 100
IDLE_MINUTES: Final = 1

_AT_ONCE: Final = 8
_MOST_ROUNDS: Final = 5
_NAME: Final = "Pat Test"
_PHRASE: Final = "a made-up phrase"
_TIMEOUT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class SignInServer:
    """The real server with one account and a history, and what only those who are signed in may see."""

    server: RunningServer
    accounts: Path
    history: Path
    marks: tuple[bytes, ...]


@contextmanager
def sign_in_server() -> Iterator[SignInServer]:
    """The server on a copy of the shipped data; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="drg-reliability-") as name:
        folder = Path(name)
        accounts, data = folder / "kept" / "staff.json", folder / "data"
        Accounts(accounts, argon2id()).put(_NAME, Role.APPROVER, _PHRASE)
        shutil.copytree(ROOT / "data", data, ignore=shutil.ignore_patterns("history"))
        loaded = DirectoryWriter(data / "clinics.csv", History(data / "history"), date.today).load()
        settings = {
            "LOCATOR_TILE_URL": "none",
            "LOCATOR_CLIENT_ADDRESS_HEADER": "X-Forwarded-For",
            "LOCATOR_DATA_DIR": str(data),
            "LOCATOR_STAFF__ACCOUNTS_FILE": str(accounts),
            "LOCATOR_STAFF__IDLE_MINUTES": str(IDLE_MINUTES),
        }
        streets = {row["street"].encode() for row in ClinicTable.parse(loaded.raw).rows}
        marks = (_NAME.encode(), loaded.version_id.encode(), *sorted(streets))
        with running_app(folder / "log.txt", settings) as server:
            yield SignInServer(server, accounts, data / "history", marks)


def sign_in(server: RunningServer, password: str, address: str) -> httpx.Response:
    """The answer to the form, as a proxy passes it on for somebody at this address."""
    return httpx.post(
        f"{server.url}/staff/sign-in",
        data={"name": _NAME, "password": password},
        headers={"origin": server.url, "x-forwarded-for": address},
        trust_env=False,
        timeout=_TIMEOUT_S,
    )


@dataclass(frozen=True, slots=True)
class Guesses:
    """How many wrong passwords were refused, how many checked, how many kinds of answer, and the seconds."""

    refused: int
    checked: int
    kinds: int
    took_s: float


def guess(where: SignInServer, count: int) -> Guesses:
    """What comes of so many wrong passwords.

    Each comes from an address of its own, so that only the name can be locked.
    """

    def one(number: int) -> tuple[int, str]:
        answer = sign_in(where.server, f"a wrong phrase {number}", f"198.51.100.{number % 250 + 1}")
        return answer.status_code, answer.text

    began_s = time.monotonic()
    with ThreadPoolExecutor(_AT_ONCE) as guesses:
        answers = list(guesses.map(one, range(count)))
    took_s = time.monotonic() - began_s
    refused = sum(status == httpx.codes.FORBIDDEN for status, _ in answers)
    return Guesses(refused, int(_kept(where, "max(wrong)")), len(set(answers)), took_s)


def right_while_locked(where: SignInServer) -> int:
    """The answer to the right password while its name is locked, from an address that never signed in.

    A lock may end before the answer is there; such an answer tells nothing, and the name is locked anew.
    """
    status = 0
    for _round in range(_MOST_ROUNDS):
        status = sign_in(where.server, _PHRASE, "192.0.2.2").status_code
        if _kept(where, "coalesce(max(locked_until_s), 0)") > time.time():
            break
        guess(where, _AT_ONCE)
    return status


def _kept(where: SignInServer, what: str) -> float:
    """A figure about the tries that the server counted; it counts each before it checks it."""
    with closing(sqlite3.connect(where.accounts.parent / "sign-in-tries.sqlite3")) as database:
        return float(database.execute(f"SELECT {what} FROM tries").fetchone()[0])  # noqa: S608 - our own words


def section() -> Section:
    """The figures of wrong passwords and of visitors who are not signed in."""
    with sign_in_server() as where:
        token = sign_in(where.server, _PHRASE, "192.0.2.1").cookies[COOKIE]
        shown = any(mark in page_as_seen(where.server, token) for mark in where.marks)
        idle_since_s = time.monotonic()
        guesses = guess(where, WRONG_PASSWORDS)
        right = right_while_locked(where)
        known = sign_in(where.server, _PHRASE, "192.0.2.1").status_code
        without = ask_everything(where.server, None, where.history, where.marks)
        forged = [
            ask_everything(where.server, one, where.history, where.marks) for one in forged_tokens(token)
        ]
        time.sleep(max(0.0, idle_since_s + IDLE_MINUTES * 60 + 1 - time.monotonic()))
        expired = ask_everything(where.server, token, where.history, where.marks)
    return Section(
        "Signing in",
        (
            *_password_figures(guesses, right, known),
            Figure(
                "staff page with a sign-in that is good",
                "shows staff data" if shown else "shows none",
                "shows staff data",
                shown,
                "without it, the figures below could not fail.",
            ),
            _door_figure("without a session", [without]),
            _door_figure(f"with an expired session (idle for {IDLE_MINUTES} minute)", [expired]),
            _door_figure("with forged sessions", forged),
        ),
    )


def forged_tokens(token: str) -> tuple[str, ...]:
    """Sessions that nobody has: made up, one letter off a real one, a path, and too long."""
    other = "A" if token[-2] != "A" else "B"
    return ("x", "A" * len(token), token[:-2] + other + token[-1], token[:-1], "../../staff.json", "x" * 3000)


def _password_figures(guesses: Guesses, right: int, known: int) -> tuple[Figure, ...]:
    return (
        of_all(
            "wrong passwords for one name, each from another address",
            guesses.refused if guesses.kinds == 1 else 0,
            WRONG_PASSWORDS,
            at_least=WRONG_PASSWORDS,
            means="each got the very same answer, whether it was checked or not.",
        ),
        at_most(
            "passwords of these that were checked",
            guesses.checked,
            tries_allowed(guesses.took_s),
            means="the others were refused unread, as the name was locked. Five, and one more for each lock"
            " that ended during the trial: the first does after a minute.",
        ),
        Figure(
            "the right password right afterwards",
            f"answered {right}",
            "answered 403",
            right == httpx.codes.FORBIDDEN,
            "the lock holds for whoever knows the password, too.",
        ),
        Figure(
            "the same from the address that signed in before",
            f"answered {known}",
            "answered 303",
            known == httpx.codes.SEE_OTHER,
            "no stranger can keep a colleague out.",
        ),
    )


def _door_figure(how: str, answers: list[Responses]) -> Figure:
    asked = sum(one.asked for one in answers)
    leaks = [leak for one in answers for leak in one.leaks]
    return of_all(
        f"staff addresses asked {how}",
        asked - len(leaks),
        asked,
        means="none gave staff data, took a file or handed out a sign-in: every staff route by every method,"
        f" uploads, the files of the history, and the page's websocket.{_named(leaks)}",
    )


def _named(leaks: list[str]) -> str:
    return f" Not so: {', '.join(leaks)}." if leaks else ""
