"""Asking a service about one clinic's address after another, with patience that ends.

Each answer is safe on disk, in a journal beside the clinic file, before the next question is asked.
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

from locator.errors import LocatorError, ServiceUnavailableError
from locator.files import open_descriptor, sync_folder
from locator.geocoding import Found, PostalAddress, RateLimitedError, ServiceRefusedError, StreetGeocoder
from locator.geocoding.places import words_of
from locator.sites import Site

PIN_ADDRESS: Final = "pin_address"
"""The column that holds the address a pin was made for; empty where it is the one listed."""

_MANUAL: Final = "manual"


def asked_address(site: Site) -> PostalAddress:
    """The site's address as a service is asked: without the unit, and with the plain ZIP code."""
    return PostalAddress(site.street, None, site.city, site.state, site.zip_code[:5])


def is_for(site: Site, pin_address: str) -> bool:
    """Whether a pin made for this address is one for the site's; an empty address is the one listed.

    Capitals, blanks and punctuation do not count, and neither does the unit: a pin stands for a building.
    """
    return not pin_address or words_of(pin_address) == words_of(asked_address(site).one_line)


def is_manual(site: Site) -> bool:
    """Whether a person placed the pin: its source is, or begins with, the word manual."""
    return site.pin is not None and words_of(site.pin.source)[:1] == (_MANUAL,)


def is_due(site: Site, pin_address: str) -> bool:
    """Whether the site needs a new pin: it has none, or one for another address that no person placed."""
    return site.pin is None or not (is_manual(site) or is_for(site, pin_address))


class JournalBusyError(LocatorError):
    """Another run is at work on the same file."""


class JournalUnwritableError(LocatorError):
    """Answers cannot be kept, so none should be asked for."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a service offered for an address on a day; nothing if it did not know the address."""

    service: str
    address: str
    on: date
    found: tuple[Found, ...]


_LINE: Final = TypeAdapter(Answered)


def journal_path(path: Path) -> Path:
    """Where the answers for this clinic file are kept: hidden, in the same folder."""
    return path.with_name(f".{path.name}.geocoding.jsonl")


class Journal:
    """The answers for one clinic file, a line of JSON each; held by one process at a time.

    Each is on disk when `add` returns. A line that a crash tore is dropped at the next opening, as is one
    that cannot be read. Use it in a `with`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        self._answers: dict[tuple[str, str], Answered] = {}

    def __enter__(self) -> Self:
        self._file = self._locked()
        self._load(self._file)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def answer(self, service: str, address: str, *, since: date) -> Answered | None:
        """The service's newest answer for the address, unless it is from before `since`."""
        response = self._answers.get((service, address))
        return response if response is not None and response.on >= since else None

    def add(self, response: Answered) -> None:
        """Keep an answer; it is on disk when this returns."""
        if self._file is None:
            raise ValueError("the journal is not open")
        self._file.write(_LINE.dump_json(response) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._answers[response.service, response.address] = response

    def discard(self) -> None:
        """Remove the file: nothing in it is needed any more."""
        self._path.unlink(missing_ok=True)
        sync_folder(self._path.parent)

    def _locked(self) -> IO[bytes]:
        while True:
            try:
                file = os.fdopen(open_descriptor(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND), "a+b")
            except OSError as exc:
                raise JournalUnwritableError(
                    f"{self._path.name} cannot be written beside the clinic file: {exc.strerror}"
                ) from exc
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if self._path.exists() and os.path.samestat(os.fstat(file.fileno()), self._path.stat()):
                    sync_folder(self._path.parent)
                    return file
            except BlockingIOError as exc:
                file.close()
                raise JournalBusyError(
                    "another run is at work on this file: wait until it has ended"
                ) from exc
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
            self._answers[response.service, response.address] = response


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
