"""A bound on how often something may be done: so many times at once, and then so many a second."""

from __future__ import annotations

import time
from collections.abc import Callable


class Allowance:
    """A token bucket: full at first, it holds `burst` and gains `per_s` a second."""

    def __init__(self, burst: float, per_s: float, *, now_s: Callable[[], float] = time.monotonic) -> None:
        self._burst = burst
        self._per_s = per_s
        self._now_s = now_s
        self._left = burst
        self._counted_at_s = now_s()

    def take(self, count: float = 1.0) -> float:
        """Use up `count`; how many seconds too early that was, 0 if it was within bounds."""
        now_s = self._now_s()
        self._left = min(self._burst, self._left + (now_s - self._counted_at_s) * self._per_s) - count
        self._counted_at_s = now_s
        return max(0.0, -self._left / self._per_s)

    def take_if_there(self, count: float = 1.0) -> bool:
        """Use up `count` if that is within bounds; whether it was. Who is refused owes nothing."""
        if self.take(count) == 0:
            return True
        self._left += count
        return False
