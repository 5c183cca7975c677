"""How the words of a postal address are written out: no abbreviation, one way of using capitals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Forms:
    """Short forms without dots in small letters, and what they stand for.

    With `not_last`, a name's last word is never one of them: "St" there is a street, not a saint.
    """

    written_out: Mapping[str, str]
    not_last: bool = False


def _pairs(text: str) -> Mapping[str, str]:
    words = text.split()
    return MappingProxyType(dict(zip(words[::2], words[1::2], strict=True)))


_SAINTS: Final = _pairs("st Saint mt Mount ft Fort")
AS_IT_IS: Final = Forms(_pairs(""))
DIRECTION: Final = Forms(
    _pairs("n North s South e East w West ne Northeast nw Northwest se Southeast sw Southwest")
)
STREET_TYPE: Final = Forms(
    _pairs(
        "aly Alley av Avenue ave Avenue blf Bluff blvd Boulevard bnd Bend cir Circle cres Crescent crk Creek "
        "ct Court ctr Center curv Curve cv Cove dr Drive expy Expressway fwy Freeway gdns Gardens gln Glen "
        "grn Green grv Grove hl Hill hls Hills holw Hollow hts Heights hwy Highway knl Knoll la Lane ln Lane "
        "lndg Landing mdws Meadows mnr Manor pk Park pkwy Parkway pky Parkway pl Place plz Plaza pt Point "
        "rd Road rdg Ridge rte Route shrs Shores sq Square st Street str Street ter Terrace trce Trace "
        "trl Trail vly Valley vw View wy Way xing Crossing"
    )
)
STREET_NAME: Final = Forms(_SAINTS, not_last=True)
CITY: Final = Forms(MappingProxyType({**DIRECTION.written_out, **_SAINTS}), not_last=True)
UNIT_TYPE: Final = Forms(
    _pairs(
        "apt Apartment bldg Building dept Department fl Floor flr Floor rm Room spc Space ste Suite "
        "trlr Trailer"
    )
)

_ORDINAL: Final = re.compile(r"[0-9]+(?:st|nd|rd|th)", re.IGNORECASE | re.ASCII)
_INITIALS: Final = re.compile(r"(?:^|(?<=-))[^\W\d_]")


def spelled(text: str, forms: Forms) -> str:
    """The words up to any comma, written out and with capital initials, also where all were capitals."""
    text = text.partition(",")[0]
    words = [word for word in text.split() if word.strip(".")]
    if text.isupper():
        words = [word.lower() for word in words]
    last = len(words) - 1
    return " ".join(
        _word(word, AS_IT_IS if forms.not_last and at == last else forms) for at, word in enumerate(words)
    )


def _word(word: str, forms: Forms) -> str:
    full = forms.written_out.get(word.replace(".", "").lower())
    if full is not None:
        return full
    word = word.removesuffix(".")
    if _ORDINAL.fullmatch(word):
        return word.lower()
    if not word.islower():
        return word
    has_digit = any(map(str.isdecimal, word))
    return (
        word.upper() if has_digit or len(word) == 1 else _INITIALS.sub(lambda match: match[0].upper(), word)
    )
