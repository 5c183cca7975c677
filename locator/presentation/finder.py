"""What the finder shows for a place: one search, in the words of every way to ask. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from locator.clinics import Filters, SiteIndex, search
from locator.presentation import listing
from locator.presentation.listing import Listing
from locator.presentation.paging import ListPages
from locator.sites import Ambiguous, Located, NotLocated, Origin, PlaceAnswer


@dataclass(frozen=True, slots=True)
class Findings:
    """The list for an answer, the place it starts from, and the clinic that a search has first."""

    listing: Listing
    origin: Origin | None = None
    first_id: str | None = None


def findings(
    index: SiteIndex, place: PlaceAnswer | None, filters: Filters, *, phone: str, pages: ListPages
) -> Findings:
    """The clinics around a place, or all of them where there is none, or not just one; `pages` are shown."""
    match place:
        case Located(origin):
            ranked = search(index, origin, filters, limit=pages.reach)
            first_id = ranked.matches[0].site.site_id if ranked.matches else None
            return Findings(
                listing.found(origin, ranked, filters, phone=phone, pages=pages), origin, first_id
            )
        case Ambiguous() | NotLocated():
            said = listing.said_of(place)
            return Findings(listing.not_found(index, filters, said=said, phone=phone, pages=pages))
        case None:
            return Findings(listing.all_sites(index, filters, phone=phone, pages=pages))
