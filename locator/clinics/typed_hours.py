"""Opening hours as people write them, turned into the form of the directory: a proposal, no fact. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAY_MINUTES: Final = 24 * 60
Span = tuple[int, int]
"""Minutes after midnight at which an opening begins and ends; one past midnight ends beyond DAY_MINUTES."""

_NOON: Final = 12 * 60
# English names and what they are shortened to, then Spanish ones; a lone S could be two days, so it is none.
_DAY_NAMES: Final = (
    "mo m mon monday mondays lu lun lunes",
    "tu t tue tues tuesday tuesdays ma mar martes",
    "we w wed weds wednesday wednesdays mi mie miercoles",
    "th thu thur thurs thursday thursdays ju jue jueves",
    "fr f fri friday fridays vi vie viernes",
    "sa sat saturday saturdays sab sabado sabados",
    "su sun sunday sundays do dom domingo domingos",
)
_SETS_OF_DAYS: Final[Mapping[str, Sequence[int]]] = {
    **{name: (day,) for day, names in enumerate(_DAY_NAMES) for name in names.split()},
    **dict.fromkeys(("daily", "everyday", "diario"), range(7)),
    **dict.fromkeys(("weekday", "weekdays"), range(5)),
    **dict.fromkeys(("weekend", "weekends"), (5, 6)),
}
_CLOSED: Final = frozenset({"closed", "off", "cerrado"})
_TO: Final = frozenset({"to", "through", "thru", "until", "till", "hasta", "a", "al"})
_AND: Final = frozenset({"and", "y"})
_FILLERS: Final = frozenset({"open", "from", "hours", "office", "de", "abierto", "horario"})
_PHRASES: Final = (
    (re.compile(r"\b([ap])\.? ?m\b\.?"), r"\1m"),
    (re.compile(r"(?<=[0-9])\s*([ap])(?![a-z.])"), r"\1m"),
    (re.compile(r"\bevery day\b|\b(?:7|seven) days a week\b|\btodos los dias\b"), "daily"),
    (re.compile(r"\b24 ?(?:hours|hrs|horas)(?: a day)?\b"), " 00:00-24:00 "),
    (re.compile(r"\bnoon\b"), "12pm"),
    (re.compile(r"\bmidnight\b"), "12am"),
)
_TOKEN: Final = re.compile(
    r"(?P<time>[0-9]{1,2}(?::[0-9]{2})?)\s*(?P<half>am|pm)?(?![0-9a-z:])|(?P<word>[a-z]+)\.?"
    r"|(?P<dash>-)|(?P<mark>[,;:&/\n])"
)
# Clinics open from six in the morning on: of bare hours, earlier ones are those of the afternoon.
_EARLIEST_BARE: Final = 6 * 60


class _NotHoursError(Exception):
    """The text says something else, or more than one thing."""


def proposed(text: str) -> str | None:
    """The hours that the text most likely means, as the directory writes them; None where that is a guess.

    "Monday - Thursday 7 am to 7 pm, Fri 8-4:30" is Mo-Th 07:00-19:00; Fr 08:00-16:30. Of an hour without am
    or pm, the reading is taken that a clinic keeps by day. A person must say whether it is right.
    """
    try:
        by_day = _Parser(_tokens(text)).week()
    except _NotHoursError:
        return None
    return written(by_day)


def written(by_day: Mapping[int, Sequence[Span] | None]) -> str:
    """The openings of each weekday, counted from 0 for Monday, as one expression; days of None are off."""
    groups: dict[str, list[int]] = {}
    for day in sorted(by_day):
        spans = by_day[day]
        text = ",".join(map(_span_text, spans)) if spans else "off"
        groups.setdefault(text, []).append(day)
    return "; ".join(f"{day_ranges(days, DAYS, comma=',', dash='-')} {text}" for text, days in groups.items())


def _span_text(span: Span) -> str:
    start, end = span
    end = end if end <= DAY_MINUTES else end - DAY_MINUTES
    return f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"


def day_ranges(
    days: Sequence[int], names: Sequence[str] | Mapping[int, str], *, comma: str, dash: str
) -> str:
    """Rising weekdays as ranges of their names: "Mo-Th,Sa"; a day by itself has its name alone."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return comma.join(dash.join(names[day] for day in dict.fromkeys((run[0], run[-1]))) for run in runs)


def _tokens(text: str) -> list[re.Match[str]]:
    folded = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(
        "-" if unicodedata.category(one) == "Pd" else one for one in folded if not unicodedata.combining(one)
    )
    for phrase, meaning in _PHRASES:
        plain = phrase.sub(meaning, plain)
    tokens, at = [], 0
    while plain[at:].strip(" \t."):
        at += len(plain[at:]) - len(plain[at:].lstrip(" \t"))
        token = _TOKEN.match(plain, at)
        if token is None:
            raise _NotHoursError
        at = token.end()
        if token["word"] not in _FILLERS:
            tokens.append(token)
    return tokens


class _Parser:
    """Reads days, then their hours, again and again, until nothing is left."""

    def __init__(self, tokens: Sequence[re.Match[str]]) -> None:
        self._tokens = tokens
        self._at = 0

    def week(self) -> dict[int, list[Span] | None]:
        """The openings of every day that is named."""
        by_day: dict[int, list[Span] | None] = {}
        while self._skip_marks():
            days, spans = self._days(), self._hours()
            for day in days:
                if day in by_day and not (spans and by_day[day]):
                    raise _NotHoursError
                by_day[day] = [*(by_day.get(day) or []), *spans] if spans else None
        if not by_day or any(spans and not _in_order(spans) for spans in by_day.values()):
            raise _NotHoursError
        return by_day

    def _days(self) -> list[int]:
        days: list[int] = []
        while (first := self._next_days()) is not None:
            self._at += 1
            if self._is_to() and len(first) == 1:
                self._at += 1
                last = self._next_days()
                if last is None or len(last) != 1:
                    raise _NotHoursError
                self._at += 1
                days += [day % 7 for day in range(first[0], last[0] + (7 if last[0] < first[0] else 0) + 1)]
            else:
                days += first
            self._skip_marks()
        if not days:
            raise _NotHoursError
        return days

    def _hours(self) -> list[Span]:
        token = self._token()
        if token is not None and token["word"] in _CLOSED:
            self._at += 1
            return []
        spans: list[Span] = []
        while (token := self._token()) is not None and token["time"]:
            spans.append(self._span())
            self._skip_marks()
        if not spans:
            raise _NotHoursError
        return spans

    def _span(self) -> Span:
        start = self._tokens[self._at]
        self._at += 1
        if not self._is_to():
            raise _NotHoursError
        self._at += 1
        end = self._token()
        if end is None or not end["time"]:
            raise _NotHoursError
        self._at += 1
        return _span(start, end)

    def _token(self) -> re.Match[str] | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _next_days(self) -> Sequence[int] | None:
        token = self._token()
        return _SETS_OF_DAYS.get(token["word"] or "") if token else None

    def _is_to(self) -> bool:
        token = self._token()
        return token is not None and bool(token["dash"] or token["word"] in _TO)

    def _skip_marks(self) -> bool:
        """Go on to what is no mark between others; whether there is anything."""
        while (token := self._token()) is not None and (token["mark"] or token["word"] in _AND):
            self._at += 1
        return token is not None


def _in_order(spans: Sequence[Span]) -> bool:
    return all(one[1] <= other[0] for one, other in pairwise(spans))


def _span(start: re.Match[str], end: re.Match[str]) -> Span:
    opens, closes = _minutes(start), _minutes(end)
    match start["half"], end["half"]:
        case None, None if _is_24_hour(start) or _is_24_hour(end):
            pass
        case None, None:
            opens = opens % _NOON + (_NOON if opens % _NOON < _EARLIEST_BARE else 0)
            closes = _first_after(opens, closes)
        case _, None:
            closes = _first_after(opens, closes)
        case None, "pm" if opens % _NOON + _NOON < closes:
            opens = opens % _NOON + _NOON
        case None, _:
            pass
        case _ if closes <= opens:
            # Past midnight: the end is that of the next day.
            closes += DAY_MINUTES
    is_whole_day = (opens, closes) == (0, DAY_MINUTES)
    if not (is_whole_day or opens < closes < opens + DAY_MINUTES):
        raise _NotHoursError
    return opens, closes


def _minutes(token: re.Match[str]) -> int:
    """Minutes after midnight, of a time without am or pm as it is written."""
    hour, _colon, minute = token["time"].partition(":")
    minutes = int(hour) * 60 + int(minute or 0)
    if int(minute or 0) > 59 or minutes > DAY_MINUTES or (token["half"] and not 1 <= int(hour) <= 12):
        raise _NotHoursError
    if token["half"] is None:
        return minutes
    return minutes % _NOON + (_NOON if token["half"] == "pm" else 0)


def _is_24_hour(token: re.Match[str]) -> bool:
    hour = token["time"].partition(":")[0]
    return int(hour) > 12 or hour.startswith("0")


def _first_after(opens: int, closes: int) -> int:
    """The first time after `opens` at which a clock of twelve hours shows `closes`, on the same day."""
    if closes >= 13 * 60:
        return closes
    later = [closes % _NOON + half for half in (0, _NOON) if closes % _NOON + half > opens]
    if not later:
        raise _NotHoursError
    return later[0]
