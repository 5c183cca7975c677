"""Which places the words of a query name: all of the words, or those at the end of an address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from locator.geocoding.places.atlas import Atlas, Place
from locator.geocoding.places.gazetteer import City, Elsewhere, ZipArea
from locator.geocoding.places.names import is_direction, key_of, keys_of, words_of
from locator.geocoding.places.query import Query, ends_like_street, is_street, names_street
from locator.language import marked as N_

_MOST_ZIPS_FOR_A_NAME: Final = 12
_LONGEST_CITY_WORDS: Final = 5
# "South Minneapolis" is a part of a city; below this size it is more likely a place we do not know.
_LARGE_CITY: Final = 75_000
# From here on, a city is better known than a church or a street that bears its name.
_CITY_BY_ITSELF: Final = 10_000
_SETTING_APART: Final = frozenset(words_of("in at near from around by en de cerca"))
_PARTS_OF_CITIES: Final = frozenset(
    words_of("downtown uptown northeast northwest southeast southwest ne nw se sw")
)

BY_CITY: Final = N_(
    "The street was not looked up, so the address stays on this server. It was placed by its city;"
    " a ZIP code is more exact."
)
ONLY_PLACE: Final = N_("Only the last name was used; we did not know the words before it.")
ONLY_CITY: Final = N_("Only the city was used; we did not know the other words. A ZIP code is more exact.")
_WHOLE_CITY: Final = N_("The whole city was used, not one part of it. A ZIP code is more exact.")
_OTHER_STATES: Final = N_(
    "Places in other states have the same name. Add the state if you meant one of those."
)


@dataclass(frozen=True, slots=True)
class Interpretation:
    """The places that words can mean; `partly` says so where not all of the words were used."""

    places: tuple[Place | ZipArea, ...] = ()
    partly: str | None = None
    namesakes: str | None = None


NO_INTERPRETATION: Final = Interpretation()
"""The words name no place that is known."""


def read_names(atlas: Atlas, query: Query) -> Interpretation:
    """What the words beside any ZIP name: all of them, else the last of them."""
    if not query.parts:
        state = atlas.state(query.state) if query.state and not query.is_state_doubtful else None
        return Interpretation((state,)) if state else NO_INTERPRETATION
    bare, state_code = query.bare, query.state
    places = atlas.named(bare, state_code)
    if places:
        hides = state_code is None and atlas.hides(bare)
        return Interpretation(tuple(places), namesakes=_OTHER_STATES if hides else None)
    zips = atlas.zips_named(bare, state_code)[:_MOST_ZIPS_FOR_A_NAME]
    return Interpretation(tuple(zips)) if zips else _read_apart(atlas, query.parts, state_code)


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Cities among words that are not known: those that are surely meant, and those that may be."""

    surely: tuple[Place, ...] = ()
    perhaps: tuple[Place, ...] = ()


def mentioned_cities(atlas: Atlas, query: Query) -> Mentioned:
    """The city that is named among unknown words, the last one named first.

    It is surely meant where it is set apart, by a comma or a word such as "in", and also where a larger city
    of the area begins or ends what is said. Any other may be a part of a hospital's or a street's name.
    """
    perhaps: list[Place] = []
    for part in reversed(query.parts):
        in_street = is_street(part)
        known: list[tuple[int, int]] = []
        for start, end in _spans(len(part)):
            # "Black River Falls" is not "River Falls".
            if any(first <= start and end <= last for first, last in known):
                continue
            if in_street and not (end == len(part) and start and part[start - 1] in {"in", "en"}):
                continue
            cities = atlas.cities(part[start:end], query.state)
            if cities:
                known.append((start, end))
            own = tuple(city for city in cities if query.state is not None or isinstance(city, City))
            if own and _is_surely_meant(part, start, end, own[0], is_alone=len(query.parts) == 1):
                return Mentioned(own)
            perhaps.extend(cities)
    local_first = sorted(dict.fromkeys(perhaps), key=lambda city: isinstance(city, Elsewhere))
    return Mentioned(perhaps=tuple(local_first))


def _spans(count: int) -> list[tuple[int, int]]:
    """Where runs of so many words start and end, without the whole: the longest first, then the last."""
    lengths = range(min(_LONGEST_CITY_WORDS, count), 0, -1)
    return [(end - length, end) for length in lengths for end in range(count, length - 1, -1)]


def _is_surely_meant(part: tuple[str, ...], start: int, end: int, city: Place, *, is_alone: bool) -> bool:
    before = part[start - 1] if start else None
    if before is not None and (is_direction(before) or before in _PARTS_OF_CITIES):
        return before in _PARTS_OF_CITIES and (city.population or 0) >= _LARGE_CITY
    if before in _SETTING_APART or (not is_alone and (start, end) == (0, len(part))):
        return True
    return (start == 0 or end == len(part)) and (city.population or 0) >= _CITY_BY_ITSELF


def _read_apart(atlas: Atlas, parts: Sequence[tuple[str, ...]], state: str | None) -> Interpretation:
    """Several names with commas between them, or an address whose last words are its city."""
    *front, last = parts
    each = [atlas.named(part, state) for part in parts]
    if len(parts) == 2:
        county = key_of(last).removesuffix("county")
        inside = [one for one in each[0] if isinstance(one, City) and keys_of(one.county)[0] == county]
        if inside and county != key_of(last):
            return Interpretation(tuple(inside))
    here = not isinstance(each[-1][0], Elsewhere) if each[-1] else False
    if all(places and (not here or not isinstance(places[0], Elsewhere)) for places in each):
        return Interpretation(tuple(place for places in each for place in places))
    in_street = any(map(is_street, front))
    crossed = () if front else _between_and(last)
    if crossed:
        both = [atlas.cities(part, state)[:1] for part in crossed]
        if all(cities and isinstance(cities[0], City) for cities in both):
            return Interpretation(tuple(city for cities in both for city in cities))
    if (
        front
        and state is None
        and not here
        and all(len(part) == 1 and part[0][0].isdecimal() for part in front)
    ):
        # "38th/Chicago" are two streets.
        return NO_INTERPRETATION
    if front and each[-1]:
        cities = atlas.cities(last, state) or each[-1]
        return Interpretation(tuple(cities), BY_CITY if in_street else ONLY_PLACE)
    return _city_at_end(atlas, last, state, in_street=in_street)


def _between_and(words: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The words before and after the first "and"; none where there is no such word between others."""
    at = next((place for place, word in enumerate(words[:-1]) if place and word in {"and", "y"}), None)
    return () if at is None else (words[:at], words[at + 1 :])


def _city_at_end(
    atlas: Atlas, words: tuple[str, ...], state: str | None, *, in_street: bool
) -> Interpretation:
    """The longest city name that ends an address, or the large city after "south" and the like."""
    for start in range(max(1, len(words) - _LONGEST_CITY_WORDS), len(words)):
        front, name = words[:start], words[start:]
        cities = atlas.cities(name, state)
        is_address = in_street or (is_street(front) and names_street(front))
        if is_address and state is None and not (in_street or ends_like_street(front)):
            # "2900 N Lake Sacramento" is more likely a street here than one in California.
            cities = [city for city in cities if isinstance(city, City)]
        if cities and is_address:
            # "Robert St S St Paul" may lie in Saint Paul or in South Saint Paul.
            shorter = atlas.cities(name[1:], state) if is_direction(name[0]) else []
            return Interpretation((*cities, *shorter), BY_CITY)
        large = [city for city in cities if (city.population or 0) >= _LARGE_CITY]
        if start == 1 and large and (is_direction(words[0]) or words[0] in _PARTS_OF_CITIES):
            return Interpretation(tuple(large), _WHOLE_CITY)
    return NO_INTERPRETATION
