"""Attacks on those who keep the directory: on their way in, and with what their session leaves behind."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from http import HTTPStatus
from typing import Final

import httpx
from websockets.exceptions import ConnectionClosed

from benchmarks.visitor import VisitFailedError, visiting
from locator.staff.sign_in import COOKIE
from reliability.strangers.bystanders import ATTACKER
from reliability.strangers.target import Outcome, Target, browser

NAMES: Final = ("Pat Test", "Sam Test", "Kim Test")
"""Of the accounts: one for each attack, so that a lock in one is none in another."""

PHRASE: Final = "a made-up phrase"
_AT_ONCE: Final = 25
_FLOOD_S: Final = 8.0
_STAFF_TRIES: Final = 12
_PATIENCE_S: Final = 10.0
_OFFICE: Final = "127.0.0.10"
_INSIDE_LIMIT_S: Final = 2.0
_STRANGERS: Final = tuple(f"127.0.2.{number}" for number in range(1, 13))


async def locked_address(target: Target) -> Outcome:
    """Many tries at once from an address that is locked, while staff sign in elsewhere and one works."""
    name, got = NAMES[0], Counter[str]()
    for number in range(6):
        await _sign_in(target, f"Nobody {number}", "a wrong phrase", ATTACKER)
    token = await _token(target, name)
    ends_s = time.monotonic() + _FLOOD_S

    async def flood(number: int) -> None:
        while time.monotonic() < ends_s:
            answer = await _sign_in(target, f"Nobody {number}", "a wrong phrase", ATTACKER)
            got[answer] += 1
            # Each waits for its answer, so there are never more than 25 at once, nor 100 a second.
            await asyncio.sleep(0.25)

    let_in, waits_s = 0, list[float]()
    async with asyncio.TaskGroup() as group:
        for number in range(_AT_ONCE):
            group.create_task(flood(number))
        work = group.create_task(_work(target, token, ends_s))
        while len(waits_s) < _STAFF_TRIES and time.monotonic() < ends_s:
            began_s = time.monotonic()
            let_in += await _sign_in(target, name, PHRASE, _OFFICE) == "303"
            waits_s.append(time.monotonic() - began_s)
    acts_s, problem = work.result()
    outcome = Outcome(
        f"{_AT_ONCE} tries at once from a locked address for {_FLOOD_S:.0f} s, {sum(got.values())} in all,"
        " at most 100 a second",
        got,
    )
    outcome.check(
        f"{let_in} of {len(waits_s)} staff let in elsewhere, the slowest in {max(waits_s):.1f} s",
        is_right=let_in == len(waits_s),
    )
    worked = (
        f"a signed-in member acted {len(acts_s)} times, at worst in {max(acts_s, default=0) * 1000:.0f} ms"
    )
    is_right = bool(acts_s) and not problem and max(acts_s) < _INSIDE_LIMIT_S
    outcome.check(worked + (f", then: {problem}" if problem else ""), is_right=is_right)
    return outcome


async def locked_colleague(target: Target) -> Outcome:
    """Lock somebody else's name from many addresses; they come from where they have signed in before."""
    name, got = NAMES[1], Counter[str]()
    before = await _sign_in(target, name, PHRASE, _OFFICE)
    for source in _STRANGERS:
        got[await _sign_in(target, name, "a wrong phrase", source)] += 1
    unknown = await _sign_in(target, name, PHRASE, "127.0.0.11")
    known = await _sign_in(target, name, PHRASE, _OFFICE)
    outcome = Outcome(f"{len(_STRANGERS)} wrong tries for a colleague's name, each from another address", got)
    outcome.facts.append(f"the right password from an unknown address: {unknown}")
    outcome.check(
        f"from where they signed in before: {before}, then {known}",
        is_right=(before, known) == ("303", "303"),
    )
    return outcome


async def settling_after_sign_out(target: Target) -> Outcome:
    """Press "Dealt with" in a socket that was open when its browser signed out."""
    path = target.data / "history" / "reports.json"
    clinics = _put_reports(target)
    got: Counter[str] = Counter()
    token = await _token(target, NAMES[2])
    cookie = f"{COOKIE}={token}"
    try:
        async with visiting(target.port, source=ATTACKER, cookie=cookie) as visitor:
            await visitor.open("staff")
            buttons = visitor.buttons("staff-settle-")
            got["buttons shown"] += len(buttons)
            got[f"signed out {await _sign_out(target, cookie)}"] += 1
            for button in buttons:
                await visitor.press(button)
                got["pressed"] += 1
    except (VisitFailedError, ConnectionClosed) as exc:
        got[f"visit ended: {str(exc)[:40]}"] += 1
    kept = json.loads(path.read_text(encoding="utf-8"))
    left = sum(one["count"] for reports in kept.values() for one in reports)
    outcome = Outcome(f"the buttons of {clinics} clinics with reports, pressed after signing out", got)
    outcome.check(f"{3 * clinics - left} of {3 * clinics} reports erased", is_right=left == 3 * clinics)
    outcome.check(f"{got['buttons shown']} buttons there before", is_right=got["buttons shown"] == clinics)
    return outcome


def _put_reports(target: Target) -> int:
    """Three reports for each of some clinics, in the place of what there was; how many clinics these are."""
    rows = (target.data / "clinics.csv").read_text(encoding="utf-8").splitlines()[1:6]
    day = time.strftime("%Y-%m-%d")
    report = [{"complaint": "closed", "day": day, "count": 3}]
    made = {row.partition(",")[0]: report for row in rows}
    path = target.data / "history" / "reports.json"
    path.parent.mkdir(exist_ok=True)
    new = path.with_name("new-reports")
    new.write_text(json.dumps(made), encoding="utf-8")
    new.replace(path)
    return len(made)


async def _work(target: Target, token: str, until_s: float) -> tuple[list[float], str]:
    """How long each act of a member took who is signed in, and what ended it early."""
    acts_s: list[float] = []
    try:
        async with visiting(target.port, source=_OFFICE, cookie=f"{COOKIE}={token}") as visitor:
            while time.monotonic() < until_s:
                acts_s.append((await visitor.open("staff")).elapsed_s)
                if not visitor.says("Sign out"):
                    return acts_s, "signed out"
                await asyncio.sleep(0.5)
    except VisitFailedError as exc:
        return acts_s, str(exc)
    return acts_s, ""


async def _sign_in(target: Target, name: str, password: str, source: str) -> str:
    """The status of a try, or how it went without one."""
    try:
        return str((await _post(target, source, "sign-in", {"name": name, "password": password})).status_code)
    except httpx.HTTPError as exc:
        return type(exc).__name__


async def _token(target: Target, name: str) -> str:
    answer = await _post(target, _OFFICE, "sign-in", {"name": name, "password": PHRASE})
    if answer.status_code != HTTPStatus.SEE_OTHER:
        raise VisitFailedError(f"staff cannot sign in: {answer.status_code}")
    return answer.cookies[COOKIE]


async def _sign_out(target: Target, cookie: str) -> int:
    return (await _post(target, _OFFICE, "sign-out", {}, {"cookie": cookie})).status_code


async def _post(
    target: Target, source: str, page: str, fields: dict[str, str], headers: dict[str, str] | None = None
) -> httpx.Response:
    async with browser(source, timeout_s=_PATIENCE_S) as client:
        return await client.post(
            f"{target.server.url}/staff/{page}",
            data=fields,
            headers={"origin": target.server.url, **(headers or {})},
        )
