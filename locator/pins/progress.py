"""How far a run is: a bar with rate and time left on a terminal, plain lines anywhere else."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, TextIO

_BAR_WIDTH: Final = 24
_CLEAR_LINE: Final = "\r\x1b[K"


class Progress:
    """Counts questions as they are answered; only those of this run, so that the rate is the true one."""

    def __init__(self, screen: TextIO, total: int, now: Callable[[], float]) -> None:
        """`now` is a clock in seconds that never goes back."""
        self._screen = screen
        self._total = total
        self._now = now
        self._began_s = now()
        self._done = 0
        self._on_terminal = screen.isatty()

    def advance(self, name: str) -> None:
        """One more is answered: the one of this name."""
        self._done += 1
        taken_s = max(self._now() - self._began_s, 1e-9)
        rate = self._done / taken_s
        left = f"{rate:.1f} a second, {_duration((self._total - self._done) / rate)} left"
        if self._on_terminal:
            full = _BAR_WIDTH * self._done // self._total
            bar = "#" * full + "." * (_BAR_WIDTH - full)
            self._write(f"{_CLEAR_LINE}[{bar}] {self._done} of {self._total}, {left}")
        else:
            self._write(f"{self._done} of {self._total}: {name}; {left}\n")

    def say(self, sentence: str) -> None:
        """Put in a sentence without tearing the bar."""
        self._write(f"{_CLEAR_LINE if self._on_terminal else ''}{sentence}\n")

    def close(self) -> None:
        """Leave the bar's line, so that what follows begins a new one."""
        if self._on_terminal and self._done:
            self._write("\n")

    def _write(self, text: str) -> None:
        self._screen.write(text)
        self._screen.flush()


def _duration(seconds: float) -> str:
    """Such as "45 s" or "3 min 05 s", rounded up."""
    minutes, rest = divmod(math.ceil(seconds - 1e-6), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
