"""The clinics by what people call them: title, id, street address, practice and city, however many they are.

The cost of a look-up depends on its results, not on the number of clinics.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import merge, nsmallest
from itertools import chain, islice
from types import MappingProxyType
from typing import Final, Generic, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from locator.geocoding.places.atlas import LEAST_LIKE, Atlas
from locator.geocoding.places.names import STATE_NAMES, key_of, words_of
from locator.geocoding.places.query import Query, Refusal, parse_query
from locator.language import gettext as _
from locator.sites import Origin, PinPrecision, Precision, Site

_STREET_SHORT: Final = MappingProxyType(
    {
        "avenue": "ave",
        "av": "ave",
        "boulevard": "blvd",
        "circle": "cir",
        "court": "ct",
        "drive": "dr",
        "highway": "hwy",
        "lane": "ln",
        "parkway": "pkwy",
        "place": "pl",
        "road": "rd",
        "saint": "st",
        "street": "st",
        "terrace": "ter",
        "trail": "trl",
        "north": "n",
        "south": "s",
        "east": "e",
        "west": "w",
        "northeast": "ne",
        "northwest": "nw",
        "southeast": "se",
        "southwest": "sw",
        "apt": "unit",
        "suite": "unit",
        "ste": "unit",
    }
)


_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class Listed:
    """An active clinic with what it is looked up by."""

    site: Site
    label: str
    brand: frozenset[str]
    street: tuple[str, ...]

    def is_at(self, words: tuple[str, ...]) -> bool:
        """Whether the words are the clinic's street, and all after it is of the rest of its own address."""
        street = self.street
        return (
            bool(street)
            and words[: len(street)] == street
            and _rest_of_address(self.site).issuperset(words[len(street) :])
        )


class _Groups(Generic[_Key]):
    """Numbers of clinics by a key, rising; most keys have one, which then takes no list of its own."""

    def __init__(self) -> None:
        self._found: dict[_Key, int | array[int]] = {}

    def add(self, key: _Key, number: int) -> None:
        before = self._found.get(key)
        if before is None:
            self._found[key] = number
        elif isinstance(before, int):
            self._found[key] = array("L", (before, number))
        else:
            before.append(number)

    def __getitem__(self, key: _Key) -> Sequence[int]:
        members = self._found.get(key, ())
        return (members,) if isinstance(members, int) else members

    def __iter__(self) -> Iterator[_Key]:
        return iter(self._found)

    def __contains__(self, key: object) -> bool:
        return key in self._found


class ClinicIndex:
    """Clinics by the keys of their names, by street, by the words of their practice, and by city.

    Whatever is found is in the order in which the clinics were added.
    """

    def __init__(self) -> None:
        self._listed: list[Listed] = []
        self._by_key: _Groups[str] = _Groups()
        self._by_id: _Groups[str] = _Groups()
        self._by_street: _Groups[tuple[str, ...]] = _Groups()
        self._by_city: _Groups[str] = _Groups()
        self._by_brand: _Groups[frozenset[str]] = _Groups()
        self._by_brand_and_city: _Groups[tuple[frozenset[str], str]] = _Groups()
        self._brands_with: dict[str, list[frozenset[str]]] = {}

    def __iter__(self) -> Iterator[Listed]:
        """Every clinic."""
        return iter(self._listed)

    def add(self, listed: Listed, keys: Iterable[str], *, id_key: str, city_key: str) -> None:
        """Have a clinic found by these keys, by that of its id, and by what it is listed with."""
        number, brand = len(self._listed), listed.brand
        self._listed.append(listed)
        for key in keys:
            self._by_key.add(key, number)
        self._by_id.add(id_key, number)
        self._by_street.add(listed.street, number)
        self._by_city.add(city_key, number)
        if brand:
            if brand not in self._by_brand:
                # The longest word is most likely the practice's own.
                self._brands_with.setdefault(max(brand, key=_length), []).append(brand)
            self._by_brand.add(brand, number)
            self._by_brand_and_city.add((brand, city_key), number)

    def has(self, key: str) -> bool:
        """Whether a clinic is found by this key."""
        return key in self._by_key

    def by_key(self, key: str) -> list[Listed]:
        """The clinics one of whose keys this is."""
        return self._of(self._by_key[key])

    def by_id(self, key: str) -> list[Listed]:
        """The clinics the key of whose id this is."""
        return self._of(self._by_id[key])

    def at(self, words: tuple[str, ...]) -> list[Listed]:
        """The clinics with whose street the words, as `street_words` has them, begin; see `Listed.is_at`."""
        starts = (self._by_street[words[:count]] for count in range(1, len(words) + 1))
        return [one for one in self._of(merge(*starts)) if one.is_at(words)]

    def brands_in(self, words: Collection[str]) -> list[frozenset[str]]:
        """The practices all of whose words are among these."""
        return [brand for word in words for brand in self._brands_with.get(word, ()) if brand.issubset(words)]

    def of_brands(self, brands: Iterable[frozenset[str]], city_key: str | None = None) -> Iterator[Listed]:
        """The clinics of these practices, of a city alone where its key is given."""
        if city_key is None:
            groups = [self._by_brand[brand] for brand in brands]
        else:
            groups = [self._by_brand_and_city[brand, city_key] for brand in brands]
        return map(self._listed.__getitem__, merge(*groups))

    def in_city(self, city_key: str, *, most: int) -> list[Listed]:
        """The clinics in a city; none where there are more than `most`."""
        listed = self._by_city[city_key]
        return self._of(listed) if len(listed) <= most else []

    def in_city_like(self, words: Sequence[str], limit: int) -> list[Listed]:
        """At most `limit` clinics in cities whose names are within a slip of the words, most alike first."""
        alike = process.extract(
            key_of(words),
            list(self._by_city),
            scorer=OSA.normalized_similarity,
            score_cutoff=LEAST_LIKE,
            limit=None,
        )
        ranked = ((-score, number) for name, score, _ in alike for number in self._by_city[name])
        return self._of(number for _, number in nsmallest(limit, ranked))

    def _of(self, numbers: Iterable[int]) -> list[Listed]:
        return [self._listed[number] for number in numbers]


def street_words(words: Iterable[str]) -> tuple[str, ...]:
    """The words with what streets are often shortened by in its short form."""
    return tuple(_STREET_SHORT.get(word, word) for word in words)


def _rest_of_address(site: Site) -> frozenset[str]:
    state = STATE_NAMES.get(site.state, site.state)
    text = f"{site.unit or ''} {site.city} {site.state} {state} {site.zip_code} unit usa"
    return frozenset(street_words(words_of(text)))


def _length(word: str) -> tuple[int, str]:
    return len(word), word


SOURCE: Final = "clinic directory"
"""Where a clinic's point comes from."""

MOST_NAMED: Final = 50
"""More clinics than this are no answer to anybody: a person is asked to say more."""

_GENERIC: Final = frozenset(
    words_of("clinic clinics center centers pain spine physician physicians medical health care group office")
    + words_of("location and of the in at near llc inc pa")
)
_CLINIC_WORDS: Final = frozenset({"clinic", "clinics", "office", "location"})
_SHORTEST_BRAND_WORD: Final = 3
_MOST_TEXTS_KEPT: Final = 4_096


class Clinics:
    """The active clinics that can be put on a map, found by their own names and addresses."""

    def __init__(self, sites: Iterable[Site], atlas: Atlas) -> None:
        """Label each clinic by its title, or by more where titles or places would be confused."""
        self._atlas = atlas
        self._index = ClinicIndex()
        # Names, cities and states repeat from clinic to clinic; the store goes when all are listed.
        self._words = lru_cache(maxsize=_MOST_TEXTS_KEPT)(words_of)
        self._brand = lru_cache(maxsize=_MOST_TEXTS_KEPT)(self._brand_of)
        active = [site for site in sites if site.active]
        titles = [key_of(self._words(site.name) + self._words(site.city)) for site in active]
        counts = Counter(titles)
        for site, title in zip(active, titles, strict=True):
            if _has_pin(site) or atlas.zip_area(site.zip_code) is not None:
                alone = counts[title] == 1 and not self._is_place(title)
                self._list(site, title, alone=alone)
        del self._words, self._brand

    @property
    def telling_words(self) -> frozenset[str]:
        """The words that may make a street a clinic's: house numbers, ids and what tells practices apart."""
        words = {word for one in self._index for word in words_of(f"{one.site.name} {one.site.site_id}")}
        numbers = {one.street[0] for one in self._index if one.street}
        return frozenset(words - _GENERIC | numbers)

    def called(self, query: Query) -> tuple[Origin, ...]:
        """The clinics whose label, title, id or address the whole text is: at most MOST_NAMED and one."""
        exact = self._index.by_key(key_of(query.words)) or self._index.at(street_words(query.words))
        return self._origins(exact)

    def of_practice(self, query: Query) -> tuple[tuple[Origin, ...], tuple[str, ...]] | None:
        """The named practice's clinics that fit the rest of the text, and that rest; None if none is.

        At most MOST_NAMED clinics and one.
        """
        brands = self._index.brands_in(set(query.words))
        own = _GENERIC.union(*brands)
        rest = tuple(word for word in query.words if word not in own)
        if brands:
            listed = self._fitting(brands, rest) if rest else self._index.of_brands(brands)
            return self._origins(listed), rest
        # "Edina clinic" is the clinic there; "clinics in Edina", or a city of many, asks what is near.
        ends_so = query.words[-1] in _CLINIC_WORDS
        mine = self._index.in_city(key_of(rest), most=MOST_NAMED) if ends_so else []
        return (self._origins(mine), rest) if mine else None

    def in_city_like(self, words: Sequence[str], *, limit: int) -> tuple[Origin, ...]:
        """At most `limit` clinics in a city whose name is within a slip of the words, most alike first."""
        return self._origins(self._index.in_city_like(words, limit))

    def _fitting(self, brands: Sequence[frozenset[str]], rest: tuple[str, ...]) -> Iterator[Listed]:
        """The clinics of these practices that fit the other words."""
        query = parse_query(" ".join(rest))
        if isinstance(query, Refusal):
            return iter(())
        by_address = [*self._index.at(street_words(rest)), *self._index.by_id(key_of(rest))]
        in_place = self._index.of_brands(brands, key_of(query.bare) if query.bare else None)
        by_place = (
            one
            for one in in_place
            if query.zip_code in {None, one.site.zip_code} and query.state in {None, one.site.state}
        )
        # Each once: an address may be of the place, too.
        named = {one.site.site_id: one for one in by_address if one.brand in brands}
        return chain(named.values(), (one for one in by_place if one.site.site_id not in named))

    def _origins(self, listed: Iterable[Listed]) -> tuple[Origin, ...]:
        return tuple(_origin(one, self._atlas) for one in islice(listed, MOST_NAMED + 1))

    def _list(self, site: Site, title: str, *, alone: bool) -> None:
        label = site.title if alone else f"{site.title} ({site.street_line}; {site.site_id})"
        street = words_of(site.street)
        shared = map(self._words, (site.unit or "", site.city, site.state, site.zip_code))
        address = key_of((*street, *chain.from_iterable(shared)))
        names = (title, address) if alone else (title, address, _key(label))
        keys = {key: None for key in names if not self._is_place(key)}
        # An id such as "maple-grove" reads as the city; people mean the city.
        own_id = _key(site.site_id)
        if not self._is_place(own_id) and not self._index.has(own_id):
            keys[own_id] = None
        listed = Listed(site, label, self._brand(site.name), street_words(street))
        self._index.add(listed, keys, id_key=own_id, city_key=key_of(self._words(site.city)))

    def _is_place(self, key: str) -> bool:
        return not key or self._atlas.ships(key)

    def _brand_of(self, name: str) -> frozenset[str]:
        """The words that tell the practice from anything else; none where all are everyday or place names."""
        words = frozenset(words_of(name)) - _GENERIC
        telling = {word for word in words if word.isalpha() and len(word) >= _SHORTEST_BRAND_WORD}
        return frozenset() if all(self._atlas.named((word,)) for word in telling) else words


def _has_pin(site: Site) -> bool:
    return site.pin is not None and site.pin.precision not in {PinPrecision.ZIP, PinPrecision.CITY}


def _origin(listed: Listed, atlas: Atlas) -> Origin:
    """The clinic as a start, in the current language: its pin, else the middle of its ZIP."""
    site, label = listed.site, listed.label
    if site.pin is not None and _has_pin(site):
        return Origin(label, site.pin.point, Precision.SITE, 0.0, SOURCE, (_("Measured from this clinic."),))
    area = atlas.zip_area(site.zip_code)
    if area is None:
        raise RuntimeError("only what has a place is listed")
    note = _("Measured from the middle of ZIP {zip_code}: this clinic has no exact pin yet.")
    return Origin(
        label, area.point, Precision.ZIP, area.radius_m, SOURCE, (note.format(zip_code=area.zip_code),)
    )


def _key(text: str) -> str:
    return key_of(words_of(text))
