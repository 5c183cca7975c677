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
    locations: Sequence[Location], asked: PostalAddress, read: Reader, *, source: str, attribution: str
) -> tuple[Found, ...]:
    """At most five places, in the service's order, without those vaguer than a city.

    Raises ValueError or TypeError for an answer that holds no point.
    """
    found = []
    for location in locations[:MOST_ANSWERS]:
        said = read(table_of(location.raw), location.address)
        if said.kind is None:
            continue
        kind = _honest(said.kind, said.house_number, asked)
        found.append(
            Found(
                label=printable(location.address),
                point=Coordinate(float(location.latitude), float(location.longitude)),
                kind=kind,
                uncertainty_m=max(RADIUS_M[kind], _extent_m(said, kind)),
                source=source,
                attribution=attribution,
                city=said.city,
                state=_state_code(said.state),
                zip_code=_five_digits(said.zip_code),
            )
        )
    return tuple(found)


def _honest(kind: AnswerKind, number: str | None, asked: PostalAddress) -> AnswerKind:
    """The kind, but a street for a house other than the one asked for."""
    if kind not in {AnswerKind.ADDRESS, AnswerKind.INTERPOLATED}:
        return kind
    first = words_of(asked.street or "")[:1]
    wanted = first[0] if first and first[0][0].isdecimal() else None
    if wanted is None:
        return AnswerKind.STREET
    if number is not None and wanted not in re.split(r"[;,\s]+", number.casefold()):
        return AnswerKind.STREET
    return kind


def _extent_m(said: ParsedResult, kind: AnswerKind) -> float:
    return 0.0 if kind in {AnswerKind.ADDRESS, AnswerKind.INTERPOLATED} else said.extent_m


def _state_code(state: str | None) -> str | None:
    if state is None:
        return None
    return state.upper() if state.upper() in STATE_NAMES else _STATE_CODES.get(state.casefold(), state)


def _five_digits(zip_code: str | None) -> str | None:
    found = ZIP.match(zip_code or "")
    return found[1] if found else None
