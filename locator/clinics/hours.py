"""A clinic's listed opening hours in people's words: by the week, and at a moment on the clinic's own clock.

Times of day are wall-clock times, so all reckoning is done on naive local datetimes: "08:00" means eight
o'clock on the day the clocks change too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import product
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, get_day_names
from opening_hours import OpeningHours, State
from opening_hours import validate as is_osm_hours

from locator.clinics.typed_hours import DAY_MINUTES, DAYS, Span, day_ranges, proposed, written
from locator.language import Language, current
from locator.language import gettext as _
from locator.language import marked as N_
from locator.sites import Answer

_DAY: Final = timedelta(days=1)
_A_MONDAY: Final = date(2001, 1, 1)
# Public holidays can take a clinic's only day in two successive weeks; five weeks reach past any such run.
_LOOK_AHEAD_DAYS: Final = 36

_DAYS_RE: Final = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:[-,](?:Mo|Tu|We|Th|Fr|Sa|Su))*"
_TIMES_RE: Final = r"[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}(?:,[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2})*"
_RULE_RE: Final = rf"(?:24/7|(?:{_DAYS_RE} )?{_TIMES_RE}|(?:(?:{_DAYS_RE}|PH) )?(?:off|closed))"
_WEEKLY: Final = re.compile(rf"{_RULE_RE}(?:; ?{_RULE_RE})*")
# From eight to eight is shown as it is; at midnight, most who write it mean a day that is closed.
_MIDNIGHT_TO_MIDNIGHT: Final = re.compile("00:00-00:00")
_ONE_DIGIT_HOUR: Final = re.compile(r"(?<![0-9:])([0-9])(?=:)")


@dataclass(frozen=True, slots=True)
class DayHours:
    """One weekday's listed hours in words; `weekday` counts from 0, Monday."""

    weekday: int
    label: str
    text: str
    is_closed: bool


@dataclass(frozen=True, slots=True)
class OpenState:
    """Whether a clinic is open at one moment, in words; `is_open` is None where the listing cannot say.

    `holiday` names the public holiday that makes the listed hours doubtful.
    """

    is_open: bool | None
    text: str
    holiday: str | None = None


@dataclass(frozen=True, slots=True)
class WeeklyOpening:
    """An opening that comes every week; `weekday` counts from 0, Monday, and is the day it starts on.

    One that closes no later than it opens ends on the next day: from 00:00 to 00:00 is 24 hours.
    """

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class _Opening:
    """A stretch of open time on the clinic's wall clock, end excluded; it belongs to the day it starts on."""

    start: datetime
    end: datetime


def validate(expression: str) -> str | None:
    """Why `expression` is not usable as listed hours, in plain words; None if it is.

    Usable is the part of OSM opening_hours that repeats every week: days, clock times, `off`, `24/7`.
    Refused, because a weekly table cannot show them truly: seasons, sunsets, comments, and days without times
    (24 hours to OSM, "not given" to most who type it). `PH off` may stand, unused: it names no day. Refused
    too is what OSM reads otherwise than most who write it: openings of a day in two rules, of which only the
    last counts, and one from 00:00 to 00:00, which is 24 hours. Where it is clear what was meant, the
    reason shows how to write it; nothing is ever taken for it.
    """
    is_weekly = _WEEKLY.fullmatch(expression) is not None
    if is_weekly and _is_osm_hours(expression):
        return _midnight_to_midnight(expression) or _replaced(expression)
    meant = proposed(expression)
    if meant is not None and meant != expression and validate(meant) is None:
        if _ONE_DIGIT_HOUR.sub(r"0\1", expression) == meant:
            return _("an hour has two digits, such as 08:00: write {hours}").format(hours=meant)
        return _("if this means {hours}, write it so").format(hours=meant)
    if is_weekly:
        return _("write ranges of days as Mo-Fr, and times from 00:00 to 24:00")
    return _("use days and clock times of an ordinary week, such as Mo-Th 07:00-19:00; Fr 08:00-16:30")


def _midnight_to_midnight(expression: str) -> str | None:
    """Why an opening from midnight to midnight is refused: it may mean all day or not at all."""
    whole_day = _MIDNIGHT_TO_MIDNIGHT.sub("00:00-24:00", expression)
    if whole_day == expression:
        return None
    message = _(
        "opens and closes at midnight: write {hours} for 24 hours, or off in place of the times for a day"
        " that is closed"
    )
    return message.format(hours=whole_day)


def _replaced(expression: str) -> str | None:
    """Why openings of a day in two rules are refused, where the later ones cannot be an exception.

    One such as `Mo-Fr 08:00-17:00; We 08:00-12:00` can: its times lie within the others, which still hold.
    """
    week: dict[int, list[Span] | None] = {}
    owner: dict[int, int] = {}
    timed = set()
    is_added = False
    for number, rule in enumerate(_rules(expression)):
        if rule.spans:
            timed.add(number)
        for day in rule.days:
            before = week.get(day)
            if before and rule.spans and not any(_overlap(*pair) for pair in product(before, rule.spans)):
                week[day] = sorted([*before, *rule.spans])
                is_added = True
            else:
                week[day] = list(rule.spans) or None
            if rule.spans:
                owner[day] = number
    if is_added:
        message = _("a later rule replaces the hours that an earlier one gives the same day: write {hours}")
        holidays = [rule.strip() for rule in expression.split(";") if rule.strip().startswith("PH")]
        return message.format(hours="; ".join([written(week), *holidays]))
    if timed - set(owner.values()):
        return _("a rule has no day left, as later ones replace it: give each day its hours in one rule")
    return None


@dataclass(frozen=True, slots=True)
class _Rule:
    """The weekdays that a rule is about and its openings; none where it closes them."""

    days: Sequence[int]
    spans: Sequence[Span]


def _rules(expression: str) -> Iterator[_Rule]:
    for rule in expression.split(";"):
        first, _blank, times = rule.strip().rpartition(" ")
        if first == "PH":
            continue
        days = [day for part in first.split(",") for day in _day_range(part)] if first else range(7)
        if times in {"off", "closed"}:
            yield _Rule(days, ())
        elif times == "24/7":
            yield _Rule(days, ((0, DAY_MINUTES),))
        else:
            yield _Rule(days, tuple(map(_span, times.split(","))))


def _day_range(part: str) -> list[int]:
    first, _dash, last = part.partition("-")
    start, end = DAYS.index(first), DAYS.index(last or first)
    return [day % 7 for day in range(start, (end if end >= start else end + 7) + 1)]


def _span(times: str) -> Span:
    start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in times.split("-"))
    return start, end if end > start else end + DAY_MINUTES


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


# Nearly all clinics keep one of a few weeks, and a large directory asks for each row.
_is_osm_hours: Final = lru_cache(maxsize=1_024)(is_osm_hours)


def weekly_hours(expression: str) -> tuple[DayHours, ...]:
    """The seven days from Monday with their hours; hours past midnight stand with the day they start on.

    ValueError if `validate` would refuse the expression.
    """
    by_day: dict[int, list[_Opening]] = {weekday: [] for weekday in range(7)}
    for opening in _openings(expression, _A_MONDAY, days=7):
        by_day[opening.start.weekday()].append(opening)
    return tuple(DayHours(day, _day_name(day), _day_text(spans), not spans) for day, spans in by_day.items())


def weekly_openings(expression: str) -> tuple[WeeklyOpening, ...]:
    """The openings of a week, from Monday on; ValueError if `validate` would refuse the expression."""
    return tuple(
        WeeklyOpening(opening.start.weekday(), opening.start.time(), opening.end.time())
        for opening in _openings(expression, _A_MONDAY, days=7)
    )


def hours_summary(expression: str) -> str:
    """The week on one line, days with the same hours together, closed days left out."""
    by_text: dict[str, list[int]] = {}
    for day in weekly_hours(expression):
        if not day.is_closed:
            by_text.setdefault(day.text, []).append(day.weekday)
    return "; ".join(f"{_day_ranges(days)} {text}" for text, days in by_text.items()) or _("Closed every day")


def open_on(expression: str | None, weekday: int) -> Answer:
    """Whether the listing has the clinic open on a weekday, 0 for Monday; hours not known are never a no."""
    if not 0 <= weekday <= 6:
        raise ValueError(f"not a weekday from 0 to 6: {weekday}")
    if expression is None:
        return Answer.UNKNOWN
    return Answer.NO if weekly_hours(expression)[weekday].is_closed else Answer.YES


def open_state(expression: str | None, now: datetime, time_zone: str) -> OpenState:
    """Whether the clinic is open at `now`, and until or from when, on the clock of `time_zone`.

    On a public holiday a listing cannot tell, so the answer is None; and no holiday is promised as the next
    opening. ValueError for a naive `now` or for hours that `validate` refuses.
    """
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    if expression is None:
        return OpenState(None, _("Hours not known"))
    local = now.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None, second=0, microsecond=0)
    return _state_at(expression, local, current())


# Clinics that keep the same hours are open and closed together, for all who look within the minute.
@lru_cache(maxsize=1024)
def _state_at(expression: str, local: datetime, _language: Language) -> OpenState:
    # From yesterday, because last night's opening may still run.
    openings = _openings(expression, local.date() - _DAY, days=_LOOK_AHEAD_DAYS)
    running = next((opening for opening in openings if opening.start <= local < opening.end), None)
    doubtful = _on_a_holiday(local.date(), running)
    if doubtful is not None:
        return doubtful
    if running is not None:
        return OpenState(is_open=True, text=_open_text(openings, running, local))
    upcoming = (opening.start for opening in openings if opening.start > local)
    opens = next((start for start in upcoming if holiday_name(start.date()) is None), None)
    return OpenState(is_open=False, text=_closed_text(opens, local))


# What the library names, so that each has a message of its own.
_HOLIDAYS: Final = (
    N_("New Year's Day"),
    N_("Martin Luther King Jr. Day"),
    N_("Washington's Birthday"),
    N_("Washington's and Lincoln's Birthday"),
    N_("Memorial Day"),
    N_("Juneteenth National Independence Day"),
    N_("Independence Day"),
    N_("Labor Day"),
    N_("Columbus Day"),
    N_("Veterans Day"),
    N_("Thanksgiving Day"),
    N_("Christmas Day"),
)
_OBSERVED: Final = " (observed)"


def holiday_name(day: date) -> str | None:
    """The public holiday in Minnesota on `day`, federal and observed ones included; None on other days."""
    return _(" and ").join(map(_holiday_in_words, _holidays(day))) or None


def _holiday_in_words(name: str) -> str:
    if name.endswith(_OBSERVED):
        return _("{holiday} (observed)").format(holiday=_(name.removesuffix(_OBSERVED)))
    return _(name)


@lru_cache(maxsize=128)
def _holidays(day: date) -> tuple[str, ...]:
    # Imported here: it takes a tenth of a second, which the command line need not pay.
    from holidays import country_holidays  # noqa: PLC0415

    minnesota = country_holidays("US", subdiv="MN", years=day.year)
    # Minnesota's own list, as the library has it, lacks a federal holiday of October.
    return tuple(minnesota.get_list(day) or country_holidays("US", years=day.year).get_list(day))


def _on_a_holiday(today: date, current: _Opening | None) -> OpenState | None:
    holiday = holiday_name(today)
    if holiday is not None:
        sentence = _("Today is {holiday}: hours may differ. Call first.")
        return OpenState(None, sentence.format(holiday=holiday), holiday)
    last_night = holiday_name(current.start.date()) if current is not None else None
    if last_night is not None:
        sentence = _("Yesterday was {holiday}: hours may differ. Call first.")
        return OpenState(None, sentence.format(holiday=last_night), last_night)
    return None


# Most clinics share a few expressions, and reading one takes longer than all else that a card says.
@lru_cache(maxsize=1024)
def _openings(expression: str, first: date, *, days: int) -> tuple[_Opening, ...]:
    """Openings that start on one of `days` days from `first`, in order; 24 hours or more are cut by day."""
    reason = validate(expression)
    if reason is not None:
        raise ValueError(reason)
    start, end = datetime.combine(first, time()), datetime.combine(first + days * _DAY, time())
    # A day more on both sides, so that the window's edges cut no opening that belongs to it.
    intervals = OpeningHours(expression).intervals(start - _DAY, end + _DAY)
    runs = (_by_day(opened, closed) for opened, closed, state, _comment in intervals if state is State.OPEN)
    return tuple(part for run in runs for part in run if start <= part.start < end)


def _by_day(opened: datetime, closed: datetime) -> Iterator[_Opening]:
    if closed - opened < _DAY:
        yield _Opening(opened, closed)
        return
    while opened < closed:
        midnight = datetime.combine(opened.date() + _DAY, time())
        yield _Opening(opened, min(midnight, closed))
        opened = midnight


def _open_text(openings: Sequence[_Opening], current: _Opening, local: datetime) -> str:
    closes = current.end
    for opening in openings:
        if opening.start == closes:
            closes = opening.end
    if closes - local > timedelta(weeks=1):
        return _("Open now, 24 hours a day")
    last_moment = closes - timedelta(microseconds=1)
    if last_moment.date() == local.date() or closes - local <= timedelta(hours=12):
        return _("Open now until {time}").format(time=_clock(closes))
    return _("Open now until {day} at {time}").format(
        day=_day_name(last_moment.weekday()), time=_clock(closes)
    )


def _closed_text(opens: datetime | None, local: datetime) -> str:
    if opens is None:
        return _("Closed now")
    days = (opens.date() - local.date()).days
    if days == 0:
        return _("Closed now, opens today at {time}").format(time=_clock(opens))
    # A week ahead the weekday alone would read as today.
    if days < 7:
        day = _day_name(opens.weekday())
    else:
        date_text = format_skeleton("MMMMd", opens.date(), locale=current().locale)
        day = _("{weekday}, {date}").format(weekday=_day_name(opens.weekday()), date=date_text)
    return _("Closed now, opens {day} at {time}").format(day=day, time=_clock(opens))


def _day_text(openings: list[_Opening]) -> str:
    if not openings:
        return _("Closed")
    return _(" and ").join(_opening_text(opening) for opening in openings)


def _opening_text(opening: _Opening) -> str:
    if opening.end - opening.start == _DAY:
        return _("24 hours")
    overnight = opening.end.date() > opening.start.date() and opening.end.time() != time()
    text = _("{start} to {end} the next day") if overnight else _("{start} to {end}")
    return text.format(start=_clock(opening.start), end=_clock(opening.end))


def _clock(moment: datetime) -> str:
    if moment.minute == 0 and moment.hour in {0, 12}:
        return _("noon") if moment.hour else _("midnight")
    text = _("{time} am") if moment.hour < 12 else _("{time} pm")
    return text.format(time=f"{moment.hour % 12 or 12}:{moment.minute:02}")


def _day_name(weekday: int) -> str:
    return str(get_day_names("wide", locale=current().locale)[weekday])


def _day_ranges(days: list[int]) -> str:
    names = get_day_names("abbreviated", locale=current().locale)
    return day_ranges(days, names, comma=", ", dash="–")
