"""How good placing is, measured on addresses whose true points are known. Nothing of an address is kept."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from locator.clinics import Filters, SiteIndex, search
from locator.geocoding.types import PostalAddress
from locator.sites import (
    METRES_PER_MILE,
    Ambiguous,
    Coordinate,
    Located,
    Origin,
    PlaceAnswer,
    Precision,
    Site,
)

_WGS84: Final = Geod(ellps="WGS84")
# Errors are kept as counts of this step, so that memory does not grow with the file.
_STEP_MI: Final = 0.01

Place = Callable[[PostalAddress], PlaceAnswer]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured on the placed addresses of one kind, or of all.

    Errors are geodesics in miles from where an address was placed to its true point, to a hundredth. `inside`
    counts those no larger than the stated radius. `first_nearest` counts addresses whose first clinic is
    truly the nearest, ties included. Of the others, `marked` counts those whose nearest clinic is joined to
    the first by an unbroken run of "about the same" marks. `extra_mi` is how much farther the first clinic is
    than the nearest, summed. Without clinics these three say nothing.
    """

    placed: int
    median_mi: float
    p90_mi: float
    p95_mi: float
    worst_mi: float
    inside: int
    first_nearest: int
    marked: int
    extra_mi: float

    @property
    def others(self) -> int:
        """Addresses whose first clinic is not the nearest."""
        return self.placed - self.first_nearest

    @property
    def unmarked(self) -> int:
        """The others that nothing warned of."""
        return self.others - self.marked


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The figures of one run; `ambiguous` and `unknown` count addresses that were not placed.

    `per_second` counts all addresses over the time that placing them took; None if there were none.
    """

    addresses: int
    ambiguous: int
    unknown: int
    clinics: int
    overall: Figures | None
    by_precision: Mapping[Precision, Figures]
    per_second: float | None


class Measuring:
    """Places batches of addresses and keeps count of how right the answers are."""

    def __init__(self, sites: Iterable[Site], place: Place) -> None:
        """Sites without a pin or not active take no part."""
        # In the order that breaks ties, so that the first of equals is the nearest.
        self._sites = sorted(
            (site for site in sites if site.active and site.pin), key=lambda site: site.site_id
        )
        self._points = [site.pin.point for site in self._sites if site.pin]
        self._index = SiteIndex(self._sites)
        self._number = {site.site_id: number for number, site in enumerate(self._sites)}
        self._place = place
        self._rankings: dict[Origin, tuple[int, frozenset[int]]] = {}
        self._tallies: dict[Precision, _Tally] = {}
        self._overall = _Tally()
        self._addresses = self._ambiguous = 0
        self._placing_s = 0.0

    def add(self, batch: Sequence[tuple[PostalAddress, Coordinate]]) -> None:
        """Place each address and compare with its true point."""
        start_s = perf_counter()
        answers = [self._place(address) for address, _ in batch]
        self._placing_s += perf_counter() - start_s
        self._addresses += len(batch)
        self._ambiguous += sum(isinstance(answer, Ambiguous) for answer in answers)
        located = [
            (answer.origin, truth)
            for answer, (_, truth) in zip(answers, batch, strict=True)
            if isinstance(answer, Located)
        ]
        if located:
            self._judge([origin for origin, _ in located], _Points.of(truth for _, truth in located))

    def result(self) -> Accuracy:
        """The figures of all batches so far; precisions in their own order, from the most precise."""
        return Accuracy(
            addresses=self._addresses,
            ambiguous=self._ambiguous,
            unknown=self._addresses - self._ambiguous - self._overall.placed,
            clinics=len(self._sites),
            overall=self._overall.figures() if self._overall.placed else None,
            by_precision={one: self._tallies[one].figures() for one in Precision if one in self._tallies},
            per_second=self._addresses / self._placing_s if self._placing_s else None,
        )

    def _judge(self, origins: Sequence[Origin], truths: _Points) -> None:
        error_m = _Points.of(origin.point for origin in origins).distances_m(truths)
        stated_m = np.array([origin.uncertainty_m for origin in origins])
        right, marked, extra_m = self._clinics(origins, truths)
        judged = _Judged(error_m, error_m <= stated_m, right, marked, extra_m)
        self._overall.add(judged)
        precision = np.array([origin.precision for origin in origins])
        for kind in set(precision.tolist()):
            self._tallies.setdefault(kind, _Tally()).add(judged.only(precision == kind))

    def _clinics(self, origins: Sequence[Origin], truths: _Points) -> tuple[Flags, Flags, Floats]:
        """Whether the first clinic is the nearest, otherwise whether that is marked, and the extra metres."""
        if not self._sites:
            return np.ones(len(origins), bool), np.zeros(len(origins), bool), np.zeros(len(origins))
        nearest, nearest_m = self._nearest(truths)
        rankings = [self._ranking(origin) for origin in origins]
        first_m = _Points.of(self._points[first] for first, _ in rankings).distances_m(truths)
        right = first_m <= nearest_m
        joined = [number in run for number, (_, run) in zip(nearest.tolist(), rankings, strict=True)]
        return right, np.array(joined) & ~right, first_m - nearest_m

    def _nearest(self, truths: _Points) -> tuple[NDArray[np.int64], Floats]:
        """Number of the clinic nearest to each point, and how far it is; site by site to bound memory."""
        nearest = np.zeros(len(truths.lat_deg), np.int64)
        nearest_m = np.full(len(nearest), math.inf)
        for number, point in enumerate(self._points):
            metres = _Points.of([point] * len(nearest)).distances_m(truths)
            nearer = metres < nearest_m
            nearest[nearer], nearest_m[nearer] = number, metres[nearer]
        return nearest, nearest_m

    def _ranking(self, origin: Origin) -> tuple[int, frozenset[int]]:
        """The clinic a person at this place is shown first, and those said to be about as near."""
        if origin not in self._rankings:
            first, *rest = search(self._index, origin, Filters(), limit=len(self._sites)).matches
            run = {first.site.site_id}
            for match in rest:
                if not match.about_same_as_previous:
                    break
                run.add(match.site.site_id)
            joined = frozenset(self._number[site_id] for site_id in run)
            self._rankings[origin] = self._number[first.site.site_id], joined
        return self._rankings[origin]


@dataclass(frozen=True, slots=True)
class _Points:
    lat_deg: Floats
    lon_deg: Floats

    @classmethod
    def of(cls, points: Iterable[Coordinate]) -> _Points:
        pairs = np.array([(point.lat_deg, point.lon_deg) for point in points])
        return cls(pairs[:, 0], pairs[:, 1])

    def distances_m(self, others: _Points) -> Floats:
        """The WGS-84 geodesic from each point to the other of the same position, in metres."""
        return np.asarray(_WGS84.inv(self.lon_deg, self.lat_deg, others.lon_deg, others.lat_deg)[2])


@dataclass(frozen=True, slots=True)
class _Judged:
    """A batch of placed addresses, one entry each."""

    error_m: Floats
    inside: Flags
    right: Flags
    marked: Flags
    extra_m: Floats

    def only(self, which: Flags) -> _Judged:
        return _Judged(
            self.error_m[which],
            self.inside[which],
            self.right[which],
            self.marked[which],
            self.extra_m[which],
        )


class _Tally:
    """Counts that can be added to without keeping what was counted."""

    def __init__(self) -> None:
        self.placed = self._inside = self._right = self._marked = 0
        self._extra_m = self._worst_m = 0.0
        self._steps: Counter[int] = Counter()

    def add(self, judged: _Judged) -> None:
        self.placed += len(judged.error_m)
        self._inside += int(judged.inside.sum())
        self._right += int(judged.right.sum())
        self._marked += int(judged.marked.sum())
        self._extra_m += float(judged.extra_m.sum())
        self._worst_m = max(self._worst_m, float(judged.error_m.max()))
        steps = np.rint(judged.error_m / METRES_PER_MILE / _STEP_MI).astype(int)
        self._steps.update(steps.tolist())

    def figures(self) -> Figures:
        median, p90, p95 = (self._at(share) for share in (0.5, 0.9, 0.95))
        worst_mi = round(self._worst_m / METRES_PER_MILE, 2)
        return Figures(
            self.placed, median, p90, p95, worst_mi,
            self._inside, self._right, self._marked, self._extra_m / METRES_PER_MILE,
        )  # fmt: skip

    def _at(self, share: float) -> float:
        """The smallest error in miles that at least this share of the addresses does not exceed."""
        rank, count = math.ceil(share * self.placed), 0
        for step in sorted(self._steps):
            count += self._steps[step]
            if count >= rank:
                return round(step * _STEP_MI, 2)
        raise AssertionError("the steps add up to what was placed")
