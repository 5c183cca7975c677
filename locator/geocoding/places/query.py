"""What a text or the cells of a row say, before any place is looked up. Pure: no gazetteer, no clinics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from typing import Final

from locator.geocoding import PostalAddress
from locator.geocoding.places.names import (
    PAUSE,
    fold,
    is_direction,
    split_state,
    tokens_of,
    without_opening,
    words_of,
)
from locator.language import gettext as _
from locator.language import marked as N_

LONGEST_TEXT: Final = 200
"""Characters; no postal address comes near, and a longer text is not worth reading."""

_TRY: Final = N_("Type a ZIP code or a city, for example 55407 or Saint Paul.")


class Refusal(StrEnum):
    """Why a text names no place that can be looked up, as a message for the person who typed it."""

    EMPTY = N_("There is nothing to look up yet.")
    TOO_LONG = N_("That is too long to be a place.")
    NO_WORDS = N_("We found no letters or numbers that name a place.")
    HERE = N_("This search does not know where you are.")
    CANADA = N_("That looks like a postal code from Canada. We only know places in the United States.")
    COORDINATES = N_("We cannot look up map coordinates.")
    NOT_FOUND = N_("We could not find that place. Check the spelling.")
    WRONG_STATE = N_(
        "We could not find that place in the state you named. Check the spelling and the state, for example"
        " Saint Paul, MN."
    )
    BAD_ZIP = N_(
        "We could not find that ZIP code. Check its five digits, or type a city, for example Saint Paul."
    )
    ZIP_LENGTH = N_("A ZIP code has five digits, for example 55407. You can also type a city.")
    STREET_ONLY = N_("We cannot look up a street by itself. Add the ZIP code or the city, for example 55407.")
    NUMBER_OR_ZIP = N_(
        "We could not tell whether the number is a ZIP code or a house number. Type just the ZIP code, or add"
        " the city, for example Saint Paul."
    )
    NO_CLINIC_THERE = N_(
        "We know no clinic of that practice there. Type a ZIP code or a city to see the nearest."
    )
    MANY_CLINICS = N_(
        "We know too many clinics of that name to list them. Add the city or the ZIP code, or type a ZIP code"
        " alone to see the nearest."
    )

    @property
    def sentence(self) -> str:
        """The reason and what to type instead, in the current language."""
        return f"{_(self.value)} {_(_TRY)}" if self in _SAYS_NO_WAY_OUT else _(self.value)


_SAYS_NO_WAY_OUT: Final = frozenset(
    {
        Refusal.EMPTY,
        Refusal.TOO_LONG,
        Refusal.NO_WORDS,
        Refusal.HERE,
        Refusal.CANADA,
        Refusal.COORDINATES,
        Refusal.NOT_FOUND,
    }
)


@dataclass(frozen=True, slots=True)
class Query:
    """The words of a text, sorted by what they are likely to be.

    `words` holds everything. `named` leaves out ZIP, unit, country and opening words such as "near";
    `parts` also leaves out the state, and keeps apart what commas part. `after_zip` holds those parts that
    follow the ZIP: where there are any, it may be a house number instead.
    """

    words: tuple[str, ...]
    named: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]
    state: str | None
    zip_code: str | None
    after_zip: tuple[tuple[str, ...], ...]
    zip_prefix: str | None

    def with_state_as_name(self) -> Query:
        """The same text with its last word or words read as part of a name rather than as a state."""
        return replace(self, parts=(self.named,), state=None)

    def with_zip_as_house_number(self) -> Query:
        """The same text read as an address that begins where a ZIP seemed to be."""
        first, *more = self.after_zip
        return replace(self, parts=((str(self.zip_code), *first), *more), zip_code=None, after_zip=())

    @property
    def bare(self) -> tuple[str, ...]:
        """The words of all parts in one row."""
        return tuple(word for part in self.parts for word in part)


_ZIP: Final = re.compile(r"([0-9]{5})(?:-?[0-9]{4})?")
_ZIP_RUN_INTO_STATE: Final = re.compile(r"(?<=[a-z])(?=[0-9]{5}(?![0-9]))")
_PREFIX: Final = re.compile(r"\b(?:begin(?:s|ning)? with|(?:empie|comien)zan? (?:con|por)) ([0-9]{3})\b")
# People who read Spanish write it too: "cerca de Edina", "condado de Hennepin", and our own labels.
_SPANISH: Final = (
    (re.compile(r"^(?:(?:cerca de|desde|en) )?(?:la ciudad de )?"), ""),
    (re.compile(r"\bcondado (?:de )?([^,()]+?)(?= *(?:[,()]|$))"), r"\1 county"),
    (re.compile(r"(?<=\()([^()]*) o ([^()]*)(?=\))"), r"\1 or \2"),
)
_CANADA: Final = re.compile(r"[a-z][0-9][a-z][ -]?[0-9][a-z][0-9]")
_COORDINATES: Final = re.compile(r"[-+]?[0-9]{1,3}\.[0-9]+\W+[-+]?[0-9]{1,3}\.[0-9]+\W*")

HERE: Final = frozenset(
    {
        "here",
        "near me",
        "nearby",
        "near here",
        "close to me",
        "around me",
        "around here",
        "home",
        "my home",
    }
    | {"my location", "my current location", "current location", "my house", "my address", "where i am"}
    | {
        "aqui",
        "cerca",
        "cerca de mi",
        "cerca de aqui",
        "mi casa",
        "mi ubicacion",
        "mi direccion",
        "donde estoy",
    }
)
COUNTRY: Final = (
    ("united", "states", "of", "america"),
    ("united", "states"),
    ("u", "s", "a"),
    ("usa",),
    ("us",),
)
CLOSING: Final = frozenset(words_of("area metro region clinic clinics office location please"))
ZIP_WORDS: Final = frozenset(words_of("zip zipcode zips code codes postal codigo codigos"))
_PARTING: Final = frozenset({PAUSE, "or"})
# "fl" is left to Florida.
UNIT_WORDS: Final = frozenset(words_of("apt apartment unit ste suite rm room floor bldg building lot trlr"))
_NUMBERED: Final = UNIT_WORDS | {"box"}
_HIGHWAYS: Final = frozenset(words_of("hwy highway route rr cr csah box po"))
_STREET_TYPES: Final = frozenset(
    words_of("ave avenue av blvd boulevard street str rd road dr drive ln lane ct court cir pl place ter")
    + words_of("terrace trl trail pkwy parkway hwy highway way sq alley aly box route cres crescent rdg xing")
)
_STREET_ENDS: Final = _STREET_TYPES | {"st", "n", "s", "e", "w", "ne", "nw", "se", "sw"}


def parse_query(text: str) -> Query | Refusal:
    """What the text says, or why it cannot name a place. Reads any text; never raises."""
    text = text.strip()
    if not text:
        return Refusal.EMPTY
    if len(text) > LONGEST_TEXT:
        return Refusal.TOO_LONG
    folded = _ZIP_RUN_INTO_STATE.sub(" ", fold(text))
    for spanish, english in _SPANISH:
        folded = spanish.sub(english, folded)
    tokens = tokens_of(folded)
    words = _words(tokens)
    refusal = _refusal(folded.strip(), words)
    return refusal or _sorted_out(tokens, words)


def is_street(words: Sequence[str]) -> bool:
    """Whether the words read like a street, a numbered road or a PO box."""
    if len(words) < 2:
        return False
    if words[0][0].isdecimal() or words[0] in _HIGHWAYS or not _STREET_TYPES.isdisjoint(words[1:]):
        return True
    # "St" is a saint unless the name ends there, or ends after a direction.
    *front, last = words
    return last == "st" or (is_direction(last) and front[-1] == "st")


def after_street(words: Sequence[str]) -> Sequence[str]:
    """The words behind the last one that can only belong to a street: where a city would stand."""
    ends = [at for at, word in enumerate(words) if word in _STREET_ENDS or word[0].isdecimal()]
    return words[max(ends, default=-1) + 1 :]


def _refusal(folded: str, words: tuple[str, ...]) -> Refusal | None:
    if not words:
        return Refusal.NO_WORDS
    if " ".join(words) in HERE:
        return Refusal.HERE
    if _CANADA.fullmatch(folded):
        return Refusal.CANADA
    return Refusal.COORDINATES if _COORDINATES.fullmatch(folded) else None


def _sorted_out(tokens: list[str], words: tuple[str, ...]) -> Query:
    prefix = _PREFIX.search(" ".join(words))
    rest = _without_units(_without_edges(tokens))
    rest, zip_code, following = _split_zip(rest)
    names, state = split_state(_stripped(rest))
    if state is not None and _ends_street(names, rest):
        names, state = _stripped(rest), None
    return Query(
        words=words,
        named=_words(rest),
        parts=_parts(names),
        state=state,
        zip_code=zip_code,
        after_zip=_parts(split_state(_stripped(following))[0]),
        zip_prefix=prefix[1] if prefix else None,
    )


def _ends_street(names: Sequence[str], rest: Sequence[str]) -> bool:
    """Whether what reads as a state is the end of a street: "7th St NE" is not in Nebraska."""
    end = _stripped(rest)[len(names) :]
    *_, last = _parts(names) or ((),)
    if len(end) != 1 or end[0] not in _STREET_ENDS or not last or not last[0][0].isdecimal():
        return False
    # A lone word behind the house number is the street's name; behind a street's end, it is a city.
    named = after_street(last)
    return names[-1] != PAUSE and len(named) <= (1 if len(last) == len(named) + 1 else 0)


def _words(tokens: Iterable[str]) -> tuple[str, ...]:
    return tuple(token for token in tokens if token != PAUSE)


def _stripped(tokens: Sequence[str]) -> Sequence[str]:
    start, end = 0, len(tokens)
    while start < end and tokens[start] == PAUSE:
        start += 1
    while end > start and tokens[end - 1] == PAUSE:
        end -= 1
    return tokens[start:end]


def _without_edges(tokens: Sequence[str]) -> Sequence[str]:
    """Drop the country and what people say around a place, but never all of the text."""
    inner = _stripped(tokens)
    for country in COUNTRY:
        if len(inner) > len(country) and tuple(inner[-len(country) :]) == country:
            inner = _stripped(inner[: -len(country)])
    if tuple(inner[:2]) == ("county", "of"):
        inner = [*inner[2:], "county"]
    inner = _stripped(without_opening(inner))
    while len(inner) > 1 and inner[-1] in CLOSING:
        inner = _stripped(inner[:-1])
    return inner


def _without_units(tokens: Sequence[str]) -> list[str]:
    """Drop "apt 3", "# 100" and the like: they say nothing about where."""
    remaining: list[str] = []
    for token in tokens:
        labelled = bool(remaining) and remaining[-1] in UNIT_WORDS
        if labelled and (len(token) == 1 or token[0].isdecimal()):
            remaining[-1] = PAUSE
        else:
            remaining.append(token)
    return remaining


def _split_zip(tokens: list[str]) -> tuple[list[str], str | None, list[str]]:
    """Take out the last ZIP-like token: what is left, its five digits, and the tokens that followed it."""
    for at in range(len(tokens) - 1, -1, -1):
        match = _ZIP.fullmatch(tokens[at])
        if match is None or (at > 0 and tokens[at - 1] in _NUMBERED):
            continue
        following = [token for token in tokens[at + 1 :] if token not in ZIP_WORDS]
        if following and re.fullmatch(r"[0-9]{4}", following[0]) and following[1:2] in ([], [PAUSE]):
            following = following[1:]
        before = [token for token in tokens[:at] if token not in ZIP_WORDS]
        # The comma keeps the words before the ZIP from running into those after it.
        return [*before, PAUSE, *following], match[1], following
    return tokens, None, []


def _parts(tokens: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The runs of words between commas; "or" between two names parts them too."""
    runs = groupby(tokens, key=lambda token: token in _PARTING)
    return tuple(tuple(run) for is_parting, run in runs if not is_parting)


def postal_address(address: str, city: str, state: str, zip_code: str) -> PostalAddress | None:
    """What four cells say, blank ones included; None without an address, city or ZIP code.

    `address` is house number and street, or the whole address. What is no ZIP or state stays as it is, so
    that it is read like anything that is typed.
    """
    address, city, state, zip_code = address.strip(), city.strip(), state.strip(), zip_code.strip()
    if not (address or city or zip_code):
        return None
    code = split_state(words_of(state))[1]
    plus_four = zip_code[:5] if zip_code[:5].isdecimal() and zip_code[5:6] == "-" else zip_code
    return PostalAddress(address or None, None, city or None, code or state or None, plus_four or None)
