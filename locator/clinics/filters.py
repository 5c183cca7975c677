"""What is asked of a site, and how each site of a directory answers. Pure."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from itertools import compress
from operator import attrgetter
from typing import Final

from locator.clinics.hours import open_on
from locator.sites import METRES_PER_MILE, Answer, Claim, ClinicRole, Site


class Need(StrEnum):
    """What a person wants done at a site."""

    ANY = "any"
    EVALUATION = "evaluation"
    PROCEDURE = "procedure"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a site must offer. `open_weekday` counts from 0, Monday; None asks for no day.

    `accepting` asks for sites that accept new patients.
    """

    need: Need = Need.ANY
    within_m: float = math.inf
    open_weekday: int | None = None
    wheelchair: bool = False
    accepting: bool = False


def within_m(miles: float | None) -> float:
    """The metres of a limit in miles; no limit for None."""
    return math.inf if miles is None else miles * METRES_PER_MILE


_NEEDED: Final[dict[Need, tuple[ClinicRole, ...]]] = {
    Need.ANY: (),
    Need.EVALUATION: (ClinicRole.EVALUATION,),
    Need.PROCEDURE: (ClinicRole.PROCEDURE,),
    Need.BOTH: (ClinicRole.EVALUATION, ClinicRole.PROCEDURE),
}


def needed_claims(site: Site, need: Need) -> tuple[Claim, ...]:
    """The role claims of a site that decide whether it meets a need."""
    claims = site.claims
    return tuple(claims[role] for role in _NEEDED[need])


def _open_on(weekday: int, site: Site) -> Answer:
    return open_on(site.hours, weekday)


TRAITS: Final[tuple[Callable[[Site], Answer], ...]] = (
    *(attrgetter(f"{role}.answer") for role in ClinicRole),
    lambda site: site.wheelchair.entrance,
    lambda site: site.accepting_new_patients,
    *(partial(_open_on, weekday) for weekday in range(7)),
)
"""Everything that can be asked of a site, the roles first; the last seven are the weekdays from Monday."""
_ROLES: Final = {role: trait for trait, role in enumerate(ClinicRole)}
_ENTRANCE, _ACCEPTING, _MONDAY = range(len(_ROLES), len(_ROLES) + 3)


def required_traits(filters: Filters) -> tuple[int, ...]:
    """The traits that the filters ask for, as places in TRAITS; a distance is none."""
    others = {
        _ENTRANCE: filters.wheelchair,
        _ACCEPTING: filters.accepting,
        _MONDAY + (filters.open_weekday or 0): filters.open_weekday is not None,
    }
    return (*(_ROLES[role] for role in _NEEDED[filters.need]), *compress(others, others.values()))


CODES: Final = (Answer.NO, Answer.UNKNOWN, Answer.YES)
"""The answers in such an order that "and" takes the first: a no outweighs all, an unknown a yes."""
_YES: Final = CODES.index(Answer.YES)
_ONLY: Final = {answer: bytes(code == place for code in range(256)) for place, answer in enumerate(CODES)}


def meets(site: Site, filters: Filters) -> Answer:
    """Whether a site offers what the filters ask for; unknown where a fact that decides it is unknown."""
    return min(
        (TRAITS[trait](site) for trait in required_traits(filters)), key=CODES.index, default=Answer.YES
    )


class Fits:
    """What each site answers to one set of filters, a byte a site, in the order of the sites."""

    def __init__(self, codes: bytes, unplaced: Sequence[int]) -> None:
        self._codes = codes
        no = CODES.index(Answer.NO)
        self.unplaced = tuple(position for position in unplaced if codes[position] != no)
        self._placed = _without(codes, unplaced) if unplaced else codes
        self._counts, self._counts_placed = _counts(codes), _counts(self._placed)

    def count(self, answer: Answer) -> int:
        """How many sites give this answer."""
        return self._counts[answer]

    def count_placed(self, answer: Answer) -> int:
        """How many sites with a map pin give this answer."""
        return self._counts_placed[answer]

    def positions(self, answer: Answer) -> Iterator[int]:
        """The positions of the sites that give this answer, in order; lazy."""
        return _places(self._codes, CODES.index(answer))

    def placed(self, answer: Answer) -> bytes:
        """A byte for each site with a map pin, in order: 1 where it gives this answer, else 0."""
        return self._placed.translate(_ONLY[answer])


def _counts(codes: bytes) -> dict[Answer, int]:
    return {answer: codes.count(place) for place, answer in enumerate(CODES)}


def _without(codes: bytes, left_out: Sequence[int]) -> bytes:
    remaining = bytearray(codes)
    for position in reversed(left_out):
        del remaining[position]
    return bytes(remaining)


def _places(codes: bytes, code: int) -> Iterator[int]:
    # `find` passes over the others far faster than a loop would.
    at = codes.find(code)
    while at >= 0:
        yield at
        at = codes.find(code, at + 1)


class Answers:
    """How each site answers every question, worked out when it is first asked and kept; safe to share.

    A trait takes a byte a site, and so does each set of filters, of which the last few are kept: of a hundred
    thousand sites, less than five megabytes in all. Two threads may both work one out; they get the same.
    """

    _MOST_KEPT: Final = 32

    def __init__(self, sites: Sequence[Site]) -> None:
        self._sites = sites
        self._unplaced = tuple(position for position, site in enumerate(sites) if site.pin is None)
        self._traits: dict[int, bytes] = {}
        self._fits: OrderedDict[Filters, Fits] = OrderedDict()

    def trait(self, trait: int) -> bytes:
        """What each site answers to one of TRAITS, as positions in CODES."""
        if trait not in self._traits:
            self._traits[trait] = bytes(map(CODES.index, self._answers(trait)))
        return self._traits[trait]

    def _answers(self, trait: int) -> Iterable[Answer]:
        if trait < _MONDAY:
            return map(TRAITS[trait], self._sites)
        # Many sites share a week, and taking one apart costs more than all the rest.
        weekday = trait - _MONDAY
        by_text = {text: open_on(text, weekday) for text in {site.hours for site in self._sites}}
        return (by_text[site.hours] for site in self._sites)

    def fits(self, filters: Filters) -> Fits:
        """What each site answers to these filters; their distance has no say."""
        key = replace(filters, within_m=math.inf)
        fits = self._fits.pop(key, None) or self._worked_out(key)
        self._fits[key] = fits
        while len(self._fits) > self._MOST_KEPT:
            self._forget_oldest()
        return fits

    def _forget_oldest(self) -> None:
        try:
            self._fits.popitem(last=False)
        except KeyError:
            # Another thread has just done so.
            return

    def _worked_out(self, filters: Filters) -> Fits:
        codes = bytes([_YES]) * len(self._sites)
        for trait in required_traits(filters):
            codes = bytes(map(min, codes, self.trait(trait)))
        return Fits(codes, self._unplaced)
