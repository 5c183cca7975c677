"""Clinics under their headings, numbered through, and the way on where a group is shown in portions. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from locator.clinics import Fits, Match, SiteIndex
from locator.language import gettext as _
from locator.language import marked as N_
from locator.presentation.cards import Card, CardGroup, Turning
from locator.presentation.paging import Part, Portions, Window, shown_by
from locator.presentation.wording import whole_number
from locator.sites import Answer, Site

Entry = tuple[Site, Match | None]


@dataclass(frozen=True, slots=True)
class Group:
    """The clinics to list under a heading, and which portion of all these that is, also in words."""

    part: Part
    heading: str
    explanation: str
    entries: Sequence[Entry]
    window: Window
    said: str

    @property
    def is_cut(self) -> bool:
        """Whether there are clinics before or after these."""
        return bool(self.window.before or self.window.after)


_PARTS: Final = {Answer.YES: Part.FITTING, Answer.UNKNOWN: Part.POSSIBLE}
_NO_MAP_PIN: Final = N_(
    "These fit what you asked for, but their place on the map is not known, so no distance is given."
)


def by_city(
    index: SiteIndex, fits: Fits, answer: Answer, portions: Portions | None, named: tuple[str, str]
) -> Group:
    """The clinics that give this answer, by city; `named` has the heading and the explanation."""
    window = _window(_PARTS[answer], fits.count(answer), portions)
    shown = islice(fits.positions(answer), window.start, window.stop)
    entries = [(index.by_city[position], None) for position in shown]
    return Group(_PARTS[answer], *named, entries, window, _portion_by_city(window))


def by_distance(
    part: Part, matches: Sequence[Match], portions: Portions | None, named: tuple[str, str]
) -> Group:
    """The clinics around a place, as they are ranked; `named` has the heading and the explanation."""
    window = _window(part, len(matches), portions)
    entries = [(match.site, match) for match in matches[window.start : window.stop]]
    return Group(part, *named, entries, window, _portion_by_distance(window))


def without_pin(sites: Sequence[Site], portions: Portions | None) -> Group:
    """The clinics that have no place on the map."""
    window = _window(Part.UNPLACED, len(sites), portions)
    entries = [(site, None) for site in sites[window.start : window.stop]]
    named = _("No place on the map"), _(_NO_MAP_PIN)
    return Group(Part.UNPLACED, *named, entries, window, _portion_by_city(window))


def _window(part: Part, total: int, portions: Portions | None) -> Window:
    """What is shown of a group of this size; without `portions`, all of it."""
    return portions.window(part, total) if portions else Window(0, total, total)


def numbered(groups: Iterable[Group]) -> tuple[CardGroup, ...]:
    """The groups that have clinics as cards; no two cards have the same number."""
    made: list[CardGroup] = []
    before = 0
    for group in groups:
        first = before + group.window.start + 1
        cards = tuple(Card(number, *entry) for number, entry in enumerate(group.entries, start=first))
        before += group.window.stop
        if cards:
            made.append(CardGroup(group.heading, group.explanation, cards, _turning(group)))
    return tuple(made)


def _turning(group: Group) -> Turning | None:
    if not group.is_cut:
        return None
    window, buttons = group.window, {}
    if window.before:
        back = _("Show the {count} before").format(count=window.before)
        buttons[shown_by(group.part, window.number - 2)] = back
    if window.after:
        onwards = _("Show the next {count}").format(count=window.after)
        buttons[shown_by(group.part, window.number)] = onwards
    return Turning(group.part, group.said, buttons)


def _portion_by_city(window: Window) -> str:
    """Which portion of clinics by city this is, and of how many."""
    shown, count = whole_number(window.stop - window.start), whole_number(window.total)
    if window.number == 1:
        first = _("These are the first {shown} of {count} clinics, by city.")
        return first.format(shown=shown, count=count)
    later = _("This is part {part} of {parts}, by city: {shown} of {count} clinics.")
    part, parts = whole_number(window.number), whole_number(window.portions)
    return later.format(part=part, parts=parts, shown=shown, count=count)


def _portion_by_distance(window: Window) -> str:
    """Which portion of clinics by distance this is; how many there are in all is not known."""
    if window.number == 1:
        return _("These are the nearest {shown} clinics.").format(shown=window.stop - window.start)
    return _("This is part {part} of this list, nearest first.").format(part=whole_number(window.number))
