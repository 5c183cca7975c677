"""The address a pin stands for: how it is asked, how it is written down, and when two are the same."""

from __future__ import annotations

from typing import Final

from locator.geocoding import PostalAddress
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
