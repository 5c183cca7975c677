"""Understanding a typed place with what the project ships: no network, no guess that is not said."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from locator.clinics import distance_m
from locator.errors import LocatorError
from locator.geocoding import PostalAddress
from locator.geocoding.places.atlas import Atlas, Place
from locator.geocoding.places.clinics import MOST_NAMED, Clinics
from locator.geocoding.places.direct import DirectPlaces
from locator.geocoding.places.gazetteer import City, County, Elsewhere, Gazetteer, ZipArea
from locator.geocoding.places.names import key_of, keys_of
from locator.geocoding.places.query import Query, Refusal, after_street, is_street, parse_query
from locator.geocoding.places.reading import NO_INTERPRETATION, Interpretation, read_names
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
        if query.zip_prefix is not None:
            regions = self._atlas.zip_region(query.zip_prefix, query.state)
            if regions:
                return self._answer(regions)
        if query.zip_code is not None:
            return self._by_zip(query, query.zip_code)
        interpretation = read_names(self._atlas, query)
        return (
            self._answer(interpretation.places, interpretation.partly, interpretation.namesakes)
            if interpretation.places
            else self._unknown(query)
        )

    def _by_zip(self, query: Query, zip_code: str) -> PlaceAnswer:
        area = self._atlas.zip_area(zip_code)
        if query.after_zip and not self._only_names(query, area):
            return self._by_house_number(query, area)
        beside = read_names(self._atlas, query) if query.parts else NO_INTERPRETATION
        if area is None:
            return self._by_prefix(query, zip_code, beside)
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
        regions = self._atlas.zip_region(zip_code[:3])
        if self._atlas.covers_prefix(zip_code[:3]) or not regions:
            near = self._atlas.zips_near(zip_code, limit=_MOST_SUGGESTIONS - len(regions))
            nearby: list[Place | ZipArea] = [*near, *regions]
            return _unlocated(Refusal.BAD_ZIP, [*named, *map(self._atlas.origin, nearby)])
        states = {region.state for region in regions}
        if beside.places and states.isdisjoint(place.state for place in beside.places):
            return self._answer([*regions, *beside.places])
        stated = self._atlas.state(query.state) if query.state else None
        if stated is not None and stated.state not in states:
            return self._answer([*regions, stated])
        return self._answer(regions, _UNKNOWN_ZIP)

    def _unknown(self, query: Query) -> NotLocated:
        """Why nothing was found, with what may have been meant."""
        alike = self._alike(query)
        if not query.parts:
            return _unlocated(Refusal.NOT_FOUND, self._states(query))
        if all(word.isdecimal() for word in query.bare):
            digits = next((word for word in query.bare if len(word) >= _ZIP_PREFIX), None)
            near = self._atlas.zips_near(digits, limit=_MOST_SUGGESTIONS) if digits else []
            return _unlocated(Refusal.ZIP_LENGTH, [self._atlas.origin(area) for area in near])
        if any(map(is_street, query.parts)):
            return _unlocated(Refusal.STREET_ONLY, alike)
        if query.state is not None:
            return _unlocated(Refusal.WRONG_STATE, [*alike, *self._states(query), *self._next_door(query)])
        return _unlocated(Refusal.NOT_FOUND, alike)

    def _alike(self, query: Query) -> list[Origin]:
        if not query.parts:
            return []
        last = query.parts[-1]
        in_street = any(map(is_street, query.parts))
        tries = [after_street(last)] if in_street else [query.bare, last]
        return [
            self._atlas.origin(place)
            for words in tries
            for place in self._atlas.alike(words, query.state, limit=_MOST_SUGGESTIONS)
        ]

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
    return any(key_of(part) in _accepted(area) for part in (*query.parts, query.bare))


def _meets(area: ZipArea, place: Place | ZipArea) -> bool:
    """Whether a place named beside the ZIP contains it, or is so close that the two areas touch."""
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
