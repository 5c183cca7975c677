"""What all sources of street-level answers share: the question, the answer, and what can go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from locator.errors import LocatorError, ServiceUnavailableError
from locator.sites import Coordinate, Precision


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """The parts of a US address, normalised; None where the text does not name the part.

    `street` is house number and street name without unit; a PO box has no street.
    """

    street: str | None = None
    unit: str | None = None
    city: str | None = None
    state: str | None = None
    zip_code: str | None = None

    @property
    def one_line(self) -> str:
        """The address without its unit, as a geocoder is asked."""
        state_zip = " ".join(part for part in (self.state, self.zip_code) if part)
        return ", ".join(part for part in (self.street, self.city, state_zip) if part)


class AnswerKind(StrEnum):
    """What a service's point stands for, from the most to the least precise."""

    ADDRESS = "address"
    INTERPOLATED = "interpolated"
    STREET = "street"
    ZIP = "zip"
    CITY = "city"

    @property
    def precision(self) -> Precision:
        """The precision it is reported as: a point guessed between house numbers is known to its street."""
        return Precision.STREET if self is AnswerKind.INTERPOLATED else Precision(self.value)


@dataclass(frozen=True, slots=True)
class Found:
    """One place a service offers for an address.

    `uncertainty_m` is a radius around `point` that holds the true place about 9 times of 10. `city`, `state`
    and `zip_code` are what the service says the point lies in, None where it does not say.
    """

    label: str
    point: Coordinate
    kind: AnswerKind
    uncertainty_m: float
    source: str
    attribution: str
    city: str | None = None
    state: str | None = None
    zip_code: str | None = None


@dataclass(frozen=True, slots=True)
class ServiceChoice:
    """Which service is asked, by its name in geopy, and how.

    `arguments` are its own, keys and passwords in the clear, and so in no repr. `display_name` and
    `attribution` are None where the service's own are to be used.
    """

    service: str
    arguments: Mapping[str, str | int] = field(repr=False)
    requests_per_second: float
    timeout_s: float
    display_name: str | None = None
    attribution: str | None = None


class StreetGeocoder(Protocol):
    """A service that knows streets."""

    @property
    def name(self) -> str:
        """The service's name, as shown to people who may be asked whether it may be used."""

    def geocode(self, address: PostalAddress, *, budget_s: float) -> tuple[Found, ...]:
        """The places the service offers, best first; none if it does not know the address.

        Takes no longer than `budget_s` seconds. Raises a ServiceUnavailableError of this module when it could
        not say.
        """


class ServiceOutageError(ServiceUnavailableError):
    """The service did not answer in time, or answered with something that is no answer."""


class RateLimitedError(ServiceUnavailableError):
    """The service asks to wait; `retry_after_s` says how long, None if it does not say."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class ServiceRefusedError(ServiceUnavailableError):
    """The service refuses this operator (key, quota, blocked): for the operator to mend, not the visitor."""


class ServiceSetUpError(LocatorError):
    """The settings name a service or argument that does not exist; the text says what is allowed."""
