"""What a cell of ZIP codes says, after what people and spreadsheets do to them. Pure.

A cell is read as a ZIP code only if it can be no other; what cannot be told is left to its reader.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from locator.geocoding.places import words_of

# A cell that says in so many letters that there is nothing in it.
_NOTHING: Final = frozenset(
    words_of("na none null nil nan unknown unk unkn notknown notavailable notapplicable notgiven notprovided")
    + words_of("notstated notonfile nodata missing blank empty tbd declined refused nozip desconocido nose")
)
_LONGEST_NOTHING: Final = 20

_FIVE: Final = re.compile("[0-9]{5}(?:-?|[- ]?[0-9]{4})")
# A leading zero is lost where a spreadsheet takes the code for a number, with or without the four digits.
_SHORT: Final = re.compile("[0-9]{3,4}(?:-[0-9]{4})?|[0-9]{8}")
_FIVE_AMONG_WORDS: Final = re.compile("[^0-9]*([0-9]{5})(?:-[0-9]{4})?[^0-9]*")
_DECIMAL: Final = re.compile("([0-9]{3,9})[.,]0{1,2}")
_THOUSANDS: Final = re.compile("([0-9]{1,2})[.,]([0-9]{3})(?:[.,]0{1,2})?")
_POWERS: Final = re.compile(r"([0-9])[.,]([0-9]{3,4})[Ee]\+?0?([34])")
_SPREAD: Final = re.compile("[0-9](?: ?[0-9]){4}")
_LETTERS_FOR_DIGITS: Final = str.maketrans("OoIl|", "00111")
_MOST_SWAPPED: Final = 2
_FOREIGN: Final = re.compile(r"(?=.*[0-9])(?=.*[^\W\d_]).*")
_CANADIAN: Final = re.compile("[A-Za-z][0-9][A-Za-z][ -]?[0-9][A-Za-z][0-9]")


@dataclass(frozen=True, slots=True)
class ZipCell:
    """A cell, without blanks around it, and the five digits that it means; None where that cannot be told.

    `as_written` says that the digits stand there in just that way; `needs_state`, that they are right only if
    they lie in the state of the row: a zero was put in front. An empty `text` says nothing at all, and with
    `is_nothing` it says so in words.
    """

    text: str
    zip_code: str | None = None
    as_written: bool = False
    needs_state: bool = False
    is_nothing: bool = False

    @property
    def is_canadian(self) -> bool:
        """Whether it is a Canadian postal code."""
        return self.zip_code is None and _CANADIAN.fullmatch(self.text) is not None

    @property
    def may_be_foreign(self) -> bool:
        """Whether it mixes letters and digits, as the postal codes of other countries do."""
        return self.zip_code is None and _FOREIGN.fullmatch(self.text) is not None


def meant(cell: str) -> str:
    """The cell without blanks around it; empty where it only says, in any spelling, that nothing is known."""
    text = cell.strip()
    if len(text) <= _LONGEST_NOTHING and _letters(text) in _NOTHING | {""}:
        return ""
    return text


def read_zip(cell: str) -> ZipCell:
    """What the cell says; several ZIP codes, or what lacks digits, are none."""
    text = cell.strip()
    if _FIVE.fullmatch(text):
        return ZipCell(text, text[:5], as_written=True)
    if not meant(text):
        return ZipCell(text, is_nothing=bool(text))
    plain = _plain(text)
    for repair in _REPAIRS:
        code = repair(plain)
        if code is not None and _FIVE.fullmatch(code):
            return ZipCell(text, code[:5], as_written=plain == code)
        if code is not None and _SHORT.fullmatch(code):
            digits = code.partition("-")[0][:4]
            return ZipCell(text, digits.zfill(5), needs_state=True)
    return ZipCell(text)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _plain(text: str) -> str:
    """With the digits of all scripts and widths, dashes and blanks made plain, and no marks around it."""
    folded = "".join(map(_plain_character, unicodedata.normalize("NFKC", text)))
    # A formula such as ="01234" keeps a spreadsheet from taking it for a number.
    return folded.strip(" ='\"`.,;:#()[]")


def _plain_character(character: str) -> str:
    match unicodedata.category(character):
        case "Nd":
            return str(unicodedata.decimal(character))
        case "Pd":
            return "-"
        case "Zs":
            return " "
        case "Cf":
            return ""
    return character


def _as_it_is(text: str) -> str | None:
    tidy = re.sub(r" *- *", "-", text)
    return tidy if _FIVE.fullmatch(tidy) or _SHORT.fullmatch(tidy) else None


def _whole_number(text: str) -> str | None:
    match = _DECIMAL.fullmatch(text)
    return match[1] if match else None


def _without_thousands_mark(text: str) -> str | None:
    match = _THOUSANDS.fullmatch(text)
    return match[1] + match[2] if match else None


def _written_out(text: str) -> str | None:
    """The number behind 5.5407E+04; one of which digits were rounded away is none."""
    match = _POWERS.fullmatch(text)
    return match[1] + match[2] if match and len(match[2]) == int(match[3]) else None


def _closed_up(text: str) -> str | None:
    return text.replace(" ", "") if _SPREAD.fullmatch(text) else None


def _digits_for_letters(text: str) -> str | None:
    swapped = text.translate(_LETTERS_FOR_DIGITS)
    changes = sum(one != other for one, other in zip(text, swapped, strict=True))
    return swapped if changes <= _MOST_SWAPPED and _FIVE.fullmatch(swapped) else None


def _among_words(text: str) -> str | None:
    match = _FIVE_AMONG_WORDS.fullmatch(text)
    return match[1] if match else None


_REPAIRS: Final[tuple[Callable[[str], str | None], ...]] = (
    _as_it_is,
    _whole_number,
    _without_thousands_mark,
    _written_out,
    _closed_up,
    _digits_for_letters,
    _among_words,
)
