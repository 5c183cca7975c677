"""Which sites are near a place, how surely, and which of them do what is asked for. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from pyproj import Geod

from locator.hours import open_on
from locator.sites import METRES_PER_MILE, Answer, Claim, Coordinate, Origin, Site

if TYPE_CHECKING:
    from locator.sphere_tree import SphereTree

_WGS84: Final = Geod(ellps="WGS84")
# Below this, measuring every site costs less than loading a tree and asking it.
_MEASURE_ALL_BELOW: Final = 64
_RANGE_STEP_M: Final = METRES_PER_MILE / 10


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


@dataclass(frozen=True, slots=True)
class Match:
    """A site at a distance from where a search starts.

    `distance_m` is the WGS-84 geodesic from the start's point. For about 90 % of the addresses the start
    stands for, the true distance lies from `low_m` to `high_m`; both are widened to whole tenths of a mile,
    the step they are shown in. `about_same_as_previous` marks a site whose range reaches that of the site
    before it, so that their order is not settled.
    """

    site: Site
    distance_m: float
    low_m: float
    high_m: float
    about_same_as_previous: bool

    @property
    def is_exact(self) -> bool:
        """Whether the range says no more than the distance itself, to the step it is shown in."""
        return self.high_m - self.low_m < 1.5 * _RANGE_STEP_M


@dataclass(frozen=True, slots=True)
class Results:
    """Sites that meet the filters and sites that may, because a fact that decides it is unknown.

    Both lists are ranked by distance, nearest first. `unplaced` sites fit too but have no map pin. `farther`
    counts sites that fit and were left out as too far or past the limit, `not_offered` those that do not fit.
    `nearest_m` is the distance to the nearest site of all, whatever it offers; None in an empty directory.
    """

    matches: tuple[Match, ...]
    possible: tuple[Match, ...]
    unplaced: tuple[Site, ...]
    farther: int
    not_offered: int
    nearest_m: float | None


def distance_m(start: Coordinate, end: Coordinate) -> float:
    """Length of the WGS-84 geodesic between two points, in metres."""
    return float(_WGS84.inv(start.lon_deg, start.lat_deg, end.lon_deg, end.lat_deg)[2])


class Fits:
    """What each placed site answers to one set of filters; the same for every place searched from."""

    def __init__(self, sites: Iterable[Site], filters: Filters) -> None:
        self._answers = {site.site_id: meets(site, filters) for site in sites}
        self._counts = Counter(self._answers.values())

    def of(self, site: Site) -> Answer:
        """Whether this site offers what is asked for."""
        return self._answers[site.site_id]

    def count(self, answer: Answer) -> int:
        """How many sites give this answer."""
        return self._counts[answer]


class SiteIndex:
    """Placed sites, ready to be read in order of distance from any point; immutable and safe to share."""

    def __init__(self, sites: Iterable[Site]) -> None:
        every = tuple(sites)
        self.unplaced = tuple(site for site in every if site.pin is None)
        self._sites = tuple(site for site in every if site.pin is not None)
        self._points = tuple(site.pin.point for site in self._sites if site.pin is not None)
        self._fits: dict[Filters, Fits] = {}
        self._tree: SphereTree | None = None
        if len(self._sites) >= _MEASURE_ALL_BELOW:
            from locator.sphere_tree import SphereTree  # noqa: PLC0415 - a small directory never pays for it

            self._tree = SphereTree(self._points)

    def __len__(self) -> int:
        """Count of placed sites."""
        return len(self._sites)

    def ascending(self, origin: Coordinate) -> Iterator[tuple[float, Site]]:
        """Every placed site with its geodesic distance in metres, nearest first; ties break on site_id.

        Lazy: reading the first few of many sites measures only a few. Exact all the same: a site is yielded
        only when no site not yet measured can be nearer.
        """
        yielded = 0
        for candidates, safe_m in self._candidates(origin):
            ranked = self._measured(origin, candidates)
            ready = [pair for pair in ranked if pair[0] < safe_m]
            yield from ready[yielded:]
            yielded = len(ready)

    def fits(self, filters: Filters) -> Fits:
        """What every placed site answers to these filters, worked out once for each set of them."""
        # Distance is not part of the answer. Two threads may both work it out; they get the same.
        key = replace(filters, within_m=math.inf)
        if key not in self._fits:
            self._fits[key] = Fits(self._sites, key)
        return self._fits[key]

    def _candidates(self, origin: Coordinate) -> Iterator[tuple[Sequence[int], float]]:
        """Growing sets of sites, each with the distance under which it is known to hold every site."""
        if self._tree is not None:
            yield from self._tree.growing_candidates(origin)
        yield range(len(self._sites)), math.inf

    def _measured(self, origin: Coordinate, which: Sequence[int]) -> list[tuple[float, Site]]:
        if not which:
            return []
        points = [self._points[i] for i in which]
        here = len(points)
        _, _, lengths_m = _WGS84.inv(
            [origin.lon_deg] * here,
            [origin.lat_deg] * here,
            [point.lon_deg for point in points],
            [point.lat_deg for point in points],
        )
        pairs = [(float(metres), self._sites[i]) for metres, i in zip(lengths_m, which, strict=True)]
        return sorted(pairs, key=lambda pair: (pair[0], pair[1].site_id))


def nearest(
    sites: Iterable[Site] | SiteIndex, origin: Coordinate, *, limit: int, within_m: float = math.inf
) -> list[tuple[float, Site]]:
    """At most `limit` sites no farther than `within_m` metres on the WGS-84 geodesic, nearest first.

    Pairs of distance in metres and site; ties break on site_id; a site exactly at `within_m` is in.
    """
    index = sites if isinstance(sites, SiteIndex) else SiteIndex(sites)
    found: list[tuple[float, Site]] = []
    for metres, site in index.ascending(origin):
        if metres > within_m or len(found) >= limit:
            break
        found.append((metres, site))
    return found


def _all_of(answers: Iterable[Answer]) -> Answer:
    """Three-valued "and": no if any is no, else unknown if any is unknown, else yes."""
    seen = set(answers)
    if Answer.NO in seen:
        return Answer.NO
    return Answer.UNKNOWN if Answer.UNKNOWN in seen else Answer.YES


def needed_claims(site: Site, need: Need) -> tuple[Claim, ...]:
    """The role claims of a site that decide whether it meets a need."""
    return {
        Need.ANY: (),
        Need.EVALUATION: (site.evaluation,),
        Need.PROCEDURE: (site.procedure,),
        Need.BOTH: (site.evaluation, site.procedure),
    }[need]


def meets(site: Site, filters: Filters) -> Answer:
    """Whether a site offers what the filters ask for; unknown where a fact that decides it is unknown."""
    answers = [claim.answer for claim in needed_claims(site, filters.need)]
    if filters.open_weekday is not None:
        answers.append(open_on(site.hours, filters.open_weekday))
    if filters.wheelchair:
        answers.append(site.wheelchair.entrance)
    if filters.accepting:
        answers.append(site.accepting_new_patients)
    return _all_of(answers)


def _matches(pairs: Sequence[tuple[float, Site]], uncertainty_m: float) -> tuple[Match, ...]:
    made: list[Match] = []
    for metres, site in pairs:
        low_m = math.floor(max(0.0, metres - uncertainty_m) / _RANGE_STEP_M) * _RANGE_STEP_M
        high_m = math.ceil((metres + uncertainty_m) / _RANGE_STEP_M) * _RANGE_STEP_M
        made.append(Match(site, metres, low_m, high_m, bool(made) and low_m <= made[-1].high_m))
    return tuple(made)


def search(index: SiteIndex, origin: Origin, filters: Filters, *, limit: int) -> Results:
    """Sites around `origin`, ranked by distance, at most `limit` in each list, and what was left out."""
    fits = index.fits(filters)
    sure: list[tuple[float, Site]] = []
    unsure: list[tuple[float, Site]] = []
    wanted = min(limit, fits.count(Answer.YES)) + min(limit, fits.count(Answer.UNKNOWN))
    nearest_m: float | None = None
    for metres, site in index.ascending(origin.point):
        nearest_m = metres if nearest_m is None else nearest_m
        if metres > filters.within_m or len(sure) + len(unsure) == wanted:
            break
        answer = fits.of(site)
        group = sure if answer is Answer.YES else unsure
        if answer is not Answer.NO and len(group) < limit:
            group.append((metres, site))
    fitting = fits.count(Answer.YES) + fits.count(Answer.UNKNOWN)
    return Results(
        matches=_matches(sure, origin.uncertainty_m),
        possible=_matches(unsure, origin.uncertainty_m),
        unplaced=tuple(site for site in index.unplaced if meets(site, filters) is not Answer.NO),
        farther=fitting - len(sure) - len(unsure),
        not_offered=fits.count(Answer.NO),
        nearest_m=nearest_m,
    )
