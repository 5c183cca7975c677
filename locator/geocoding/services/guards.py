"""What protects a service from the visitors of this process: a throttle, a cache and a circuit breaker.

`Throttle`, `Cache` and `Breaker` decide and never wait; `GuardedGeocoder` locks them and does the
waiting.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Final, Protocol

from cachetools import TTLCache

from locator.errors import ServiceUnavailableError
from locator.geocoding import (
    Found,
    PostalAddress,
    RateLimitedError,
    ServiceOutageError,
    ServiceRefusedError,
    StreetGeocoder,
)

_LONGEST_WAIT_S: Final = 86_400.0
# A request that is given less time than this would fail for the want of it, and be held against the service.
_LEAST_FOR_A_REQUEST_S: Final = 1.0


class Clock(Protocol):
    """The time and the waiting; the `time` module is one."""

    def monotonic(self) -> float:
        """Seconds that never go back."""

    def sleep(self, seconds: float, /) -> None:
        """Wait."""


class Throttle:
    """At most so many requests a second: each one gets the next free slot, or is refused."""

    def __init__(self, requests_per_second: float) -> None:
        self._interval_s = 1 / requests_per_second
        self._next_s = float("-inf")

    def reserve(self, now_s: float, *, patience_s: float) -> float:
        """Seconds to wait for a slot that is now taken.

        Raises RateLimitedError, and takes none, when the wait would be longer than `patience_s`.
        """
        wait_s = max(0.0, self._next_s - now_s)
        if wait_s > max(0.0, patience_s):
            raise RateLimitedError("Too many addresses are being looked up at this moment.", wait_s)
        self._next_s = now_s + wait_s + self._interval_s
        return wait_s


class Cache:
    """Recent results, under keys that do not reveal any address.

    The key is made with a random secret of this process. Labels are not kept: a cached result is labelled
    with the requested address. "Not known" is kept for a shorter time, since maps are corrected.
    """

    def __init__(
        self,
        *,
        timer: Callable[[], float],
        size: int = 1_000,
        found_for_s: float = 900.0,
        unknown_for_s: float = 120.0,
    ) -> None:
        self._secret = secrets.token_bytes(32)
        self._found: TTLCache[bytes, tuple[Found, ...]] = TTLCache(size, found_for_s, timer)
        self._unknown: TTLCache[bytes, bool] = TTLCache(size, unknown_for_s, timer)

    def key(self, address: PostalAddress) -> bytes:
        """The same for addresses that differ only in case, blanks and unit."""
        text = "\n".join(
            " ".join((part or "").casefold().split())
            for part in (address.street, address.city, address.state, address.zip_code)
        )
        return hmac.digest(self._secret, text.encode(), "sha256")

    def get(self, address: PostalAddress) -> tuple[Found, ...] | None:
        """What was answered; None if nothing is kept."""
        key = self.key(address)
        if key in self._unknown:
            return ()
        offers = self._found.get(key)
        return offers and tuple(replace(offer, label=address.one_line) for offer in offers)

    def put(self, address: PostalAddress, answer: tuple[Found, ...]) -> None:
        """Keep an answer; the oldest go when there are too many."""
        key = self.key(address)
        if answer:
            self._found[key] = tuple(replace(offer, label="") for offer in answer)
        else:
            self._unknown[key] = True


class Breaker:
    """Stops asking a service that is out, and lets one request try it after a pause that doubles.

    A service that limits its rate is left alone for as long as it says.
    """

    def __init__(
        self, *, trips_after: int = 3, first_pause_s: float = 15.0, longest_pause_s: float = 600.0
    ) -> None:
        self._trips_after = trips_after
        self._first_pause_s = first_pause_s
        self._longest_pause_s = longest_pause_s
        self._pause_s = first_pause_s
        self._failures = 0
        self._open_until_s: float | None = None
        self._quiet_until_s = float("-inf")
        self._on_trial = False
        self._refused = False

    def check(self, now_s: float) -> None:
        """Raise if no request may be sent now; the error says why."""
        if now_s < self._quiet_until_s:
            message = "The service asked to be left alone for a while."
            raise RateLimitedError(message, self._quiet_until_s - now_s)
        if self._open_until_s is None:
            return
        if now_s < self._open_until_s or self._on_trial:
            if self._refused:
                raise ServiceRefusedError("The service refuses this server; it is not asked for a while.")
            raise ServiceOutageError("The service is out; it is not asked for a while.")

    def admit(self, now_s: float) -> bool:
        """As `check`; after a pause the first caller is the trial, for whom this returns True."""
        self.check(now_s)
        self._on_trial = self._open_until_s is not None
        return self._on_trial

    def answered(self) -> None:
        """The service works."""
        self._failures = 0
        self._open_until_s = None
        self._pause_s = self._first_pause_s
        self._on_trial = False

    def failed(self, error: ServiceUnavailableError, now_s: float, *, on_trial: bool) -> None:
        """No answer came: an outage or refusal counts, a limited rate has a pause of its own."""
        if isinstance(error, RateLimitedError):
            self.answered()
            wait_s = self._first_pause_s if error.retry_after_s is None else error.retry_after_s
            self._quiet_until_s = max(self._quiet_until_s, now_s + min(wait_s, _LONGEST_WAIT_S))
            return
        self._failures += 1
        self._refused = isinstance(error, ServiceRefusedError)
        if on_trial or (self._open_until_s is None and self._failures >= self._trips_after):
            self._open_until_s = now_s + self._pause_s
            self._pause_s = min(2 * self._pause_s, self._longest_pause_s)
        self.gave_up(on_trial=on_trial)

    def gave_up(self, *, on_trial: bool) -> None:
        """The request said nothing about the service: somebody else may be the trial."""
        self._on_trial = self._on_trial and not on_trial


class GuardedGeocoder:
    """A service with its throttle, cache and breaker, for every thread of the process.

    Simultaneous requests for the same address share one request and its outcome. Errors are not cached.
    """

    def __init__(
        self, inner: StreetGeocoder, *, throttle: Throttle, cache: Cache, breaker: Breaker, clock: Clock
    ) -> None:
        self._inner = inner
        self._throttle = throttle
        self._cache = cache
        self._breaker = breaker
        self._clock = clock
        self._lock = threading.Lock()
        self._under_way: dict[bytes, Future[tuple[Found, ...]]] = {}

    @property
    def name(self) -> str:
        """Who receives the address."""
        return self._inner.name

    def geocode(self, address: PostalAddress, *, budget_s: float) -> tuple[Found, ...]:
        """The service's answer, or the kept one.

        Takes no longer than `budget_s`; RateLimitedError at once if there is no time to wait for a turn.
        """
        deadline_s = self._clock.monotonic() + budget_s
        key = self._cache.key(address)
        with self._lock:
            cached = self._cache.get(address)
            if cached is not None:
                return cached
            shared = self._under_way.get(key)
            if shared is None:
                own = self._under_way[key] = Future()
        if shared is not None:
            return _awaited(shared, budget_s)
        return self._lead(address, key, own, deadline_s)

    def _lead(
        self, address: PostalAddress, key: bytes, own: Future[tuple[Found, ...]], deadline_s: float
    ) -> tuple[Found, ...]:
        """Ask on behalf of all who want to know the same."""
        try:
            answer = self._ask(address, deadline_s)
        except BaseException as exc:
            with self._lock:
                del self._under_way[key]
            ours = isinstance(exc, ServiceUnavailableError)
            own.set_exception(exc if ours else ServiceOutageError("The request was broken off."))
            raise
        with self._lock:
            self._cache.put(address, answer)
            del self._under_way[key]
        own.set_result(answer)
        return answer

    def _ask(self, address: PostalAddress, deadline_s: float) -> tuple[Found, ...]:
        self._await_turn(deadline_s)
        with self._lock:
            now_s = self._clock.monotonic()
            on_trial = self._breaker.admit(now_s)
        try:
            answer = self._inner.geocode(address, budget_s=deadline_s - now_s)
        except ServiceUnavailableError as exc:
            with self._lock:
                self._breaker.failed(exc, self._clock.monotonic(), on_trial=on_trial)
            raise
        except BaseException:
            with self._lock:
                self._breaker.gave_up(on_trial=on_trial)
            raise
        with self._lock:
            self._breaker.answered()
        return answer

    def _await_turn(self, deadline_s: float) -> None:
        with self._lock:
            now_s = self._clock.monotonic()
            if now_s >= deadline_s:
                raise ServiceOutageError("There was no time left to ask.")
            self._breaker.check(now_s)
            wait_s = self._throttle.reserve(now_s, patience_s=deadline_s - now_s - _LEAST_FOR_A_REQUEST_S)
        if wait_s:
            self._clock.sleep(wait_s)


def _awaited(shared: Future[tuple[Found, ...]], budget_s: float) -> tuple[Found, ...]:
    try:
        return shared.result(timeout=budget_s)
    except TimeoutError:
        pass
    raise ServiceOutageError("No answer came in time.")
