"""The clinics of a large directory that have no pin: what the browser needs to draw them as counts. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from locator.clinics import Filters, SiteIndex, asked
from locator.language import Language, current, ngettext
from locator.language import gettext as _
from locator.presentation import PAGE_SIZE, ListPages
from locator.sites import Coordinate, Site

# Counts up to here have all the forms that a language has for them: beyond, the last two digits decide.
_COUNTS_TOLD: Final = 200


@dataclass(frozen=True, slots=True)
class Crowd:
    """Which clinics are counted, and where they are.

    `path` is that of the file of all clinics (`map_points`), `asks` what they must not deny, as places in
    TRAITS, and `pinned` the places in that file of those that do have a pin. `corners` are the south-western
    and the north-eastern one around all clinics; `pages` are those of the list, whose clinics have pins. The
    counts ignore a limit of distance, which `is_limited` reports.
    """

    path: str
    asks: tuple[int, ...]
    pinned: tuple[int, ...]
    corners: tuple[Coordinate, Coordinate]
    pages: ListPages = field(default_factory=ListPages)
    is_limited: bool = False

    @property
    def turned(self) -> str:
        """A text that differs for other pages; "" for the first ones."""
        shown = self.pages
        return "" if shown == ListPages() else f"{shown.fitting} {shown.possible}"

    def in_view(
        self, pins: Sequence[Coordinate], *, nearest: Sequence[Coordinate] | None
    ) -> Sequence[Coordinate]:
        """The points the map is to show at first: before a search, when `nearest` is None, all clinics.

        After one, the nearest few; or the pins that the list was turned to.
        """
        if nearest is None:
            return self.corners
        return pins if self.turned else nearest

    def facts(self) -> dict[str, Any]:
        """What the map is told."""
        return {"path": self.path, "asks": self.asks, "pinned": self.pinned, "words": _words(current())}


def crowd_of(
    index: SiteIndex, shown: Iterable[Site], filters: Filters, *, path: str, pages: ListPages
) -> Crowd | None:
    """The clinics that fit or may fit, but for those `shown`; None where the list can show all."""
    if len(index) <= PAGE_SIZE or index.corners is None:
        return None
    pinned = (index.place_of(site) for site in shown)
    places = tuple(place for place in pinned if place is not None)
    is_limited = math.isfinite(filters.within_m)
    return Crowd(path, asked(filters), places, index.corners, pages, is_limited)


@lru_cache(maxsize=8)
def _words(_language: Language) -> Mapping[str, Any]:
    by_count = [ngettext("{count} clinic", "{count} clinics", count) for count in range(_COUNTS_TOLD)]
    forms = list(dict.fromkeys(by_count))
    return {
        "forms": forms,
        "form_of": "".join(str(forms.index(form)) for form in by_count),
        "closer": _("Look closer"),
        "not_listed": _("Not in the list now. To list what is here, search for a place nearby."),
        "missing": _("The counts of the other clinics could not be loaded."),
    }
