"""The best pairs of 1,000 evaluation clinics and 1,000 procedure sites, beside working out every pair."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
from pyproj import Geod

from benchmarks.timing import Spread, interleaved, median_us, ratios, spread
from locator.clinics import Filters, SiteIndex, distance_m
from locator.referral import Journey, VisitPlace, rank_pairs, read_content
from locator.settings import SHIPPED
from locator.sites import Coordinate, Origin, Precision, Site
from tests.support.samples import CONFIRMED_NO, CONFIRMED_YES, MINNEAPOLIS, make_site

AIM_MS: Final = 100
SITES_A_PART: Final = 1_000
OURS: Final = "this project"
FRESH: Final = "this project, its index made anew"
NUMPY: Final = "numpy, every pair"
SORTED: Final = "Python, every pair sorted"
_K: Final = 10
_SEED: Final = 20261122
_ROUNDS: Final = 5
# The slowest of them takes seconds.
_QUERIES: Final = {OURS: 20, FRESH: 3, NUMPY: 3, SORTED: 1}

_Ids = tuple[str, str]
Search = Callable[[Origin], Sequence[_Ids]]


@dataclass(frozen=True, slots=True)
class Ranker:
    """A way to find the best pairs: how long it takes, and how often it answers as sorting every pair does.

    `ratio` is ours, with an index that is ready, over this one's time, round by round.
    """

    name: str
    rank_ms: Spread
    ratio: Spread
    exact_share: float


def run() -> list[Ranker]:
    """Every way over the same made-up sites; the points are the same in every run."""
    dice = random.Random(_SEED)  # noqa: S311 - for repeatable points
    sites = _sites(dice)
    starts = [_start(dice) for _ in range(_ROUNDS * max(_QUERIES.values()))]
    searches = _searches(sites, read_content(SHIPPED.referral).journey)
    times = interleaved(
        {name: _timed(search, starts, _QUERIES[name]) for name, search in searches.items()}, rounds=_ROUNDS
    )
    truths = {start: searches[SORTED](start) for start in starts[:2]}
    return [
        Ranker(
            name,
            spread(ms),
            ratios(times[OURS], ms),
            sum(searches[name](start) == truth for start, truth in truths.items()) / len(truths),
        )
        for name, ms in times.items()
    ]


def section(rankers: Iterable[Ranker]) -> str:
    """The part of the report, in Markdown."""
    lines = [
        "## Pairs of sites",
        "",
        f"The best {_K} pairs of {SITES_A_PART:,} evaluation clinics and as many procedure sites, all",
        "made up, over the visits in data/referral.toml. Right is what sorting every pair gives.",
        "",
        "| how | time | ours over it | exact |",
        "| --- | --- | --- | --- |",
    ]
    for ranker in rankers:
        took, ratio, exact = ranker.rank_ms, ranker.ratio, f"{ranker.exact_share * 100:.0f} %"
        lines.append(
            f"| {ranker.name} | {took.median:,.1f} ms ({took.low:,.1f} to {took.high:,.1f})"
            f" | {ratio.median:.2g} ({ratio.low:.2g} to {ratio.high:.2g}) | {exact} |"
        )
    return "\n".join(lines)


def _point(dice: random.Random) -> Coordinate:
    return Coordinate(dice.gauss(MINNEAPOLIS.lat_deg, 0.2), dice.gauss(MINNEAPOLIS.lon_deg, 0.28))


def _start(dice: random.Random) -> Origin:
    return Origin("a made-up place", _point(dice), Precision.ZIP, 2_000, "made up")


def _sites(dice: random.Random) -> list[Site]:
    """As many sites for each part; none is both, so that every pair is one of two sites."""
    only_evaluate = {"evaluation": CONFIRMED_YES, "procedure": CONFIRMED_NO}
    only_treat = {"evaluation": CONFIRMED_NO, "procedure": CONFIRMED_YES}
    parts = [only_evaluate] * SITES_A_PART + [only_treat] * SITES_A_PART
    return [make_site(f"fake-{number:06}", _point(dice), **claims) for number, claims in enumerate(parts)]


def _timed(search: Search, starts: Sequence[Origin], count: int) -> Callable[[int], float]:
    def one_round(number: int) -> float:
        return median_us(search, starts[number * count : (number + 1) * count]) / 1000

    return one_round


def _searches(sites: Sequence[Site], journey: Journey) -> dict[str, Search]:
    index = SiteIndex(sites)
    visits = (journey.times_at(VisitPlace.EVALUATION), journey.times_at(VisitPlace.PROCEDURE))
    return {
        OURS: lambda start: _ours(index, start, journey),
        FRESH: lambda start: _ours(SiteIndex(sites), start, journey),
        NUMPY: _numpy(sites, visits),
        SORTED: _sorted(sites, visits),
    }


def _ours(index: SiteIndex, start: Origin, journey: Journey) -> list[_Ids]:
    found = rank_pairs(index, start, journey, Filters(), limit=_K).pairs
    return [(pair.evaluation.site.site_id, pair.procedure.site.site_id) for pair in found]


def _numpy(sites: Sequence[Site], visits: tuple[int, int]) -> Search:
    """The usual quick way: every distance at once, every total at once, the smallest few sorted."""
    geod = Geod(ellps="WGS84")
    points = [site.pin.point for site in sites if site.pin]
    lons, lats = np.array([(point.lon_deg, point.lat_deg) for point in points]).T

    def search(start: Origin) -> list[_Ids]:
        here = (np.full_like(lons, start.point.lon_deg), np.full_like(lats, start.point.lat_deg))
        one_way_m = geod.inv(*here, lons, lats)[2]
        evaluating_m, treating_m = (
            2 * visits[0] * one_way_m[:SITES_A_PART],
            2 * visits[1] * one_way_m[SITES_A_PART:],
        )
        totals_m = np.add.outer(evaluating_m, treating_m).ravel()
        few = np.argpartition(totals_m, _K)[:_K]
        ranked = few[np.argsort(totals_m[few], kind="stable")]
        pairs = (divmod(int(position), SITES_A_PART) for position in ranked)
        return [(sites[first].site_id, sites[SITES_A_PART + second].site_id) for first, second in pairs]

    return search


def _sorted(sites: Sequence[Site], visits: tuple[int, int]) -> Search:
    """The plain way, and the one that says which answer is right."""

    def search(start: Origin) -> list[_Ids]:
        ways = [(distance_m(start.point, site.pin.point), site.site_id) for site in sites if site.pin]
        every = (
            (2 * visits[0] * first[0] + 2 * visits[1] * second[0], first, second)
            for first, second in product(ways[:SITES_A_PART], ways[SITES_A_PART:])
        )
        return [(first[1], second[1]) for _, first, second in sorted(every)[:_K]]

    return search
