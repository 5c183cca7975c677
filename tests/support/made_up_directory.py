"""Directories of any size whose every clinic is made up, for tests and benchmarks of what size does."""

from __future__ import annotations

import csv
import io
import math
import random
import shutil
from pathlib import Path
from typing import Final

from locator.clinics.schema import COLUMNS
from tests.support.servers import ROOT

_SEED: Final = 20261122
_DATA: Final = ROOT / "data"
# Up to here the clinics stand in Minnesota and western Wisconsin, beyond it all over the country.
_METRO_AT_MOST: Final = 1_000
_MILES_A_DEGREE: Final = 69.0
_HOURS: Final = ("", "Mo-Fr 08:00-17:00", "Mo-Th 07:30-18:00; Fr 08:00-12:00")
# Evaluation and procedure: what a directory says of its clinics, most of it provisional.
_ROLES: Final = (
    ("yes,provisional", "unknown,unknown"),
    ("yes,provisional", "yes,provisional"),
    ("yes,confirmed", "no,confirmed"),
    ("unknown,unknown", "yes,confirmed"),
)


def directory_csv(size: int) -> bytes:
    """A valid clinics.csv of `size` made-up clinics near where people live; the same at every call."""
    dice = random.Random(f"{_SEED} {size}")
    towns = _towns("zips.csv" if size <= _METRO_AT_MOST else "elsewhere.csv")
    weights = [int(town["population"] or 0) + 1 for town in towns]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    for number, town in enumerate(dice.choices(towns, weights, k=size)):
        writer.writerow(_row(dice, number, town))
    return out.getvalue().encode()


def data_folder(folder: Path, size: int) -> Path:
    """A copy of the shipped data in the new folder `folder`, with `size` made-up clinics instead."""
    shutil.copytree(_DATA, folder, ignore=shutil.ignore_patterns("history", "clinics.csv"))
    (folder / "clinics.csv").write_bytes(directory_csv(size))
    return folder


def _towns(name: str) -> list[dict[str, str]]:
    with (_DATA / "gazetteer" / name).open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row.get("kind") in ("standard", "city")]


def _row(dice: random.Random, number: int, town: dict[str, str]) -> dict[str, str]:
    lat_deg, lon_deg = _near(dice, town)
    evaluation, procedure = dice.choice(_ROLES)
    cells = {
        "site_id": f"fake-{number:06d}",
        "name": f"Fake Clinic {number:06d}",
        "street": f"{number + 1} Nowhere St",
        "city": town.get("city") or town["name"],
        "state": town["state"],
        "zip": town.get("zip") or "99999",
        "country": "US",
        "phone": f"612-555-01{number % 100:02d}",
        "hours": dice.choice(_HOURS),
        "time_zone": "America/Chicago",
        "latitude": f"{lat_deg:.7f}",
        "longitude": f"{lon_deg:.7f}",
        "pin_source": "made up",
        "pin_precision": "rooftop",
        "source": "a made-up listing",
        "as_of": "2026-01-02",
        "active": "yes",
    }
    if cells["hours"]:
        cells["hours_as_of"] = "2026-01"
    for role, said in (("evaluation", evaluation), ("procedure", procedure)):
        cells[role], cells[f"{role}_status"] = said.split(",")
        if cells[role] != "unknown":
            cells |= {f"{role}_source": "a made-up listing", f"{role}_as_of": "2026-01-02"}
        if cells[f"{role}_status"] == "confirmed":
            cells |= {"verified_on": "2026-01-02", "verified_by": "Fake Person"}
    return cells


def _near(dice: random.Random, town: dict[str, str]) -> tuple[float, float]:
    """Latitude and longitude of a point within a town's radius."""
    radius_deg = float(town["radius_mi"]) / _MILES_A_DEGREE * math.sqrt(dice.random())
    angle = dice.uniform(0, 2 * math.pi)
    lat_deg = float(town["lat_deg"]) + radius_deg * math.sin(angle)
    lon_deg = float(town["lon_deg"]) + radius_deg * math.cos(angle) / math.cos(math.radians(lat_deg))
    return lat_deg, lon_deg
