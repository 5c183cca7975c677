"""A rate limit: so many at once, and then so many a second."""

from __future__ import annotations

import time
from collections.abc import Callable


class TokenBucket:
    """Full at first, it holds `burst` tokens and gains `per_s` a second."""

    def __init__(self, burst: float, per_s: float, *, now_s: Callable[[], float] = time.monotonic) -> None:
        self._burst = burst
        self._per_s = per_s
        self._now_s = now_s
        self._tokens = burst
        self._counted_at_s = now_s()

    def take(self, count: float = 1.0) -> float:
        """Take `count` tokens; how many seconds too early that was, 0 if there were as many."""
        now_s = self._now_s()
        self._tokens = min(self._burst, self._tokens + (now_s - self._counted_at_s) * self._per_s) - count
        self._counted_at_s = now_s
        return max(0.0, -self._tokens / self._per_s)

    def take_if_available(self, count: float = 1.0) -> bool:
        """Take `count` tokens if there are as many; whether there were. A refusal costs nothing."""
        if self.take(count) == 0:
            return True
        self._tokens += count
        return False


class TokenBuckets:
    """A bucket for each of many, such as addresses; those that asked longest ago are forgotten."""

    def __init__(
        self, burst: float, per_s: float, *, most: int = 10_000, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._make: Callable[[], TokenBucket] = lambda: TokenBucket(burst, per_s, now_s=now_s)
        self._most = most
        # Who asked last comes last.
        self._buckets: dict[str, TokenBucket] = {}

    def take_if_available(self, whose: str | None) -> bool:
        """Take one of somebody's tokens; whether there was one. Of whom nothing is known has no limit."""
        if whose is None:
            return True
        bucket = self._buckets.pop(whose, None) or self._make()
        self._buckets[whose] = bucket
        if len(self._buckets) > self._most:
            del self._buckets[next(iter(self._buckets))]
        return bucket.take_if_available()
