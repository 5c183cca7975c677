"""The clinics of a directory, ready to be looked up by key, street, practice or city, however many they are.

Every look-up costs what it finds, not what there is: no list of all clinics is gone through.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge, nsmallest
from types import MappingProxyType
from typing import Final, Generic, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from locator.geocoding.places.atlas import LEAST_LIKE
from locator.geocoding.places.names import STATE_NAMES, key_of, words_of
from locator.sites import Site

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
        """The practices all of whose words are said."""
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
