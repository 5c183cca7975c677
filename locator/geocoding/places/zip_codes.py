"""ZIP codes as people write and mistype them: run together, spelled out, with a letter for a digit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby, takewhile
from typing import Final

from rapidfuzz.distance import OSA

_LENGTH: Final = 5
# Words that say a digit, in English and Spanish; "o" and "oh" are how a zero is read out.
_SPOKEN: Final = {
    word: str(digit)
    for digit, words in enumerate(
        (
            "zero oh o cero",
            "one uno",
            "two dos",
            "three tres",
            "four cuatro",
            "five cinco",
            "six seis",
            "seven siete",
            "eight ocho",
            "nine nueve",
        )
    )
    for word in words.split()
}
_LOOK_ALIKES: Final = str.maketrans("oilsbz", "011582")
_FEWEST_DIGITS: Final = 3
# Holtsville, NY, and Ketchikan, AK: the least and the greatest in the package `zipcodes` 3.0.0.
_LEAST, _GREATEST = "00501", "99950"
_GLUED: Final = re.compile(r"(?<![0-9a-z])([0-9]{5})(?=[a-z])(?!(?:st|nd|rd|th)\b)")
_NUMBER_SIGN: Final = re.compile(r"^(\W*(?:zip\w*\W*(?:code\W*)?)?)#\s*(?=[0-9]{5}\b)")


def may_exist(zip_code: str) -> bool:
    """Whether a ZIP lies between the least and the greatest that there is."""
    return _LEAST <= zip_code <= _GREATEST


def unglued(folded: str) -> str:
    """A folded text with a ZIP parted from the word that it runs into, and from a number sign in front."""
    return _GLUED.sub(r"\1 ", _NUMBER_SIGN.sub(r"\1", folded))


def joined(tokens: Sequence[str]) -> list[str]:
    """The tokens, with five single digits in a row, written or spelled out, as the ZIP that they are."""
    result: list[str] = []
    for is_digit, run in groupby(tokens, key=_is_one_digit):
        members = list(run)
        if is_digit and len(members) == _LENGTH:
            result.append("".join(_SPOKEN.get(one, one) for one in members))
        else:
            result.extend(members)
    return result


def in_pieces(words: Sequence[str]) -> str | None:
    """The ZIP that the words are where all of them are pieces of its five digits: "55 407"."""
    digits = "".join(words)
    return digits if len(words) > 1 and len(digits) == _LENGTH and _is_number(digits) else None


def mistyped(word: str) -> str | None:
    """The digits of a word that is a ZIP but for one digit too few or too many, or letters like digits."""
    is_near = abs(len(word) - _LENGTH) <= 1 and sum(map(_is_number, word)) >= _FEWEST_DIGITS
    is_right = len(word) == _LENGTH and _is_number(word)
    return word.translate(_LOOK_ALIKES) if is_near and not is_right else None


def one_slip_away(typed: str, zip_codes: Iterable[str]) -> list[str]:
    """The ZIPs that differ from what was typed by one digit left out, put in, changed or swapped.

    Those with the longest common beginning come first, as a slip is rarely in the first digits; then the
    nearest in number.
    """
    near = [code for code in zip_codes if OSA.distance(typed, code, score_cutoff=1) <= 1]
    number = int(typed) if _is_number(typed) else 0
    return sorted(near, key=lambda code: (-_common(typed, code), abs(int(code) - number), code))


def _common(one: str, other: str) -> int:
    """How many characters at the beginning are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _is_one_digit(token: str) -> bool:
    return token in _SPOKEN or (len(token) == 1 and _is_number(token))
