"""Simulates how many addresses a ZIP's radius holds; the numbers of decision 002 come from here.

    python -m scripts.gazetteer.coverage [FOLDER]

No source has the outlines of ZIP areas, so they are imitated twice: by the ground nearest to each centre (a
Voronoi diagram), and by the same after allowing for each area's known size (a power diagram).
"""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from locator.geocoding.gazetteer import Gazetteer, load_gazetteer
from locator.sites import METRES_PER_MILE
from scripts.gazetteer.region import BETWEEN_THE_CITIES, METRO_COUNTIES
from scripts.gazetteer.sources import zip_records

SAMPLES: Final = 400_000
FACTORS: Final = (1.0, 1.1, 1.15, 1.2, 1.25, 1.3)
MARGIN_MI: Final = 25.0
NEIGHBOURS: Final = 6
SEED: Final = 2

_MI_PER_DEG: Final = 69.055

Floats = NDArray[np.float64]


def main(folder: Path) -> None:
    """Print the share of simulated metro addresses held by each multiple of the equal-area radius."""
    gazetteer = load_gazetteer(folder)
    codes, centres_mi, radii_mi, people, land_sq_mi = _areas()
    metro = np.array([_is_metro(gazetteer, code) for code in codes])
    shipped_mi = np.array(
        [gazetteer.zips[code].radius_m / METRES_PER_MILE if code in gazetteer.zips else 0.0 for code in codes]
    )
    crowd = np.log(people / land_sq_mi + 5)
    for shape, allowance_mi in (("Voronoi", 0 * radii_mi), ("power", radii_mi)):
        spots_mi, cell = _cells(centres_mi, allowance_mi, metro)
        reach_mi = np.hypot(*(spots_mi - centres_mi[cell]).T)
        for spread, pull in (
            ("evenly", np.ones(len(cell))),
            ("towards dense neighbours", _pull(spots_mi, centres_mi, crowd)),
        ):
            weight = people[cell] * pull / np.bincount(cell, pull, minlength=len(codes))[cell]
            held = [np.average(reach_mi <= factor * radii_mi[cell], weights=weight) for factor in FACTORS]
            shares = "  ".join(
                f"{factor:.2f}: {share:.1%}" for factor, share in zip(FACTORS, held, strict=True)
            )
            shipped = np.average(reach_mi <= shipped_mi[cell], weights=weight)
            print(f"{shape} cells, addresses spread {spread}: {shares}  shipped: {shipped:.1%}")


def _areas() -> tuple[list[str], Floats, Floats, Floats, Floats]:
    """Codes, centres (miles east and north), equal-area radii, people and land of the inhabited ZIPs here."""
    codes, rows = [], []
    narrow = math.cos(math.radians(BETWEEN_THE_CITIES.lat_deg))
    for record in zip_records():
        area = record.area
        if record.state in {"MN", "WI"} and area and area.population and area.land_sq_mi:
            east_mi = (area.point.lon_deg - BETWEEN_THE_CITIES.lon_deg) * narrow * _MI_PER_DEG
            north_mi = (area.point.lat_deg - BETWEEN_THE_CITIES.lat_deg) * _MI_PER_DEG
            radius_mi = math.sqrt(area.total_sq_mi / math.pi)
            codes.append(record.zip_code)
            rows.append((east_mi, north_mi, radius_mi, area.population, area.land_sq_mi))
    table = np.array(rows, dtype=np.float64)
    return codes, table[:, :2], table[:, 2], table[:, 3], table[:, 4]


def _is_metro(gazetteer: Gazetteer, code: str) -> bool:
    area = gazetteer.zips.get(code)
    return area is not None and area.state == "MN" and area.county in METRO_COUNTIES


def _cells(
    centres_mi: Floats, allowance_mi: Floats, metro: NDArray[np.bool_]
) -> tuple[Floats, NDArray[np.int64]]:
    """Random spots around the metro that fall to a metro ZIP, and the ZIP each falls to."""
    random = np.random.default_rng(SEED)
    low, high = centres_mi[metro].min(axis=0) - MARGIN_MI, centres_mi[metro].max(axis=0) + MARGIN_MI
    spots_mi = random.uniform(low, high, (SAMPLES, 2))
    cell = np.concatenate(
        [
            (_squared_mi(part, centres_mi) - allowance_mi**2).argmin(axis=1)
            for part in np.array_split(spots_mi, 100)
        ]
    )
    kept = metro[cell]
    return spots_mi[kept], cell[kept]


def _pull(spots_mi: Floats, centres_mi: Floats, crowd: Floats) -> Floats:
    """Density at each spot, from the nearest ZIPs' by inverse squared distance."""
    parts = []
    for part in np.array_split(spots_mi, 100):
        squared_mi = _squared_mi(part, centres_mi)
        near = np.argpartition(squared_mi, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
        closeness = 1 / (np.take_along_axis(squared_mi, near, axis=1) + 0.1)
        parts.append(np.exp((closeness * crowd[near]).sum(axis=1) / closeness.sum(axis=1)))
    return np.concatenate(parts)


def _squared_mi(spots_mi: Floats, centres_mi: Floats) -> Floats:
    offsets = spots_mi[:, None, :] - centres_mi[None, :, :]
    squared: Floats = (offsets**2).sum(axis=2)
    return squared


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("data/gazetteer"))
