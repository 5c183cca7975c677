"""Pairs of an evaluation clinic and a procedure site, ranked by the travel of all visits together. Pure."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from operator import itemgetter

from locator.referral.journey import Journey, VisitPlace
from locator.referral.legs import Leg, leg, travel
from locator.search import Filters, Match, Need, Results, SiteIndex, search
from locator.sites import Origin, Site, Status

_Key = tuple[float, tuple[float, str], tuple[float, str]]
_Ranked = tuple[_Key, Leg, Leg]


@dataclass(frozen=True, slots=True)
class Pair:
    """Where the evaluation and where the procedures take place, maybe at one site, and the travel that means.

    `total_m` is all the way there and back for every visit, in metres along geodesics from the start's
    point; for about 90 % of the addresses the start stands for it lies from `low_m` to `high_m`.

    `about_same_as_previous` marks a pair whose order after the one before it is not settled. As the start
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
    """Pairs known to offer what is asked for, and apart from them pairs of which that is not known.

    Both are in order of total travel, least first. `one_site` is the pair of least travel, among those known,
    that keeps all visits at one site; None if there is none. `nearest` is the way to the nearest site of all,
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
    found = {
        need: search(index, origin, replace(filters, need=need), limit=limit)
        for need in (Need.EVALUATION, Need.PROCEDURE)
    }
    evaluating, treating = (_Candidates.among(results, origin) for results in found.values())
    visits = (journey.times_at(VisitPlace.EVALUATION), journey.times_at(VisitPlace.PROCEDURE))
    # Of these no two hold the same pair.
    unsure = (
        _ascending(evaluating.unknown, treating.every, visits),
        _ascending(evaluating.known, treating.unknown, visits),
    )
    unplaced = {site.site_id: site for results in found.values() for site in results.unplaced}
    return Pairing(
        pairs=_best(_ascending(evaluating.known, treating.known, visits), visits, origin, limit),
        possible=_best(heapq.merge(*unsure, key=itemgetter(0)), visits, origin, limit),
        one_site=_one_site(index, origin, filters, visits),
        nearest=next(
            (leg(site, metres, origin.uncertainty_m) for metres, site in index.ascending(origin.point)), None
        ),
        unplaced=tuple(unplaced[site_id] for site_id in sorted(unplaced)),
    )


@dataclass(frozen=True, slots=True)
class _Candidates:
    """The sites for one part, nearest first: `known` to do it, `unknown`, and `every` one of both.

    At most as many of each as pairs are asked for: in the best n pairs, no site has n nearer for its part.
    """

    known: Sequence[Leg]
    unknown: Sequence[Leg]

    @classmethod
    def among(cls, results: Results, origin: Origin) -> _Candidates:
        return cls(_legs(results.matches, origin), _legs(results.possible, origin))

    @property
    def every(self) -> Sequence[Leg]:
        return sorted((*self.known, *self.unknown), key=_nearness)


def _legs(matches: Iterable[Match], origin: Origin) -> list[Leg]:
    return [leg(match.site, match.distance_m, origin.uncertainty_m) for match in matches]


def _nearness(way: Leg) -> tuple[float, str]:
    return way.distance_m, way.site.site_id


def _ascending(
    evaluating: Sequence[Leg], treating: Sequence[Leg], visits: tuple[int, int]
) -> Iterator[_Ranked]:
    """Every pair of the two lists, each nearest first, in order of rank; only the pairs read are made.

    A pair ranks after the one of the same evaluation clinic and the next nearer procedure site, and a
    clinic's first pair after the next nearer clinic's first: so the heap needs at most one pair a clinic.
    """
    if not (evaluating and treating):
        return
    heap = [(_key(evaluating[0], treating[0], visits), 0, 0)]
    while heap:
        key, first, second = heapq.heappop(heap)
        yield key, evaluating[first], treating[second]
        if second + 1 < len(treating):
            heapq.heappush(heap, (_key(evaluating[first], treating[second + 1], visits), first, second + 1))
        if second == 0 and first + 1 < len(evaluating):
            heapq.heappush(heap, (_key(evaluating[first + 1], treating[0], visits), first + 1, 0))


def _key(evaluation: Leg, procedure: Leg, visits: tuple[int, int]) -> _Key:
    total_m = travel(zip((evaluation, procedure), visits, strict=True)).total_m
    return total_m, _nearness(evaluation), _nearness(procedure)


def _best(ranked: Iterable[_Ranked], visits: tuple[int, int], origin: Origin, limit: int) -> tuple[Pair, ...]:
    made: list[Pair] = []
    for _, evaluation, procedure in islice(ranked, limit):
        pair = _pair(evaluation, procedure, visits)
        is_unsettled = bool(made) and _is_unsettled(made[-1], pair, visits, origin.uncertainty_m)
        made.append(replace(pair, about_same_as_previous=is_unsettled))
    return tuple(made)


def _pair(evaluation: Leg, procedure: Leg, visits: tuple[int, int]) -> Pair:
    all_visits = travel(zip((evaluation, procedure), visits, strict=True))
    return Pair(evaluation, procedure, all_visits.total_m, all_visits.low_m, all_visits.high_m)


def _is_unsettled(one: Pair, other: Pair, visits: tuple[int, int], radius_m: float) -> bool:
    """Whether another point within the radius may turn the order of two pairs, as `Pair` explains."""
    more = _visits_by_site(other, visits)
    more.subtract(_visits_by_site(one, visits))
    ways = (one.evaluation, one.procedure, other.evaluation, other.procedure)
    distances_m = {way.site.site_id: way.distance_m for way in ways}
    gap_m = sum(times * distances_m[site_id] for site_id, times in more.items())
    return abs(gap_m) <= radius_m * sum(map(abs, more.values()))


def _visits_by_site(pair: Pair, visits: tuple[int, int]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for way, times in zip((pair.evaluation, pair.procedure), visits, strict=True):
        counted[way.site.site_id] += times
    return counted


def _one_site(index: SiteIndex, origin: Origin, filters: Filters, visits: tuple[int, int]) -> Pair | None:
    # However often each part is visited, the nearest site that does both means the least travel.
    for way in _legs(search(index, origin, replace(filters, need=Need.BOTH), limit=1).matches, origin):
        return _pair(way, way, visits)
    return None
