"""Clinics under their headings, numbered through, twenty of a group on a page; the way on and back. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import Final, Self

from locator.clinics import Fits, Match, SiteIndex
from locator.language import gettext as _
from locator.language import marked as N_
from locator.presentation.cards import Card, CardGroup, Pagination
from locator.presentation.wording import whole_number
from locator.sites import Answer, Site

PAGE_SIZE: Final = 20
"""How many clinics a page of a group has."""
_MOST_DIGITS: Final = 6


class ListGroup(StrEnum):
    """The groups of a list, each with pages of its own."""

    FITTING = "fitting"
    POSSIBLE = "possible"
    UNPLACED = "unplaced"


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a group: from `start` up to but not including `stop`, of `total` clinics."""

    start: int
    stop: int
    total: int

    @property
    def number(self) -> int:
        """The number of the page, counted from 1."""
        return self.start // PAGE_SIZE + 1

    @property
    def pages(self) -> int:
        """How many pages the group has."""
        return -(-self.total // PAGE_SIZE)

    @property
    def before(self) -> int:
        """How many clinics the previous page has; 0 for the first."""
        return min(PAGE_SIZE, self.start)

    @property
    def after(self) -> int:
        """How many clinics the next page has; 0 for the last."""
        return min(PAGE_SIZE, self.total - self.stop)


@dataclass(frozen=True, slots=True)
class ListPages:
    """The page of each group that is shown, counted from 0."""

    fitting: int = 0
    possible: int = 0
    unplaced: int = 0

    @property
    def reach(self) -> int:
        """How many clinics of a group must be known to show its page and to say how many the next one has."""
        return PAGE_SIZE * (2 + max(self.fitting, self.possible))

    def page(self, group: ListGroup, total: int) -> ListPage:
        """The page shown of a group of this size; the last one if it has fewer pages."""
        last = max(0, (total - 1) // PAGE_SIZE)
        start = PAGE_SIZE * min(int(getattr(self, group)), last)
        return ListPage(start, min(start + PAGE_SIZE, total), total)

    def after_choice(self, sent: object) -> Self:
        """The pages after a button has sent a value of `page_choice`; unchanged for anything else."""
        group, _, page = str(sent).partition(" ")
        if group not in set(ListGroup) or not (page.isascii() and page.isdigit()) or len(page) > _MOST_DIGITS:
            return self
        return replace(self, **{group: int(page)})


def page_choice(group: ListGroup, page: int) -> str:
    """The value that a button sends to show this page, counted from 0, of a group."""
    return f"{group} {page}"


Entry = tuple[Site, Match | None]


@dataclass(frozen=True, slots=True)
class Group:
    """The clinics to list under a heading, and which page of the group they are, also in words."""

    group: ListGroup
    heading: str
    explanation: str
    entries: Sequence[Entry]
    page: ListPage
    status: str

    @property
    def is_cut(self) -> bool:
        """Whether there are clinics before or after these."""
        return bool(self.page.before or self.page.after)


_GROUPS: Final = {Answer.YES: ListGroup.FITTING, Answer.UNKNOWN: ListGroup.POSSIBLE}
NO_MAP_PIN: Final = N_("No place on the map")
WHY_NO_MAP_PIN: Final = N_(
    "These fit what you asked for, but their place on the map is not known, so no distance is given."
)


def by_city(
    index: SiteIndex, fits: Fits, answer: Answer, pages: ListPages | None, named: tuple[str, str]
) -> Group:
    """The clinics that give this answer, by city; `named` has the heading and the explanation."""
    page = _page(_GROUPS[answer], fits.count(answer), pages)
    positions = islice(fits.positions(answer), page.start, page.stop)
    entries = [(index.by_city[position], None) for position in positions]
    return Group(_GROUPS[answer], *named, entries, page, _page_by_city(page))


def by_distance(
    group: ListGroup, matches: Sequence[Match], pages: ListPages | None, named: tuple[str, str]
) -> Group:
    """The clinics around a place, as they are ranked; `named` has the heading and the explanation."""
    page = _page(group, len(matches), pages)
    entries = [(match.site, match) for match in matches[page.start : page.stop]]
    return Group(group, *named, entries, page, _page_by_distance(page))


def without_pin(sites: Sequence[Site], pages: ListPages | None) -> Group:
    """The clinics that have no place on the map."""
    page = _page(ListGroup.UNPLACED, len(sites), pages)
    entries = [(site, None) for site in sites[page.start : page.stop]]
    named = _(NO_MAP_PIN), _(WHY_NO_MAP_PIN)
    return Group(ListGroup.UNPLACED, *named, entries, page, _page_by_city(page))


def _page(group: ListGroup, total: int, pages: ListPages | None) -> ListPage:
    """What is shown of a group of this size; all of it without `pages`."""
    return pages.page(group, total) if pages else ListPage(0, total, total)


def numbered(groups: Iterable[Group]) -> tuple[CardGroup, ...]:
    """The groups that have clinics as cards; no two cards have the same number."""
    card_groups: list[CardGroup] = []
    before = 0
    for group in groups:
        first = before + group.page.start + 1
        cards = tuple(Card(number, *entry) for number, entry in enumerate(group.entries, start=first))
        before += group.page.stop
        if cards:
            card_groups.append(CardGroup(group.heading, group.explanation, cards, _pagination(group)))
    return tuple(card_groups)


def _pagination(group: Group) -> Pagination | None:
    if not group.is_cut:
        return None
    page, buttons = group.page, {}
    if page.before:
        back = _("Show the {count} before").format(count=page.before)
        buttons[page_choice(group.group, page.number - 2)] = back
    if page.after:
        onwards = _("Show the next {count}").format(count=page.after)
        buttons[page_choice(group.group, page.number)] = onwards
    return Pagination(group.group, group.status, buttons)


def _page_by_city(page: ListPage) -> str:
    """Which page of the clinics by city this is, and of how many."""
    shown, count = whole_number(page.stop - page.start), whole_number(page.total)
    if page.number == 1:
        first = _("These are the first {shown} of {count} clinics, by city.")
        return first.format(shown=shown, count=count)
    later = _("This is part {part} of {parts}, by city: {shown} of {count} clinics.")
    part, parts = whole_number(page.number), whole_number(page.pages)
    return later.format(part=part, parts=parts, shown=shown, count=count)


def _page_by_distance(page: ListPage) -> str:
    """Which page of the clinics by distance this is; the total is not known."""
    if page.number == 1:
        return _("These are the nearest {shown} clinics.").format(shown=page.stop - page.start)
    return _("This is part {part} of this list, nearest first.").format(part=whole_number(page.number))
