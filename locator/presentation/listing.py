"""What the page says and lists for a search, or before any search. Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from locator.clinics import Filters, Results, ServedDirectory, SiteIndex, needed_claims
from locator.language import gettext as _
from locator.language import marked as N_
from locator.language import marked_plural as NN_
from locator.language import ngettext
from locator.presentation import wording
from locator.presentation.cards import Card, CardGroup
from locator.presentation.paging import ListGroup, ListPages, by_city, by_distance, numbered, without_pin
from locator.sites import METRES_PER_MILE, Ambiguous, Answer, Claim, NotLocated, Origin, Site, Status

# Said here and, with its gaps left open, by the script of a saved copy.
FOUND: Final = NN_("We found {count} clinic", "We found {count} clinics")
FOUND_NEAR: Final = NN_("We found {count} clinic near {place}", "We found {count} clinics near {place}")
MORE_MAY_FIT: Final = NN_("{found}; {count} more may fit.", "{found}; {count} more may fit.")
FARTHER: Final = NN_(
    "{count} more clinic is farther away than shown.", "{count} more clinics are farther away than shown."
)
LEFT_OUT: Final = NN_("{count} clinic without {asked} left out.", "{count} clinics without {asked} left out.")
NONE_WITHIN: Final = NN_(
    "No clinic that fits is within {distance} of {place}. Choose a longer distance to see {count}"
    " clinic farther away.",
    "No clinic that fits is within {distance} of {place}. Choose a longer distance to see {count}"
    " clinics farther away.",
)
NONE_LISTED: Final = N_("No clinic is listed at the moment near {place}.")
NONE_FITS: Final = N_("No clinic near {place} fits all you asked for. Take one filter away and look again.")
NEAREST: Final = N_("Nearest clinics")
ALL: Final = N_("All clinics")
FITTING: Final = N_("Clinics that fit")
MAY_FIT: Final = N_("May fit – not known")
WHY_MAY_FIT: Final = N_(
    "Whether these clinics offer {asked} is not known. Not known does not mean no: call {phone} to ask."
)
UNCONFIRMED: Final = N_("None of these is confirmed for {asked} yet. Call {phone} to confirm.")
OUTSIDE: Final = N_("{place}: outside the Twin Cities area.")
OUTSIDE_ADVICE: Final = N_(
    "The nearest clinic here is about {miles} miles away in a straight line. Call {phone} to ask before"
    " you plan a trip, or ask your doctor about DRG care nearer to you."
)
BELOW_ARE_ALL: Final = N_("Below are all clinics.")
BELOW_ARE_FITTING: Final = N_("Below are the clinics that fit.")
CHOOSE_A_PLACE: Final = N_("We found {count} places. Choose the one you mean.")
WHICH_PLACE: Final = N_("We found {count} places. Which one do you mean?")
NOT_FOUND: Final = N_("We could not find that place.")
NOT_FOUND_HEADING: Final = N_("We could not find that place")
DID_YOU_MEAN: Final = N_("Did you mean:")
NOT_WHOLE: Final = N_("Some clinics are left out because their listing has errors. Call {phone} to ask.")


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


def all_sites(
    sites: Iterable[Site] | SiteIndex, filters: Filters, *, phone: str, pages: ListPages | None = None
) -> Listing:
    """The directory by city, before any search; the filters apply but for the distance.

    With `pages` only these pages of the groups are listed, with buttons to the others; without, all clinics.
    """
    index = sites if isinstance(sites, SiteIndex) else SiteIndex(sites)
    fits = index.fits(filters)
    fitting, possible = (fits.count(answer) for answer in (Answer.YES, Answer.UNKNOWN))
    heading = _(ALL) if _asks_nothing(filters) else _(FITTING)
    groups = (
        by_city(index, fits, Answer.YES, pages, (heading, "")),
        by_city(index, fits, Answer.UNKNOWN, pages, _possible_heading(filters, phone)),
    )
    announcement = _counted(fitting, possible)
    if not index.by_city:
        announcement = _("No clinic is listed at the moment. Call {phone}: we help you find one.").format(
            phone=phone
        )
    cut = next((group for group in groups if group.is_cut), None)
    way_on = _("Type a place above to see the nearest.")
    return Listing(announcement, (f"{cut.status} {way_on}",) if cut else (), numbered(groups))


def not_found(
    sites: Iterable[Site] | SiteIndex,
    filters: Filters,
    *,
    said: str,
    phone: str,
    pages: ListPages | None = None,
) -> Listing:
    """The directory again, after a place that is unknown or not the only one; `said` comes first."""
    listing = all_sites(sites, filters, phone=phone, pages=pages)
    # A note says what is below where that is not all.
    if listing.notes:
        return replace(listing, announcement=said)
    below = _(BELOW_ARE_ALL) if _asks_nothing(filters) else _(BELOW_ARE_FITTING)
    return replace(listing, announcement=f"{said} {below}")


def found(
    origin: Origin, results: Results, filters: Filters, *, phone: str, pages: ListPages | None = None
) -> Listing:
    """The sites around a place, nearest first, with how sure the distances are and what was left out.

    With `pages` only these pages of the groups are listed; `results` must reach that far.
    """
    nearest, possible, unplaced = groups = (
        by_distance(ListGroup.FITTING, results.matches, pages, (_(NEAREST), "")),
        by_distance(ListGroup.POSSIBLE, results.possible, pages, _possible_heading(filters, phone)),
        without_pin(results.unplaced, pages),
    )
    beyond = sum(group.page.total - group.page.stop for group in (nearest, possible))
    results = replace(results, farther=results.farther + beyond)
    announcement = _counted(nearest.page.stop, possible.page.stop + unplaced.page.total, origin.label)
    if results.nearest_m is not None and is_out_of_area(origin, results.nearest_m):
        announcement = out_of_area(origin)
    elif not any(group.entries for group in groups):
        announcement = _none_found(origin, results, filters)
    notes = _notes(origin, results, filters, [site for site, _match in nearest.entries], phone)
    notes += [group.status for group in groups if group.page.before]
    return Listing(announcement, tuple(notes), numbered(groups))


def _notes(
    origin: Origin, results: Results, filters: Filters, nearest: Sequence[Site], phone: str
) -> list[str]:
    """What to know about the clinics around a place, the weightiest first."""
    notes = [*origin.notes, wording.how_exact(origin), *_left_out(results, filters)]
    if _all_unconfirmed(nearest, filters):
        need = wording.need_name(filters.need)
        unconfirmed = _(UNCONFIRMED)
        notes.insert(0, unconfirmed.format(asked=need, phone=phone))
    if results.nearest_m is not None and is_out_of_area(origin, results.nearest_m):
        notes.insert(0, out_of_area_advice(results.nearest_m, phone=phone))
    return notes


def _asks_nothing(filters: Filters) -> bool:
    return filters == Filters(within_m=filters.within_m)


def _counted(fitting: int, possible: int, near: str | None = None) -> str:
    sentence = ngettext(*(FOUND if near is None else FOUND_NEAR), fitting)
    sentence = sentence.format(count=wording.whole_number(fitting), place=near)
    if not possible:
        return f"{sentence}."
    more = ngettext(*MORE_MAY_FIT, possible)
    return more.format(found=sentence, count=wording.whole_number(possible))


def _possible_heading(filters: Filters, phone: str) -> tuple[str, str]:
    explanation = _(WHY_MAY_FIT)
    return _(MAY_FIT), explanation.format(asked=asked_for(filters), phone=phone)


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
    notes = []
    if results.farther:
        farther = ngettext(*FARTHER, results.farther)
        notes.append(farther.format(count=wording.whole_number(results.farther)))
    if results.not_offered:
        without = ngettext(*LEFT_OUT, results.not_offered)
        count = wording.whole_number(results.not_offered)
        notes.append(without.format(count=count, asked=asked_for(filters)))
    return notes


def _all_unconfirmed(sites: Iterable[Site], filters: Filters) -> bool:
    """Whether a role was asked for and none of the sites is confirmed to have it."""
    claims = [needed_claims(site, filters.need) for site in sites]
    return any(claims) and not any(_is_confirmed(needed) for needed in claims)


def _is_confirmed(needed: Sequence[Claim]) -> bool:
    return all(claim.status is Status.CONFIRMED for claim in needed)


def said_of(place: Ambiguous | NotLocated) -> str:
    """The first words after a text that names no place, or several."""
    if isinstance(place, Ambiguous):
        return _(CHOOSE_A_PLACE).format(count=len(place.candidates))
    return _(NOT_FOUND)


def directory_notice(served: ServedDirectory, *, phone: str) -> str | None:
    """That the listing is older than its file, or not whole; None where it is neither."""
    if served.stale and served.clock_behind:
        notice = _(
            "The newest clinic list could not be checked, so you see the one before it."
            " Call {phone} to be sure."
        )
    elif served.stale:
        notice = _(
            "The newest clinic list has errors, so you see the last correct one. Call {phone} to be sure."
        )
    elif served.problems:
        notice = _(NOT_WHOLE)
    else:
        return None
    return notice.format(phone=phone)


_MOST_NAMED: Final = 10


def unplaced_note(sites: Sequence[Site]) -> list[str]:
    """The clinics without a map pin, which no list by distance can hold; nothing where there are none.

    The first few are named and the rest counted.
    """
    titles = "; ".join(site.title for site in sites[:_MOST_NAMED])
    if len(sites) > _MOST_NAMED:
        more = _("No place on the map, so no distance: {clinics}; and {count} more.")
        return [more.format(clinics=titles, count=wording.whole_number(len(sites) - _MOST_NAMED))]
    return [_("No place on the map, so no distance: {clinics}.").format(clinics=titles)] if titles else []


def is_out_of_area(origin: Origin, nearest_m: float) -> bool:
    """Whether even the nearest clinic, at this distance, is beyond the standard for travel."""
    return nearest_m - origin.uncertainty_m > wording.TRAVEL_STANDARD_MI * METRES_PER_MILE


def out_of_area(origin: Origin) -> str:
    """That a place is not in the area this project is about."""
    return _(OUTSIDE).format(place=origin.label)


def out_of_area_advice(nearest_m: float, *, phone: str) -> str:
    """What to do from a place whose nearest clinic is this far."""
    advice = _(OUTSIDE_ADVICE)
    return advice.format(miles=wording.whole_miles(nearest_m), phone=phone)


def _none_found(origin: Origin, results: Results, filters: Filters) -> str:
    if results.farther and results.nearest_m is not None:
        sentence = ngettext(*NONE_WITHIN, results.farther)
        farther = wording.whole_number(results.farther)
        return sentence.format(distance=wording.reach(filters.within_m), place=origin.label, count=farther)
    if _asks_nothing(filters):
        return _(NONE_LISTED).format(place=origin.label)
    return _(NONE_FITS).format(place=origin.label)
