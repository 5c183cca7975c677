"""Turns at work that only few can do at a time: who is inside before who is new. Safe across threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

NEWCOMER_EVERY: Final = 4
"""Of so many turns that are waited for, a newcomer gets one: they are kept waiting, but never out."""


class Turns:
    """At most `at_once` threads at work; another waits until those before it have had their turn.

    First come, first served, but in two lines: newcomers stand in one of their own, which gets one turn of
    NEWCOMER_EVERY while somebody waits in the other. However many come at once, those inside go on.

    Whoever holds a turn for longer than `patience_s` waits for something else, a network or a disk, and no
    longer counts: no turn is ever waited for without end.
    """

    def __init__(
        self, at_once: int, *, patience_s: float = 0.5, now_s: Callable[[], float] = monotonic
    ) -> None:
        if at_once < 1:
            raise ValueError("nobody could ever work")
        self._at_once = at_once
        self._patience_s = patience_s
        self._now_s = now_s
        self._changing = threading.Lock()
        self._inside: OrderedDict[str, _Place] = OrderedDict()
        self._newcomers: OrderedDict[str, _Place] = OrderedDict()
        # How many from inside were called since the last newcomer.
        self._inside_in_a_row = 0
        # When each thread at work began.
        self._working: dict[int, float] = {}
        self._is_watched = False

    @contextmanager
    def turn(self, visit: str, *, is_new: bool = False) -> Iterator[bool]:
        """Wait for this thread's turn and hold it; whatever happens meanwhile, the next one's follows.

        A visit waits in one place only: its newer piece of work takes over that place, and the older is told
        False at once, and should do nothing.
        """
        place = self._queue_up(visit, is_new=is_new)
        try:
            place.called.wait()
            yield place.is_first
        finally:
            self.give_way()

    @property
    def waiting(self) -> int:
        """How many wait for their turn now."""
        return len(self._inside) + len(self._newcomers)

    def give_way(self) -> None:
        """Give this thread's turn to the next one, for what follows is mostly waiting; it goes on without."""
        with self._changing:
            self._working.pop(threading.get_ident(), None)
            self._call()

    def _queue_up(self, visit: str, *, is_new: bool) -> _Place:
        place = _Place()
        with self._changing:
            line = self._newcomers if is_new or visit in self._newcomers else self._inside
            older = line.get(visit)
            # A key that is there already keeps its place in the order.
            line[visit] = place
            if older is not None:
                older.called.set()
            self._call()
        return place

    def _look_again(self) -> None:
        with self._changing:
            self._is_watched = False
            self._call()

    def _call(self) -> None:
        """Let the first of those who wait work, as far as there is room; the lock is held."""
        began_since_s = self._now_s() - self._patience_s
        for thread in [thread for thread, began_s in self._working.items() if began_s < began_since_s]:
            del self._working[thread]
        while self.waiting and len(self._working) < self._at_once:
            place = self._next_place()
            place.is_first = True
            self._working[place.thread] = self._now_s()
            place.called.set()
        if self.waiting and not self._is_watched:
            self._is_watched = True
            # One thread looks for all: hundreds that each looked would keep the one at work from working.
            watch = threading.Timer(self._patience_s, self._look_again)
            watch.daemon = True
            watch.start()

    def _next_place(self) -> _Place:
        """Take the one whose turn it is out of its line; somebody waits, and the lock is held."""
        is_newcomers_turn = self._inside_in_a_row >= NEWCOMER_EVERY - 1
        if self._newcomers and (is_newcomers_turn or not self._inside):
            self._inside_in_a_row = 0
            return self._newcomers.popitem(last=False)[1]
        self._inside_in_a_row += 1
        return self._inside.popitem(last=False)[1]


class _Place:
    """One thread's place among those who wait: whether it has been called, and to work or to give up."""

    __slots__ = ("called", "is_first", "thread")

    def __init__(self) -> None:
        self.called = threading.Event()
        self.is_first = False
        self.thread = threading.get_ident()
