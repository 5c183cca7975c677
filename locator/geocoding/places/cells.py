"""An address from the cells of a table, as people fill them in. Pure."""

from __future__ import annotations

from locator.geocoding import PostalAddress
from locator.geocoding.places.names import split_state, words_of


def postal_address(address: str, city: str, state: str, zip_code: str) -> PostalAddress | None:
    """What four cells say, blank ones included; None without an address, city or ZIP code.

    `address` is house number and street, or the whole address. What is no ZIP or state stays as it is, so
    that it is read like anything that is typed.
    """
    address, city, state, zip_code = address.strip(), city.strip(), state.strip(), zip_code.strip()
    if not (address or city or zip_code):
        return None
    code = split_state(words_of(state))[1]
    plus_four = zip_code[:5] if zip_code[:5].isdecimal() and zip_code[5:6] == "-" else zip_code
    return PostalAddress(address or None, None, city or None, code or state or None, plus_four or None)
