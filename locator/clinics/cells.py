"""What one cell of the clinic file may hold, as types: text, phone, day, web address and the like.

Each type carries its rule and, as `Words`, the rule in words.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from locator.clinics import hours
from locator.language import gettext as _
from locator.language import marked as N_
from locator.sites import Answer, PinPrecision, Status

OWN_MESSAGE: Final = "own_message"
_DEGREES: Final = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,12})?").fullmatch
_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch


@dataclass(frozen=True, slots=True)
class Words:
    """A type of cell in words: what a report on a wrong cell asks for, and what a dictionary says is allowed.

    Both are messages to translate; `allowed` has Markdown's backticks around what is typed to the letter.
    Prose is what people write in sentences, in English.
    """

    ask: str
    allowed: str
    is_prose: bool = False


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


Text = Annotated[
    str,
    Field(max_length=200),
    AfterValidator(_visible),
    Words(N_("use plain text of at most 200 characters"), N_("text, at most 200 characters"), is_prose=True),
]
LongText = Annotated[
    str,
    Field(max_length=1000),
    AfterValidator(_visible),
    Words(
        N_("use plain text of at most 1,000 characters"), N_("text, at most 1,000 characters"), is_prose=True
    ),
]
Phone = Annotated[
    str,
    Field(pattern=r"^[2-9][0-9]{2}-[2-9][0-9]{2}-[0-9]{4}$"),
    Words(N_("use ten digits as 763-555-0123"), N_("`NNN-NNN-NNNN`, a North American number")),
]
Day = Annotated[
    date,
    BeforeValidator(_past_day),
    Words(N_("use a day that exists, as 2025-12-08"), N_("a day")),
]
Url = Annotated[
    str,
    Field(
        max_length=500,
        pattern=r"^https?://([A-Za-z0-9-]+\.)+[A-Za-z]{2,}(:[0-9]{1,5})?([/?#][A-Za-z0-9._~:/?#@!$&'()*+,;=%\[\]-]*)?$",
    ),
    Words(
        N_("use a web address that begins with https:// or http://"),
        N_("begins with `https://` or `http://`; at most 500 characters"),
    ),
]
SiteId = Annotated[
    str,
    Field(max_length=60, pattern="^[a-z0-9]+(-[a-z0-9]+)*$"),
    Words(
        N_("use lower-case letters, digits and single hyphens, such as maple-grove"),
        N_("lower-case letters, digits, single hyphens; at most 60 characters; unique"),
    ),
]
# The fifty states, the District of Columbia and the five territories with United States ZIP codes.
State = Annotated[
    str,
    Field(
        pattern="^(A[KLRSZ]|C[AOT]|D[CE]|FL|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEINOPST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|"
        "S[CD]|T[NX]|UT|V[AIT]|W[AIVY])$"
    ),
    Words(
        N_("use the two letters of a US state, such as MN"),
        N_("two capital letters of a US state or territory"),
    ),
]
Zip = Annotated[
    str,
    Field(pattern="^[0-9]{5}(-[0-9]{4})?$"),
    Words(N_("use five digits, such as 55369"), N_("five digits, or ZIP+4; keep leading zeros")),
]
Country = Annotated[Literal["US"], Words(N_("use US"), N_("`US`"))]
Npi = Annotated[
    str,
    Field(pattern="^[0-9]{10}$"),
    AfterValidator(_npi_check_digit),
    Words(
        N_("use the ten digits of the National Provider Identifier"),
        N_("ten digits; the last is checked against the others"),
    ),
]
Hours = Annotated[
    str,
    Field(max_length=200),
    AfterValidator(_usable_hours),
    Words(
        N_("use at most 200 characters, such as Mo-Fr 08:00-17:00"),
        N_(
            "the weekly part of OSM `opening_hours`: days `Mo` to `Su`, times `HH:MM-HH:MM`, several times"
            " joined by a comma, rules joined by `; `, also `off` and `24/7`. Overnight hours such as"
            " `Fr 22:00-06:00` are fine. No seasons, no comments: those go into `note`."
            " At most 200 characters"
        ),
    ),
]
MonthOrDay = Annotated[
    str,
    Field(pattern="^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$"),
    AfterValidator(_past_month_or_day),
    Words(
        N_("use a month or day that exists, such as 2025-02"),
        N_("`YYYY-MM`, or `YYYY-MM-DD`; not in the future"),
    ),
]
TimeZone = Annotated[
    str,
    AfterValidator(_known_zone),
    Words(N_("use an IANA time zone, such as America/Chicago"), N_("IANA name")),
]
# The box holds the fifty states and Puerto Rico; a lost minus sign or swapped cells fall outside.
Latitude = Annotated[
    float,
    BeforeValidator(_decimal),
    Field(ge=17.5, le=71.5),
    Words(
        N_("use degrees from 17.5 to 71.5, such as 45.13"),
        N_("decimal degrees from 17.5 to 71.5; with `longitude` or not at all"),
    ),
]
Longitude = Annotated[
    float,
    BeforeValidator(_decimal),
    Field(ge=-179.5, le=-64.5),
    Words(
        N_("use degrees from -179.5 to -64.5, such as -93.48"),
        N_("decimal degrees from -179.5 to -64.5; with `latitude` or not at all"),
    ),
]
PinExactness = Annotated[
    PinPrecision,
    Words(
        N_("use rooftop or address or street or zip or city or unknown"),
        N_("`rooftop`, `address`, `street`, `zip`, `city` or `unknown`; required with a pin"),
    ),
]
YesNoUnknown = Annotated[Answer, Words(N_("use yes, no or unknown"), N_("`yes`, `no` or `unknown`"))]
Sureness = Annotated[
    Status,
    Words(
        N_("use confirmed, provisional or unknown"),
        N_(
            "`confirmed` (by the practice), `provisional` (from elsewhere), or `unknown`, which goes with the"
            " answer `unknown` and only with it"
        ),
    ),
]
YesNo = Annotated[Literal["yes", "no"], Words(N_("use yes or no"), N_("`yes` or `no`"))]
