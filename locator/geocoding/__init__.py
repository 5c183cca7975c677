"""From a typed place or address to a point with a radius."""

from locator.geocoding.accuracy import Accuracy, Figures, Measuring
from locator.geocoding.device_location import ROUGHEST_M
from locator.geocoding.types import (
    AnswerKind,
    Found,
    PostalAddress,
    RateLimitedError,
    ServiceOutageError,
    ServiceRefusedError,
    ServiceSetUpError,
    StreetGeocoder,
)

__all__ = [
    "ROUGHEST_M",
    "Accuracy",
    "AnswerKind",
    "Figures",
    "Found",
    "Measuring",
    "PostalAddress",
    "RateLimitedError",
    "ServiceOutageError",
    "ServiceRefusedError",
    "ServiceSetUpError",
    "StreetGeocoder",
]
