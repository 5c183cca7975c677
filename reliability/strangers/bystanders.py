"""People who mean no harm, from a process of their own, while somebody else attacks the server.

One searches all the time, some are inside and act now and then, and somebody new comes every second. Each act
is told as a line of JSON as soon as it is over: `python -m reliability.strangers.bystanders PORT`.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Final

import httpx

from benchmarks.load_generator import shuffled_zips
from benchmarks.visitor import Response, VisitFailedError, Visitor, visiting
from reliability.strangers.target import browser
from tests.support.servers import ROOT, RunningServer

ATTACKER: Final = "127.0.0.66"
"""Whence the attacks come that come from one address."""

MANY: Final = tuple(f"127.0.1.{number}" for number in range(1, 33))
"""Whence the attacks come that come from many."""

_HOME: Final = "127.0.0.7"
# Some share their address with the attacker, as people in one office do.
_INSIDE: Final = (_HOME, _HOME, _HOME, ATTACKER, ATTACKER)
_SEARCH_PAUSE_S: Final = 0.2
_INSIDE_PAUSE_S: Final = 1.0
_NEWCOMER_PAUSE_S: Final = 1.0
_AFTER_FAILURE_S: Final = 0.5
_PATIENCE_S: Final = 45.0
_PLACE: Final = "55407"
# How the first document says that Streamlit may be fetched.
_IS_LIVE: Final = re.compile(r'<\w+ id="start"[^>]* data-live')

PAGE_SHOWN: Final = "page shown"
DOCUMENT_SHOWN: Final = "document that answers a search"
"""What a newcomer may come to: the live page or, where there is no room for it, the first document alone."""


class Kind(StrEnum):
    """What somebody did."""

    SEARCH = "search"
    INSIDE = "inside"
    NEWCOMER = "newcomer"


@dataclass(frozen=True, slots=True)
class Act:
    """One act of one person, from `began_s` on the system's monotonic clock.

    `problem` is what went wrong, "" if nothing did. `thrown_out` is whether they had been inside before.
    """

    who: str
    kind: Kind
    began_s: float
    took_s: float
    problem: str = ""
    thrown_out: bool = False

    @property
    def ended_s(self) -> float:
        """When it was over."""
        return self.began_s + self.took_s


@dataclass(frozen=True, slots=True)
class Noticed:
    """What the bystanders noticed while something went on."""

    searches_ms: tuple[float, ...]
    failed_searches: int
    thrown_out: int
    newcomers: Counter[str]
    slowest_newcomer_ms: float = float("nan")

    @classmethod
    def of(cls, acts: Sequence[Act]) -> Noticed:
        """From the acts of that time."""
        searches = [act for act in acts if act.kind is Kind.SEARCH]
        newcomers = [act for act in acts if act.kind is Kind.NEWCOMER]
        return cls(
            searches_ms=tuple(sorted(act.took_s * 1000 for act in searches)),
            failed_searches=sum(bool(act.problem) for act in searches),
            thrown_out=sum(act.thrown_out for act in acts),
            newcomers=Counter(act.problem or PAGE_SHOWN for act in newcomers),
            slowest_newcomer_ms=max((act.took_s * 1000 for act in newcomers), default=float("nan")),
        )

    @property
    def median_ms(self) -> float:
        """Of the searches; not a number where there was none."""
        at = self.searches_ms
        return at[len(at) // 2] if at else float("nan")

    @property
    def worst_ms(self) -> float:
        """Of the searches; not a number where there was none."""
        return self.searches_ms[-1] if self.searches_ms else float("nan")


class Bystanders:
    """What the people have told so far."""

    def __init__(self) -> None:
        self._acts: list[Act] = []
        self._changed = threading.Condition()

    def take(self, act: Act) -> None:
        """Note what somebody did."""
        with self._changed:
            self._acts.append(act)
            self._changed.notify_all()

    def await_everybody(self, since_s: float, *, timeout_s: float = 2 * _PATIENCE_S) -> None:
        """Wait until each person has begun and ended something after `since_s`, or raise TimeoutError."""
        everybody = 2 + len(_INSIDE)

        def all_told() -> bool:
            return len({act.who for act in self._acts if act.began_s >= since_s}) == everybody

        with self._changed:
            if not self._changed.wait_for(all_told, timeout_s):
                raise TimeoutError("the people beside the attack do not come to act")

    def between(self, begin_s: float, end_s: float) -> Noticed:
        """What was noticed by acts that went on at any time between these, each waited for."""
        self.await_everybody(end_s)
        with self._changed:
            acts = [act for act in self._acts if act.began_s < end_s and act.ended_s > begin_s]
        return Noticed.of(acts)


@contextmanager
def bystanders(server: RunningServer) -> Iterator[Bystanders]:
    """The people, from when each has acted once without trouble; gone afterwards."""
    people = Bystanders()
    command = [sys.executable, "-m", "reliability.strangers.bystanders", str(server.port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        listening = threading.Thread(target=_listen, args=(process, people), daemon=True)
        listening.start()
        try:
            people.await_everybody(0.0)
            yield people
        finally:
            process.terminate()
            process.wait()
            listening.join()


def _listen(process: subprocess.Popen[str], people: Bystanders) -> None:
    for line in process.stdout or ():
        told = json.loads(line)
        people.take(Act(**told | {"kind": Kind(told["kind"])}))


def _tell(act: Act) -> None:
    sys.stdout.write(json.dumps(asdict(act)) + "\n")
    sys.stdout.flush()


async def _stay(port: int, who: str, source: str) -> None:
    """Be inside and act again and again; whoever is thrown out comes back."""
    is_searching = who == Kind.SEARCH
    pause_s = _SEARCH_PAUSE_S if is_searching else _INSIDE_PAUSE_S
    zips = shuffled_zips()
    turn = 0
    while True:
        began_s, is_inside = time.monotonic(), False
        try:
            async with visiting(port, patience_s=_PATIENCE_S, source=source) as visitor:
                await visitor.open()
                await visitor.read()
                is_inside = True
                while True:
                    began_s, turn = time.monotonic(), turn + 1
                    if is_searching:
                        await _search(visitor, zips[turn % len(zips)])
                    else:
                        await visitor.choose_need(turn % 3)
                    _tell(Act(who, _kind(who), began_s, time.monotonic() - began_s))
                    await asyncio.sleep(pause_s)
        except VisitFailedError as exc:
            took_s = time.monotonic() - began_s
            _tell(Act(who, _kind(who), began_s, took_s, str(exc), thrown_out=is_inside))
            await asyncio.sleep(_AFTER_FAILURE_S)


def _kind(who: str) -> Kind:
    return Kind.SEARCH if who == Kind.SEARCH else Kind.INSIDE


async def _search(visitor: Visitor, place: str) -> Response:
    answer = await visitor.submit(place)
    if not visitor.cards():
        raise VisitFailedError("the answer lists no clinic")
    return answer


async def _come(port: int) -> None:
    """Somebody new again and again, who takes the document, then the page, and leaves."""
    source = "127.0.0.8"
    while True:
        began_s = time.monotonic()
        problem = await first_page(port, source)
        _tell(Act("newcomer", Kind.NEWCOMER, began_s, time.monotonic() - began_s, problem))
        await asyncio.sleep(_NEWCOMER_PAUSE_S)


async def first_page(port: int, source: str) -> str:
    """DOCUMENT_SHOWN without room for the page, else what kept a newcomer from it; "" if nothing did."""
    try:
        async with browser(source, timeout_s=_PATIENCE_S) as client:
            answer = await client.get(f"http://127.0.0.1:{port}/")
            if answer.status_code == HTTPStatus.OK and not _IS_LIVE.search(answer.text):
                return await _search_document(client, str(answer.url))
        if answer.status_code != HTTPStatus.OK:
            return str(answer.status_code)
        async with visiting(port, patience_s=_PATIENCE_S, source=source) as visitor:
            await visitor.open()
    except (VisitFailedError, httpx.HTTPError) as exc:
        return str(exc) or type(exc).__name__
    return ""


async def _search_document(client: httpx.AsyncClient, url: str) -> str:
    """DOCUMENT_SHOWN if the first document's form is answered, else what came instead."""
    answer = await client.post(url, data={"place": _PLACE, "find": "yes"})
    if answer.status_code != HTTPStatus.OK:
        return f"document, its search {answer.status_code}"
    return DOCUMENT_SHOWN if f"near ZIP {_PLACE}" in answer.text else "document, its search not answered"


async def _be_there(port: int) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(_stay(port, Kind.SEARCH, _HOME))
        for number, source in enumerate(_INSIDE):
            group.create_task(_stay(port, f"inside {number}", source))
        group.create_task(_come(port))


if __name__ == "__main__":
    asyncio.run(_be_there(int(sys.argv[1])))
