"""What the page says and lists for a search, or before any search. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from locator import wording
from locator.cards import Card, CardGroup
from locator.language import gettext as _
from locator.language import marked as N_
from locator.language import ngettext
from locator.search import Filters, Match, Results, meets, needed_claims
from locator.sites import METRES_PER_MILE, Answer, Claim, Origin, Site, Status

_NO_MAP_PIN: Final = N_(
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
                _("All clinics") if _asks_nothing(filters) else _("Clinics that fit"),
                "",
                [(s, None) for s in fitting],
            ),
            (*_possible_heading(filters, phone), [(site, None) for site in possible]),
        ]
    )
    announcement = _counted(len(fitting), len(possible))
    if not by_city:
        announcement = _("No clinic is listed at the moment. Call {phone}: we help you find one.").format(
            phone=phone
        )
    return Listing(announcement, (), groups)


def not_found(sites: Iterable[Site], filters: Filters, *, said: str, phone: str) -> Listing:
    """The whole directory again, after a place that is unknown or not the only one; `said` comes first."""
    listing = all_sites(sites, filters, phone=phone)
    below = _("Below are all clinics.") if _asks_nothing(filters) else _("Below are the clinics that fit.")
    return replace(listing, announcement=f"{said} {below}")


def found(origin: Origin, results: Results, filters: Filters, *, phone: str) -> Listing:
    """The sites around a place, nearest first, with how sure the distances are and what was left out."""
    notes = [*origin.notes, wording.how_exact(origin)]
    notes += _left_out(results, filters)
    if _all_unconfirmed(results, filters):
        asked = wording.need_name(filters.need)
        unconfirmed = _("None of these is confirmed for {asked} yet. Call {phone} to confirm.")
        notes.insert(0, unconfirmed.format(asked=asked, phone=phone))
    if results.nearest_m is not None and is_out_of_area(origin, results.nearest_m):
        notes.insert(0, out_of_area_advice(results.nearest_m, phone=phone))
    groups = _numbered(
        [
            (_("Nearest clinics"), "", [(match.site, match) for match in results.matches]),
            (*_possible_heading(filters, phone), [(match.site, match) for match in results.possible]),
            (_("No place on the map"), _(_NO_MAP_PIN), [(site, None) for site in results.unplaced]),
        ]
    )
    possible = len(results.possible) + len(results.unplaced)
    announcement = _counted(len(results.matches), possible, near=origin.label)
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


def _counted(fitting: int, possible: int, *, near: str | None = None) -> str:
    if near is None:
        found = ngettext("We found {count} clinic", "We found {count} clinics", fitting)
    else:
        found = ngettext(
            "We found {count} clinic near {place}", "We found {count} clinics near {place}", fitting
        )
    found = found.format(count=fitting, place=near)
    if not possible:
        return f"{found}."
    more = ngettext("{found}; {count} more may fit.", "{found}; {count} more may fit.", possible)
    return more.format(found=found, count=possible)


def _possible_heading(filters: Filters, phone: str) -> tuple[str, str]:
    explanation = _(
        "Whether these clinics offer {asked} is not known. Not known does not mean no: call {phone} to ask."
    )
    return _("May fit – not known"), explanation.format(asked=asked_for(filters), phone=phone)


def asked_for(filters: Filters) -> str:
    """What the filters ask a clinic to offer, inside a sentence."""
    parts = [] if filters.need == Filters().need else [wording.need_name(filters.need)]
    if filters.open_weekday is not None:
        parts.append(_("hours on {day}").format(day=wording.weekday_name(filters.open_weekday)))
    if filters.wheelchair:
        parts.append(_("a wheelchair entrance"))
    if filters.accepting:
        parts.append(_("new patients accepted"))
    return wording.listed(parts) if parts else _("what you asked for")


def _left_out(results: Results, filters: Filters) -> list[str]:
    said = []
    if results.farther:
        farther = ngettext(
            "{count} more clinic is farther away than shown.",
            "{count} more clinics are farther away than shown.",
            results.farther,
        )
        said.append(farther.format(count=results.farther))
    if results.not_offered:
        without = ngettext(
            "{count} clinic without {asked} left out.",
            "{count} clinics without {asked} left out.",
            results.not_offered,
        )
        said.append(without.format(count=results.not_offered, asked=asked_for(filters)))
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
    return [_("No place on the map, so no distance: {clinics}.").format(clinics=titles)] if titles else []


def is_out_of_area(origin: Origin, nearest_m: float) -> bool:
    """Whether even the nearest clinic, at this distance, is beyond the standard for travel."""
    return nearest_m - origin.uncertainty_m > wording.TRAVEL_STANDARD_MI * METRES_PER_MILE


def out_of_area(origin: Origin) -> str:
    """That a place is not in the area this project is about."""
    return _("{place}: outside the Twin Cities area.").format(place=origin.label)


def out_of_area_advice(nearest_m: float, *, phone: str) -> str:
    """What to do from a place whose nearest clinic is this far."""
    said = _(
        "The nearest clinic here is about {miles} miles away in a straight line. Call {phone} to ask before"
        " you plan a trip, or ask your doctor about DRG care nearer to you."
    )
    return said.format(miles=wording.whole_miles(nearest_m), phone=phone)


def _none_found(origin: Origin, results: Results, filters: Filters) -> str:
    if results.farther and results.nearest_m is not None:
        said = ngettext(
            "No clinic that fits is within {miles} miles of {place}. Choose a longer distance to see {count}"
            " clinic farther away.",
            "No clinic that fits is within {miles} miles of {place}. Choose a longer distance to see {count}"
            " clinics farther away.",
            results.farther,
        )
        reach = f"{filters.within_m / METRES_PER_MILE:.10g}"
        return said.format(miles=reach, place=origin.label, count=results.farther)
    if _asks_nothing(filters):
        return _("No clinic is listed at the moment near {place}.").format(place=origin.label)
    return _("No clinic near {place} fits all you asked for. Take one filter away and look again.").format(
        place=origin.label
    )
