"""Derives data/gazetteer/ from pinned packages; run it from the repository's root as a module.

    python -m scripts.build_gazetteer [FOLDER]

Needs scripts/requirements-gazetteer.lock. Two runs give identical bytes.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from locator.geocoding.places import ZipArea, load_gazetteer
from locator.geocoding.places.gazetteer import CITIES, COUNTIES, ELSEWHERE, ZIPS, City
from locator.settings import BASE_MAP
from scripts.gazetteer import cities, coarse, sources, tables, zips
from scripts.gazetteer.basemap import write_basemap
from scripts.gazetteer.names import key
from scripts.gazetteer.region import CountyId, county_at, covered_counties
from scripts.gazetteer.sources import CountyShape, NamedPlace, ZipRecord

Towns = dict[str, list[NamedPlace]]
"""GeoNames places by the ZIP they get their mail from."""


@dataclass(frozen=True, slots=True)
class Local:
    """What the packages know of the covered counties; towns largest first, names by ZIP."""

    records: list[ZipRecord]
    shapes: list[CountyShape]
    towns: list[NamedPlace]
    names: dict[str, tuple[str, ...]]


def build(folder: Path) -> None:
    """Write all files of the gazetteer into `folder`, then load them as the app does."""
    folder.mkdir(parents=True, exist_ok=True)
    records, places = sources.zip_records(), sources.named_places()
    shapes = sources.county_shapes(frozenset({"MN", "WI"}))
    covered = covered_counties(records)
    local = _local(records, places, shapes, covered)
    towns = zips.towns_of_zips(local.records, local.towns)
    shown, by_zip = _cities(local, towns)

    tables.write_cities(folder / CITIES, shown)
    tables.write_zips(folder / ZIPS, _zips(local, towns, by_zip))
    tables.write_counties(folder / COUNTIES, coarse.counties(records, covered))
    beyond = [place for place in places if place not in set(local.towns) and place.state != "MN"]
    tables.write_elsewhere(
        folder / ELSEWHERE,
        [
            *coarse.prefixes(records),
            *coarse.states(records, sources.state_names()),
            *coarse.far_cities(records, beyond),
        ],
    )
    write_basemap(folder / BASE_MAP, shapes, local.towns)
    load_gazetteer(folder)


def _local(
    records: Sequence[ZipRecord],
    places: Sequence[NamedPlace],
    shapes: Sequence[CountyShape],
    covered: frozenset[CountyId],
) -> Local:
    inside = [record for record in records if (record.state, record.county) in covered]
    borders = [shape for shape in shapes if (shape.state, shape.name) in covered]
    towns = [
        place
        for place in places
        if place.state in {"MN", "WI"} and cities.is_city(place) and county_at(place.point, borders)
    ]
    by_name = zips.towns_by_name(towns)
    in_use = Counter(
        key(name) for record in inside if record.kind != "unique" for name in (record.city, *record.accepted)
    )
    names = {record.zip_code: zips.names_of(record, by_name, in_use) for record in inside}
    return Local(inside, borders, towns, names)


def _cities(local: Local, towns: Towns) -> tuple[list[City], dict[str, City]]:
    """All cities, and the one that each ZIP's first name means."""
    shared = cities.shared_points(local.records)
    shown = []
    by_zip = {}
    places = cities.collect(local.records, local.towns, local.names, shared)
    for place, discs in zip(places, cities.users_of(places, local.names, towns), strict=True):
        city = cities.describe(place, discs, local.shapes, shared)
        shown.append(city)
        for record in place.zips:
            if key(local.names[record.zip_code][0]) == key(place.name):
                by_zip[record.zip_code] = city
    return shown, by_zip


def _zips(local: Local, towns: Towns, by_zip: dict[str, City]) -> list[ZipArea]:
    placed = []
    loose = []
    for record in local.records:
        if record.area and zips.has_people(record):
            radius_mi = zips.area_radius_mi(record, record.area, towns.get(record.zip_code, ()))
            placed.append(zips.zip_with_area(record, record.area, radius_mi, local.names[record.zip_code]))
        else:
            loose.append(record)
    return placed + [
        zips.zip_without_area(record, by_zip[record.zip_code], placed, local.names[record.zip_code])
        for record in loose
    ]


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("data/gazetteer"))
