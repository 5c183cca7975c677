"""A bound on what libraries log: of entries that anybody can cause, one a minute tells as much as all."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

EVERY_S: Final = 60.0

CAUSED_BY_ANYBODY: Final = (
    # A traceback for each request for a file that there is not, or is no more.
    "streamlit.runtime.backend_operation_handler",
)
"""Loggers whose entries a visitor can cause again and again."""


class Seldom(logging.Filter):
    """Lets an entry pass if none has for `every_s`, and then says how many it has held back."""

    def __init__(self, every_s: float = EVERY_S, *, now_s: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._every_s = every_s
        self._now_s = now_s
        self._next_s = float("-inf")
        self._held_back = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the entry is to be logged."""
        now_s = self._now_s()
        if now_s < self._next_s:
            self._held_back += 1
            return False
        self._next_s = now_s + self._every_s
        if self._held_back:
            record.msg = f"{record.getMessage()} ({self._held_back} more such entries were left out)"
            record.args = None
            self._held_back = 0
        return True


def limit_logs() -> None:
    """Bound what CAUSED_BY_ANYBODY log; to be called once a process."""
    for name in CAUSED_BY_ANYBODY:
        logging.getLogger(name).addFilter(Seldom())
