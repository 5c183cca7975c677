"""The clinics by what people call them: title, id, street address, practice and city."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from locator.geocoding.atlas import LEAST_LIKE, Atlas
from locator.geocoding.names import STATE_NAMES, key_of, words_of
from locator.geocoding.query import Query, Refusal, read
from locator.language import gettext as _
from locator.sites import Origin, PinPrecision, Precision, Site

SOURCE: Final = "clinic directory"
"""Where a clinic's point comes from."""

_GENERIC: Final = frozenset(
    words_of("clinic clinics center centers pain spine physician physicians medical health care group office")
    + words_of("location and of the in at near llc inc pa")
)
_CLINIC_WORDS: Final = frozenset({"clinic", "clinics", "office", "location"})
_SHORTEST_BRAND_WORD: Final = 3
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


@dataclass(frozen=True, slots=True)
class _Listed:
    """An active clinic with what it is looked up by."""

    site: Site
    origin: Origin
    brand: frozenset[str]
    street: tuple[str, ...]
    rest_of_address: frozenset[str]


class Clinics:
    """The active clinics that can be put on a map, found by their own names and addresses."""

    def __init__(self, sites: Iterable[Site], atlas: Atlas) -> None:
        """Label each clinic by its title, or by more where titles or places would be confused."""
        self._atlas = atlas
        self._listed: list[_Listed] = []
        self._by_key: dict[str, list[_Listed]] = {}
        active = [site for site in sites if site.active]
        titles = Counter(_key(site.title) for site in active)
        for site in active:
            alone = titles[_key(site.title)] == 1 and not self._is_place(site.title)
            label = site.title if alone else f"{site.title} ({site.street_line}; {site.site_id})"
            origin = _origin(site, label, atlas)
            if origin is not None:
                street = _street_words(words_of(site.street))
                self._list(_Listed(site, origin, self._brand(site), street, _rest_of_address(site)))

    @property
    def telling_words(self) -> frozenset[str]:
        """The words that may make a street a clinic's: house numbers, ids and what tells practices apart."""
        words = {word for one in self._listed for word in words_of(f"{one.site.name} {one.site.site_id}")}
        numbers = {one.street[0] for one in self._listed if one.street}
        return frozenset(words - _GENERIC | numbers)

    def called(self, query: Query) -> tuple[Origin, ...]:
        """The clinics whose label, title, id or address the whole text is."""
        exact = self._by_key.get(key_of(query.words))
        if exact is None:
            words = _street_words(query.words)
            exact = [listed for listed in self._listed if _is_at(listed, words)]
        return tuple(listed.origin for listed in exact)

    def of_practice(self, query: Query) -> tuple[tuple[Origin, ...], tuple[str, ...]] | None:
        """The named practice's clinics that fit the rest of the text, and that rest; None if none is."""
        said = set(query.words)
        mine = [listed for listed in self._listed if listed.brand and listed.brand <= said]
        own = _GENERIC.union(*(words_of(listed.site.name) for listed in mine))
        rest = tuple(word for word in query.words if word not in own)
        if not mine:
            # "Edina clinic" is the clinic there; "clinics in Edina" asks what is near.
            ends_so = query.words[-1] in _CLINIC_WORDS
            mine = [one for one in self._listed if ends_so and key_of(rest) == _key(one.site.city)]
            return (tuple(one.origin for one in mine), rest) if mine else None
        return tuple(one.origin for one in mine if not rest or _fits(one, rest)), rest

    def in_city_like(self, words: Sequence[str]) -> list[Origin]:
        """The clinics in a city whose name is within a slip of the words, most alike first."""
        names = [_key(listed.site.city) for listed in self._listed]
        found = process.extract(
            key_of(words), names, scorer=OSA.normalized_similarity, score_cutoff=LEAST_LIKE, limit=len(names)
        )
        return [self._listed[at].origin for _, _, at in found]

    def _list(self, listed: _Listed) -> None:
        site = listed.site
        self._listed.append(listed)
        names = (listed.origin.label, site.title, site.address)
        for name in {_key(name) for name in names if not self._is_place(name)}:
            self._by_key.setdefault(name, []).append(listed)
        # An id such as "maple-grove" reads as the city; people mean the city.
        if not self._is_place(site.site_id) and _key(site.site_id) not in self._by_key:
            self._by_key[_key(site.site_id)] = [listed]

    def _is_place(self, text: str) -> bool:
        words = words_of(text)
        return not words or bool(self._atlas.named(words) or self._atlas.zips_named(words, None))

    def _brand(self, site: Site) -> frozenset[str]:
        """The words that tell the practice from anything else; none where all are everyday or place names."""
        words = frozenset(words_of(site.name)) - _GENERIC
        telling = {word for word in words if word.isalpha() and len(word) >= _SHORTEST_BRAND_WORD}
        return frozenset() if all(self._atlas.named((word,)) for word in telling) else words


def _origin(site: Site, label: str, atlas: Atlas) -> Origin | None:
    """The clinic as a start: its pin, else the middle of its ZIP; None when neither is known."""
    area = atlas.zip_area(site.zip_code)
    pin = site.pin
    if pin is not None and pin.precision not in {PinPrecision.ZIP, PinPrecision.CITY}:
        return Origin(label, pin.point, Precision.SITE, 0.0, SOURCE, (_("Measured from this clinic."),))
    if area is None:
        return None
    note = _("Measured from the middle of ZIP {zip_code}: this clinic has no exact pin yet.")
    return Origin(
        label, area.point, Precision.ZIP, area.radius_m, SOURCE, (note.format(zip_code=area.zip_code),)
    )


def _fits(listed: _Listed, rest: tuple[str, ...]) -> bool:
    """Whether what is said beside the practice's name goes with this clinic."""
    site = listed.site
    said = read(" ".join(rest))
    if isinstance(said, Refusal):
        return False
    if _is_at(listed, _street_words(rest)) or key_of(rest) == _key(site.site_id):
        return True
    same_place = not said.bare or key_of(said.bare) == _key(site.city)
    return same_place and said.zip_code in {None, site.zip_code} and said.state in {None, site.state}


def _is_at(listed: _Listed, words: tuple[str, ...]) -> bool:
    """Whether the words are the clinic's street, with no more after it than the rest of its own address."""
    street = listed.street
    return (
        bool(street)
        and words[: len(street)] == street
        and listed.rest_of_address.issuperset(words[len(street) :])
    )


def _key(text: str) -> str:
    return key_of(words_of(text))


def _street_words(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(_STREET_SHORT.get(word, word) for word in words)


def _rest_of_address(site: Site) -> frozenset[str]:
    state = STATE_NAMES.get(site.state, site.state)
    text = f"{site.unit or ''} {site.city} {site.state} {state} {site.zip_code} unit usa"
    return frozenset(_street_words(words_of(text)))
