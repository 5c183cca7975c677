"""What the page says after a search, as sentences with gaps that the script in the browser fills.

They are those of the page, from the same constants; a test compares what the two say of every place.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any, Final

from locator.clinics import Filters, Need
from locator.geocoding.places import ONLY_PLACE, ONLY_ZIP, Refusal
from locator.language import gettext as _
from locator.language import ngettext
from locator.presentation import asked_for, listing, need_name, paging, wording

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
    """Every sentence in the current language; counts up to `most` have the form each of them needs."""
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
    every = product(Need, (None, *wording.WEEKDAYS), (False, True))
    return [Filters(need, open_weekday=day, wheelchair=wheelchair) for need, day, wheelchair in every]


def _counted(most: int) -> dict[str, Any]:
    # No distance that can be chosen there is one mile.
    distance = ngettext(*wording.MILES, 2).format(count="{miles}")

    def forms(message: tuple[str, str]) -> Mapping[str, Any]:
        """The forms of a message, and for each count which of them it has."""
        by_count = [ngettext(*message, count).replace("{distance}", distance) for count in range(most + 1)]
        distinct = list(dict.fromkeys(by_count))
        return {"forms": distinct, "of": "".join(str(distinct.index(form)) for form in by_count)}

    return {
        "found": forms(listing.FOUND),
        "found_near": forms(listing.FOUND_NEAR),
        "more": forms(listing.MORE_MAY_FIT),
        "farther": forms(listing.FARTHER),
        "without": forms(listing.LEFT_OUT),
        "none_within": forms(listing.NONE_WITHIN),
    }


def _headings(phone: str) -> dict[str, Any]:
    return {
        "nearest": _(listing.NEAREST),
        "all": _(listing.ALL),
        "fit": _(listing.FITTING),
        "may_fit": _(listing.MAY_FIT),
        "may_fit_why": _(listing.WHY_MAY_FIT).replace("{phone}", phone),
        "unplaced": _(paging.NO_MAP_PIN),
        "unplaced_why": _(paging.WHY_NO_MAP_PIN),
    }


def _of_a_place(phone: str) -> dict[str, Any]:
    unconfirmed = _(listing.UNCONFIRMED)
    return {
        "straight_line": _(wording.STRAIGHT_LINES),
        "spread": _(wording.SPREAD),
        "unconfirmed": {need: unconfirmed.format(asked=need_name(need), phone=phone) for need in Need},
        "outside": _(listing.OUTSIDE),
        "outside_advice": _(listing.OUTSIDE_ADVICE).replace("{phone}", phone),
        "none_listed": _(listing.NONE_LISTED),
        "none_fits": _(listing.NONE_FITS),
    }


def _of_a_card() -> dict[str, Any]:
    return {
        "distance": _(wording.DISTANCE) % {"miles": "{miles}"},
        "in_a_straight_line": _(wording.IN_A_STRAIGHT_LINE),
        "range": _(wording.RANGE),
        "same": _(wording.SAME_DISTANCE),
        "pin_distance": _(wording.MILES_IN_A_STRAIGHT_LINE),
    }


def _of_a_question() -> dict[str, Any]:
    return {
        "below_all": _(listing.BELOW_ARE_ALL),
        "below_fit": _(listing.BELOW_ARE_FITTING),
        "choose": _(listing.CHOOSE_A_PLACE),
        "which": _(listing.WHICH_PLACE),
        "not_found": _(listing.NOT_FOUND),
        "not_found_heading": _(listing.NOT_FOUND_HEADING),
        "did_you_mean": _(listing.DID_YOU_MEAN),
        "only_zip": _(ONLY_ZIP),
        "only_place": _(ONLY_PLACE),
    }
