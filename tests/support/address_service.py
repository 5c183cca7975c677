"""A service for street addresses that offers what it is given, and remembers what it was asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from locator.errors import ServiceUnavailableError
from locator.geocoding import AnswerKind, Found, PostalAddress
from locator.sites import Coordinate

ADDRESS = "12 Nowhere Street, Minneapolis MN 55407"
HOUSE = Found(
    label="12 Nowhere Street",
    point=Coordinate(44.93817, -93.25629),
    kind=AnswerKind.ADDRESS,
    uncertainty_m=60,
    source="fake",
    attribution="fake map makers",
    city="Minneapolis",
    state="MN",
    zip_code="55407",
)
"""The made-up house at ADDRESS."""


@dataclass
class AddressService:
    """Implements `StreetGeocoder`."""

    offers: tuple[Found, ...] = (HOUSE,)
    failure: ServiceUnavailableError | None = None
    asked: list[PostalAddress] = field(default_factory=list)
    name: str = "Fake Address Service"

    def geocode(self, address: PostalAddress, *, budget_s: float) -> tuple[Found, ...]:
        """Note what is asked; answer or fail as told."""
        assert budget_s > 0
        self.asked.append(address)
        if self.failure is not None:
            raise self.failure
        return self.offers
