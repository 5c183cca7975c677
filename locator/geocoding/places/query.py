"""What a text or the cells of a row say, before any place is looked up. Pure: no gazetteer, no clinics."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby, pairwise, takewhile
from typing import Final

from locator.geocoding import PostalAddress
from locator.geocoding.places.coordinates import are_coordinates
from locator.geocoding.places.foreign import Abroad, abroad, has_canadian_postal_code
from locator.geocoding.places.names import (
    LONE_WORDS,
    OPENING,
    PAUSE,
    fold,
    is_direction,
    split_state,
    tokens_of,
    without_opening,
    words_of,
)
from locator.geocoding.places.zip_codes import in_pieces, joined, unglued
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
    ABROAD = N_("That looks like a place in another country. We only know places in the United States.")
    COORDINATES = N_("We cannot look up map coordinates.")
    NOT_FOUND = N_(
        "We could not find that place. Check the spelling. We know ZIP codes, cities and counties, but not"
        " the names of hospitals, landmarks or neighborhoods."
    )
    WRONG_STATE = N_(
        "We could not find that place in the state you named. Check the spelling and the state, for example"
        " Saint Paul, MN."
    )
    BAD_ZIP = N_(
        "We could not find that ZIP code. Check its five digits, or type a city, for example Saint Paul."
    )
    ZIP_LENGTH = N_("A ZIP code has five digits, for example 55407. You can also type a city.")
    TOWNSHIP = N_(
        "We do not know that township. Type its ZIP code, a city near it or its county, for example Anoka"
        " County."
    )
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
        Refusal.ABROAD,
        Refusal.COORDINATES,
        Refusal.NOT_FOUND,
    }
)


@dataclass(frozen=True, slots=True)
class Query:
    """The words of a text, sorted by what they are likely to be.

    `words` holds everything. `named` leaves out ZIP, unit, country and opening words such as "near";
    `parts` also leaves out the state, and keeps apart what commas part. `after_zip` holds those parts that
    follow the ZIP: where there are any, it may be a house number instead. `other_zips` are further numbers of
    five digits before the last, which may be ZIPs too; those `in_front_of_words` may be house numbers.
    `abroad` is the other country that the text ends with, `is_state_doubtful` that the state is a
    code which is more often a word, with no comma in front.
    """

    words: tuple[str, ...]
    named: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]
    state: str | None
    zip_code: str | None
    after_zip: tuple[tuple[str, ...], ...]
    zip_prefix: str | None
    other_zips: tuple[str, ...] = ()
    in_front_of_words: frozenset[str] = frozenset()
    abroad: Abroad | None = None
    asks_near_me: bool = False
    is_state_doubtful: bool = False

    def with_state_as_name(self) -> Query:
        """The same text with its last word or words read as part of a name rather than as a state."""
        return replace(self, parts=(self.named,), state=None, is_state_doubtful=False)

    def without_state(self) -> Query:
        """The same text with what reads as a state left out."""
        return replace(self, state=None, is_state_doubtful=False)

    @property
    def says_where_alone(self) -> bool:
        """Whether the only word is one that people say around a place, such as "near"."""
        return len(self.words) == 1 and self.words[0] in (FILLER - LONE_WORDS) | {"me", "in"}

    @property
    def is_street_behind_zip(self) -> bool:
        """Whether what follows the ZIP is a street, so that the ZIP is its house number."""
        return any(
            is_street(part) and follows_house_number(part) and not _is_crossing(part)
            for part in self.after_zip
        )

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
    (
        re.compile(
            r"^(?:(?:(?:yo )?vivo|estoy|soy|clinicas?) (?:cerca de|desde|en|de) |(?:cerca de|desde|en) )?"
            r"(?:la ciudad de )?"
        ),
        "",
    ),
    (re.compile(r"^(?:el )?centro de (?=\w)"), "downtown "),
    (re.compile(r"\bcondado (?:de )?([^,()]+?)(?= *(?:[,()]|$))"), r"\1 county"),
    (re.compile(r"(?<=\()([^()]*) o ([^()]*)(?=\))"), r"\1 or \2"),
)
_PHONE: Final = re.compile(r"(?<![0-9])(?:\+?1[ .-]?)?\(?[0-9]{3}\)?[ .-]?[0-9]{3}[ .-][0-9]{4}(?![0-9])")

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
    ("estados", "unidos"),
    ("ee", "uu"),
    ("eeuu",),
    ("e", "u", "a"),
    ("eua",),
)
CLOSING: Final = frozenset(words_of("area metro region clinic clinics office location please"))
ZIP_WORDS: Final = frozenset(words_of("zip zipcode zips code codes postal codigo codigos"))
# What people say around a place and that names none: of these words alone nobody can tell where somebody is.
FILLER: Final = (
    OPENING
    | CLOSING
    | ZIP_WORDS
    | {word for phrase in HERE for word in phrase.split()}
    | frozenset(
        words_of("and or me mi one it im at what which who there where i can could use show find want need")
    )
    | frozenset(
        words_of(
            "live living vivo estoy place places closer nearer good best walk doctor doctors dr drg pain"
        )
    )
    | frozenset(
        words_of("thanks thank you please por favor gracias es el la de en un una mas cercana cercano")
    )
    | frozenset(words_of("clinica clinicas dolor help"))
)
NEAR_ME: Final = tuple(
    tuple(phrase.split())
    for phrase in (
        "near me",
        "to me",
        "by me",
        "around me",
        "from me",
        "near here",
        "around here",
        "cerca de mi",
        "cerca de aqui",
    )
)
_OR: Final = "or"
_PARTING: Final = frozenset({PAUSE, _OR})
_SEPARATING: Final = _PARTING | {"and"}
# "fl" is left to Florida.
UNIT_WORDS: Final = frozenset(words_of("apt apartment unit ste suite rm room floor bldg building lot trlr"))
_NUMBERED: Final = UNIT_WORDS | {"box"}
_HIGHWAYS: Final = frozenset(words_of("hwy highway route rr cr csah box po"))
_STREET_TYPES: Final = frozenset(
    words_of("ave avenue av blvd boulevard street str rd road dr drive ln lane ct court cir pl place ter")
    + words_of("terrace trl trail pkwy parkway hwy highway way sq alley aly box route cres crescent rdg xing")
)
_SPOKEN_WORDS: Final = frozenset(words_of("i im my but can we our is am puedo pero yo"))
_STREETS_IN_SPANISH: Final = frozenset(words_of("calle avenida avda"))
_ORDINAL: Final = re.compile("[0-9]+(?:st|nd|rd|th)")
_MEETING: Final = frozenset({"and", "at", "y"})
_QUADRANTS: Final = frozenset({"ne", "nw", "se", "sw"})
STREET_ENDS: Final = _STREET_TYPES | _QUADRANTS | {"st", "n", "s", "e", "w"}


def parse_query(text: str) -> Query | Refusal:
    """What the text says, or why it cannot name a place. Reads any text; never raises."""
    text = text.strip()
    if not text:
        return Refusal.EMPTY
    if len(text) > LONGEST_TEXT:
        return Refusal.TOO_LONG
    folded = fold(text).strip()
    refusal = _refusal(folded)
    if refusal is not None:
        return refusal
    folded = unglued(_ZIP_RUN_INTO_STATE.sub(" ", folded))
    for spanish, english in _SPANISH:
        folded = spanish.sub(english, folded)
    without_phone = _PHONE.sub(",", folded)
    tokens = joined(tokens_of(without_phone) if words_of(without_phone) else tokens_of(folded))
    if " o " in folded:
        # Spanish for it, which the O of "Land O' Lakes" is not.
        tokens = [_OR if word == "o" else word for word in tokens]
    return _sorted_out(tokens, _words(tokens))


def _is_sentence(words: Sequence[str]) -> bool:
    """Whether the words are what a person says of themself: "Eagan but I can drive" is no Eagan Drive."""
    return not _SPOKEN_WORDS.isdisjoint(words) and not any(word[0].isdecimal() for word in words)


def is_street(words: Sequence[str]) -> bool:
    """Whether the words read like a street, a numbered road or a PO box."""
    if len(words) < 2 or _is_sentence(words):
        return False
    if (
        words[0] in _STREETS_IN_SPANISH
        or words[0][0].isdecimal()
        or words[0] in _HIGHWAYS
        or not _STREET_TYPES.isdisjoint(words[1:])
    ):
        return True
    if _is_crossing(words):
        return True
    # "St" is a saint unless the name ends there, or ends after a direction.
    *front, last = words
    return last == "st" or (is_direction(last) and front[-1] == "st")


def _is_crossing(words: Sequence[str]) -> bool:
    """Whether two streets meet: "Lake and Lyndale", "Nicollet Mall and 5th"."""
    if _MEETING.isdisjoint(words[1:-1]):
        return False
    return len(words) == 3 or any(map(_ORDINAL.fullmatch, words))


def names_number(word: str) -> bool:
    """Whether the word says what kind of number follows: "apt", "hwy", "box", "road"."""
    return word in _NUMBERED or word in _HIGHWAYS or word in _STREET_TYPES


def are_streets_apart(parts: Sequence[Sequence[str]]) -> bool:
    """Whether the parts are a numbered street and another one: "38th/Chicago"."""
    return len(parts) > 1 and any(len(part) == 1 and _ORDINAL.fullmatch(part[0]) for part in parts)


def names_street(words: Sequence[str]) -> bool:
    """Whether the words have a street's name, beyond numbers and directions, so that a city may follow."""
    named = [word for word in words[1:] if not is_direction(word) and word not in _QUADRANTS]
    return any(word not in _MEETING and not word[0].isdecimal() for word in named) or (
        not words[0][0].isdecimal() and len(words) > 1
    )


def ends_like_street(words: Sequence[str]) -> bool:
    """Whether the last word can only belong to a street: "Ave", "N", a highway's number."""
    return bool(words) and (words[-1] in STREET_ENDS or is_direction(words[-1]) or words[-1][0].isdecimal())


def after_street(words: Sequence[str]) -> Sequence[str]:
    """The words behind the last one that can only belong to a street: where a city would stand."""
    ends = [at for at, word in enumerate(words) if word in STREET_ENDS or word[0].isdecimal()]
    return words[max(ends, default=-1) + 1 :]


def _refusal(folded: str) -> Refusal | None:
    words = words_of(folded)
    if not words:
        return Refusal.NO_WORDS
    if _says_here(words):
        return Refusal.HERE
    if are_coordinates(folded):
        return Refusal.COORDINATES
    return Refusal.CANADA if has_canadian_postal_code(folded) else None


def _says_here(words: Sequence[str]) -> bool:
    """Whether the words name nothing at all, but speak of where the person is or of clinics."""
    if " ".join(words) in HERE:
        return True
    return len(words) > 1 and all(word in FILLER or word in LONE_WORDS for word in words)


def _sorted_out(tokens: list[str], words: tuple[str, ...]) -> Query:
    prefix = _PREFIX.search(" ".join(words))
    inner = _stripped(tokens)
    kept = _without_near_me(inner)
    rest = _without_units(_without_edges(kept))
    pieces = in_pieces([word for word in _words(rest) if word not in ZIP_WORDS])
    if pieces is not None:
        rest = [pieces]
    others, before_words = _other_zips(rest)
    rest, zip_code, following = _split_zip(rest)
    names, state = split_state(_stripped(rest))
    if state is not None and _ends_street(names, rest):
        names, state = _stripped(rest), None
    parts = _parts(names) if zip_code is None else _telling(_parts(names))
    end = _stripped(rest)[len(names) :]
    is_doubtful = len(end) == 1 and end[0] in LONE_WORDS and names[-1:] not in ([PAUSE], (PAUSE,))
    return Query(
        words=words,
        named=tuple(without_opening(_words(rest))),
        parts=parts,
        state=state,
        zip_code=zip_code,
        after_zip=_telling(_parts(split_state(_stripped(following))[0])),
        zip_prefix=prefix[1] if prefix else None,
        other_zips=tuple(code for code in others if code != zip_code),
        in_front_of_words=before_words,
        abroad=abroad(parts) if state is None and not any(map(is_street, parts)) else None,
        asks_near_me=len(kept) < len(inner),
        is_state_doubtful=state is not None and is_doubtful,
    )


def _telling(parts: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """The parts that say more than what people say around a ZIP, such as "is my zip" and "thank you"."""
    return tuple(tuple(without_opening(part)) for part in parts if not FILLER.issuperset(part))


def _without_near_me(tokens: Sequence[str]) -> Sequence[str]:
    ends = next((end for end in NEAR_ME if tuple(tokens[-len(end) :]) == end), ())
    return tokens[: len(tokens) - len(ends)] if len(tokens) > len(ends) else tokens


def _ends_street(names: Sequence[str], rest: Sequence[str]) -> bool:
    """Whether what reads as a state is the end of a street: "7th St NE" is not in Nebraska."""
    end = _stripped(rest)[len(names) :]
    *_, last = _parts(names) or ((),)
    if len(end) != 1 or end[0] not in STREET_ENDS or not last or not last[0][0].isdecimal():
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
    places = _zip_places(tokens)
    if not places:
        return tokens, None, []
    at = places[-1]
    following = [token for token in tokens[at + 1 :] if token not in ZIP_WORDS]
    if following and re.fullmatch(r"[0-9]{4}", following[0]) and following[1:2] in ([], [PAUSE]):
        following = following[1:]
    before = [token for token in tokens[:at] if token not in ZIP_WORDS]
    # The comma keeps the words before the ZIP from running into those after it.
    return [*before, PAUSE, *following], tokens[at][:5], following


def _zip_places(tokens: Sequence[str]) -> list[int]:
    """Where ZIP-like tokens stand that are no number of a unit or a box."""
    return [
        at
        for at, token in enumerate(tokens)
        if _ZIP.fullmatch(token) and not (at > 0 and tokens[at - 1] in _NUMBERED)
    ]


def _other_zips(tokens: Sequence[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """The ZIP-like numbers but the last that are no house numbers of streets, and those that words follow."""
    others: list[str] = []
    in_front: set[str] = set()
    for place, following in pairwise(_zip_places(tokens)):
        behind = [token for token in tokens[place + 1 : following] if token not in ZIP_WORDS]
        part = tuple(takewhile(lambda token: token not in _SEPARATING, behind))
        if part and follows_house_number(part):
            continue
        others.append(tokens[place][:5])
        if part and tokens[place - 1 : place] in ([], [PAUSE]):
            in_front.add(tokens[place][:5])
    return tuple(dict.fromkeys(others)), frozenset(in_front)


def follows_house_number(words: Sequence[str]) -> bool:
    """Whether the words are what follows a house number: a numbered street, or one with a type or a side."""
    first, *more = words
    return (
        first[0].isdecimal()
        or first in _HIGHWAYS
        or not _STREET_TYPES.isdisjoint(more)
        or (bool(more) and (more[-1] in STREET_ENDS or is_direction(more[-1])))
    )


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
