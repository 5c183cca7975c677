"""The shipped places by name: finding them, labels that find them again, and near misses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from locator.geocoding.places.gazetteer import SOURCE, City, County, Elsewhere, Gazetteer, ZipArea
from locator.geocoding.places.names import STATE_NAMES, key_of, keys_of, words_of
from locator.geocoding.places.zip_codes import one_slip_away
from locator.language import gettext as _
from locator.language import marked as N_
from locator.sites import Origin, Precision

Place = City | County | Elsewhere
"""What a name can stand for."""

_ALIASES: Final = (
    ("newyorkcity", ("newyork",)),
    ("nyc", ("newyork",)),
    ("slp", ("saintlouispark",)),
    ("igh", ("invergroveheights",)),
    ("wbl", ("whitebearlake",)),
    ("twincities", ("minneapolis", "saintpaul")),
    ("twincitiesmetro", ("minneapolis", "saintpaul")),
    ("msp", ("minneapolis", "saintpaul")),
    ("minneapolissaintpaul", ("minneapolis", "saintpaul")),
    ("minneapolisandsaintpaul", ("minneapolis", "saintpaul")),
    ("saintpaulminneapolis", ("minneapolis", "saintpaul")),
)
_ALIAS_KEYS: Final = frozenset(alias for alias, _keys in _ALIASES)
_COUNTY_WORDS: Final = ("county", "co")
_NO_HOMES: Final = N_("This ZIP code is for PO boxes or one organization, so the point is rough.")
_ZIP_DIGITS: Final = 5
LEAST_LIKE: Final = 0.7
"""How alike two keys must be, from 0 to 1, for one to be a slip of the other."""

_BEGINS_LIKE: Final = 0.9
_SHORTEST_BEGINNING: Final = 3
# A place this much less alike may still come first when it lies in the area.
_FAR_AWAY: Final = 0.1
_MOST_NAMES_IN_LABEL: Final = 3


class Atlas:
    """Every place of a gazetteer, by all the usual spellings of its name. Read-only once built."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        """Index the names; a place that nothing tells apart from a larger namesake is left out."""
        self._zips = gazetteer.zips
        self.covered_states = frozenset(area.state for area in gazetteer.zips.values())
        self._covered = _covered_prefixes(gazetteer)
        self._by_key: dict[str, list[Place]] = {}
        self._postal: dict[str, list[ZipArea]] = {}
        self._zip3: dict[str, list[Elsewhere]] = {}
        self._add_places(gazetteer)
        self._add_postal_names(gazetteer.zips.values())
        for alias, keys in _ALIASES:
            candidates = [
                place for key in keys for place in self._by_key.get(key, ()) if not _is_state(place)
            ]
            if candidates:
                self._by_key.setdefault(alias, []).extend(candidates)

    def zip_area(self, zip_code: str) -> ZipArea | None:
        """The ZIP's area, where the gazetteer covers it."""
        return self._zips.get(zip_code)

    def spellings(self) -> Iterator[tuple[str, frozenset[str]]]:
        """Every key that a name is found by, with the states of all the places that it may stand for."""
        for key in self._by_key.keys() | self._postal.keys():
            places: list[Place | ZipArea] = [*self._by_key.get(key, ()), *self._postal.get(key, ())]
            yield key, frozenset(place.state for place in places)

    def ships(self, key: str) -> bool:
        """Whether the gazetteer holds any place, or mail to any ZIP carries a name, with this key."""
        return key in self._by_key or key in self._postal

    def zip_region(self, prefix: str, state: str | None = None) -> list[Elsewhere]:
        """The coarse places elsewhere that stand for all ZIPs with these first three digits."""
        return [place for place in self._zip3.get(prefix, ()) if state in {None, place.state}]

    def covers_prefix(self, prefix: str) -> bool:
        """Whether the area holds all ZIPs that begin with these digits, so that one it lacks is none."""
        return prefix in self._covered

    def zips_like(self, digits: str, *, limit: int) -> list[ZipArea]:
        """ZIPs of the area one slip away from the digits, else the nearest with the same first three."""
        alike = one_slip_away(digits, self._zips)
        if not alike and digits.isdecimal() and len(digits) <= _ZIP_DIGITS:
            target = int(digits.ljust(5, "0"))
            same = (zip_code for zip_code in self._zips if zip_code.startswith(digits[:3]))
            alike = sorted(same, key=lambda code: abs(int(code) - target))
        return [self._zips[code] for code in alike[:limit]]

    def named(self, words: Sequence[str], state: str | None = None) -> list[Place]:
        """All places the words can mean, those in the area first, then the most populous.

        A given state is binding. Without one, a city or county in the area hides cities elsewhere, but not a
        state of the same name.
        """
        matches = self._by_key.get(key_of(words), [])
        if state is not None:
            inside = [place for place in matches if place.state == state and not _is_state(place)]
            cities: list[Place] = [place for place in inside if not isinstance(place, County)]
            return cities or inside
        near: list[Place] = [place for place in matches if not isinstance(place, Elsewhere)]
        return near + [place for place in matches if _is_state(place)] if near else list(matches)

    def hides(self, words: Sequence[str]) -> bool:
        """Whether `named`, asked without a state, leaves out cities elsewhere."""
        return len(self.named(words)) < len(self._by_key.get(key_of(words), ()))

    def beginning_with(self, words: Sequence[str]) -> list[Place]:
        """The cities of the area whose names begin with these words and go on, the most populous first."""
        typed = key_of(words)
        cities = {
            place: None
            for key, places in self._by_key.items()
            if key.startswith(typed)
            for place in places
            if isinstance(place, City) and key_of(words_of(place.name)[: len(words)]) == typed
        }
        return sorted(cities, key=_rank)

    def cities(self, words: Sequence[str], state: str | None) -> list[Place]:
        """The cities among `named`."""
        return [p for p in self.named(words, state) if not (isinstance(p, County) or _is_state(p))]

    def state(self, code: str) -> Elsewhere | None:
        """The state with this two-letter code."""
        matches = self._by_key.get(f"{keys_of(STATE_NAMES[code])[0]}state", ())
        return next((place for place in matches if isinstance(place, Elsewhere)), None)

    def zips_named(self, words: Sequence[str], state: str | None) -> list[ZipArea]:
        """The ZIPs whose mail carries this name, where no city of the gazetteer has it."""
        return [area for area in self._postal.get(key_of(words), ()) if state in {None, area.state}]

    def alike(self, words: Sequence[str], state: str | None, *, limit: int) -> list[Place]:
        """Places whose names are within a slip of the words, most alike first; a given state is binding."""
        typed = key_of(words)
        scores: dict[Place, float] = {}
        for key, score in self._keys_alike(typed):
            for place in self._by_key[key]:
                if state in {None, place.state}:
                    far = _FAR_AWAY if isinstance(place, Elsewhere) else 0.0
                    scores[place] = max(scores.get(place, 0.0), score - far)
        return sorted(scores, key=lambda place: (-scores[place], _rank(place)))[:limit]

    def origin(self, place: Place | ZipArea, *notes: str) -> Origin:
        """The place as a start for a search; its label, looked up, finds this same place.

        `notes` come before the note on what is measured from.
        """
        if isinstance(place, ZipArea):
            label, precision = self._zip_label(place), Precision.ZIP
            middle = _("ZIP {zip_code}").format(zip_code=place.zip_code)
        else:
            label, precision, middle = self._label(place)
        if isinstance(place, ZipArea) and place.kind != "standard":
            notes = (*notes, _(_NO_HOMES))
        from_middle = _("Measured from the middle of {place}, not from a door.").format(place=middle)
        return Origin(label, place.point, precision, place.radius_m, SOURCE, (*notes, from_middle))

    def _label(self, place: Place) -> tuple[str, Precision, str]:
        if isinstance(place, County):
            label = _("{name} County, {state}").format(name=place.name, state=place.state)
            return label, Precision.COUNTY, label
        if isinstance(place, City):
            namesakes = self._cities_in(keys_of(place.name)[0], place.state)
            label = f"{place.name}, {place.state}"
            if len(namesakes) > 1:
                told_apart = _("{name} ({county} County, {state})")
                label = told_apart.format(name=place.name, county=place.county, state=place.state)
            return label, Precision.CITY, place.name
        if place.kind == "city":
            return f"{place.name}, {place.state}", Precision.CITY, place.name
        if place.kind == "state":
            alone = self._by_key[keys_of(place.name)[0]] == [place]
            label = place.name if alone else _("{name} (state)").format(name=place.name)
            return label, Precision.STATE, place.name
        state = STATE_NAMES.get(place.state, place.state)
        label = _("ZIP codes that begin with {digits} ({state})").format(digits=place.name, state=state)
        area = _("the area where ZIP codes begin with {digits}").format(digits=place.name)
        return label, Precision.STATE, area

    def _zip_label(self, area: ZipArea) -> str:
        """Such as "ZIP 55369 (Osseo or Maple Grove, MN)": its own city, then the largest others."""
        others = {key_of(words_of(name)): name for name in area.other_cities}
        others.pop(key_of(words_of(area.city)), None)

        def largest_first(key: str) -> int:
            return -max((city.population or 0 for city in self._cities_in(key, area.state)), default=-1)

        listed = [others[key] for key in sorted(others, key=largest_first)][: _MOST_NAMES_IN_LABEL - 1]
        *front, last = (area.city, *listed)
        names = _("{most} or {last}").format(most=", ".join(front), last=last) if front else last
        label = _("ZIP {zip_code} ({names}, {state})")
        return label.format(zip_code=area.zip_code, names=names, state=area.state)

    def _cities_in(self, key: str, state: str) -> list[City]:
        return [p for p in self._by_key.get(key, ()) if isinstance(p, City) and p.state == state]

    def _keys_alike(self, typed: str) -> Iterator[tuple[str, float]]:
        if len(typed) < _SHORTEST_BEGINNING:
            return
        scorer = OSA.normalized_similarity
        for key, score, _position in process.extract(
            typed, self._by_key.keys(), scorer=scorer, score_cutoff=LEAST_LIKE, limit=20
        ):
            yield key, score
        for key in self._by_key:
            if key.startswith(typed) and key not in _ALIAS_KEYS:
                yield key, _BEGINS_LIKE

    def _add_places(self, gazetteer: Gazetteer) -> None:
        in_area: list[Place] = [*gazetteer.cities, *gazetteer.counties]
        for place in sorted(in_area, key=_rank):
            self._add(place, keys_of(place.name))
        for place in sorted(gazetteer.elsewhere, key=_rank):
            if place.kind == "zip3":
                self._zip3.setdefault(place.name, []).append(place)
            else:
                self._add(place, keys_of(place.name))

    def _add(self, place: Place, keys: Iterable[str]) -> None:
        """File the place under each key unless a namesake that nothing tells it apart from is there."""
        for key in keys:
            entries = self._by_key.setdefault(key, [])
            if all(_told_apart(place, other) for other in entries):
                entries.append(place)
            suffixes = (
                _COUNTY_WORDS
                if isinstance(place, County)
                else ("state", "estado")
                if _is_state(place)
                else ()
            )
            for suffix in suffixes:
                self._by_key.setdefault(key + suffix, []).append(place)

    def _add_postal_names(self, areas: Iterable[ZipArea]) -> None:
        for area in areas:
            for name in (area.city, *area.other_cities):
                for key in keys_of(name):
                    entries = self._postal.setdefault(key, [])
                    if area not in entries[-1:]:
                        entries.append(area)


def _covered_prefixes(gazetteer: Gazetteer) -> frozenset[str]:
    """The first three digits all of whose people live in the ZIPs of the area: at its edge, only some do."""
    here: Counter[str] = Counter()
    for zip_code, area in gazetteer.zips.items():
        here[zip_code[:3]] += area.population or 0
    people = {place.name: place.population or 0 for place in gazetteer.elsewhere if place.kind == "zip3"}
    return frozenset(prefix for prefix, count in here.items() if count >= people.get(prefix, 0))


def _is_state(place: Place) -> bool:
    return isinstance(place, Elsewhere) and place.kind == "state"


def _rank(place: Place) -> tuple[int, int, str, str]:
    """Cities of the area, then its counties, then states, then cities elsewhere; the most populous first."""
    tier = 0 if isinstance(place, City) else 1 if isinstance(place, County) else 2 if _is_state(place) else 3
    return tier, -(place.population or 0), place.name, place.state


def _told_apart(place: Place, other: Place) -> bool:
    """Whether two places of one name have different labels."""
    if place.state != other.state:
        return True
    if isinstance(place, City) and isinstance(other, City):
        return place.county != other.county
    kinds = {isinstance(one, County) for one in (place, other)}
    states = {_is_state(one) for one in (place, other)}
    return len(kinds) > 1 or len(states) > 1
