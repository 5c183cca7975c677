"""A rate limit for each of many: nobody's use costs another, and a crowd of strangers costs no memory."""

from __future__ import annotations

from locator.web.middleware.token_bucket import TokenBuckets
from tests.support.fake_hasher import Clock


def taken(buckets: TokenBuckets, whose: str | None, times: int) -> int:
    """How many of so many tries one is allowed."""
    return sum(buckets.take_if_available(whose) for _ in range(times))


def test_each_has_its_own_burst_and_then_its_own_pace() -> None:
    clock = Clock()
    buckets = TokenBuckets(3, 2, now_s=clock)
    assert (taken(buckets, "a", 5), taken(buckets, "b", 5)) == (3, 3)
    clock.now_s += 1
    assert (taken(buckets, "a", 5), taken(buckets, "b", 5)) == (2, 2)


def test_a_refusal_costs_nothing() -> None:
    clock = Clock()
    buckets = TokenBuckets(1, 1, now_s=clock)
    assert taken(buckets, "a", 1_000) == 1
    clock.now_s += 1
    assert taken(buckets, "a", 2) == 1


def test_somebody_of_whom_nothing_is_known_has_no_limit() -> None:
    assert taken(TokenBuckets(1, 1, now_s=Clock()), None, 100) == 100


def test_of_too_many_those_are_forgotten_who_asked_longest_ago() -> None:
    buckets = TokenBuckets(1, 1, most=2, now_s=Clock())
    assert [taken(buckets, whose, 1) for whose in "ab"] == [1, 1]
    # Now "b" is the one who asked longest ago, and "c" takes its place.
    assert taken(buckets, "a", 1) == 0
    assert taken(buckets, "c", 1) == 1
    assert [taken(buckets, whose, 1) for whose in "ab"] == [0, 1]
