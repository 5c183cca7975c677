"""Requesting one clinic's address after another from a service, with a bounded number of retries.

Each response is safe on disk, in a journal beside the clinic file, before the next request is sent.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from pydantic import TypeAdapter, ValidationError

from locator.errors import ServiceUnavailableError, UnwritableError
from locator.files import BusyError, open_descriptor, sync_folder
from locator.geocoding import Found, PostalAddress, RateLimitedError, ServiceRefusedError, StreetGeocoder
from locator.geocoding.places import words_of
from locator.sites import Site

PIN_ADDRESS: Final = "pin_address"
"""The column with the address that a pin was made for; empty if it is the listed one."""

_MANUAL: Final = "manual"


def requested_address(site: Site) -> PostalAddress:
    """The site's address as sent to a service: without the unit, and with the five-digit ZIP code."""
    return PostalAddress(site.street, None, site.city, site.state, site.zip_code[:5])


def is_for(site: Site, pin_address: str) -> bool:
    """Whether a pin made for this address is one for the site's; an empty address is the one listed.

    Capitals, blanks and punctuation do not count, and neither does the unit: a pin marks a building.
    """
    return not pin_address or words_of(pin_address) == words_of(requested_address(site).one_line)


def is_manual(site: Site) -> bool:
    """Whether a person placed the pin: its source is, or begins with, the word manual."""
    return site.pin is not None and words_of(site.pin.source)[:1] == (_MANUAL,)


def is_due(site: Site, pin_address: str) -> bool:
    """Whether the site needs a new pin: it has none, or one for another address that no person placed."""
    return site.pin is None or not (is_manual(site) or is_for(site, pin_address))


@dataclass(frozen=True, slots=True)
class ServiceResponse:
    """What a service offered for an address on a day; nothing if it did not know the address."""

    service: str
    address: str
    on: date
    found: tuple[Found, ...]


_LINE: Final = TypeAdapter(ServiceResponse)


def journal_path(path: Path) -> Path:
    """The path of the journal for this clinic file: hidden, in the same folder."""
    return path.with_name(f".{path.name}.geocoding.jsonl")


class Journal:
    """The responses for one clinic file, a line of JSON each; locked by one process at a time.

    Each is on disk when `add` returns. A line that a crash tore is dropped at the next opening, as is one
    that cannot be read. Use it in a `with`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        self._responses: dict[tuple[str, str], ServiceResponse] = {}

    def __enter__(self) -> Self:
        self._file = self._locked()
        self._load(self._file)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def response(self, service: str, address: str, *, since: date) -> ServiceResponse | None:
        """The service's newest response for the address, unless it is older than `since`."""
        response = self._responses.get((service, address))
        return response if response is not None and response.on >= since else None

    def add(self, response: ServiceResponse) -> None:
        """Store a response; it is on disk when this returns."""
        if self._file is None:
            raise ValueError("the journal is not open")
        self._file.write(_LINE.dump_json(response) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._responses[response.service, response.address] = response

    def discard(self) -> None:
        """Remove the file: nothing in it is needed any more."""
        self._path.unlink(missing_ok=True)
        sync_folder(self._path.parent)

    def _locked(self) -> IO[bytes]:
        while True:
            try:
                file = os.fdopen(open_descriptor(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND), "a+b")
            except OSError as exc:
                raise UnwritableError(
                    f"{self._path.name} cannot be written beside the clinic file: {exc.strerror}"
                ) from exc
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if self._path.exists() and os.path.samestat(os.fstat(file.fileno()), self._path.stat()):
                    sync_folder(self._path.parent)
                    return file
            except BlockingIOError as exc:
                file.close()
                raise BusyError("another run is at work on this file: wait until it has ended") from exc
            # The run that held the lock removed the file between our opening and locking it.
            file.close()

    def _load(self, file: IO[bytes]) -> None:
        file.seek(0)
        content = file.read()
        whole = content.rfind(b"\n") + 1
        file.truncate(whole)
        for line in content[:whole].splitlines():
            try:
                response = _LINE.validate_json(line)
            except ValidationError:
                continue
            self._responses[response.service, response.address] = response


GOOD_FOR: Final = timedelta(days=30)
"""How long a response in the journal is used without a new request."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often to retry a request that failed, and how long to wait before each retry.

    Waits double from `first_wait_s`; if the service names a wait, at least that. If it names more than
    `longest_wait_s`, there is no retry.
    """

    tries: int = 4
    first_wait_s: float = 2.0
    longest_wait_s: float = 300.0
    budget_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A service, its retry policy, and the day of the requests; `sleep` waits for a number of seconds."""

    geocoder: StreetGeocoder
    today: date
    sleep: Callable[[float], None]
    retry_policy: RetryPolicy = RetryPolicy()

    def recorded(self, site: Site, journal: Journal) -> ServiceResponse | None:
        """The response in the journal for the site's address, unless it is too old."""
        return journal.response(
            self.geocoder.name, requested_address(site).one_line, since=self.today - GOOD_FOR
        )

    def request_all(
        self,
        sites: Iterable[Site],
        journal: Journal,
        *,
        on_response: Callable[[Site], None],
        say: Callable[[str], None],
    ) -> None:
        """Request each site in turn and store each response in the journal before the next request.

        `on_response` is called after each site, `say` with a sentence when the service makes us wait. Raises
        the service's own error after the last retry; earlier responses are kept.
        """
        for site in sites:
            address = requested_address(site)
            places = self._request(address, say)
            journal.add(ServiceResponse(self.geocoder.name, address.one_line, self.today, places))
            on_response(site)

    def _request(self, address: PostalAddress, say: Callable[[str], None]) -> tuple[Found, ...]:
        wait_s = self.retry_policy.first_wait_s
        for tries_left in range(self.retry_policy.tries - 1, -1, -1):
            try:
                return self.geocoder.geocode(address, budget_s=self.retry_policy.budget_s)
            except ServiceRefusedError:
                # A retry would not help: the operator has to act.
                raise
            except ServiceUnavailableError as exc:
                named_s = exc.retry_after_s if isinstance(exc, RateLimitedError) else None
                pause_s = max(wait_s, named_s or 0.0)
                if not tries_left or pause_s > self.retry_policy.longest_wait_s:
                    raise
                say(f"{exc} Trying again in {pause_s:.0f} s.")
                self.sleep(pause_s)
                wait_s *= 2
        raise AssertionError("unreachable")
