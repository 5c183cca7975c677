"""What stands between a service and all visitors: each part on a made-up clock, and all against a server."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.errors import ServiceUnavailableError
from locator.geocoding import ServiceChoice
from locator.geocoding.services.guards import Breaker, Cache, GuardedGeocoder, Throttle
from locator.geocoding.services.services import make_geocoder
from locator.geocoding.types import (
    AnswerKind,
    Found,
    PostalAddress,
    RateLimitedError,
    ServiceOutageError,
    ServiceRefusedError,
    StreetGeocoder,
)
from locator.sites import Coordinate
from tests.support import fake_geocoder as fake
from tests.support.fake_geocoder import FakeGeocoder, fake_geocoder

ADDRESS = PostalAddress("12 Nowhere St", None, "Testville", "MN", "55999")
OTHER = PostalAddress("14 Nowhere St", None, "Testville", "MN", "55999")
FOUND = Found(
    "12 Nowhere Street", Coordinate(44.98, -93.27), AnswerKind.ADDRESS, 50.0, "Fake", "© Nobody", "Testville"
)
OUTAGE = ServiceOutageError("out")
BUDGET_S = 2.5


@dataclass(slots=True)
class FakeClock:
    """Time that passes only when somebody sleeps or the test says so."""

    now_s: float = 1_000.0
    slept_s: list[float] = field(default_factory=list)
    readings: int = 0

    def monotonic(self) -> float:
        """The made-up time."""
        self.readings += 1
        return self.now_s

    def sleep(self, seconds: float, /) -> None:
        """Let the time pass at once."""
        self.slept_s.append(seconds)
        self.now_s += seconds


@dataclass(slots=True)
class FakeService:
    """Answers, or fails, as told; remembers what it was asked and with what budget."""

    outcome: tuple[Found, ...] | BaseException = (FOUND,)
    asked: list[tuple[PostalAddress, float]] = field(default_factory=list)
    name: str = "Fake Service"

    def geocode(self, address: PostalAddress, *, budget_s: float) -> tuple[Found, ...]:
        """What the test said."""
        self.asked.append((address, budget_s))
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def inner() -> FakeService:
    return FakeService()


@pytest.fixture
def guarded(inner: FakeService, clock: FakeClock) -> GuardedGeocoder:
    return guard(inner, clock)


def guard(
    inner: StreetGeocoder, clock: FakeClock, *, rate: float = 1.0, cache: Cache | None = None
) -> GuardedGeocoder:
    return GuardedGeocoder(
        inner,
        throttle=Throttle(rate),
        cache=cache or Cache(timer=clock.monotonic, found_for_s=100, unknown_for_s=10),
        breaker=Breaker(trips_after=3, first_pause_s=15, longest_pause_s=40),
        clock=clock,
    )


def street(number: int) -> PostalAddress:
    return replace(ADDRESS, street=f"{number} Nowhere St")


# The throttle


def test_each_request_gets_the_next_free_slot() -> None:
    throttle = Throttle(2.0)
    assert [throttle.reserve(100.0, patience_s=10) for _ in range(4)] == [0.0, 0.5, 1.0, 1.5]
    assert throttle.reserve(101.9, patience_s=10) == pytest.approx(0.1)
    assert throttle.reserve(200.0, patience_s=10) == 0.0


def test_a_request_that_cannot_wait_is_refused_at_once_and_takes_no_slot() -> None:
    throttle = Throttle(1.0)
    assert throttle.reserve(100.0, patience_s=0) == 0.0
    with pytest.raises(RateLimitedError) as raised:
        throttle.reserve(100.25, patience_s=0.7)
    assert raised.value.retry_after_s == 0.75
    assert throttle.reserve(100.25, patience_s=0.75) == 0.75


def test_no_patience_at_all_still_takes_a_free_slot() -> None:
    assert Throttle(1.0).reserve(100.0, patience_s=-5) == 0.0


@given(st.lists(st.floats(0, 5), min_size=2, max_size=30), st.floats(0.5, 50), st.floats(0, 10))
def test_departures_are_never_closer_than_the_rate_allows(
    pauses_s: list[float], rate: float, patience_s: float
) -> None:
    throttle, now_s, departures = Throttle(rate), 0.0, []
    for pause_s in pauses_s:
        now_s += pause_s
        try:
            departures.append(now_s + throttle.reserve(now_s, patience_s=patience_s))
        except RateLimitedError:
            continue
    gaps = [later - earlier for earlier, later in pairwise(departures)]
    assert all(gap >= 1 / rate - 1e-9 for gap in gaps)


# The cache


def test_a_kept_answer_carries_the_label_of_who_asks_and_goes_after_its_time(clock: FakeClock) -> None:
    cache = Cache(timer=clock.monotonic, found_for_s=100, unknown_for_s=10)
    cache.put(ADDRESS, (FOUND,))
    clock.now_s += 99
    shouted = replace(ADDRESS, street=" 12  NOWHERE st", unit="Apt 9")
    assert cache.get(shouted) == (replace(FOUND, label=shouted.one_line),)
    clock.now_s += 2
    assert cache.get(ADDRESS) is None


def test_not_known_is_an_answer_that_is_kept_for_a_shorter_time(clock: FakeClock) -> None:
    cache = Cache(timer=clock.monotonic, found_for_s=100, unknown_for_s=10)
    cache.put(ADDRESS, ())
    assert cache.get(ADDRESS) == ()
    clock.now_s += 11
    assert cache.get(ADDRESS) is None


def test_the_cache_holds_no_more_than_its_size(clock: FakeClock) -> None:
    cache = Cache(timer=clock.monotonic, size=5)
    for number in range(20):
        cache.put(street(number), (FOUND,))
        cache.put(street(number + 100), ())
    assert sum(cache.get(street(number)) is not None for number in range(20)) == 5
    assert sum(cache.get(street(number + 100)) is not None for number in range(20)) == 5


@pytest.mark.parametrize("part", ["street", "city", "state", "zip_code"])
def test_addresses_that_differ_have_different_keys(clock: FakeClock, part: str) -> None:
    cache = Cache(timer=clock.monotonic)
    assert cache.key(replace(ADDRESS, **{part: "x"})) != cache.key(ADDRESS)
    assert cache.key(PostalAddress("a", None, "b c")) != cache.key(PostalAddress("a b", None, "c"))


def test_a_key_says_nothing_to_another_process(clock: FakeClock) -> None:
    one, other = (Cache(timer=clock.monotonic) for _ in range(2))
    assert one.key(ADDRESS) != other.key(ADDRESS)
    assert len(one.key(ADDRESS)) == 32


def test_no_text_of_an_address_is_kept(clock: FakeClock) -> None:
    cache = Cache(timer=clock.monotonic)
    cache.put(ADDRESS, (FOUND,))
    kept = [repr(vars(part) if hasattr(part, "__dict__") else part) for part in vars(cache).values()]
    kept += [repr(dict(part)) for part in vars(cache).values() if hasattr(part, "items")]
    assert "44.98" in "".join(kept)
    assert "nowhere" not in "".join(kept).lower()


# The breaker


def tripped(error: ServiceUnavailableError = OUTAGE) -> Breaker:
    breaker = Breaker(trips_after=3, first_pause_s=15, longest_pause_s=40)
    for _ in range(3):
        breaker.failed(error, 100.0, on_trial=breaker.admit(100.0))
    return breaker


def test_three_outages_in_a_row_open_it_two_and_an_answer_do_not() -> None:
    breaker = Breaker(trips_after=3)
    for _ in range(3):
        for _ in range(2):
            breaker.failed(OUTAGE, 100.0, on_trial=breaker.admit(100.0))
        breaker.answered()
    breaker.check(100.0)
    with pytest.raises(ServiceOutageError):
        tripped().check(100.0)


def test_after_the_pause_one_request_tries_and_the_others_still_wait() -> None:
    breaker = tripped()
    with pytest.raises(ServiceOutageError):
        breaker.admit(114.9)
    assert breaker.admit(115.0)
    with pytest.raises(ServiceOutageError):
        breaker.admit(115.0)


def test_a_trial_that_is_answered_closes_it() -> None:
    breaker = tripped()
    breaker.admit(115.0)
    breaker.answered()
    assert not breaker.admit(115.0)
    assert not breaker.admit(115.0)


def test_each_failed_trial_doubles_the_pause_up_to_the_longest() -> None:
    breaker, now_s = tripped(), 100.0
    for pause_s in (15, 30, 40, 40):
        with pytest.raises(ServiceOutageError):
            breaker.check(now_s + pause_s - 0.1)
        now_s += pause_s
        assert breaker.admit(now_s)
        breaker.failed(OUTAGE, now_s, on_trial=True)


def test_after_an_answer_the_pauses_start_over() -> None:
    breaker = tripped()
    breaker.failed(OUTAGE, 115.0, on_trial=breaker.admit(115.0))
    breaker.admit(145.0)
    breaker.answered()
    for _ in range(3):
        breaker.failed(OUTAGE, 200.0, on_trial=breaker.admit(200.0))
    assert breaker.admit(215.0)


def test_a_straggler_from_before_the_trial_does_not_end_it() -> None:
    breaker = tripped()
    assert breaker.admit(115.0)
    breaker.failed(OUTAGE, 116.0, on_trial=False)
    with pytest.raises(ServiceOutageError):
        breaker.check(116.0)


def test_a_trial_that_says_nothing_lets_somebody_else_try() -> None:
    breaker = tripped()
    breaker.gave_up(on_trial=breaker.admit(115.0))
    assert breaker.admit(115.0)


def test_a_service_that_asks_for_time_gets_it() -> None:
    breaker = Breaker()
    breaker.failed(RateLimitedError("wait", 20.0), 100.0, on_trial=False)
    with pytest.raises(RateLimitedError) as raised:
        breaker.check(119.0)
    assert raised.value.retry_after_s == 1.0
    breaker.check(120.0)


def test_a_shorter_wait_does_not_cut_a_longer_one() -> None:
    breaker = Breaker()
    breaker.failed(RateLimitedError("wait", 20.0), 100.0, on_trial=False)
    breaker.failed(RateLimitedError("wait", 1.0), 100.0, on_trial=False)
    with pytest.raises(RateLimitedError):
        breaker.check(119.0)


def test_a_limited_rate_without_a_wait_gets_the_first_pause_and_no_wait_is_longer_than_a_day() -> None:
    breaker = Breaker(first_pause_s=15)
    breaker.failed(RateLimitedError("wait"), 100.0, on_trial=False)
    with pytest.raises(RateLimitedError):
        breaker.check(114.0)
    breaker.check(115.0)
    breaker.failed(RateLimitedError("wait", 1e12), 200.0, on_trial=False)
    breaker.check(200.0 + 86_400)


def test_a_refusal_stays_a_refusal_while_the_service_is_left_alone() -> None:
    with pytest.raises(ServiceRefusedError):
        tripped(ServiceRefusedError("no")).check(100.0)


# All together


def test_a_repeated_question_is_not_asked_again(guarded: GuardedGeocoder, inner: FakeService) -> None:
    assert guarded.geocode(ADDRESS, budget_s=BUDGET_S) == (FOUND,)
    assert guarded.geocode(ADDRESS, budget_s=BUDGET_S)[0].point == FOUND.point
    assert len(inner.asked) == 1
    assert guarded.name == "Fake Service"


def test_not_known_is_not_asked_again_either(guarded: GuardedGeocoder, inner: FakeService) -> None:
    inner.outcome = ()
    assert guarded.geocode(ADDRESS, budget_s=BUDGET_S) == ()
    assert guarded.geocode(ADDRESS, budget_s=BUDGET_S) == ()
    assert len(inner.asked) == 1


def test_an_error_is_not_kept(guarded: GuardedGeocoder, inner: FakeService, clock: FakeClock) -> None:
    inner.outcome = OUTAGE
    with pytest.raises(ServiceOutageError):
        guarded.geocode(ADDRESS, budget_s=BUDGET_S)
    inner.outcome = (FOUND,)
    clock.now_s += 1
    assert guarded.geocode(ADDRESS, budget_s=BUDGET_S) == (FOUND,)


def test_waiting_for_a_turn_comes_off_the_budget(
    guarded: GuardedGeocoder, inner: FakeService, clock: FakeClock
) -> None:
    guarded.geocode(ADDRESS, budget_s=BUDGET_S)
    guarded.geocode(OTHER, budget_s=BUDGET_S)
    assert clock.slept_s == [1.0]
    assert [budget_s for _, budget_s in inner.asked] == [2.5, 1.5]


def test_who_could_not_be_answered_in_time_is_refused_at_once(
    guarded: GuardedGeocoder, inner: FakeService, clock: FakeClock
) -> None:
    guarded.geocode(ADDRESS, budget_s=BUDGET_S)
    with pytest.raises(RateLimitedError):
        guarded.geocode(OTHER, budget_s=1.9)
    assert clock.slept_s == []
    assert len(inner.asked) == 1
    clock.now_s += 1
    assert guarded.geocode(OTHER, budget_s=0.5) == (FOUND,)


def test_without_any_time_nothing_is_asked_and_nothing_held_against_the_service(
    guarded: GuardedGeocoder, inner: FakeService
) -> None:
    for _ in range(5):
        with pytest.raises(ServiceOutageError):
            guarded.geocode(ADDRESS, budget_s=0)
    assert inner.asked == []
    assert guarded.geocode(ADDRESS, budget_s=BUDGET_S) == (FOUND,)


def test_a_service_that_is_out_is_left_alone_until_one_request_finds_it_back(
    guarded: GuardedGeocoder, inner: FakeService, clock: FakeClock
) -> None:
    inner.outcome = OUTAGE
    for number in range(10):
        with pytest.raises(ServiceOutageError):
            guarded.geocode(street(number), budget_s=60)
    assert len(inner.asked) == 3
    inner.outcome = (FOUND,)
    clock.now_s += 15
    assert guarded.geocode(street(1), budget_s=60) == (FOUND,)
    assert guarded.geocode(street(2), budget_s=60) == (FOUND,)


def test_a_kept_answer_is_given_while_the_service_is_out(
    guarded: GuardedGeocoder, inner: FakeService
) -> None:
    guarded.geocode(ADDRESS, budget_s=60)
    inner.outcome = OUTAGE
    for number in range(100, 104):
        with pytest.raises(ServiceOutageError):
            guarded.geocode(street(number), budget_s=60)
    assert len(guarded.geocode(ADDRESS, budget_s=60)) == 1


def test_a_limited_rate_closes_the_tap_for_everybody(
    guarded: GuardedGeocoder, inner: FakeService, clock: FakeClock
) -> None:
    inner.outcome = RateLimitedError("wait", 30.0)
    for address in (ADDRESS, OTHER):
        with pytest.raises(RateLimitedError):
            guarded.geocode(address, budget_s=60)
    assert len(inner.asked) == 1
    assert clock.slept_s == [], "who is refused anyway need not wait for a turn"
    inner.outcome = (FOUND,)
    clock.now_s += 30
    assert guarded.geocode(OTHER, budget_s=60) == (FOUND,)


def test_a_trial_that_breaks_off_does_not_leave_the_service_unasked_for_ever(
    guarded: GuardedGeocoder, inner: FakeService, clock: FakeClock
) -> None:
    inner.outcome = OUTAGE
    for number in range(3):
        with pytest.raises(ServiceOutageError):
            guarded.geocode(street(number), budget_s=60)
    clock.now_s += 15
    inner.outcome = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        guarded.geocode(ADDRESS, budget_s=60)
    inner.outcome = (FOUND,)
    assert guarded.geocode(ADDRESS, budget_s=60) == (FOUND,)


@dataclass(slots=True)
class HeldService:
    """Answers only when released, so that others come meanwhile."""

    outcome: tuple[Found, ...] | BaseException = (FOUND,)
    began: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)
    asked: int = 0
    name: str = "Held Service"

    def geocode(self, address: PostalAddress, *, budget_s: float) -> tuple[Found, ...]:
        """Wait, then do what the test said."""
        del address, budget_s
        self.asked += 1
        self.began.set()
        assert self.release.wait(30)
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


class WatchedCache(Cache):
    """Tells of each look at it. Who looks does so in one step with joining whoever asks the same."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(timer=clock.monotonic)
        self.looked = threading.Semaphore(0)

    def get(self, address: PostalAddress) -> tuple[Found, ...] | None:
        """As ever."""
        self.looked.release()
        return super().get(address)


def outcome_of(ask: Callable[[], tuple[Found, ...]]) -> tuple[Found, ...] | type[BaseException]:
    try:
        return ask()
    except (ServiceUnavailableError, KeyboardInterrupt) as exc:
        return type(exc)


@pytest.mark.parametrize(
    ("outcome", "first", "others"),
    [
        ((FOUND,), (FOUND,), (FOUND,)),
        (RateLimitedError("wait", 5.0), RateLimitedError, RateLimitedError),
        (KeyboardInterrupt(), KeyboardInterrupt, ServiceOutageError),
    ],
)
def test_who_asks_the_same_at_the_same_time_shares_one_request_and_its_outcome(
    clock: FakeClock, outcome: tuple[Found, ...] | BaseException, first: object, others: object
) -> None:
    held = HeldService(outcome)
    shared = guard(held, clock, cache=(cache := WatchedCache(clock)))

    def ask() -> tuple[Found, ...] | type[BaseException]:
        return outcome_of(lambda: shared.geocode(ADDRESS, budget_s=30))

    with ThreadPoolExecutor(9) as pool:
        leader = pool.submit(ask)
        assert held.began.wait(30)
        followers = [pool.submit(ask) for _ in range(8)]
        assert all(cache.looked.acquire(timeout=60) for _ in range(1 + 8))
        held.release.set()
        assert leader.result() == first
        for follower in followers:
            told = follower.result()
            points = [one.point for one in told] if isinstance(told, tuple) else told
            assert points == ([FOUND.point] if isinstance(others, tuple) else others)
    assert held.asked == 1


def test_who_waits_for_somebody_elses_request_waits_no_longer_than_its_own_budget(clock: FakeClock) -> None:
    held = HeldService()
    shared = guard(held, clock)
    with ThreadPoolExecutor(1) as pool:
        leader = pool.submit(shared.geocode, ADDRESS, budget_s=30)
        assert held.began.wait(30)
        with pytest.raises(ServiceOutageError):
            shared.geocode(ADDRESS, budget_s=0.05)
        held.release.set()
        assert leader.result() == (FOUND,)


# Against a real server


@pytest.fixture
def server() -> Iterator[FakeGeocoder]:
    with fake_geocoder() as running:
        running.behave = fake.answering([fake.house()])
        yield running


def connected(server: FakeGeocoder, *, rate: float) -> StreetGeocoder:
    choice = ServiceChoice(
        service="nominatim",
        arguments={"domain": server.host, "scheme": "http"},
        requests_per_second=rate,
        timeout_s=60.0,
    )
    return make_geocoder(choice, user_agent="DRG-Locator/0 (+https://clinic.example/)")


def all_at_once(asks: list[Callable[[], tuple[Found, ...]]]) -> list[object]:
    """Each in a thread of its own, started together."""
    together = threading.Barrier(len(asks))

    def one(ask: Callable[[], tuple[Found, ...]]) -> object:
        together.wait()
        return outcome_of(ask)

    with ThreadPoolExecutor(len(asks)) as pool:
        return list(pool.map(one, asks))


def test_of_visitors_at_once_no_more_than_the_rate_leaves(server: FakeGeocoder) -> None:
    # As many as may be waiting for an answer at a time: however slow the machine is, nobody is sent away.
    rate, visitors = 20.0, 8
    geocoder = connected(server, rate=rate)
    began_s = time.monotonic()
    outcomes = all_at_once(
        [lambda number=number: geocoder.geocode(street(number), budget_s=60) for number in range(visitors)]  # type: ignore[misc]
    )
    assert all(isinstance(outcome, tuple) for outcome in outcomes)
    arrived_s = sorted(arrival.at_s - began_s for arrival in server.arrivals)
    assert len(arrived_s) == visitors
    # A request may be slow on its way, never early: the n-th leaves n intervals after the first or later.
    assert all(at_s >= n / rate for n, at_s in enumerate(arrived_s))


def test_of_fifty_impatient_visitors_all_but_one_are_told_at_once_and_one_request_leaves(
    server: FakeGeocoder,
) -> None:
    # The second turn comes long after the end of everybody's patience, and that after the end of this test.
    geocoder = connected(server, rate=0.001)
    outcomes = all_at_once(
        [lambda number=number: geocoder.geocode(street(number), budget_s=500) for number in range(50)]  # type: ignore[misc]
    )
    assert outcomes.count(RateLimitedError) == 49
    assert len(server.arrivals) == 1


def test_fifty_visitors_with_one_question_send_one_request_and_repeating_it_sends_none(
    server: FakeGeocoder,
) -> None:
    geocoder = connected(server, rate=1.0)
    for _ in range(2):
        outcomes = all_at_once([lambda: geocoder.geocode(ADDRESS, budget_s=60)] * 50)
        assert all(isinstance(outcome, tuple) for outcome in outcomes)
        assert len(server.arrivals) == 1


def test_a_server_that_is_out_is_asked_three_times_and_no_more(server: FakeGeocoder) -> None:
    server.behave = fake.failing(500)
    geocoder = connected(server, rate=100.0)
    for number in range(10):
        with pytest.raises(ServiceOutageError):
            geocoder.geocode(street(number), budget_s=60)
    assert len(server.arrivals) == 3


def test_a_server_that_fails_once_and_is_fine_then_answers_the_next(server: FakeGeocoder) -> None:
    server.behave = fake.InTurn([fake.failing(500), fake.answering([fake.house()])])
    geocoder = connected(server, rate=100.0)
    with pytest.raises(ServiceOutageError):
        geocoder.geocode(ADDRESS, budget_s=60)
    assert len(geocoder.geocode(ADDRESS, budget_s=60)) == 1


def test_a_server_that_asks_for_time_is_not_asked_meanwhile(server: FakeGeocoder) -> None:
    server.behave = fake.failing(429, Retry_After="3600")
    geocoder = connected(server, rate=100.0)
    for number in range(5):
        with pytest.raises(RateLimitedError) as raised:
            geocoder.geocode(street(number), budget_s=60)
        assert raised.value.retry_after_s == pytest.approx(3600, abs=30)
    assert len(server.arrivals) == 1
