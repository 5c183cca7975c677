"""Parsing the results of each service's own format into the locator's `Found`.

No value is assumed to have the right type; missing values are None. No result is rated higher than the
service states: in doubt it is a street, and a house number other than the requested one does not count as
the house. docs/decisions/007 gives the reason for each radius.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from geopy.location import Location

from locator.clinics import distance_m
from locator.geocoding import AnswerKind, Found, PostalAddress
from locator.geocoding.places import STATE_NAMES, words_of
from locator.sites import Coordinate

ZIP: Final = re.compile(r"([0-9]{5})(?:-[0-9]{4})?")
_LONGEST_TEXT: Final = 200


@dataclass(frozen=True, slots=True)
class ParsedResult:
    """One parsed result; `kind` is None for anything vaguer than a city.

    `extent_m` is half the diagonal of the area or street it names, 0 if it does not say.
    """

    kind: AnswerKind | None
    house_number: str | None = None
    city: str | None = None
    state: str | None = None
    zip_code: str | None = None
    extent_m: float = 0.0


Reader = Callable[[Mapping[str, Any], str], ParsedResult]
"""Parses the raw result and its one-line label, without assuming any types inside."""


def read_nominatim(raw: Mapping[str, Any], label: str) -> ParsedResult:
    """Nominatim: `place_rank` says how small it is, and a number on a way lies between two others."""
    del label
    parts = table_of(raw.get("address"))
    number = _text(parts, "house_number")
    rank = raw.get("place_rank")
    kind = None
    if _text(raw, "type") == "postcode" or _text(raw, "addresstype") == "postcode":
        kind = AnswerKind.ZIP
    elif number is not None:
        # Lines of interpolated numbers and TIGER's address ranges come back as a place on the street's way.
        on_line = _text(raw, "class", "category") == "place" and _text(raw, "osm_type") == "way"
        kind = AnswerKind.INTERPOLATED if on_line else AnswerKind.ADDRESS
    elif isinstance(rank, int):
        kind = AnswerKind.STREET if rank >= 26 else AnswerKind.CITY if rank >= 13 else None
    iso = _text(parts, "ISO3166-2-lvl4") or ""
    return ParsedResult(
        kind,
        number,
        city=_text(parts, "city", "town", "village", "municipality", "hamlet"),
        state=iso.removeprefix("US-") or _text(parts, "state"),
        zip_code=_text(parts, "postcode"),
        extent_m=_half_diagonal_m(raw.get("boundingbox")),
    )


def read_photon(raw: Mapping[str, Any], label: str) -> ParsedResult:
    """Photon: `type` says what it is, and "house_number" lies between two others."""
    del label
    properties = table_of(raw.get("properties"))
    number, type_ = _text(properties, "housenumber"), _text(properties, "type")
    kind = None
    if _text(properties, "osm_value") == "postcode":
        kind = AnswerKind.ZIP
    elif type_ == "house" and number is not None:
        guessed = _text(properties, "osm_value") == "house_number"
        kind = AnswerKind.INTERPOLATED if guessed else AnswerKind.ADDRESS
    elif type_ in {"house", "street"}:
        kind = AnswerKind.STREET
    elif type_ in {"locality", "district", "city"}:
        kind = AnswerKind.CITY
    return ParsedResult(
        kind, number, _text(properties, "city"), _text(properties, "state"), _text(properties, "postcode")
    )


def read_pelias(raw: Mapping[str, Any], label: str) -> ParsedResult:
    """Pelias: `layer` says what it is, `match_type` and `accuracy` whether a number was guessed."""
    del label
    properties = table_of(raw.get("properties"))
    kind = _PELIAS_LAYERS.get(_text(properties, "layer") or "")
    exact = _text(properties, "match_type") == "exact" and _text(properties, "accuracy") == "point"
    if kind is AnswerKind.ADDRESS and not exact:
        guessed = _text(properties, "match_type") == "interpolated"
        kind = AnswerKind.INTERPOLATED if guessed else AnswerKind.STREET
    city, state = _text(properties, "locality", "localadmin"), _text(properties, "region_a", "region")
    return ParsedResult(kind, _text(properties, "housenumber"), city, state, _text(properties, "postalcode"))


def read_google(raw: Mapping[str, Any], label: str) -> ParsedResult:
    """Google: `location_type` says whether it is a roof, `types` what it is otherwise."""
    del label
    parts = dict(_google_parts(raw.get("address_components")))
    types = raw.get("types")
    named = {str(one) for one in types} if isinstance(types, list) else set()
    precise = _text(table_of(raw.get("geometry")), "location_type")
    kind = None
    if precise == "ROOFTOP":
        kind = AnswerKind.ADDRESS
    elif precise == "RANGE_INTERPOLATED":
        kind = AnswerKind.INTERPOLATED
    elif named & {"route", "street_address", "premise", "intersection"}:
        kind = AnswerKind.STREET
    elif "postal_code" in named:
        kind = AnswerKind.ZIP
    elif named & {"locality", "sublocality", "neighborhood", "administrative_area_level_3"}:
        kind = AnswerKind.CITY
    return ParsedResult(
        kind,
        parts.get("street_number"),
        parts.get("locality") or parts.get("sublocality"),
        parts.get("administrative_area_level_1"),
        parts.get("postal_code"),
    )


def read_arcgis(raw: Mapping[str, Any], label: str) -> ParsedResult:
    """ArcGIS: `Addr_type` says what it is; "StreetAddress" is a number guessed from a range."""
    del label
    attributes = table_of(raw.get("attributes"))
    kind = _ARCGIS_TYPES.get(_text(attributes, "Addr_type") or "")
    return ParsedResult(
        kind,
        _text(attributes, "AddNum"),
        _text(attributes, "City"),
        _text(attributes, "RegionAbbr"),
        _text(attributes, "Postal"),
    )


def read_other(raw: Mapping[str, Any], label: str) -> ParsedResult:
    """Any other service: a street, unless it says rooftop in so many words, or names nothing but a place."""
    properties = {**table_of(raw.get("properties")), **raw}
    rooftop = "rooftop" in {
        str(properties.get(name)).lower() for name in ("accuracy", "accuracy_type", "location_type")
    }
    # A city has no number in front of a name: without one, this may be no more than a city's centre.
    numbered = re.search(r"[0-9]+[A-Za-z]?\s+[^\W\d]", label) is not None
    kind = AnswerKind.ADDRESS if rooftop else AnswerKind.STREET if numbered else AnswerKind.CITY
    zips = ZIP.findall(label.rpartition(",")[2]) or ZIP.findall(label)
    return ParsedResult(kind, zip_code=zips[-1] if zips else None)


_PELIAS_LAYERS: Final = {
    "address": AnswerKind.ADDRESS,
    "venue": AnswerKind.STREET,
    "street": AnswerKind.STREET,
    "intersection": AnswerKind.STREET,
    "postalcode": AnswerKind.ZIP,
    "neighbourhood": AnswerKind.CITY,
    "borough": AnswerKind.CITY,
    "locality": AnswerKind.CITY,
    "localadmin": AnswerKind.CITY,
}
_ARCGIS_TYPES: Final = {
    "Subaddress": AnswerKind.ADDRESS,
    "PointAddress": AnswerKind.ADDRESS,
    "StreetAddress": AnswerKind.INTERPOLATED,
    "StreetAddressExt": AnswerKind.STREET,
    "StreetName": AnswerKind.STREET,
    "StreetInt": AnswerKind.STREET,
    "StreetMidBlock": AnswerKind.STREET,
    "Postal": AnswerKind.ZIP,
    "PostalExt": AnswerKind.ZIP,
    "PostalLoc": AnswerKind.ZIP,
    "Locality": AnswerKind.CITY,
}


def _half_diagonal_m(box: object) -> float:
    """Half the diagonal of Nominatim's south, north, west, east; 0 for anything else."""
    try:
        south, north, west, east = (float(side) for side in box)  # type: ignore[attr-defined]
        return distance_m(Coordinate(south, west), Coordinate(north, east)) / 2
    except (TypeError, ValueError):
        return 0.0


def _google_parts(components: object) -> Iterator[tuple[str, str]]:
    for component in components if isinstance(components, list) else ():
        part = table_of(component)
        types, name = part.get("types"), _text(part, "short_name", "long_name")
        if isinstance(types, list) and types and name:
            yield str(types[0]), name


def table_of(value: object) -> Mapping[str, Any]:
    """A table, empty where there is none."""
    return value if isinstance(value, Mapping) else {}


def _text(table: Mapping[str, Any], *names: str) -> str | None:
    """The first of these that says something; a number counts as text."""
    for name in names:
        value = table.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return printable(str(value))
    return None


def printable(text: str) -> str:
    """One line that fits on a page, whatever a service sent."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_LONGEST_TEXT]


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
