"""What the page says after a search, as sentences with gaps that the script in the browser fills.

They are the sentences of `listing`, `wording` and `panels`: a test compares what the two say of every place.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any, Final

from locator.clinics import Filters, Need
from locator.geocoding.places import Refusal
from locator.language import gettext as _
from locator.language import ngettext
from locator.presentation import asked_for, need_name

WEEKDAYS: Final = range(5)
"""The days a person may ask for, from 0, Monday."""

_REFUSALS: Final = (
    Refusal.EMPTY,
    Refusal.TOO_LONG,
    Refusal.NO_WORDS,
    Refusal.HERE,
    Refusal.NOT_FOUND,
    Refusal.WRONG_STATE,
    Refusal.BAD_ZIP,
    Refusal.ZIP_LENGTH,
    Refusal.NUMBER_OR_ZIP,
)


def sentences(*, phone: str, most: int) -> dict[str, Any]:
    """Every sentence in the language that holds; counts up to `most` have the form each of them needs."""
    return {
        **_counted(most),
        **_headings(phone),
        **_of_a_place(phone),
        **_of_a_card(),
        **_of_a_question(),
        "refusals": {reason.name: reason.sentence for reason in _REFUSALS},
        "asked": {filters_key(filters): asked_for(filters) for filters in _all_filters()},
    }


def filters_key(filters: Filters) -> str:
    """The filters but for the distance, as the script writes them."""
    day = "" if filters.open_weekday is None else filters.open_weekday
    return f"{filters.need} {day} {'wheelchair' if filters.wheelchair else ''}"


def _all_filters() -> list[Filters]:
    every = product(Need, (None, *WEEKDAYS), (False, True))
    return [Filters(need, open_weekday=day, wheelchair=wheelchair) for need, day, wheelchair in every]


def _counted(most: int) -> dict[str, Any]:
    # No distance that can be chosen there is one mile.
    distance = ngettext("{count} mile", "{count} miles", 2).format(count="{miles}")

    def forms(one: str, many: str) -> Mapping[str, Any]:
        """The forms of a message, and for each count which of them it has."""
        by_count = [ngettext(one, many, count).replace("{distance}", distance) for count in range(most + 1)]
        distinct = list(dict.fromkeys(by_count))
        return {"forms": distinct, "of": "".join(str(distinct.index(form)) for form in by_count)}

    return {
        "found": forms("We found {count} clinic", "We found {count} clinics"),
        "found_near": forms("We found {count} clinic near {place}", "We found {count} clinics near {place}"),
        "more": forms("{found}; {count} more may fit.", "{found}; {count} more may fit."),
        "farther": forms(
            "{count} more clinic is farther away than shown.",
            "{count} more clinics are farther away than shown.",
        ),
        "without": forms(
            "{count} clinic without {asked} left out.", "{count} clinics without {asked} left out."
        ),
        "none_within": forms(
            "No clinic that fits is within {distance} of {place}. Choose a longer distance to see {count}"
            " clinic farther away.",
            "No clinic that fits is within {distance} of {place}. Choose a longer distance to see {count}"
            " clinics farther away.",
        ),
    }


def _headings(phone: str) -> dict[str, Any]:
    may_fit = _(
        "Whether these clinics offer {asked} is not known. Not known does not mean no: call {phone} to ask."
    )
    no_map_pin = _(
        "These fit what you asked for, but their place on the map is not known, so no distance is given."
    )
    return {
        "nearest": _("Nearest clinics"),
        "all": _("All clinics"),
        "fit": _("Clinics that fit"),
        "may_fit": _("May fit – not known"),
        "may_fit_why": may_fit.replace("{phone}", phone),
        "unplaced": _("No place on the map"),
        "unplaced_why": no_map_pin,
    }


def _of_a_place(phone: str) -> dict[str, Any]:
    unconfirmed = _("None of these is confirmed for {asked} yet. Call {phone} to confirm.")
    advice = _(
        "The nearest clinic here is about {miles} miles away in a straight line. Call {phone} to ask before"
        " you plan a trip, or ask your doctor about DRG care nearer to you."
    )
    return {
        "straight_line": _("Distances are in a straight line."),
        "spread": _("About 9 in 10 addresses there are within {miles} miles of that point."),
        "unconfirmed": {need: unconfirmed.format(asked=need_name(need), phone=phone) for need in Need},
        "outside": _("{place}: outside the Twin Cities area."),
        "outside_advice": advice.replace("{phone}", phone),
        "none_listed": _("No clinic is listed at the moment near {place}."),
        "none_fits": _("No clinic near {place} fits all you asked for. Take one filter away and look again."),
    }


def _of_a_card() -> dict[str, Any]:
    return {
        "distance": _("%(miles)s mi") % {"miles": "{miles}"},
        "in_a_straight_line": _("in a straight line,"),
        "range": _("between {low} and {high} miles"),
        "same": _("About the same distance as the clinic above"),
        "pin_distance": _("{miles} miles in a straight line"),
    }


def _of_a_question() -> dict[str, Any]:
    return {
        "below_all": _("Below are all clinics."),
        "below_fit": _("Below are the clinics that fit."),
        "choose": _("We found {count} places. Choose the one you mean."),
        "which": _("We found {count} places. Which one do you mean?"),
        "not_found": _("We could not find that place."),
        "not_found_heading": _("We could not find that place"),
        "did_you_mean": _("Did you mean:"),
        "only_zip": _("Only the ZIP code was used; we did not know the other words."),
        "only_place": _("Only the last name was used; we did not know the words before it."),
    }
