"""Places outside the United States, told by a province, a country or a postal code written with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from locator.geocoding.places.names import STATE_NAMES, key_of, keys_of, words_of
from locator.language import languages

_POSTAL_CODE: Final = re.compile(r"(?<![a-z0-9])[abceghj-nprstvxy][0-9][a-z][ -]?[0-9][a-z][0-9](?![a-z0-9])")
_PROVINCES: Final = frozenset(
    keys_of(name)[0]
    for name in (
        "Alberta",
        "British Columbia",
        "Manitoba",
        "New Brunswick",
        "Newfoundland",
        "Newfoundland and Labrador",
        "Northwest Territories",
        "Nova Scotia",
        "Nunavut",
        "Ontario",
        "Prince Edward Island",
        "Quebec",
        "Saskatchewan",
        "Yukon",
    )
)
# "ON" is a word without a comma in front.
_PROVINCE_CODES: Final = frozenset(words_of("ab bc mb nb nl ns nt nu pe qc sk yt"))
_CODES_BEHIND_COMMA: Final = _PROVINCE_CODES | {"on"}
# The Unicode data has the kingdom by its full name alone.
_UNITED_KINGDOM: Final = frozenset(
    {"UK", "GB", "England", "Scotland", "Wales", "Northern Ireland"}
    | {"Inglaterra", "Escocia", "Gales", "Irlanda del Norte"}
)
_OURS: Final = frozenset({"US", "PR", "GU", "VI", "AS", "MP", "UM"})
_LONGEST_NAME_WORDS: Final = 5


def has_canadian_postal_code(folded: str) -> bool:
    """Whether a postal code of Canada stands anywhere in a folded text."""
    return _POSTAL_CODE.search(folded) is not None


@dataclass(frozen=True, slots=True)
class Abroad:
    """The province or the country that a text ends with."""

    words: tuple[str, ...]
    is_province: bool
    is_alone: bool


def abroad(parts: Sequence[tuple[str, ...]]) -> Abroad | None:
    """The province or country that the last words of a text are, or all of them; a code has a name in front.

    The name may still be that of a place here, as Little Canada and Jordan are: whoever asks looks that up.
    """
    if not parts:
        return None
    *front, last = parts
    if front and len(last) == 1 and last[0] in _CODES_BEHIND_COMMA:
        return Abroad(last, is_province=True, is_alone=False)
    for count in range(min(_LONGEST_NAME_WORDS, len(last)), 0, -1):
        tail = last[-count:]
        is_alone = not front and count == len(last)
        is_code = count == 1 and not is_alone and tail[0] in _PROVINCE_CODES
        is_province = is_code or key_of(tail) in _PROVINCES
        if is_province or key_of(tail) in country_keys():
            return Abroad(tail, is_province, is_alone)
    return None


@lru_cache(maxsize=1)
def country_keys() -> frozenset[str]:
    """The keys of all countries' names in our languages, but for those that a state has too."""
    names = {
        name
        for language in languages()
        for code, name in language.locale.territories.items()
        if len(code) == 2 and code.isalpha() and code not in _OURS
    }
    states = {keys_of(name)[0] for name in STATE_NAMES.values()}
    return frozenset(key_of(words_of(name)) for name in names | _UNITED_KINGDOM) - states
