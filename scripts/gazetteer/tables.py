"""Writes the CSV files the app loads: UTF-8, LF, a header row, a fixed order."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from locator.geocoding.places import ZipArea
from locator.geocoding.places.gazetteer import City, County, Elsewhere
from locator.sites import METRES_PER_MILE, Coordinate


def write_zips(path: Path, zips: Iterable[ZipArea]) -> None:
    """Write ZIPs by code."""
    rows = [
        [
            area.zip_code,
            area.state,
            area.county,
            *_spot(area.point, area.radius_m, area.population),
            area.city,
            "|".join(area.other_cities),
            area.kind,
        ]
        for area in sorted(zips, key=lambda area: area.zip_code)
    ]
    header = "zip,state,county,lat_deg,lon_deg,radius_mi,population,city,other_cities,kind"
    _write(path, header, rows)


def write_cities(path: Path, cities: Iterable[City]) -> None:
    """Write cities by name, state and county."""
    rows = [
        [city.name, city.state, city.county, *_spot(city.point, city.radius_m, city.population)]
        for city in sorted(cities, key=lambda city: (city.name, city.state, city.county))
    ]
    _write(path, "name,state,county,lat_deg,lon_deg,radius_mi,population", rows)


def write_counties(path: Path, counties: Iterable[County]) -> None:
    """Write counties by state and name."""
    rows = [
        [county.name, county.state, *_spot(county.point, county.radius_m, county.population)]
        for county in sorted(counties, key=lambda county: (county.state, county.name))
    ]
    _write(path, "name,state,lat_deg,lon_deg,radius_mi,population", rows)


def write_elsewhere(path: Path, places: Iterable[Elsewhere]) -> None:
    """Write coarse places by kind, name, state and size."""
    rows = [
        [place.kind, place.name, place.state, *_spot(place.point, place.radius_m, place.population)]
        for place in sorted(places, key=lambda p: (p.kind, p.name, p.state, -(p.population or 0)))
    ]
    _write(path, "kind,name,state,lat_deg,lon_deg,radius_mi,population", rows)


def _spot(point: Coordinate, radius_m: float, population: int | None) -> list[str]:
    # Five decimals are about a metre; a hundredth of a mile is finer than any radius is known.
    return [
        f"{point.lat_deg:.5f}",
        f"{point.lon_deg:.5f}",
        f"{radius_m / METRES_PER_MILE:.2f}",
        "" if population is None else str(population),
    ]


def _write(path: Path, header: str, rows: Iterable[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)
