"""A part of a directory that is too large for one document, and the way to the next."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from locator.sites import Site

PART_SITES: Final = 1_000
"""The sites of one document; it then has at most some megabytes and takes a fraction of a second to make."""


@dataclass(frozen=True, slots=True)
class Part:
    """The sites of one document, and where they stand among all `count` of them, counted from 1.

    `next_after` is the `site_id` after which the next part begins; None in the last.
    """

    sites: Sequence[Site]
    first: int
    count: int
    next_after: str | None = None

    @classmethod
    def of(cls, ordered: Sequence[Site], after: str = "") -> Part:
        """The part that holds the first site whose id is above `after`; all are ordered by `site_id`.

        Parts have fixed bounds, every PART_SITES sites: whatever `after` is, there are no others to be made.
        """
        start = bisect_right(ordered, after, key=_site_id)
        if start < len(ordered):
            start -= start % PART_SITES
        sites = ordered[start : start + PART_SITES]
        is_last = start + len(sites) >= len(ordered)
        return cls(sites, start + 1, len(ordered), None if is_last else sites[-1].site_id)

    @property
    def is_all(self) -> bool:
        """Whether there is no site beside these."""
        return len(self.sites) == self.count

    @property
    def in_words(self) -> str:
        """Which sites these are."""
        last = self.first + len(self.sites) - 1
        return f"sites {self.first:,} to {last:,} of {self.count:,}"

    def links(self, name: str) -> dict[str, str]:
        """The addresses of the first and the next part, from that of the document of this name."""
        if self.is_all:
            return {}
        onwards = {} if self.next_after is None else {"next": f"{name}?after={self.next_after}"}
        return {"first": name, **onwards}


def _site_id(site: Site) -> str:
    return site.site_id
