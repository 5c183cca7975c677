"""The clinics by what people call them: title, id, street address, practice and city."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import Final

from locator.geocoding.places.atlas import Atlas
from locator.geocoding.places.clinic_index import ClinicIndex, Listed, street_words
from locator.geocoding.places.names import key_of, words_of
from locator.geocoding.places.query import Query, Refusal, parse_query
from locator.language import gettext as _
from locator.sites import Origin, PinPrecision, Precision, Site

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
        """The clinics of the practices that go with what is said beside their names."""
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
    """The clinic as a start, in the language that holds: its pin, else the middle of its ZIP."""
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
