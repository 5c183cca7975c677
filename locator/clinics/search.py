"""Which sites are near a place, how surely, and which of them do what is asked for. Pure."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Final

from pyproj import Geod

from locator.clinics.filters import Answers, Filters, Fits, Need, meets, needed_claims
from locator.sites import METRES_PER_MILE, Answer, Coordinate, Origin, Site, Status

if TYPE_CHECKING:
    from locator.clinics.kdtree import SphereTree

__all__ = [
    "Filters",
    "Match",
    "Need",
    "Results",
    "SiteIndex",
    "distance_m",
    "meets",
    "nearest",
    "needed_claims",
    "search",
]

_WGS84: Final = Geod(ellps="WGS84")
# Below this, measuring every site costs less than loading a tree and asking it.
_MEASURE_ALL_BELOW: Final = 64
_RANGE_STEP_M: Final = METRES_PER_MILE / 10


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


class SiteIndex:
    """A directory ready to be read in order of distance from any point, or by city; safe to share.

    Made once for each version of the directory. What depends on it and on filters alone is worked out when
    first asked for, and kept.
    """

    def __init__(self, sites: Iterable[Site]) -> None:
        self.by_city = tuple(sorted(sites, key=city_order))
        self.unplaced = tuple(site for site in self.by_city if site.pin is None)
        self._sites = tuple(site for site in self.by_city if site.pin is not None)
        points = [site.pin.point for site in self._sites if site.pin is not None]
        # Side by side: a search reads those of a few sites, which stand far apart in a large directory.
        self._lats_deg = array("d", [point.lat_deg for point in points])
        self._lons_deg = array("d", [point.lon_deg for point in points])
        self.answers = Answers(self.by_city)
        self._tree: SphereTree | None = None
        if len(self._sites) >= _MEASURE_ALL_BELOW:
            from locator.clinics.kdtree import SphereTree  # noqa: PLC0415 - a small directory never pays for it

            self._tree = SphereTree(self._lats_deg, self._lons_deg)

    def __len__(self) -> int:
        """Count of placed sites."""
        return len(self._sites)

    @property
    def placed(self) -> tuple[Site, ...]:
        """The sites that have a map pin, by city."""
        return self._sites

    def place_of(self, site: Site) -> int | None:
        """Where a site stands in `placed`; None for one that does not."""
        at = bisect_left(self._sites, city_order(site), key=city_order)
        return at if at < len(self) and self._sites[at].site_id == site.site_id else None

    @cached_property
    def by_id(self) -> dict[str, Site]:
        """Every site by its id."""
        return {site.site_id: site for site in self.by_city}

    @cached_property
    def surest_procedure(self) -> Status | None:
        """How sure it is, at best, that a site does procedures; None where none is known to."""
        statuses = {site.procedure.status for site in self.by_city if site.procedure.answer is Answer.YES}
        return min(statuses, key=list(Status).index, default=None)

    @cached_property
    def _cities(self) -> tuple[tuple[str, int, int], ...]:
        """Each city in lower case, with where its sites begin and end in `by_city`."""
        ends = {site.city: position for position, site in enumerate(self.by_city, start=1)}
        starts = (0, *ends.values())
        return tuple(
            (city.casefold(), start, end) for start, (city, end) in zip(starts, ends.items(), strict=False)
        )

    def in_cities(self, name: str) -> Iterator[Site]:
        """The sites in each city whose name begins so, however it is written, by city; lazy."""
        begun = name.casefold()
        for city, start, end in self._cities:
            if city.startswith(begun):
                yield from self.by_city[start:end]

    @cached_property
    def corners(self) -> tuple[Coordinate, Coordinate] | None:
        """The south-western and the north-eastern corner around every map pin; None where there is none."""
        if not self._sites:
            return None
        lats, lons = self._lats_deg, self._lons_deg
        return Coordinate(min(lats), min(lons)), Coordinate(max(lats), max(lons))

    def ascending(self, origin: Coordinate, chosen: bytes | None = None) -> Iterator[tuple[float, Site]]:
        """Every placed site with its geodesic distance in metres, nearest first; ties break on site_id.

        With `chosen`, a byte for each placed site, only those where it is not 0. Lazy: reading the first few
        of many sites measures only a few. Exact all the same: a site is yielded only when no site not yet
        measured can be nearer.
        """
        yielded = 0
        for candidates, safe_m in self._candidates(origin, chosen):
            for metres, _, position in self._measured(origin, candidates)[yielded:]:
                if metres >= safe_m:
                    break
                yield metres, self._sites[position]
                yielded += 1

    def fits(self, filters: Filters) -> Fits:
        """What every site answers to these filters, by its position in `by_city`."""
        return self.answers.fits(filters)

    def _candidates(self, origin: Coordinate, chosen: bytes | None) -> Iterator[tuple[Sequence[int], float]]:
        """Growing sets of sites, each with the distance under which it is known to hold every site."""
        if self._tree is not None:
            yield from self._tree.growing_candidates(origin, chosen)
        everyone = range(len(self._sites))
        yield (everyone if chosen is None else [i for i in everyone if chosen[i]]), math.inf

    def _measured(self, origin: Coordinate, which: Sequence[int]) -> list[tuple[float, str, int]]:
        """Distance in metres, site_id and position of each of these sites, in order."""
        if not which:
            return []
        here = len(which)
        _, _, lengths_m = _WGS84.inv(
            [origin.lon_deg] * here,
            [origin.lat_deg] * here,
            [self._lons_deg[i] for i in which],
            [self._lats_deg[i] for i in which],
        )
        return sorted(zip(lengths_m, [self._sites[i].site_id for i in which], which, strict=True))


def city_order(site: Site) -> tuple[str, str]:
    """The order of sites in a list that starts nowhere: by city, then by site_id."""
    return site.city, site.site_id


def nearest(
    sites: Iterable[Site] | SiteIndex, origin: Coordinate, *, limit: int, within_m: float = math.inf
) -> list[tuple[float, Site]]:
    """At most `limit` sites no farther than `within_m` metres on the WGS-84 geodesic, nearest first.

    Pairs of distance in metres and site; ties break on site_id; a site exactly at `within_m` is in.
    """
    index = sites if isinstance(sites, SiteIndex) else SiteIndex(sites)
    return _first_within(index.ascending(origin), limit=limit, within_m=within_m)


def _matches(pairs: Sequence[tuple[float, Site]], uncertainty_m: float) -> tuple[Match, ...]:
    matches: list[Match] = []
    for metres, site in pairs:
        low_m = math.floor(max(0.0, metres - uncertainty_m) / _RANGE_STEP_M) * _RANGE_STEP_M
        high_m = math.ceil((metres + uncertainty_m) / _RANGE_STEP_M) * _RANGE_STEP_M
        matches.append(Match(site, metres, low_m, high_m, bool(matches) and low_m <= matches[-1].high_m))
    return tuple(matches)


def search(index: SiteIndex, origin: Origin, filters: Filters, *, limit: int) -> Results:
    """Sites around `origin`, ranked by distance, at most `limit` in each list, and what was left out."""
    fits = index.fits(filters)
    nearest_m = next((metres for metres, _site in index.ascending(origin.point)), None)
    sure, unsure = (
        _nearest_that(index, origin.point, fits, answer, within_m=filters.within_m, limit=limit)
        for answer in (Answer.YES, Answer.UNKNOWN)
    )
    fitting = fits.count_placed(Answer.YES) + fits.count_placed(Answer.UNKNOWN)
    return Results(
        matches=_matches(sure, origin.uncertainty_m),
        possible=_matches(unsure, origin.uncertainty_m),
        unplaced=tuple(index.by_city[position] for position in fits.unplaced),
        farther=fitting - len(sure) - len(unsure),
        not_offered=fits.count_placed(Answer.NO),
        nearest_m=nearest_m,
    )


def _nearest_that(  # noqa: PLR0913 - each is one thing that is asked
    index: SiteIndex, start: Coordinate, fits: Fits, answer: Answer, *, within_m: float, limit: int
) -> list[tuple[float, Site]]:
    """The nearest sites that give this answer, none beyond `within_m`."""
    count = fits.count_placed(answer)
    if not count:
        return []
    # The tree knows the way to the nearest of all; to those that answer so, every one has to be looked at.
    chosen = None if count == len(index) else fits.placed(answer)
    return _first_within(index.ascending(start, chosen), limit=limit, within_m=within_m)


def _first_within(
    pairs: Iterable[tuple[float, Site]], *, limit: int, within_m: float
) -> list[tuple[float, Site]]:
    # Not one pair more is read than is wanted: to be sure of it, many sites may have to be measured.
    return list(islice(takewhile(lambda pair: pair[0] <= within_m, pairs), limit))
