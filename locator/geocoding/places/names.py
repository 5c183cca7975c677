"""How a name is written: folding, abbreviations and state names, so that one place has one key."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Final

PAUSE: Final = ","
"""The token that stands between words which punctuation keeps apart."""

_TOKEN: Final = re.compile(r",|\d+(?:[.-]\d+)+|[^\W_]+")
# A pasted address breaks its lines where a typed one has commas; brackets and slashes part names too.
_SYMBOLS: Final = str.maketrans(
    {"'": None, "`": None, "#": " unit ", "&": " and "} | dict.fromkeys(";|/()[]\n\r", ",") | {"@": " at "}
)
_APOSTROPHES: Final = frozenset("\u2018\u2019\u02bc\u00b4\u2032")

LONG_FORMS: Final = MappingProxyType(
    {
        "st": "saint",
        "mt": "mount",
        "ft": "fort",
        "n": "north",
        "no": "north",
        "s": "south",
        "so": "south",
        "e": "east",
        "w": "west",
        "hts": "heights",
        "hgts": "heights",
        "ht": "heights",
        "lk": "lake",
        "lks": "lakes",
        "ctr": "center",
        "centre": "center",
        "grv": "grove",
        "vly": "valley",
        "spg": "spring",
        "spgs": "springs",
        "bch": "beach",
        "pk": "park",
        "pr": "prairie",
        "rpds": "rapids",
        "fls": "falls",
        "vlg": "village",
        "twp": "township",
        "jct": "junction",
        "riv": "river",
        "isl": "island",
        "cty": "county",
        "cnty": "county",
        "mpls": "minneapolis",
    }
)
# People also run these into the next word: "stpaul", "mtmorris".
_SHORT_FORMS: Final = MappingProxyType({"saint": "st", "mount": "mt", "fort": "ft"})

DIRECTIONS: Final = frozenset({"north", "south", "east", "west"})

STATE_NAMES: Final = MappingProxyType(
    {
        "AL": "Alabama",
        "AK": "Alaska",
        "AZ": "Arizona",
        "AR": "Arkansas",
        "CA": "California",
        "CO": "Colorado",
        "CT": "Connecticut",
        "DE": "Delaware",
        "DC": "District of Columbia",
        "FL": "Florida",
        "GA": "Georgia",
        "HI": "Hawaii",
        "ID": "Idaho",
        "IL": "Illinois",
        "IN": "Indiana",
        "IA": "Iowa",
        "KS": "Kansas",
        "KY": "Kentucky",
        "LA": "Louisiana",
        "ME": "Maine",
        "MD": "Maryland",
        "MA": "Massachusetts",
        "MI": "Michigan",
        "MN": "Minnesota",
        "MS": "Mississippi",
        "MO": "Missouri",
        "MT": "Montana",
        "NE": "Nebraska",
        "NV": "Nevada",
        "NH": "New Hampshire",
        "NJ": "New Jersey",
        "NM": "New Mexico",
        "NY": "New York",
        "NC": "North Carolina",
        "ND": "North Dakota",
        "OH": "Ohio",
        "OK": "Oklahoma",
        "OR": "Oregon",
        "PA": "Pennsylvania",
        "PR": "Puerto Rico",
        "RI": "Rhode Island",
        "SC": "South Carolina",
        "SD": "South Dakota",
        "TN": "Tennessee",
        "TX": "Texas",
        "UT": "Utah",
        "VT": "Vermont",
        "VA": "Virginia",
        "WA": "Washington",
        "WV": "West Virginia",
        "WI": "Wisconsin",
        "WY": "Wyoming",
    }
)


def fold(text: str) -> str:
    """The text in small letters, with accents, invisible marks and foreign digit shapes made plain."""
    if not text.isascii():
        text = "".join(map(_plain, unicodedata.normalize("NFKD", text)))
    return text.casefold()


def _plain(char: str) -> str:
    category = unicodedata.category(char)
    if char in _APOSTROPHES:
        return "'"
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category == "Pd":
        return "-"
    # Accents and direction marks leave nothing behind, so that they cannot part a word.
    return "" if category in {"Mn", "Me", "Cf"} else char


def tokens_of(folded: str) -> list[str]:
    """Words in order, with PAUSE between what commas, brackets, slashes or line ends keep apart."""
    return _TOKEN.findall(folded.translate(_SYMBOLS))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in order, folded, without any punctuation."""
    return tuple(token for token in tokens_of(fold(text)) if token != PAUSE)


def key_of(words: Iterable[str]) -> str:
    """One key for all the usual spellings of a name: abbreviations written out, without spaces."""
    return "".join([LONG_FORMS.get(word, word) for word in words])


def without_opening(tokens: Sequence[str]) -> Sequence[str]:
    """Drop what people say before a place, such as "near" or "the city of", but never all of the text."""
    start = 0
    while start < len(tokens) - 1 and tokens[start] in OPENING:
        start += 1
    return tokens[start:]


def without_township(words: Sequence[str]) -> Sequence[str]:
    """The words without "Township" at their end, as townships are named like what lies in or near them."""
    return words[:-1] if len(words) > 1 and key_of(words[-1:]) == "township" else words


@lru_cache(maxsize=8192)
def keys_of(name: str) -> tuple[str, ...]:
    """The keys a place of this name is found by; the first is the one `key_of` gives for the name.

    For shipped names only: they repeat from file to file, and what a person types must not stay in a cache.
    """
    words = words_of(name)
    run_together = "".join([_SHORT_FORMS.get(word, word) for word in words])
    # "The Lakes" and "Near North Side" begin with what is else dropped from a typed text.
    return tuple(dict.fromkeys((key_of(words), run_together, key_of(without_opening(words)))))


OPENING: Final = frozenset(
    words_of("near in at by from around the a to of i live my is nearest closest close clinic clinics")
    + words_of("city town village township im between entre corner intersection esquina")
)

STATES_BY_KEY: Final = MappingProxyType(
    {code.casefold(): code for code in STATE_NAMES}
    | {keys_of(name)[0]: code for code, name in STATE_NAMES.items()}
    | {"minn": "MN", "wis": "WI", "wisc": "WI"}
)
LONE_WORDS: Final = frozenset(
    words_of("hi ok or in oh me id la de al mi co ne") + words_of("va ms md ma pa mt nd ct dc ar al mo")
)
"""Codes of states that are more often a word, a direction or a medical abbreviation than the state.

Such a code is one only behind a name, or right before a ZIP code.
"""

_LONGEST_STATE_WORDS: Final = max(len(words_of(name)) for name in STATE_NAMES.values())


def split_state(tokens: Sequence[str]) -> tuple[Sequence[str], str | None]:
    """Take the state off the end of the tokens: what is left, and the two-letter code or None."""
    for count in range(min(_LONGEST_STATE_WORDS, len(tokens)), 0, -1):
        tail = tokens[-count:]
        # The short codes clash with long forms ("MT", "mount"), so both spellings are tried.
        code = STATES_BY_KEY.get("".join(tail)) or STATES_BY_KEY.get(key_of(tail))
        if code is not None:
            return tokens[:-count], code
    return tokens, None


def state_of(words: Sequence[str]) -> str | None:
    """The two-letter code of the state that all of the words are; None also for a code that is a word."""
    before, code = split_state(words)
    return None if before or (len(words) == 1 and words[0] in LONE_WORDS) else code


def is_direction(word: str) -> bool:
    """Whether the word is north, south, east or west in any usual spelling."""
    return key_of((word,)) in DIRECTIONS
