"""A service's places as the locator's `Found`: what each point stands for, and how far off it may be.

A house number other than the one asked for is not the house. docs/decisions/007 says why each radius.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from geopy.location import Location

from locator.geocoding import AnswerKind, Found, PostalAddress
from locator.geocoding.places import STATE_NAMES, words_of
from locator.geocoding.services.readers import ZIP, ParsedResult, Reader, printable, table_of
from locator.sites import Coordinate

MOST_ANSWERS: Final = 5
RADIUS_M: Final[Mapping[AnswerKind, float]] = MappingProxyType(
    {
        AnswerKind.ADDRESS: 50.0,
        AnswerKind.INTERPOLATED: 250.0,
        AnswerKind.STREET: 1_000.0,
        AnswerKind.ZIP: 4_000.0,
        AnswerKind.CITY: 22_000.0,
    }
)
_STATE_CODES: Final = {name.casefold(): code for code, name in STATE_NAMES.items()}


def found_in(
    locations: Sequence[Location], address: PostalAddress, read: Reader, *, source: str, attribution: str
) -> tuple[Found, ...]:
    """At most five places, in the service's order, without those vaguer than a city.

    Raises ValueError or TypeError for an answer that holds no point.
    """
    offers = []
    for location in locations[:MOST_ANSWERS]:
        result = read(table_of(location.raw), location.address)
        if result.kind is None:
            continue
        kind = _honest(result.kind, result.house_number, address)
        offers.append(
            Found(
                label=printable(location.address),
                point=Coordinate(float(location.latitude), float(location.longitude)),
                kind=kind,
                uncertainty_m=max(RADIUS_M[kind], _extent_m(result, kind)),
                source=source,
                attribution=attribution,
                city=result.city,
                state=_state_code(result.state),
                zip_code=_five_digits(result.zip_code),
            )
        )
    return tuple(offers)


def _honest(kind: AnswerKind, number: str | None, address: PostalAddress) -> AnswerKind:
    """The kind, but a street for a house other than the one asked for."""
    if kind not in {AnswerKind.ADDRESS, AnswerKind.INTERPOLATED}:
        return kind
    first = words_of(address.street or "")[:1]
    requested = first[0] if first and first[0][0].isdecimal() else None
    if requested is None:
        return AnswerKind.STREET
    if number is not None and requested not in re.split(r"[;,\s]+", number.casefold()):
        return AnswerKind.STREET
    return kind


def _extent_m(result: ParsedResult, kind: AnswerKind) -> float:
    return 0.0 if kind in {AnswerKind.ADDRESS, AnswerKind.INTERPOLATED} else result.extent_m


def _state_code(state: str | None) -> str | None:
    if state is None:
        return None
    return state.upper() if state.upper() in STATE_NAMES else _STATE_CODES.get(state.casefold(), state)


def _five_digits(zip_code: str | None) -> str | None:
    match = ZIP.match(zip_code or "")
    return match[1] if match else None
