"""What the page says and lists for a search, or before any search. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from locator import wording
from locator.cards import Card, CardGroup
from locator.search import Filters, Match, Results, meets, needed_claims
from locator.sites import METRES_PER_MILE, Answer, Claim, Origin, Site, Status

_NO_MAP_PIN: Final = (
    "These fit what you asked for, but their place on the map is not known, so no distance is given."
)


@dataclass(frozen=True, slots=True)
class Listing:
    """One sentence to read out, what to know about it, and the cards in groups, numbered through."""

    announcement: str
    notes: tuple[str, ...]
    groups: tuple[CardGroup, ...]

    @property
    def cards(self) -> tuple[Card, ...]:
        """Every card in the order of its number."""
        return tuple(card for group in self.groups for card in group.cards)


def all_sites(sites: Iterable[Site], filters: Filters, *, phone: str) -> Listing:
    """The whole directory by city, before any search; the filters apply but for the distance."""
    by_city = sorted(sites, key=lambda site: (site.city, site.site_id))
    fitting = [site for site in by_city if meets(site, filters) is Answer.YES]
    possible = [site for site in by_city if meets(site, filters) is Answer.UNKNOWN]
    groups = _numbered(
        [
            (
                "All clinics" if _asks_nothing(filters) else "Clinics that fit",
                "",
                [(s, None) for s in fitting],
            ),
            (*_possible_heading(filters, phone), [(site, None) for site in possible]),
        ]
    )
    return Listing(_counted(len(fitting), len(possible), ""), (), groups)


def not_found(sites: Iterable[Site], filters: Filters, *, said: str, phone: str) -> Listing:
    """The whole directory again, after a place that is unknown or not the only one; `said` comes first."""
    listing = all_sites(sites, filters, phone=phone)
    below = "all clinics" if _asks_nothing(filters) else "the clinics that fit"
    return replace(listing, announcement=f"{said} Below are {below}.")


def found(origin: Origin, results: Results, filters: Filters, *, phone: str) -> Listing:
    """The sites around a place, nearest first, with how sure the distances are and what was left out."""
    notes = [*origin.notes, wording.how_exact(origin)]
    notes += _left_out(results, filters)
    if _all_unconfirmed(results, filters):
        asked = wording.need_name(filters.need)
        notes.insert(0, f"None of these is confirmed for {asked} yet. Call {phone} to confirm.")
    if results.nearest_m is not None and is_out_of_area(origin, results.nearest_m):
        notes.insert(0, out_of_area_advice(results.nearest_m, phone=phone))
    groups = _numbered(
        [
            ("Nearest clinics", "", [(match.site, match) for match in results.matches]),
            (*_possible_heading(filters, phone), [(match.site, match) for match in results.possible]),
            ("No place on the map", _NO_MAP_PIN, [(site, None) for site in results.unplaced]),
        ]
    )
    possible = len(results.possible) + len(results.unplaced)
    announcement = _counted(len(results.matches), possible, f" near {origin.label}")
    if results.nearest_m is not None and is_out_of_area(origin, results.nearest_m):
        announcement = out_of_area(origin)
    elif not groups:
        announcement = _none_found(origin, results, filters)
    return Listing(announcement, tuple(notes), groups)


def _asks_nothing(filters: Filters) -> bool:
    return filters == Filters(within_m=filters.within_m)


def _numbered(
    groups: Sequence[tuple[str, str, Sequence[tuple[Site, Match | None]]]],
) -> tuple[CardGroup, ...]:
    made: list[CardGroup] = []
    number = 0
    for heading, explanation, entries in groups:
        cards = tuple(
            Card(number + place, site, match) for place, (site, match) in enumerate(entries, start=1)
        )
        number += len(cards)
        if cards:
            made.append(CardGroup(heading, explanation, cards))
    return tuple(made)


def _counted(fitting: int, possible: int, where: str) -> str:
    clinics = wording.plural(fitting, "clinic", "clinics")
    if not possible:
        return f"We found {clinics}{where}."
    return f"We found {clinics}{where}; {possible} more may fit."


def _possible_heading(filters: Filters, phone: str) -> tuple[str, str]:
    asked = _asked_for(filters)
    return (
        "May fit – not known",
        f"Whether these clinics offer {asked} is not known. Not known does not mean no: call {phone} to ask.",
    )


def _asked_for(filters: Filters) -> str:
    parts = [] if filters.need == Filters().need else [wording.need_name(filters.need)]
    if filters.open_weekday is not None:
        parts.append(f"hours on {wording.weekday_name(filters.open_weekday)}")
    if filters.wheelchair:
        parts.append("a wheelchair entrance")
    if filters.accepting:
        parts.append("new patients accepted")
    return wording.listed(parts) if parts else "what you asked for"


def _left_out(results: Results, filters: Filters) -> list[str]:
    said = []
    if results.farther:
        more = wording.plural(results.farther, "more clinic is", "more clinics are")
        said.append(f"{more} farther away than shown.")
    if results.not_offered:
        asked = _asked_for(filters)
        said.append(f"{wording.plural(results.not_offered, 'clinic', 'clinics')} without {asked} left out.")
    return said


def _all_unconfirmed(results: Results, filters: Filters) -> bool:
    """Whether a role was asked for and no match is confirmed to have it."""
    claims = [needed_claims(match.site, filters.need) for match in results.matches]
    return any(claims) and not any(_is_confirmed(needed) for needed in claims)


def _is_confirmed(needed: Sequence[Claim]) -> bool:
    return all(claim.status is Status.CONFIRMED for claim in needed)


def unplaced_note(sites: Iterable[Site]) -> list[str]:
    """The clinics without a map pin, which no list by distance can hold; nothing where there are none."""
    titles = "; ".join(site.title for site in sites)
    return [f"No place on the map, so no distance: {titles}."] if titles else []


def is_out_of_area(origin: Origin, nearest_m: float) -> bool:
    """Whether even the nearest clinic, at this distance, is beyond the standard for travel."""
    return nearest_m - origin.uncertainty_m > wording.TRAVEL_STANDARD_MI * METRES_PER_MILE


def out_of_area(origin: Origin) -> str:
    """That a place is not in the area this project is about."""
    return f"{origin.label}: outside the Twin Cities area."


def out_of_area_advice(nearest_m: float, *, phone: str) -> str:
    """What to do from a place whose nearest clinic is this far."""
    far = wording.whole_miles(nearest_m)
    return (
        f"The nearest clinic here is about {far} miles away in a straight line. Call {phone} to ask before"
        " you plan a trip, or ask your doctor about DRG care nearer to you."
    )


def _none_found(origin: Origin, results: Results, filters: Filters) -> str:
    if results.farther and results.nearest_m is not None:
        reach = f"{filters.within_m / METRES_PER_MILE:.10g}"
        return (
            f"No clinic that fits is within {reach} miles of {origin.label}. Choose a longer distance to see"
            f" {wording.plural(results.farther, 'clinic', 'clinics')} farther away."
        )
    if _asks_nothing(filters):
        return f"No clinic is listed at the moment near {origin.label}."
    return f"No clinic near {origin.label} fits all you asked for. Take one filter away and look again."
