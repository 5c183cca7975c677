"""From a typed place or address to a point with a radius.

`accuracy` is taken from its own module: it loads numpy, which only the report of `evaluate` needs.
"""

from locator.geocoding import device_location
from locator.geocoding.device_location import ROUGHEST_M, DeviceLocation
from locator.geocoding.types import (
    AnswerKind,
    Found,
    PostalAddress,
    RateLimitedError,
    ServiceChoice,
    ServiceOutageError,
    ServiceRefusedError,
    ServiceSetUpError,
    StreetGeocoder,
)

__all__ = [
    "ROUGHEST_M",
    "AnswerKind",
    "DeviceLocation",
    "Found",
    "PostalAddress",
    "RateLimitedError",
    "ServiceChoice",
    "ServiceOutageError",
    "ServiceRefusedError",
    "ServiceSetUpError",
    "StreetGeocoder",
    "device_location",
]
