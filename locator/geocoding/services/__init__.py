"""Street-level addresses from a geocoding service of the operator's choice, through geopy."""

from locator.geocoding.services.exact import place_exactly

__all__ = [
    "place_exactly",
]
