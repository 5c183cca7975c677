"""What an analyst would write: the nearest clinics of a table's rows, by pandas and a library of distances.

`python -m benchmarks.baselines.match_table loop|tree TABLE OUT` adds site and miles for evaluation and
procedure. Neither says how exact a place is, what is not known, which pair is best or which rows it lost.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from geopy.distance import geodesic
from sklearn.neighbors import BallTree

from locator.clinics import read_directory
from locator.sites import METRES_PER_MILE, Answer, Site

_DATA: Final = Path(__file__).resolve().parents[2] / "data"
_EARTH_RADIUS_MI: Final = 6_371_008.8 / METRES_PER_MILE


def main() -> None:
    """Match the table that the arguments name, one of the two ways."""
    way, table, out = sys.argv[1:]
    rows = pd.read_csv(table, dtype=str)
    zips = pd.read_csv(_DATA / "gazetteer" / "zips.csv", dtype={"zip": str})
    rows = rows.merge(zips[["zip", "lat_deg", "lon_deg"]], on="zip", how="left")
    points = rows[["lat_deg", "lon_deg"]].to_numpy()
    sites = read_directory(_DATA / "clinics.csv", today=datetime.now(UTC).date()).sites
    nearest: Callable[[list[Site], np.ndarray], tuple[list[str], list[float]]] = {
        "loop": _by_loop,
        "tree": _by_tree,
    }[way]
    for part in ("evaluation", "procedure"):
        able = [site for site in sites if site.pin and getattr(site, part).answer is Answer.YES]
        rows[f"{part}_site_id"], rows[f"{part}_distance_mi"] = nearest(able, points)
    rows.to_csv(out, index=False)


def _by_loop(sites: list[Site], points: np.ndarray) -> tuple[list[str], list[float]]:
    places = [(site.site_id, (site.pin.point.lat_deg, site.pin.point.lon_deg)) for site in sites if site.pin]
    best = [min((geodesic(point, place).miles, name) for name, place in places) for point in points]
    return [name for _, name in best], [miles for miles, _ in best]


def _by_tree(sites: list[Site], points: np.ndarray) -> tuple[list[str], list[float]]:
    places = [(site.pin.point.lat_deg, site.pin.point.lon_deg) for site in sites if site.pin]
    distances, positions = BallTree(np.radians(places), metric="haversine").query(np.radians(points))
    names = [sites[position].site_id for position in positions[:, 0]]
    return names, list(distances[:, 0] * _EARTH_RADIUS_MI)


if __name__ == "__main__":
    main()
