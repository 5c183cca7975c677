"""Processes of our own that are made to fail, die, or try what they may not."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from locator.errors import LocatorError

_NOBODY: Final = 65534


@dataclass(slots=True)
class Child:
    """A process that runs one function and notes whole numbers, until it ends or is killed."""

    process_id: int
    _notes: int

    def next_note(self) -> int:
        """Wait for the next number. EOFError if the process ended without one."""
        raw = os.read(self._notes, 8)
        if not raw:
            raise EOFError("the process ended before it said more")
        return int.from_bytes(raw, "big")

    def kill(self) -> tuple[int, ...]:
        """Kill it on the spot; every further number that it noted. RuntimeError if it had ended by itself."""
        os.kill(self.process_id, signal.SIGKILL)
        _, status = os.waitpid(self.process_id, 0)
        with os.fdopen(self._notes, "rb") as pipe:
            raw = pipe.read()
        if not os.WIFSIGNALED(status):
            raise RuntimeError("the process ended before it was killed")
        return tuple(int.from_bytes(raw[at : at + 8], "big") for at in range(0, len(raw), 8))


def started(work: Callable[[Callable[[int], None]], object]) -> Child:
    """A process that does the work; it is handed a function that notes a number."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            work(lambda number: _note(writer, number))
        finally:
            os._exit(1)
    os.close(writer)
    return Child(child, reader)


def _note(writer: int, number: int) -> None:
    os.write(writer, number.to_bytes(8, "big"))


def refusal(work: Callable[[], object]) -> str:
    """What the LocatorError said that the work raised in a process of its own; empty if it raised none.

    Any other exception gives "crashed".
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        said = "crashed"
        try:
            os.close(reader)
            work()
            said = ""
        except LocatorError as exc:
            said = str(exc)
        finally:
            os.write(writer, said.encode())
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read().decode()
    os.waitpid(child, 0)
    return said


def become_nobody() -> None:
    """Go on as an account that owns nothing, where this one could write anywhere."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)
