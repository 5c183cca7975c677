"""What a change of the directory means for patients: who gets another nearest clinic, and how far away it is.

Every ZIP code that people live in stands for all of them at its middle. A role counts only if its answer is
yes: no and unknown never do.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from locator.clinics import Need, SiteIndex, needed_claims
from locator.geocoding.places import Gazetteer, ZipArea
from locator.presentation import TRAVEL_STANDARD_MI
from locator.sites import METRES_PER_MILE, Answer, Site

ZIPS_LISTED: Final = 10
"""How many ZIP codes an impact names."""

NOTICED_M: Final = METRES_PER_MILE / 10
"""A way that becomes longer or shorter by less is neither: distances are shown in this step."""

_STANDARD_M: Final = TRAVEL_STANDARD_MI * METRES_PER_MILE


@dataclass(frozen=True, slots=True)
class Tally:
    """How many ZIP codes something is so for, and how many people live there."""

    zips: int = 0
    people: int = 0


@dataclass(frozen=True, slots=True)
class Shift:
    """Whose way becomes longer, or shorter, and by how much in metres: the mean over people, and the most."""

    tally: Tally = Tally()
    mean_m: float = 0.0
    worst_m: float = 0.0


@dataclass(frozen=True, slots=True)
class ZipShift:
    """The nearest site from the middle of one ZIP code, before and after; None where there is none at all."""

    zip_code: str
    label: str
    people: int
    before: Site | None
    before_m: float | None
    after: Site | None
    after_m: float | None

    @property
    def other_site(self) -> bool:
        """Whether another clinic is the nearest now, or there is one only on one side of the change."""
        return (self.before and self.before.site_id) != (self.after and self.after.site_id)

    @property
    def longer_m(self) -> float:
        """By how much the way becomes longer, negative where shorter; infinite to or from no site at all."""
        before_m = math.inf if self.before_m is None else self.before_m
        after_m = math.inf if self.after_m is None else self.after_m
        return 0.0 if before_m == after_m else after_m - before_m


@dataclass(frozen=True, slots=True)
class RoleImpact:
    """What a change means for one role.

    `changed`: another clinic is the nearest. `farther`, `nearer`: the way changes by a tenth of a mile or
    more and there is a site before and after. `left_without`, `newly_served`: there is none any more, or
    there was none. `lose_standard`, `gain_standard`: the last site within 60 miles goes, or the first comes.
    `most_affected`: of the ZIP codes with another clinic or a changed way, those with the most people times
    distance, most first; ties by people, then by ZIP code.
    """

    changed: Tally
    farther: Shift
    nearer: Shift
    left_without: Tally
    newly_served: Tally
    lose_standard: Tally
    gain_standard: Tally
    most_affected: tuple[ZipShift, ...]

    @classmethod
    def of(cls, shifts: Sequence[ZipShift]) -> RoleImpact:
        """All the figures of one role from what happens in each ZIP code."""
        return cls(
            changed=_tally(one for one in shifts if one.other_site),
            farther=_shift(one for one in shifts if NOTICED_M <= one.longer_m < math.inf),
            nearer=_shift(one for one in shifts if NOTICED_M <= -one.longer_m < math.inf),
            left_without=_tally(one for one in shifts if one.longer_m == math.inf),
            newly_served=_tally(one for one in shifts if one.longer_m == -math.inf),
            lose_standard=_tally(one for one in shifts if _near(one.before_m) and not _near(one.after_m)),
            gain_standard=_tally(one for one in shifts if _near(one.after_m) and not _near(one.before_m)),
            most_affected=_most_affected(shifts),
        )


@dataclass(frozen=True, slots=True)
class Impact:
    """What a change means for the people of the area, `covered` in all, role by role."""

    covered: Tally
    evaluation: RoleImpact
    procedure: RoleImpact


def impact(old_sites: Iterable[Site], new_sites: Iterable[Site], gazetteer: Gazetteer) -> Impact:
    """What replacing the old sites by the new ones means; only active sites with a pin count.

    Distances are WGS-84 geodesics; of two sites equally far, the one of the lower `site_id` is the nearest.
    """
    areas = [area for area in gazetteer.zips.values() if area.population is not None]
    old, new = tuple(old_sites), tuple(new_sites)
    return Impact(
        covered=Tally(len(areas), sum(area.population or 0 for area in areas)),
        evaluation=_role(Need.EVALUATION, old, new, areas),
        procedure=_role(Need.PROCEDURE, old, new, areas),
    )


def _role(need: Need, old: Sequence[Site], new: Sequence[Site], areas: Sequence[ZipArea]) -> RoleImpact:
    before, after = _offering(old, need), _offering(new, need)
    return RoleImpact.of([_zip_shift(area, before, after) for area in areas])


def _offering(sites: Iterable[Site], need: Need) -> SiteIndex:
    return SiteIndex(
        site
        for site in sites
        if site.active and all(claim.answer is Answer.YES for claim in needed_claims(site, need))
    )


def _zip_shift(area: ZipArea, before: SiteIndex, after: SiteIndex) -> ZipShift:
    before_m, was = next(before.ascending(area.point), (None, None))
    after_m, becomes = next(after.ascending(area.point), (None, None))
    label = f"{area.zip_code} ({area.city}, {area.state})"
    return ZipShift(area.zip_code, label, area.population or 0, was, before_m, becomes, after_m)


def _tally(shifts: Iterable[ZipShift]) -> Tally:
    people = [one.people for one in shifts]
    return Tally(len(people), sum(people))


def _shift(shifts: Iterable[ZipShift]) -> Shift:
    found = list(shifts)
    if not found:
        return Shift()
    tally = _tally(found)
    mean_m = sum(one.people * abs(one.longer_m) for one in found) / tally.people
    return Shift(tally, mean_m, max(abs(one.longer_m) for one in found))


def _near(distance_m: float | None) -> bool:
    return distance_m is not None and distance_m <= _STANDARD_M


def _most_affected(shifts: Iterable[ZipShift]) -> tuple[ZipShift, ...]:
    affected = [one for one in shifts if one.other_site or abs(one.longer_m) >= NOTICED_M]
    return tuple(sorted(affected, key=_weight)[:ZIPS_LISTED])


def _weight(shift: ZipShift) -> tuple[float, int, str]:
    return -shift.people * abs(shift.longer_m), -shift.people, shift.zip_code
