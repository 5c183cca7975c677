"""How far a run is: one line that is written over on a terminal, a line now and then anywhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TextIO

_CLEAR_LINE: Final = "\r\x1b[K"
_ON_TERMINAL_S: Final = 0.2
_ELSEWHERE_S: Final = 5.0


class Progress:
    """Tells rows and rows a second, of this run alone, and how much of the table is read."""

    def __init__(self, screen: TextIO | None, size: int | None, now: Callable[[], float]) -> None:
        """`size` of the table in bytes, None where it is not known; `now` is a clock in seconds.

        Without a screen, nothing is told.
        """
        self._screen = screen
        self._size = size
        self._now = now
        self._on_terminal = screen is not None and screen.isatty()
        self._began_s = self._said_s = now()
        self._rows = 0
        self._has_said = False

    def advance(self, rows: int, offset: int) -> None:
        """So many rows more, up to this byte of the table."""
        self._rows += rows
        now_s = self._now()
        if now_s - self._said_s < (_ON_TERMINAL_S if self._on_terminal else _ELSEWHERE_S):
            return
        self._said_s = now_s
        self._has_said = True
        said = f"{self._rows:,} rows, {self._rows / (now_s - self._began_s):,.0f} a second"
        if self._size:
            said += f", {offset * 100 // self._size} % of the table"
        self._write(f"{_CLEAR_LINE}{said}" if self._on_terminal else f"{said}\n")

    def close(self) -> None:
        """Leave the line, so that what follows begins a new one."""
        if self._on_terminal and self._has_said:
            self._write("\n")

    def _write(self, text: str) -> None:
        if self._screen is not None:
            self._screen.write(text)
            self._screen.flush()
