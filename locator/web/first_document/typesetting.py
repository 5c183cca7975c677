"""Who may have a sheet typeset: it keeps a core busy, so one at a time for everybody, and few wait."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

MOST_AT_ONCE: Final = 8
"""Sheets that are typeset or waited for; each takes some tenths of a second."""

MOST_OF_ONE: Final = 2
"""Of these, how many may be one address's: the next can be asked for while one is typeset."""

PATIENCE_S: Final = 15.0
"""Nobody is kept waiting for longer."""


class TypesetterBusyError(Exception):
    """There is no turn now; `is_own_doing` where that is for the sheets of the same address."""

    def __init__(self, *, is_own_doing: bool) -> None:
        super().__init__("no turn at the typesetter")
        self.is_own_doing = is_own_doing


class Typesetter:
    """One sheet at a time, in any order. Thread-safe."""

    def __init__(
        self,
        *,
        most_at_once: int = MOST_AT_ONCE,
        most_of_one: int = MOST_OF_ONE,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._most_at_once = most_at_once
        self._most_of_one = most_of_one
        self._patience_s = patience_s
        self._counting = threading.Lock()
        self._typesetting = threading.Lock()
        self._asked: Counter[str | None] = Counter()

    @property
    def asked(self) -> int:
        """How many sheets are typeset or waited for now."""
        with self._counting:
            return self._asked.total()

    def typeset(self, whose: str | None, work: Callable[[], bytes]) -> bytes:
        """What `work` gives, once it is its turn. Raises TypesetterBusyError at once where too many wait.

        `whose` is the address that asks; of whom nothing is known, only the limit for all holds.
        """
        with self._place(whose):
            if not self._typesetting.acquire(timeout=self._patience_s):
                raise TypesetterBusyError(is_own_doing=False)
            try:
                return work()
            finally:
                self._typesetting.release()

    @contextmanager
    def _place(self, whose: str | None) -> Iterator[None]:
        with self._counting:
            if whose is not None and self._asked[whose] >= self._most_of_one:
                raise TypesetterBusyError(is_own_doing=True)
            if self._asked.total() >= self._most_at_once:
                raise TypesetterBusyError(is_own_doing=False)
            self._asked[whose] += 1
        try:
            yield
        finally:
            with self._counting:
                self._asked[whose] -= 1
                self._asked += Counter()  # forget those who ask for nothing


TYPESETTER: Final = Typesetter()
"""The one for all requests: the core that it keeps busy is everybody's."""
