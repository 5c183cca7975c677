"""What one cell of the clinic file may hold, as types: text, phone, day, web address and the like."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from locator.clinics import hours
from locator.language import gettext as _

OWN_MESSAGE: Final = "own_message"
_DEGREES: Final = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,12})?").fullmatch
_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch


def wrong(message: str) -> PydanticCustomError:
    """An error whose own words reach the report; any other error is reported in the words of its column."""
    return PydanticCustomError(OWN_MESSAGE, "{message}", {"message": message})


def _visible(text: str) -> str:
    # Nothing that is refused below counts as printable but the letter that stands for a lost one.
    if text.isprintable() and "\ufffd" not in text:
        return text
    for character in text:
        # Controls, invisible formatting, line separators; U+FFFD stands where a letter was lost.
        if unicodedata.category(character) in {"Cc", "Cf", "Co", "Zl", "Zp"} or character == "\ufffd":
            message = _("holds a character that cannot be seen or was lost, U+{code}: type it again")
            raise wrong(message.format(code=f"{ord(character):04X}"))
    return text


def _usable_hours(expression: str) -> str:
    reason = hours.validate(expression)
    if reason is not None:
        raise wrong(reason)
    return expression


def _npi_check_digit(npi: str) -> str:
    """The Luhn rule over 80840, the prefix of United States health identifiers, and the ten digits."""
    digits = [int(digit) for digit in reversed(f"80840{npi}")]
    if (sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])) % 10:
        raise wrong(_("the last digit does not fit the others: copy the NPI again"))
    return npi


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    # The name of a folder of zones is an OSError where the tzdata package stands in for the system's zones.
    except (KeyError, OSError) as error:
        raise ValueError from error
    return name


def _decimal(cell: object) -> float:
    # float() alone would take 4.5e1, nan and 4_5.
    if not _DEGREES(str(cell)):
        raise ValueError
    return float(str(cell))


def _past_day(cell: object, info: ValidationInfo) -> date:
    # fromisoformat alone would take 20260101 and 2026-W01-1.
    if not _DAY(str(cell)):
        raise ValueError
    day = date.fromisoformat(str(cell))
    if day > _today(info):
        raise wrong(_("is in the future"))
    return day


def _past_month_or_day(cell: str, info: ValidationInfo) -> str:
    first = date.fromisoformat(cell if len(cell) == len("2026-01-01") else f"{cell}-01")
    if first > _today(info):
        raise wrong(_("is in the future"))
    return cell


def _today(info: ValidationInfo) -> date:
    today = info.context["today"] if info.context else None
    if not isinstance(today, date):
        raise TypeError("a row is checked against a day: pass context={'today': ...}")
    return today


Text = Annotated[str, Field(max_length=200), AfterValidator(_visible)]
LongText = Annotated[str, Field(max_length=1000), AfterValidator(_visible)]
Phone = Annotated[str, Field(pattern=r"^[2-9][0-9]{2}-[2-9][0-9]{2}-[0-9]{4}$")]
Day = Annotated[date, BeforeValidator(_past_day)]
Url = Annotated[
    str,
    Field(
        max_length=500,
        pattern=r"^https?://([A-Za-z0-9-]+\.)+[A-Za-z]{2,}(:[0-9]{1,5})?([/?#][A-Za-z0-9._~:/?#@!$&'()*+,;=%\[\]-]*)?$",
    ),
]
SiteId = Annotated[str, Field(max_length=60, pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
# The fifty states, the District of Columbia and the five territories with United States ZIP codes.
State = Annotated[
    str,
    Field(
        pattern="^(A[KLRSZ]|C[AOT]|D[CE]|FL|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEINOPST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|"
        "S[CD]|T[NX]|UT|V[AIT]|W[AIVY])$"
    ),
]
Zip = Annotated[str, Field(pattern="^[0-9]{5}(-[0-9]{4})?$")]
Npi = Annotated[str, Field(pattern="^[0-9]{10}$"), AfterValidator(_npi_check_digit)]
Hours = Annotated[str, Field(max_length=200), AfterValidator(_usable_hours)]
MonthOrDay = Annotated[
    str, Field(pattern="^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$"), AfterValidator(_past_month_or_day)
]
TimeZone = Annotated[str, AfterValidator(_known_zone)]
# The box holds the fifty states and Puerto Rico; a lost minus sign or swapped cells fall outside.
Latitude = Annotated[float, BeforeValidator(_decimal), Field(ge=17.5, le=71.5)]
Longitude = Annotated[float, BeforeValidator(_decimal), Field(ge=-179.5, le=-64.5)]
