"""Pagination of a long list: twenty clinics a page. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Self

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
