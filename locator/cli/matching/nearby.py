"""What a row gains: the place it was taken for, the nearest site for each part, the best pair. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from locator.clinics import Filters, Match, Need, SiteIndex, needed_claims, search
from locator.presentation import wording
from locator.referral import Journey, Pair, rank_pairs
from locator.sites import Origin

_PLACE: Final = ("place", "place_precision", "place_uncertainty_mi", "place_notes")
_SITE: Final = (
    "site_id",
    "name",
    "status",
    "distance_mi",
    "low_mi",
    "high_mi",
    "about_same",
    "unknown_site_id",
    "unknown_distance_mi",
)
_PAIR: Final = (
    "pair_evaluation_site_id",
    "pair_procedure_site_id",
    "pair_status",
    "pair_total_mi",
    "pair_low_mi",
    "pair_high_mi",
    "pair_about_same",
    "pair_unknown_evaluation_site_id",
    "pair_unknown_procedure_site_id",
    "pair_unknown_total_mi",
)
_NEEDS: Final = (Need.EVALUATION, Need.PROCEDURE)
ADDED: Final = (*_PLACE, *(f"{need}_{name}" for need in _NEEDS for name in _SITE), *_PAIR)
"""The names of the cells a row gains, without their beginning; docs/matching.md describes them."""

# The first, and the one whose order after it may not be settled.
_LIMIT: Final = 2


class Nearby:
    """What is near a place, as the cells of ADDED."""

    def __init__(self, index: SiteIndex, journey: Journey) -> None:
        self._index = index
        self._journey = journey

    def cells(self, origin: Origin) -> list[str]:
        """What is known to fit, and apart from it what may; blank where there is none of either."""
        return [
            origin.label,
            origin.precision,
            _miles(origin.uncertainty_m),
            " ".join(origin.notes),
            *(cell for need in _NEEDS for cell in self._site(origin, need)),
            *self._pair(origin),
        ]

    def _site(self, origin: Origin, need: Need) -> list[str]:
        results = search(self._index, origin, Filters(need), limit=_LIMIT)
        return [*_known_site(results.matches, need), *_unknown_site(results.possible)]

    def _pair(self, origin: Origin) -> list[str]:
        ranking = rank_pairs(self._index, origin, self._journey, Filters(), limit=_LIMIT)
        return [*_known_pair(ranking.pairs), *_unknown_pair(ranking.possible)]


def _known_site(matches: Sequence[Match], need: Need) -> list[str]:
    if not matches:
        return [""] * 7
    first = matches[0]
    (claim,) = needed_claims(first.site, need)
    return [
        first.site.site_id,
        first.site.title,
        claim.status,
        *map(_miles, (first.distance_m, first.low_m, first.high_m)),
        _yes_or_no(any(match.about_same_as_previous for match in matches[1:])),
    ]


def _unknown_site(possible: Sequence[Match]) -> list[str]:
    return [possible[0].site.site_id, _miles(possible[0].distance_m)] if possible else ["", ""]


def _known_pair(pairs: Sequence[Pair]) -> list[str]:
    if not pairs:
        return [""] * 7
    first = pairs[0]
    return [
        *_ids(first),
        "confirmed" if first.is_confirmed else "provisional",
        *map(_miles, (first.total_m, first.low_m, first.high_m)),
        _yes_or_no(any(pair.about_same_as_previous for pair in pairs[1:])),
    ]


def _unknown_pair(possible: Sequence[Pair]) -> list[str]:
    return [*_ids(possible[0]), _miles(possible[0].total_m)] if possible else ["", "", ""]


def _ids(pair: Pair) -> tuple[str, str]:
    return pair.evaluation.site.site_id, pair.procedure.site.site_id


def _miles(metres: float) -> str:
    return str(wording.miles(metres))


def _yes_or_no(value: bool) -> str:  # noqa: FBT001 - its one argument
    return "yes" if value else "no"
