"""One attack after the other, with all that is measured meanwhile."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import psutil

from reliability.strangers.bystanders import Bystanders, Noticed
from reliability.strangers.target import Attack, Outcome, Target, many_files

CALM_S: Final = 6.0
_MOST_S: Final = 40.0
_SHORTEST_S: Final = 3.0
_MB: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Trial:
    """One attack: what came of it, what people noticed, and what it left in the log and in memory.

    `memory_mb` is by how much the server's memory grew at most; `attacker_cores` how much of a processor the
    attacker got of what nobody else wanted. Of a calm time there is no `outcome`.
    """

    name: str
    outcome: Outcome | None
    noticed: Noticed
    took_s: float
    log_lines: int
    log_bytes: int
    memory_mb: float
    attacker_cores: float


def calm(target: Target, people: Bystanders) -> Trial:
    """The same measures for a while in which nobody attacks."""

    async def nothing(_target: Target) -> Outcome:
        await asyncio.sleep(CALM_S)
        return Outcome("nothing")

    return attacked(Attack("calm", nothing), target, people)


def attacked(attack: Attack, target: Target, people: Bystanders) -> Trial:
    """Make one attack; what the server still does for it afterwards is waited for and counts."""
    log = target.server.log
    log_before, begin_s = log.read_bytes(), time.monotonic()
    with _peak_memory(target.server.process_id) as peak:
        with many_files(), ThreadPoolExecutor(1, initializer=_give_way) as attacker:
            outcome, spent_s = attacker.submit(_made, attack, target).result()
        took_s = time.monotonic() - begin_s
        time.sleep(max(0.0, _SHORTEST_S - took_s))
        # Whoever had begun something by now is waited for.
        noticed = people.between(begin_s, time.monotonic())
    logged = log.read_bytes()[len(log_before) :]
    return Trial(
        name=attack.name,
        outcome=outcome,
        noticed=noticed,
        took_s=took_s,
        log_lines=logged.count(b"\n"),
        log_bytes=len(logged),
        memory_mb=peak.grew_bytes / _MB,
        attacker_cores=spent_s / took_s,
    )


def _give_way() -> None:
    """Let everything else have the processor first: an attacker elsewhere takes none from the server.

    On Linux this is a thread's own; where it is not, there is no such attack either.
    """
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)


def _made(attack: Attack, target: Target) -> tuple[Outcome, float]:
    """What came of it, and the seconds of a processor that it took this thread."""
    outcome = asyncio.run(_bounded(attack, target))
    return outcome, time.thread_time()


async def _bounded(attack: Attack, target: Target) -> Outcome:
    try:
        async with asyncio.timeout(_MOST_S):
            return await attack.run(target)
    except TimeoutError:
        outcome = Outcome("an attack that was broken off")
        outcome.wrongs.append(f"not over after {_MOST_S:.0f} s")
        return outcome


class _Peak:
    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self._first = self._most = process.memory_info().rss

    def look(self) -> None:
        self._most = max(self._most, self._process.memory_info().rss)

    @property
    def grew_bytes(self) -> int:
        return self._most - self._first


@contextmanager
def _peak_memory(process_id: int) -> Iterator[_Peak]:
    """Look at a process's memory until the block ends."""
    peak, is_over = _Peak(psutil.Process(process_id)), threading.Event()

    def look() -> None:
        while not is_over.wait(0.1):
            peak.look()

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield peak
    finally:
        is_over.set()
        looking.join()
