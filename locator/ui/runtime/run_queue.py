"""A queue for work that only few threads can do at a time: known visits before new ones. Thread-safe."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

NEWCOMER_EVERY: Final = 4
"""Of so many slots that are waited for, a new visit gets one: they are kept waiting, but never out."""


class RunQueue:
    """At most `concurrency` threads hold a slot; another waits until those before it have had theirs.

    First come, first served, but in two lines: new visits wait in one of their own, which gets one slot of
    NEWCOMER_EVERY while somebody waits in the other. However many come at once, the known visits go on.

    A thread that holds a slot for longer than `max_hold_s` is waiting for a network or a disk, and no longer
    counts: nobody waits for a slot without end.
    """

    def __init__(
        self, concurrency: int, *, max_hold_s: float = 0.5, now_s: Callable[[], float] = monotonic
    ) -> None:
        if concurrency < 1:
            raise ValueError("concurrency must be at least 1: nobody could ever run")
        self._concurrency = concurrency
        self._max_hold_s = max_hold_s
        self._now_s = now_s
        self._lock = threading.Lock()
        self._known: OrderedDict[str, _Waiter] = OrderedDict()
        self._new: OrderedDict[str, _Waiter] = OrderedDict()
        # How many known visits were admitted since the last new one.
        self._known_in_a_row = 0
        # When each thread with a slot got it.
        self._working: dict[int, float] = {}
        self._has_timer = False

    @contextmanager
    def slot(self, visit: str, *, is_new: bool = False) -> Iterator[bool]:
        """Wait for a slot and hold it; it is released whatever happens.

        A visit waits in one place only: its newer work takes over that place, and the superseded work gets
        False at once, and should do nothing.
        """
        waiter = self._enqueue(visit, is_new=is_new)
        try:
            waiter.admitted.wait()
            yield waiter.may_run
        finally:
            self.release()

    @property
    def waiting(self) -> int:
        """How many threads wait for a slot now."""
        return len(self._known) + len(self._new)

    def release(self) -> None:
        """Release this thread's slot early, as what follows is mostly waiting; the thread goes on without."""
        with self._lock:
            self._working.pop(threading.get_ident(), None)
            self._admit()

    def _enqueue(self, visit: str, *, is_new: bool) -> _Waiter:
        waiter = _Waiter()
        with self._lock:
            line = self._new if is_new or visit in self._new else self._known
            superseded = line.get(visit)
            # A key that is there already keeps its place in the line.
            line[visit] = waiter
            if superseded is not None:
                superseded.admitted.set()
            self._admit()
        return waiter

    def _check_again(self) -> None:
        with self._lock:
            self._has_timer = False
            self._admit()

    def _admit(self) -> None:
        """Give free slots to those who wait the longest; the lock is held."""
        began_before_s = self._now_s() - self._max_hold_s
        for thread in [thread for thread, began_s in self._working.items() if began_s < began_before_s]:
            del self._working[thread]
        while self.waiting and len(self._working) < self._concurrency:
            waiter = self._next_waiter()
            waiter.may_run = True
            self._working[waiter.thread] = self._now_s()
            waiter.admitted.set()
        if self.waiting and not self._has_timer:
            self._has_timer = True
            # One timer checks for all: hundreds that each did would keep the one at work from working.
            timer = threading.Timer(self._max_hold_s, self._check_again)
            timer.daemon = True
            timer.start()

    def _next_waiter(self) -> _Waiter:
        """Take the next one to be admitted out of its line; somebody waits, and the lock is held."""
        is_turn_of_new = self._known_in_a_row >= NEWCOMER_EVERY - 1
        if self._new and (is_turn_of_new or not self._known):
            self._known_in_a_row = 0
            return self._new.popitem(last=False)[1]
        self._known_in_a_row += 1
        return self._known.popitem(last=False)[1]


class _Waiter:
    """One waiting thread: whether its wait is over, and whether it may run or is superseded."""

    __slots__ = ("admitted", "may_run", "thread")

    def __init__(self) -> None:
        self.admitted = threading.Event()
        self.may_run = False
        self.thread = threading.get_ident()
