"""Asking a service about one address after another, with patience that ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from locator.errors import ServiceUnavailableError
from locator.geocoding import Found, PostalAddress, RateLimitedError, ServiceRefusedError, StreetGeocoder
from locator.geocoding.pins.addresses import asked_address
from locator.geocoding.pins.journal import Answered, Journal
from locator.sites import Site

GOOD_FOR: Final = timedelta(days=30)
"""How long an answer in the journal is used without asking again."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how long to wait for a service that cannot answer now.

    Waits double from `first_wait_s`; where the service names a wait, it is at least that. One that names more
    than `longest_wait_s` is not waited for.
    """

    tries: int = 4
    first_wait_s: float = 2.0
    longest_wait_s: float = 300.0
    budget_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A service, the patience for it, and the day it is asked on; `sleep` waits for so many seconds."""

    geocoder: StreetGeocoder
    today: date
    sleep: Callable[[float], None]
    patience: RetryPolicy = RetryPolicy()

    def known(self, site: Site, journal: Journal) -> Answered | None:
        """What the journal holds for the site's address and is not too old."""
        return journal.answer(self.geocoder.name, asked_address(site).one_line, since=self.today - GOOD_FOR)

    def ask_all(
        self,
        sites: Iterable[Site],
        journal: Journal,
        *,
        on_answer: Callable[[Site], None],
        say: Callable[[str], None],
    ) -> None:
        """Ask about each site in turn and put each answer into the journal before going on.

        `on_answer` is called after each site, `say` with a sentence where the service makes us wait. Raises
        the service's own error once patience is at its end; what was answered before is kept.
        """
        for site in sites:
            address = asked_address(site)
            places = self._ask(address, say)
            journal.add(Answered(self.geocoder.name, address.one_line, self.today, places))
            on_answer(site)

    def _ask(self, address: PostalAddress, say: Callable[[str], None]) -> tuple[Found, ...]:
        wait_s = self.patience.first_wait_s
        for tries_left in range(self.patience.tries - 1, -1, -1):
            try:
                return self.geocoder.geocode(address, budget_s=self.patience.budget_s)
            except ServiceRefusedError:
                # Asking again changes nothing: the operator has to.
                raise
            except ServiceUnavailableError as exc:
                named_s = exc.retry_after_s if isinstance(exc, RateLimitedError) else None
                pause_s = max(wait_s, named_s or 0.0)
                if not tries_left or pause_s > self.patience.longest_wait_s:
                    raise
                say(f"{exc} Trying again in {pause_s:.0f} s.")
                self.sleep(pause_s)
                wait_s *= 2
        raise AssertionError("unreachable")
