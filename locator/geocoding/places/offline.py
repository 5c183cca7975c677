"""Understanding a typed place with what the project ships: no network, no guess that is not said."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from locator.clinics import distance_m
from locator.errors import LocatorError
from locator.geocoding import PostalAddress
from locator.geocoding.places.atlas import Atlas, Place
from locator.geocoding.places.clinics import MOST_NAMED, Clinics
from locator.geocoding.places.direct import DirectPlaces
from locator.geocoding.places.foreign import country_keys
from locator.geocoding.places.gazetteer import City, County, Elsewhere, Gazetteer, ZipArea
from locator.geocoding.places.names import (
    STATE_NAMES,
    key_of,
    keys_of,
    state_of,
    without_township,
    words_of,
)
from locator.geocoding.places.query import (
    ZIP_WORDS,
    Query,
    Refusal,
    after_street,
    are_streets_apart,
    is_street,
    names_number,
    parse_query,
)
from locator.geocoding.places.reading import (
    NO_INTERPRETATION,
    ONLY_CITY,
    Interpretation,
    Mentioned,
    mentioned_cities,
    read_names,
)
from locator.geocoding.places.zip_codes import may_exist, mistyped
from locator.language import gettext as _
from locator.language import marked as N_
from locator.sites import Ambiguous, Located, NotLocated, Origin, PlaceAnswer, Site

_LOGGER: Final = logging.getLogger(__name__)

_MOST_SUGGESTIONS: Final = 5
_ZIP_PREFIX: Final = 3

BY_ZIP: Final = N_(
    "The street was not looked up, so the address stays on this server. It was placed by its ZIP code."
)
ONLY_ZIP: Final = N_("Only the ZIP code was used; we did not know the other words.")
_NEIGHBOUR: Final = N_("The ZIP code was used; the city named with it lies beside or around it.")
_UNKNOWN_ZIP: Final = N_("We do not know this exact ZIP code; its first three digits were used.")

_SAME_NAME: Final = N_(
    "A street or a neighborhood may have the same name: if you meant one, type its ZIP code."
)


def locate(places: Callable[[], OfflinePlaces], text: str) -> PlaceAnswer:
    """Where a typed place is; where `places` raises LocatorError, the answer says so and the log why."""
    try:
        return places().locate(text)
    except LocatorError:
        _LOGGER.exception("no place can be found")
        return NotLocated(_("Our list of places is out of order. All clinics are listed below."))


class OfflinePlaces:
    """Understands place text with what the project ships. Read-only once built, so it can be shared."""

    def __init__(self, gazetteer: Gazetteer, sites: Iterable[Site]) -> None:
        """Index the places and the active clinics once."""
        self._atlas = Atlas(gazetteer)
        self._clinics = Clinics(sites, self._atlas)
        self._direct: DirectPlaces | None = None
        # Read from Babel's files once, before the first text is typed.
        country_keys()

    def locate(self, text: str) -> PlaceAnswer:
        """The one place the text names, the several it can mean, or why it names none. Never raises.

        Every label in the answer, looked up again, gives just that place.
        """
        query = parse_query(text)
        if isinstance(query, Refusal):
            return NotLocated(query.sentence)
        clinics = self._clinics.called(query)
        if clinics:
            return _clinics_named(clinics)
        return self._of_practice(query) or self._place(query)

    def place_address(self, address: PostalAddress) -> PlaceAnswer:
        """What `locate` answers to the address on one line; several times faster for most. Never raises.

        For tables of many addresses.
        """
        if self._direct is None:
            # Made when it is first needed: most never place a table. Two threads may make the same.
            self._direct = DirectPlaces(self._atlas, self._clinics, self.locate)
        return self._direct.place(address)

    def _of_practice(self, query: Query) -> PlaceAnswer | None:
        of_practice = self._clinics.of_practice(query)
        if of_practice is None:
            return None
        clinics, rest = of_practice
        if clinics:
            return _clinics_named(clinics)
        # A street may bear the practice's name, so an address is read as one.
        if query.zip_code is not None or any(map(is_street, query.parts)):
            return None
        rest_query = parse_query(" ".join(rest))
        named = () if isinstance(rest_query, Refusal) else _origins_in(self._place(rest_query))
        alike = self._clinics.in_city_like(rest, limit=_MOST_SUGGESTIONS)
        return _unlocated(Refusal.NO_CLINIC_THERE, [*alike, *named])

    def _place(self, query: Query) -> PlaceAnswer:
        if self._atlas.named(query.named):
            # "Virginia" is a city here, and a state only besides.
            query = query.with_state_as_name()
        regions = self._atlas.zip_region(query.zip_prefix, query.state) if query.zip_prefix else []
        if regions:
            return self._answer(regions)
        if self._is_abroad(query):
            return _unlocated(Refusal.ABROAD)
        if query.zip_code is not None:
            return self._by_zips(query, query.zip_code)
        slips = self._slips(query)
        return _unlocated(Refusal.ZIP_LENGTH, slips) if slips else self._by_name(query)

    def _by_name(self, query: Query) -> PlaceAnswer:
        """What the words name, else a city among them, else what may have been meant."""
        interpretation = read_names(self._atlas, query)
        if interpretation.places:
            local = self._begins_here(query, interpretation.places)
            if local:
                return self._answer([*local, *interpretation.places])
            notes = [interpretation.partly, interpretation.namesakes]
            is_far = query.state is None and all(map(_is_far_city, interpretation.places))
            return self._answer(interpretation.places, *notes, _SAME_NAME if is_far else None)
        # What is whole a place of another state is not a part of it in this one.
        is_elsewhere = query.state is not None and bool(self._atlas.named(query.bare))
        mentioned = Mentioned() if is_elsewhere else mentioned_cities(self._atlas, query)
        if not (mentioned.surely or mentioned.perhaps) and query.is_state_doubtful and query.parts:
            # "Minneapolis VA" is a hospital of veterans, and not in Virginia.
            mentioned = mentioned_cities(self._atlas, query.with_state_as_name())
        if mentioned.surely:
            return self._answer(mentioned.surely, ONLY_CITY)
        return self._unknown(query, mentioned.perhaps)

    def _begins_here(self, query: Query, places: Sequence[Place | ZipArea]) -> list[Place]:
        """The area's cities whose names begin with what is else only a city far away: "Brooklyn" has two."""
        if query.state is not None or len(query.parts) != 1 or not all(map(_is_far_city, places)):
            return []
        return self._atlas.beginning_with(query.bare)[: _MOST_SUGGESTIONS - 1]

    def _is_abroad(self, query: Query) -> bool:
        """Whether the text ends like another country and is not here, as Little Canada and Jordan are."""
        abroad = query.abroad
        if abroad is None or (query.zip_code is not None and self._atlas.zip_area(query.zip_code)):
            return False
        last, shortest = query.parts[-1], len(abroad.words) + (abroad.is_province and not abroad.is_alone)
        names = [last[-count:] for count in range(shortest, len(last) + 1)]
        found = [self._atlas.named(name) for name in names]
        return not any(places and not isinstance(places[0], Elsewhere) for places in found)

    def _slips(self, query: Query) -> list[Origin]:
        """What the last word may mean where it is a mistyped ZIP."""
        *front, last = query.words
        if front and names_number(front[-1]):
            return []
        digits = mistyped(last)
        is_alone = not front or query.bare == (last,) or not last.isdecimal()
        if digits is None or not (is_alone or any(map(_has_word, query.parts))):
            return []
        return [self._atlas.origin(area) for area in self._atlas.zips_like(digits, limit=_MOST_SUGGESTIONS)]

    def _by_zips(self, query: Query, zip_code: str) -> PlaceAnswer:
        """One ZIP, or each of several: a second number is never taken in silence."""
        codes = [code for code in (*query.other_zips, zip_code) if self._may_be_zip(query, code)]
        if len(codes) <= 1 or not query.other_zips:
            return self._by_zip(query, zip_code)
        found = [place for code in codes for place in self._zip_places(code)]
        return self._answer(found)

    def _may_be_zip(self, query: Query, code: str) -> bool:
        if self._atlas.zip_area(code) is not None:
            return True
        return code not in query.in_front_of_words and bool(self._zip_places(code))

    def _is_near(self, zip_code: str) -> bool:
        """Whether an unlisted ZIP is one of a state that the area reaches into."""
        return any(place.state in self._atlas.covered_states for place in self._zip_places(zip_code))

    def _zip_places(self, code: str) -> Sequence[Place | ZipArea]:
        area = self._atlas.zip_area(code)
        if area is not None:
            return [area]
        if self._atlas.covers_prefix(code[:3]) or not may_exist(code):
            return []
        return self._atlas.zip_region(code[:3])

    def _by_zip(self, query: Query, zip_code: str) -> PlaceAnswer:
        area = self._atlas.zip_area(zip_code)
        if query.is_state_doubtful and not (query.parts and area and area.state == query.state):
            # "55407 near me" is not in Maine.
            named = read_names(self._atlas, query) if query.parts else NO_INTERPRETATION
            query = query if named.places else query.without_state()
        if area is not None and _is_city_of(area, query):
            query = query.without_state()
        if (
            query.after_zip
            and not self._only_names(query, area)
            and (query.is_street_behind_zip or not (area or self._is_near(zip_code)))
        ):
            return self._by_house_number(query, area)
        beside = self._beside(query)
        if area is None:
            return self._by_prefix(query, zip_code, beside)
        in_front = (state_of(part) for part in query.parts if key_of(part) not in _accepted(area))
        other = next((code for code in in_front if code not in {None, area.state}), None)
        if other is not None:
            return self._answer([area, *filter(None, [self._atlas.state(other)])])
        if query.state not in {None, area.state}:
            stated = self._atlas.state(str(query.state))
            return self._answer([area, *(beside.places or ([stated] if stated else []))])
        if (
            beside.places
            and not _accepts(area, query)
            and not any(_meets(area, one) for one in beside.places)
        ):
            return self._answer([area, *beside.places])
        return self._answer([area], _note_beside_zip(area, query, beside))

    def _beside(self, query: Query) -> Interpretation:
        """What the words beside a ZIP name, be it a city among words that are not known."""
        if not query.parts:
            return NO_INTERPRETATION
        read = read_names(self._atlas, query)
        return read if read.places else Interpretation(mentioned_cities(self._atlas, query).surely)

    def _only_names(self, query: Query, area: ZipArea | None) -> bool:
        """Whether all that follows the ZIP is names of places, so that the ZIP is no house number."""
        after = query.after_zip
        if area is not None and all(key_of(part) in _accepted(area) for part in after):
            return True
        interpretation = read_names(self._atlas, replace(query, parts=after))
        return bool(interpretation.places) and interpretation.partly is None

    def _by_house_number(self, query: Query, area: ZipArea | None) -> PlaceAnswer:
        address = query.with_zip_as_house_number()
        interpretation = read_names(self._atlas, address)
        if interpretation.places:
            return self._answer(interpretation.places, interpretation.partly, interpretation.namesakes)
        suggestions = [self._atlas.origin(area)] if area else []
        return _unlocated(Refusal.NUMBER_OR_ZIP, [*suggestions, *self._alike(address)])

    def _by_prefix(self, query: Query, zip_code: str, beside: Interpretation) -> PlaceAnswer:
        """A ZIP the gazetteer does not hold: placed by its first digits where they lie elsewhere."""
        named = [self._atlas.origin(place) for place in beside.places]
        regions = self._atlas.zip_region(zip_code[:3]) if may_exist(zip_code) else []
        if self._atlas.covers_prefix(zip_code[:3]) or not regions:
            near = self._atlas.zips_like(zip_code, limit=_MOST_SUGGESTIONS - len(regions))
            nearby: list[Place | ZipArea] = [*near, *regions]
            return _unlocated(Refusal.BAD_ZIP, [*named, *map(self._atlas.origin, nearby)])
        states = {region.state for region in regions}
        if beside.places and states.isdisjoint(place.state for place in beside.places):
            return self._answer([*regions, *beside.places])
        stated = self._atlas.state(query.state) if query.state else None
        if stated is not None and stated.state not in states:
            return self._answer([*regions, stated])
        return self._answer(regions, _UNKNOWN_ZIP)

    def _unknown(self, query: Query, mentioned: Sequence[Place] = ()) -> NotLocated:
        """Why nothing was found, with what may have been meant; `mentioned` are cities among the words."""
        if query.asks_near_me or query.says_where_alone:
            return _unlocated(Refusal.HERE, self._states(query))
        alike = self._alike(query, mentioned)
        if not query.parts:
            return _unlocated(Refusal.NOT_FOUND, self._states(query))
        numbers = [word for word in query.bare if word not in ZIP_WORDS]
        if all(word.isdecimal() for word in numbers):
            digits = next((word for word in numbers if len(word) >= _ZIP_PREFIX), None)
            near = self._atlas.zips_like(digits, limit=_MOST_SUGGESTIONS) if digits else []
            return _unlocated(Refusal.ZIP_LENGTH, [self._atlas.origin(area) for area in near])
        if any(map(is_street, query.parts)) or are_streets_apart(query.parts):
            reason = Refusal.STREET_ONLY
        elif without_township(query.parts[-1]) != query.parts[-1]:
            reason = Refusal.TOWNSHIP
        else:
            reason = Refusal.WRONG_STATE if query.state else Refusal.NOT_FOUND
        if reason is not Refusal.STREET_ONLY:
            alike = [*alike, *self._states(query), *self._next_door(query)]
        return _unlocated(reason, alike)

    def _alike(self, query: Query, mentioned: Sequence[Place] = ()) -> list[Origin]:
        if not query.parts:
            return []
        last = query.parts[-1]
        in_street = any(map(is_street, query.parts)) or are_streets_apart(query.parts)
        tries = [after_street(last)] if in_street else [query.bare, last]
        similar = [
            self._atlas.alike(without_township(words), query.state, limit=_MOST_SUGGESTIONS)
            for words in tries
        ]
        # What is nearly the whole text comes before what is only a part of it.
        alike = [*similar[0], *mentioned, *chain.from_iterable(similar[1:])]
        if query.state is None and (in_street or without_township(last) != last):
            # Many a street, and many a township here, is named like a city that is far away.
            alike = [place for place in alike if not isinstance(place, Elsewhere)]
        return [self._atlas.origin(place) for place in alike]

    def _states(self, query: Query) -> list[Origin]:
        state = self._atlas.state(query.state) if query.state else None
        return [self._atlas.origin(state)] if state else []

    def _next_door(self, query: Query) -> list[Origin]:
        """Places of the name across the state line, where the stated state is partly in the area."""
        if query.state not in self._atlas.covered_states:
            return []
        named = self._atlas.named(query.bare)
        return [self._atlas.origin(place) for place in named if place.state in self._atlas.covered_states]

    def _answer(self, places: Iterable[Place | ZipArea], *notes: str | None) -> PlaceAnswer:
        texts = [_(note) for note in notes if note]
        return _one_or_several(self._atlas.origin(place, *texts) for place in places)


def _is_far_city(place: Place | ZipArea) -> bool:
    return isinstance(place, Elsewhere) and place.kind == "city"


def _has_word(words: Sequence[str]) -> bool:
    return any(not any(char.isdecimal() for char in word) for word in words)


def _clinics_named(clinics: Sequence[Origin]) -> PlaceAnswer:
    if len(clinics) > MOST_NAMED:
        return _unlocated(Refusal.MANY_CLINICS, clinics)
    return _one_or_several(clinics)


def _one_or_several(origins: Iterable[Origin]) -> Located | Ambiguous:
    unique = tuple({origin.label: origin for origin in origins}.values())
    return Located(unique[0]) if len(unique) == 1 else Ambiguous(unique)


def _unlocated(reason: Refusal, suggestions: Iterable[Origin] = ()) -> NotLocated:
    unique = tuple({origin.label: origin for origin in suggestions}.values())
    return NotLocated(reason.sentence, unique[:_MOST_SUGGESTIONS])


def _origins_in(answer: PlaceAnswer) -> tuple[Origin, ...]:
    if isinstance(answer, Located):
        return (answer.origin,)
    return answer.candidates if isinstance(answer, Ambiguous) else answer.suggestions


def _accepted(area: ZipArea) -> frozenset[str]:
    """The keys of the names that mail to this ZIP may carry."""
    return frozenset(key for name in (area.city, *area.other_cities) for key in keys_of(name))


def _accepts(area: ZipArea, query: Query) -> bool:
    return any(_is_made_of(part, _accepted(area)) for part in (*query.parts, query.bare))


def _is_city_of(area: ZipArea, query: Query) -> bool:
    """Whether what reads as a state is a city of the ZIP: Wyoming, MN, or Virginia, MN."""
    name = words_of(STATE_NAMES[query.state]) if query.state else ()
    return bool(name) and set(name) <= set(query.words) and key_of(name) in _accepted(area)


def _is_made_of(words: Sequence[str], names: Collection[str]) -> bool:
    """Whether the words are one of the names, or several in a row."""
    ends = range(1, len(words) + 1)
    return not words or any(key_of(words[:end]) in names and _is_made_of(words[end:], names) for end in ends)


def _meets(area: ZipArea, place: Place | ZipArea) -> bool:
    """Whether a place named beside the ZIP is one of its own, contains it, or has an area that touches it."""
    if isinstance(place, City) and not _accepted(area).isdisjoint(keys_of(place.name)):
        return True
    if isinstance(place, County):
        return (place.name, place.state) == (area.county, area.state)
    if isinstance(place, Elsewhere) and place.kind == "state":
        return place.state == area.state
    return distance_m(area.point, place.point) <= area.radius_m + place.radius_m


def _note_beside_zip(area: ZipArea, query: Query, beside: Interpretation) -> str | None:
    """What to say of the words beside a ZIP that was used: they were a street, a neighbour, or unknown."""
    # "La Crescent" reads like a street, and is the city of that ZIP.
    if any(is_street(part) for part in query.parts if key_of(part) not in _accepted(area)):
        return BY_ZIP
    if not query.parts or _accepts(area, query):
        return None
    if not beside.places:
        return ONLY_ZIP
    return _NEIGHBOUR if any(isinstance(place, City) for place in beside.places) else None
