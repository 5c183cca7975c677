"""Which places the words of a query name: all of the words, or those at the end of an address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from locator.geocoding.places.atlas import Atlas, Place
from locator.geocoding.places.gazetteer import City, Elsewhere, ZipArea
from locator.geocoding.places.names import is_direction, key_of, keys_of, words_of
from locator.geocoding.places.query import Query, is_street
from locator.language import marked as N_

# Alone, these two-letter codes are more likely a word than a state.
_LONE_WORDS: Final = frozenset((word,) for word in words_of("hi ok or in oh me id la"))
_MOST_ZIPS_FOR_A_NAME: Final = 12
_LONGEST_CITY_WORDS: Final = 5
# "South Minneapolis" is a part of a city; below this size it is more likely a place we do not know.
_LARGE_CITY: Final = 75_000
_PARTS_OF_CITIES: Final = frozenset(
    words_of("downtown uptown northeast northwest southeast southwest ne nw se sw")
)

BY_CITY: Final = N_(
    "The street was not looked up, so the address stays on this server. It was placed by its city;"
    " a ZIP code is more exact."
)
ONLY_PLACE: Final = N_("Only the last name was used; we did not know the words before it.")
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
        state = atlas.state(query.state) if query.state else None
        return Interpretation((state,)) if state and query.words not in _LONE_WORDS else NO_INTERPRETATION
    bare, state_code = query.bare, query.state
    places = atlas.named(bare, state_code)
    if places:
        hides = state_code is None and atlas.hides(bare)
        return Interpretation(tuple(places), namesakes=_OTHER_STATES if hides else None)
    zips = atlas.zips_named(bare, state_code)[:_MOST_ZIPS_FOR_A_NAME]
    return Interpretation(tuple(zips)) if zips else _read_apart(atlas, query.parts, state_code)


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
    if front and each[-1]:
        cities = atlas.cities(last, state) or each[-1]
        return Interpretation(tuple(cities), BY_CITY if in_street else ONLY_PLACE)
    return _city_at_end(atlas, last, state, in_street=in_street)


def _city_at_end(
    atlas: Atlas, words: tuple[str, ...], state: str | None, *, in_street: bool
) -> Interpretation:
    """The longest city name that ends an address, or the large city after "south" and the like."""
    for start in range(max(1, len(words) - _LONGEST_CITY_WORDS), len(words)):
        front, name = words[:start], words[start:]
        cities = atlas.cities(name, state)
        if cities and (in_street or is_street(front)):
            # "Robert St S St Paul" may lie in Saint Paul or in South Saint Paul.
            shorter = atlas.cities(name[1:], state) if is_direction(name[0]) else []
            return Interpretation((*cities, *shorter), BY_CITY)
        large = [city for city in cities if (city.population or 0) >= _LARGE_CITY]
        if start == 1 and large and (is_direction(words[0]) or words[0] in _PARTS_OF_CITIES):
            return Interpretation(tuple(large), _WHOLE_CITY)
    return NO_INTERPRETATION
