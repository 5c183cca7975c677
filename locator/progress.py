"""How far a long command is: one line that is overwritten on a terminal, plain lines anywhere else.

Ours, because no kept library gives both. Off a terminal, tqdm overwrites its line all the same or prints
nothing, and rich prints nothing before the end; a log and a screen reader need whole lines.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TextIO

_BAR_WIDTH: Final = 24
_CLEAR_LINE: Final = "\r\x1b[K"


@dataclass(frozen=True, slots=True)
class Pace:
    """How much is done, and how much of it a second; `on_terminal` where there is room for a bar."""

    done: int
    per_s: float
    on_terminal: bool


class Progress:
    """Counts what is done and says so on a screen, if there is one, no more often than it can be read."""

    def __init__(
        self,
        screen: TextIO | None,
        now: Callable[[], float],
        *,
        terminal_every_s: float = 0.0,
        line_every_s: float = 0.0,
    ) -> None:
        """`now` is a clock in seconds that never goes back; the rest are the least seconds between lines."""
        self._screen = screen
        self._on_terminal = screen is not None and screen.isatty()
        self._every_s = terminal_every_s if self._on_terminal else line_every_s
        self._now = now
        self._began_s = self._shown_s = now()
        self._done = 0
        self._line_is_open = False

    def advance(self, count: int, describe: Callable[[Pace], str]) -> None:
        """So many more are done; where a line is due, it is what `describe` says."""
        self._done += count
        now_s = self._now()
        if now_s - self._shown_s < self._every_s:
            return
        self._shown_s = now_s
        line = describe(Pace(self._done, self._done / max(now_s - self._began_s, 1e-9), self._on_terminal))
        self._line_is_open = self._on_terminal
        self._write(f"{_CLEAR_LINE}{line}" if self._on_terminal else f"{line}\n")

    def say(self, sentence: str) -> None:
        """Put in a sentence without tearing the line that is overwritten."""
        self._write(f"{_CLEAR_LINE if self._on_terminal else ''}{sentence}\n")
        self._line_is_open = False

    def close(self) -> None:
        """End the line, so that what follows begins a new one."""
        if self._line_is_open:
            self._write("\n")
            self._line_is_open = False

    def _write(self, text: str) -> None:
        if self._screen is not None:
            self._screen.write(text)
            self._screen.flush()


def bar(done: int, total: int) -> str:
    """Such as "[######..................]"."""
    full = _BAR_WIDTH * done // total
    return f"[{'#' * full}{'.' * (_BAR_WIDTH - full)}]"


def duration(seconds: float) -> str:
    """Such as "45 s" or "3 min 05 s", rounded up."""
    minutes, rest = divmod(math.ceil(seconds - 1e-6), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
