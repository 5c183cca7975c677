"""Processes killed while they publish, and while they hold the lock."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from locator.errors import LocatorError
from locator.files import BusyError
from locator.staff.publishing import PublishedVersion
from locator.staff.publishing.records import sha256_of
from reliability.children import started
from reliability.figures import Figure, Section, of_all
from reliability.workspace import Workspace, clinics, new_workspace

KILLS: Final = 1_000
LOCK_HOLDERS: Final = 50
LONGEST_LIFE_SAVES: Final = 3.0
"""How long a process goes on at most, in saves of its own pace: so a kill comes at any point of one."""

_KILLS_A_DESK: Final = 25
_SEED: Final = 20261122
# Past the size of a page and of a pipe, so that a file that is written piece by piece would be seen torn.
_FILLER: Final = "x" * 20_000
_SHARE_IN_A_SAVE: Final = 0.1


@dataclass(slots=True)
class Outcome:
    """How many kills there were, and after how many of them each thing held."""

    kills: int = 0
    in_a_save: int = 0
    whole: int = 0
    complete: int = 0
    saved_next: int = 0


def killed_publishing(kills: int) -> Outcome:
    """Kill a process that publishes without end, again and again, and look at what it leaves."""
    outcome, instants = Outcome(), random.Random(_SEED)  # noqa: S311 - no secret
    while outcome.kills < kills:
        with new_workspace(_version(0)) as workspace:
            for _ in range(min(_KILLS_A_DESK, kills - outcome.kills)):
                _kill_once(workspace, instants.uniform(0.0, LONGEST_LIFE_SAVES), outcome)
    return outcome


def _version(number: int) -> bytes:
    return clinics(f"Fake Clinic {number}", filler=_FILLER)


def _kill_once(workspace: Workspace, after_saves: float, outcome: Outcome) -> None:
    """One life of the publishing process; the last version it began, or the previous one, is in service."""
    start = _version(0)
    if workspace.path.read_bytes() != start:
        workspace.writer.publish(workspace.writer.load().sha256, start, who="Fake", why="from the start")

    def publish_without_end(note: Callable[[int], None]) -> None:
        sha256, number = workspace.writer.load().sha256, 0
        note(number)
        while True:
            number += 1
            content = _version(number)
            note(number)
            workspace.writer.publish(sha256, content, who="Fake", why=f"save {number}")
            sha256 = sha256_of(content)

    child = started(publish_without_end)
    child.next_note()
    child.next_note()
    began_s = time.monotonic()
    saved_once = child.next_note()
    time.sleep(after_saves * (time.monotonic() - began_s))
    last = (saved_once, *child.kill())[-1]
    outcome.kills += 1
    outcome.in_a_save += bool(workspace.unfinished())
    in_service = workspace.path.read_bytes() if workspace.path.exists() else b""
    outcome.whole += in_service in {_version(last), _version(max(last - 1, 0))}
    outcome.complete += _completes(workspace, in_service)
    outcome.saved_next += _saves(workspace)


def _completes(workspace: Workspace, in_service: bytes) -> bool:
    """Whether the next look frees the lock, leaves the file alone and makes the history whole."""
    try:
        loaded = workspace.writer.load()
    except LocatorError:
        return False
    rubbish = [name for name in workspace.unfinished() if name != ".clinics.csv.new"]
    return loaded.raw == in_service and not rubbish and workspace.history_is_whole()


def _saves(workspace: Workspace) -> bool:
    content = clinics("Fake Next", filler=_FILLER)
    try:
        outcome = workspace.writer.publish(workspace.writer.load().sha256, content, who="Fake", why="next")
    except LocatorError:
        return False
    return (
        isinstance(outcome, PublishedVersion)
        and workspace.path.read_bytes() == content
        and not workspace.unfinished()
    )


def locks_healed(holders: int) -> int:
    """How many times a lock kept everybody out while its holder lived, and nobody once it was killed."""
    healed = 0
    with new_workspace(clinics(), lock_timeout_s=0.1) as workspace:

        def hold(note: Callable[[int], None]) -> None:
            with workspace.history.locked():
                note(0)
                signal.pause()

        for _ in range(holders):
            child = started(hold)
            child.next_note()
            kept_out = _is_busy(workspace)
            child.kill()
            healed += kept_out and not _is_busy(workspace)
    return healed


def _is_busy(workspace: Workspace) -> bool:
    try:
        workspace.writer.load()
    except BusyError:
        return True
    return False


def section() -> Section:
    """The figures of all kills."""
    found = killed_publishing(KILLS)
    in_a_save = Figure(
        "kills that came in the middle of a save",
        f"{found.in_a_save:,} of {found.kills:,}",
        f"at least {_SHARE_IN_A_SAVE:.0%}".replace("%", " %"),
        found.in_a_save >= _SHARE_IN_A_SAVE * found.kills,
        "files of an unfinished save were there; the other kills came between saves or in the checks"
        " before one. With too few, the figures below would say little.",
    )
    return Section(
        "Killed processes",
        (
            in_a_save,
            of_all(
                "SIGKILL at a random instant of publishing: the file",
                found.whole,
                found.kills,
                at_least=KILLS,
                means="the clinic file was, byte for byte, the version being saved or the previous one;"
                " never a mix and never gone.",
            ),
            of_all(
                "the same: the history",
                found.complete,
                found.kills,
                at_least=KILLS,
                means="the next look got the lock, found the file as it was, completed the history, and got"
                " every version's bytes back.",
            ),
            of_all(
                "the same: the next save",
                found.saved_next,
                found.kills,
                at_least=KILLS,
                means="it was published, and nothing half done was left.",
            ),
            of_all(
                "SIGKILL of a process that holds the lock",
                locks_healed(LOCK_HOLDERS),
                LOCK_HOLDERS,
                at_least=LOCK_HOLDERS,
                means="while it lived, others were told to wait; once it was killed, the next one got in.",
            ),
        ),
    )
