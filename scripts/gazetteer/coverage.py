"""Simulates how many addresses the radii of ZIPs and cities hold; the numbers of decision 002 come from here.

python -m scripts.gazetteer.coverage [FOLDER]
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from locator.geocoding.places import Gazetteer, ZipArea, load_gazetteer
from locator.geocoding.places.gazetteer import City
from locator.sites import METRES_PER_MILE
from scripts.gazetteer.cities import LOWEST_DENSITY_PER_SQ_MI, TOWNSHIP_SQ_MI
from scripts.gazetteer.imitation import Areas, Imitation, east_north_mi, imitations, inhabited_areas
from scripts.gazetteer.names import key
from scripts.gazetteer.users import name_shares

FACTORS: Final = (1.0, 1.1, 1.15, 1.2, 1.25, 1.3)
LARGEST: Final = frozenset({"Minneapolis", "Saint Paul"})

Held = list[tuple[City, float, float]]
"""A city, the people who use its name in one ZIP, and how many of them its radius holds."""


@dataclass(frozen=True, slots=True)
class Naming:
    """The cities that the names of each ZIP mean, in its order, and the radius of a disc as large as each."""

    cities: Mapping[str, Sequence[City]]
    grounds_mi: Mapping[City, float]


def main(folder: Path) -> None:
    """Print the shares held in each imitation: of addresses with a ZIP, then of those with a city alone."""
    gazetteer, areas = load_gazetteer(folder), inhabited_areas()
    naming = _naming(areas, gazetteer)
    for imitation in imitations(areas, gazetteer):
        print(imitation.title)
        print("  ZIPs:", _zips_held(imitation, areas, gazetteer))
        for title, first_is_home in (("home city", True), ("another name", False)):
            held = _cities_held(imitation, areas, naming, first_is_home=first_is_home)
            print(f"  cities, {title}:", _summary(held))


def _zips_held(imitation: Imitation, areas: Areas, gazetteer: Gazetteer) -> str:
    """Share of the people held by each multiple of the equal-area radius, and by the radii as shipped."""
    cell = imitation.cell
    shipped_mi = np.array([_shipped_mi(gazetteer, code) for code in areas.codes])
    reach_mi = np.hypot(*(imitation.spots_mi - areas.centres_mi[cell]).T)
    held = {f"{factor:.2f}": factor * areas.radii_mi[cell] for factor in FACTORS}
    return "  ".join(
        f"{title}: {np.average(reach_mi <= radius_mi, weights=imitation.people):.1%}"
        for title, radius_mi in {**held, "shipped": shipped_mi[cell]}.items()
    )


def _shipped_mi(gazetteer: Gazetteer, code: str) -> float:
    return gazetteer.zips[code].radius_m / METRES_PER_MILE if code in gazetteer.zips else 0.0


def _cities_held(imitation: Imitation, areas: Areas, naming: Naming, *, first_is_home: bool) -> Held:
    """Count the people who write each city's name, and those of them its radius holds, ZIP by ZIP."""
    held: Held = []
    for number, spots in _spots_by_area(imitation):
        cities = naming.cities[areas.codes[number]]
        points_mi = np.array([east_north_mi(city.point) for city in cities])
        offsets_mi = points_mi[:, None, :] - imitation.spots_mi[spots][None, :, :]
        reach_mi = np.hypot(offsets_mi[..., 0], offsets_mi[..., 1])
        ground_mi = np.array([naming.grounds_mi[city] for city in cities])
        users = name_shares(reach_mi, ground_mi, first_is_home=first_is_home) * imitation.people[spots]
        inside = reach_mi <= np.array([[city.radius_m / METRES_PER_MILE] for city in cities])
        held += zip(cities, users.sum(axis=1).tolist(), (users * inside).sum(axis=1).tolist(), strict=True)
    return held


def _summary(held: Held) -> str:
    """Share held of all, of those who write one of the two largest cities' names, and of the others."""
    large = [row for row in held if row[0].name in LARGEST]
    others = [row for row in held if row[0].name not in LARGEST]
    written = sum(users for _, users, _ in large) / sum(users for _, users, _ in held)
    return (
        f"all: {_share(held):.1%}  the two largest: {_share(large):.1%}"
        f" (written by {written:.0%})  others: {_share(others):.1%}"
    )


def _share(rows: Held) -> float:
    return sum(inside for _, _, inside in rows) / sum(users for _, users, _ in rows)


def _spots_by_area(imitation: Imitation) -> Iterator[tuple[int, Sequence[int]]]:
    """Give each area that has spots, with the numbers of its spots."""
    order = np.argsort(imitation.cell, kind="stable")
    numbers, starts = np.unique(imitation.cell[order], return_index=True)
    yield from zip(numbers.tolist(), np.split(order, starts[1:]), strict=True)


def _naming(areas: Areas, gazetteer: Gazetteer) -> Naming:
    """Reckon a city's size as its people over the density of its ZIPs, as decision 002 does.

    A place without people of its own has no size.
    """
    spelled: dict[tuple[str, str], list[City]] = defaultdict(list)
    for city in gazetteer.cities:
        spelled[city.state, key(city.name)].append(city)
    density = dict(zip(areas.codes, (areas.people / areas.land_sq_mi).tolist(), strict=True))
    cities = {
        code: _cities_of(gazetteer.zips[code], spelled) for code in areas.codes if code in gazetteer.zips
    }
    own: dict[City, list[float]] = defaultdict(list)
    others: dict[City, list[float]] = defaultdict(list)
    for code, (first, *rest) in cities.items():
        own[first].append(density[code])
        for city in rest:
            others[city].append(density[code])
    grounds_mi = {
        city: _ground_mi(city.population or 0, own[city], others[city]) for city in gazetteer.cities
    }
    return Naming(cities, grounds_mi)


def _cities_of(area: ZipArea, spelled: Mapping[tuple[str, str], Sequence[City]]) -> list[City]:
    """List the cities a ZIP's names mean, in its order; of two with one name, the nearer."""
    middle_mi = east_north_mi(area.point)
    return [
        min(
            spelled[area.state, key(name)],
            key=lambda city: math.dist(middle_mi, east_north_mi(city.point)),
        )
        for name in (area.city, *area.other_cities)
    ]


def _ground_mi(people: float, own: Sequence[float], others: Sequence[float]) -> float:
    per_sq_mi = sum(own) / len(own) if own else min(others, default=0.0)
    sq_mi = people / max(LOWEST_DENSITY_PER_SQ_MI, per_sq_mi)
    return math.sqrt((sq_mi if own else min(TOWNSHIP_SQ_MI, sq_mi)) / math.pi)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("data/gazetteer"))
