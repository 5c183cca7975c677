"""Pairs of an evaluation clinic and a procedure site, ranked by the travel of all visits together. Pure."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from locator.clinics import Filters, Match, Need, Results, SiteIndex, search
from locator.referral.journey import Journey, VisitPlace
from locator.referral.plan import Leg, leg, travel
from locator.sites import Origin, Site, Status

_Rank = tuple[float, tuple[float, str], tuple[float, str]]


@dataclass(frozen=True, slots=True)
class Pair:
    """Where the evaluation and where the procedures take place, maybe at one site, and the travel that means.

    `total_m` is all the way there and back for every visit, in metres along geodesics from the start's
    point; for about 90 % of the addresses the start stands for it lies from `low_m` to `high_m`.

    `about_same_as_previous` marks a pair whose order after the previous one is not settled. As the start
    moves within its radius r, each distance changes by at most r, so the difference of two totals changes by
    at most 2 r for each visit that one pair makes to a site and the other does not; visits that both make to
    a site cancel. Where the two differ in the procedure site alone, visited n times, that is
    n |d - d'| <= n 2 r. The mark never misses an order that can turn; it may be set on one that cannot.
    """

    evaluation: Leg
    procedure: Leg
    total_m: float
    low_m: float
    high_m: float
    about_same_as_previous: bool = False

    @property
    def is_one_site(self) -> bool:
        """Whether all visits take place at one site."""
        return self.evaluation.site.site_id == self.procedure.site.site_id

    @property
    def is_confirmed(self) -> bool:
        """Whether the practice has confirmed both parts."""
        claims = (self.evaluation.site.evaluation, self.procedure.site.procedure)
        return all(claim.status is Status.CONFIRMED for claim in claims)


@dataclass(frozen=True, slots=True)
class Pairing:
    """Pairs known to offer what is required, and separately pairs for which that is unknown.

    Both are in order of total travel, least first. `one_site` is the pair of least travel, among those known,
    that keeps all visits at one site; None if there is none. `nearest` is the leg to the nearest site of all,
    whatever it offers; None if no site has a map pin. `unplaced` are the sites that may be part of a pair but
    have no map pin, by site_id.
    """

    pairs: tuple[Pair, ...]
    possible: tuple[Pair, ...]
    one_site: Pair | None
    nearest: Leg | None
    unplaced: tuple[Site, ...]


def rank_pairs(
    sites: Iterable[Site] | SiteIndex, origin: Origin, journey: Journey, filters: Filters, *, limit: int
) -> Pairing:
    """The best `limit` pairs for a patient from `origin`, and the best `limit` of those that may fit.

    The claims tell evaluation clinics and procedure sites apart, so `filters.need` has no say. Both sites of
    a pair are to meet the other filters, and be no farther than `filters.within_m`. A pair with a known no is
    in neither list, one with an unknown only ever among the possible. Exact; pairs of equal travel rank by
    their evaluation clinic, then by their procedure site, each by distance and then site_id.
    """
    index = sites if isinstance(sites, SiteIndex) else SiteIndex(sites)
    results = [
        search(index, origin, replace(filters, need=need), limit=limit)
        for need in (Need.EVALUATION, Need.PROCEDURE)
    ]
    evaluating, treating = (_Nearest.of(one, origin) for one in results)
    visits = (journey.times_at(VisitPlace.EVALUATION), journey.times_at(VisitPlace.PROCEDURE))
    known = _candidates(evaluating.known, treating.known, limit)
    # The two hold no pair in common.
    unknown = chain(
        _candidates(evaluating.unknown, treating.every, limit),
        _candidates(evaluating.known, treating.unknown, limit),
    )
    unplaced = {site.site_id: site for one in results for site in one.unplaced}
    return Pairing(
        pairs=_best(known, visits, origin, limit),
        possible=_best(unknown, visits, origin, limit),
        one_site=_one_site(index, origin, filters, visits),
        nearest=next(
            (leg(site, metres, origin.uncertainty_m) for metres, site in index.ascending(origin.point)), None
        ),
        unplaced=tuple(unplaced[site_id] for site_id in sorted(unplaced)),
    )


@dataclass(frozen=True, slots=True)
class _Nearest:
    """The sites for one part, nearest first: `known` to do it, `unknown`, and `every` one of both.

    At most as many of each as pairs are asked for: in the best n pairs, no site has n nearer for its part.
    """

    known: Sequence[Leg]
    unknown: Sequence[Leg]

    @classmethod
    def of(cls, results: Results, origin: Origin) -> _Nearest:
        return cls(_legs(results.matches, origin), _legs(results.possible, origin))

    @property
    def every(self) -> Sequence[Leg]:
        return sorted((*self.known, *self.unknown), key=_nearness)


def _legs(matches: Iterable[Match], origin: Origin) -> list[Leg]:
    return [leg(match.site, match.distance_m, origin.uncertainty_m) for match in matches]


def _nearness(one: Leg) -> tuple[float, str]:
    return one.distance_m, one.site.site_id


def _candidates(evaluating: Sequence[Leg], treating: Sequence[Leg], limit: int) -> Iterator[tuple[Leg, Leg]]:
    """Pairs of the two lists, each nearest first, among which are the best `limit`.

    The i-th clinic with the j-th procedure site ranks after every pair of the first i with the first j, so it
    has i j - 1 others before it.
    """
    for rank, evaluation in enumerate(evaluating, start=1):
        for procedure in treating[: limit // rank]:
            yield evaluation, procedure


def _rank(evaluation: Leg, procedure: Leg, visits: tuple[int, int]) -> _Rank:
    total_m = travel(zip((evaluation, procedure), visits, strict=True)).total_m
    return total_m, _nearness(evaluation), _nearness(procedure)


def _best(
    candidates: Iterable[tuple[Leg, Leg]], visits: tuple[int, int], origin: Origin, limit: int
) -> tuple[Pair, ...]:
    ranked = heapq.nsmallest(limit, candidates, key=lambda legs: _rank(legs[0], legs[1], visits))
    pairs: list[Pair] = []
    for evaluation, procedure in ranked:
        pair = _pair(evaluation, procedure, visits)
        is_unsettled = bool(pairs) and _is_unsettled(pairs[-1], pair, visits, origin.uncertainty_m)
        pairs.append(replace(pair, about_same_as_previous=is_unsettled))
    return tuple(pairs)


def _pair(evaluation: Leg, procedure: Leg, visits: tuple[int, int]) -> Pair:
    all_visits = travel(zip((evaluation, procedure), visits, strict=True))
    return Pair(evaluation, procedure, all_visits.total_m, all_visits.low_m, all_visits.high_m)


def _is_unsettled(one: Pair, other: Pair, visits: tuple[int, int], radius_m: float) -> bool:
    """Whether another point within the radius may turn the order of two pairs, as `Pair` explains."""
    more = _visits_by_site(other, visits)
    more.subtract(_visits_by_site(one, visits))
    legs = (one.evaluation, one.procedure, other.evaluation, other.procedure)
    distances_m = {each.site.site_id: each.distance_m for each in legs}
    gap_m = sum(times * distances_m[site_id] for site_id, times in more.items())
    return abs(gap_m) <= radius_m * sum(map(abs, more.values()))


def _visits_by_site(pair: Pair, visits: tuple[int, int]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for one, times in zip((pair.evaluation, pair.procedure), visits, strict=True):
        counts[one.site.site_id] += times
    return counts


def _one_site(index: SiteIndex, origin: Origin, filters: Filters, visits: tuple[int, int]) -> Pair | None:
    # However often each part is visited, the nearest site that does both means the least travel.
    for both in _legs(search(index, origin, replace(filters, need=Need.BOTH), limit=1).matches, origin):
        return _pair(both, both, visits)
    return None
