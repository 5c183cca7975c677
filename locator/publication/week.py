"""Listed hours as the formats want them: the days that share their times together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Final

from locator.clinics import weekly_openings

_MIDNIGHT: Final = time()


@dataclass(frozen=True, slots=True)
class SharedOpening:
    """One opening that some weekdays share; `weekdays` count from 0, Monday, and it starts on each of them.

    One that closes no later than it opens ends on the next day.
    """

    weekdays: tuple[int, ...]
    opens: time
    closes: time

    @property
    def is_all_day(self) -> bool:
        """Whether it lasts from midnight to midnight."""
        return self.opens == self.closes == _MIDNIGHT


def shared_openings(hours: str | None) -> tuple[SharedOpening, ...]:
    """The openings of a week, the earliest first weekday first; none where hours are not known."""
    days: dict[tuple[time, time], list[int]] = {}
    for opening in weekly_openings(hours) if hours else ():
        days.setdefault((opening.opens, opening.closes), []).append(opening.weekday)
    return tuple(SharedOpening(tuple(weekdays), *times) for times, weekdays in days.items())
