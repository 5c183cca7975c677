"""The quick way from a table's row to its place: only what can bear on the answer is read, and once.

The aim for tables, 10,000 addresses a second, needs it: docs/decisions/025-what-we-keep-of-our-own.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from locator.geocoding import PostalAddress
from locator.geocoding.places.atlas import Atlas
from locator.geocoding.places.clinics import Clinics
from locator.geocoding.places.coordinates import DEGREE_WORDS, are_coordinates
from locator.geocoding.places.names import STATE_NAMES, key_of, words_of
from locator.geocoding.places.query import UNIT_WORDS, ZIP_WORDS, follows_house_number
from locator.geocoding.places.zip_codes import joined
from locator.language import current
from locator.sites import PlaceAnswer

_ANY_STREET: Final = "1 Elm Street"
# A house number and a name, and perhaps a unit: no other comma, which could part off a place's name.
_STREET: Final = re.compile(
    r"[0-9]+[a-z]?[ ][a-z0-9 .'-]{1,80}(?:(?:,[ ]?(?:apt|ste|suite|unit)\b|,?[ ]?#)[ .]*[a-z0-9-]+)?",
    re.IGNORECASE | re.ASCII,
)
_ZIP_LIKE: Final = re.compile("[0-9]{5}")
# Words that part a street or ask for more than a street does.
_LOADED: Final = UNIT_WORDS | ZIP_WORDS | DEGREE_WORDS | {"or", "with"}
# Fewer words, without a decimal point, hold neither coordinates nor five digits in a row.
_MOST_PLAIN_WORDS: Final = 4
_MOST_KEPT: Final = 16_384


class DirectPlaces:
    """Places addresses whose city and ZIP the project ships without reading their streets.

    A street that is not a clinic's changes nothing but a note, so one answer serves all addresses of a city
    and ZIP. Kept answers are bounded in number and hold shipped names only, never a street.
    """

    def __init__(self, atlas: Atlas, clinics: Clinics, locate: Callable[[str], PlaceAnswer]) -> None:
        """`locate` reads a text in full; it gives every answer, and is asked once for each city and ZIP."""
        self._atlas = atlas
        self._telling = clinics.telling_words
        self._locate = locate
        self._kept = lru_cache(maxsize=_MOST_KEPT)(self._answer)

    def place(self, address: PostalAddress) -> PlaceAnswer:
        """Just what reading the address on one line gives."""
        street, state, zip_code = address.street, address.state, address.zip_code
        city = words_of(address.city) if address.city else ()
        is_shipped = (
            (not city or self._atlas.ships(key_of(city)))
            and (state is None or state in STATE_NAMES)
            and (zip_code is None or self._atlas.zip_area(zip_code) is not None)
        )
        # Without a city behind it, a street's own last words can be read as one.
        is_plain = street is None or (
            bool(city) and self._says_nothing(street, beside_zip=zip_code is not None)
        )
        if is_shipped and is_plain:
            return self._kept(current().tag, street is not None, city, state, zip_code)
        return self._locate(address.one_line)

    def _says_nothing(self, street: str, *, beside_zip: bool) -> bool:
        """Whether this is surely a street like any other; some that are may not be seen as such."""
        if _STREET.fullmatch(street) is None:
            return False
        words = words_of(street)
        if _ZIP_LIKE.search(street) is not None and not (beside_zip and _has_house_number(words)):
            return False
        if (len(words) > _MOST_PLAIN_WORDS or "." in street) and _is_more_than_street(street, words):
            return False
        if len(words) > 3 and words[-2] in UNIT_WORDS and (len(words[-1]) == 1 or words[-1][0].isdecimal()):
            words = words[:-2]
        return len(words) > 1 and _LOADED.isdisjoint(words) and self._telling.isdisjoint(words)

    def _answer(
        self,
        _language: str,
        has_street: bool,  # noqa: FBT001 - lru_cache asks for it by position
        city: tuple[str, ...],
        state: str | None,
        zip_code: str | None,
    ) -> PlaceAnswer:
        street = _ANY_STREET if has_street else None
        return self._locate(PostalAddress(street, None, " ".join(city) or None, state, zip_code).one_line)


def _has_house_number(words: tuple[str, ...]) -> bool:
    """Whether of the words only the first is like a ZIP, and a street follows it."""
    street = words[1:]
    return bool(street) and follows_house_number(street) and not any(map(_ZIP_LIKE.search, street))


def _is_more_than_street(street: str, words: tuple[str, ...]) -> bool:
    return are_coordinates(street.casefold()) or joined(words) != list(words)
