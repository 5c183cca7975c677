"""Writes the test Nominatim's data as an OpenStreetMap file: `python -m tests.nominatim.osm FILE`."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from locator.sites import Coordinate
from tests.nominatim import town

STREET_SETBACK_M: Final = 15.0
"""How far south of its houses a street runs."""

UNITED_STATES: Final = (Coordinate(40.0, -100.0), Coordinate(50.0, -85.0))
_MEMBER_TYPES: Final = {"label": "node", "outer": "way"}


class OsmFile:
    """Nodes, ways and relations in the making; each gets the next number of its kind."""

    def __init__(self) -> None:
        self._elements: dict[str, list[ET.Element]] = {"node": [], "way": [], "relation": []}

    def node(self, point: Coordinate, tags: Mapping[str, str] | None = None) -> str:
        """Add a point and return its number."""
        place = {"lat": f"{point.lat_deg:.7f}", "lon": f"{point.lon_deg:.7f}"}
        return self._add("node", tags or {}, place)

    def way(self, nodes: Sequence[str], tags: Mapping[str, str] | None = None) -> str:
        """Add a line through `nodes`, an area if it ends where it began, and return its number."""
        way = self._add("way", tags or {})
        for node in nodes:
            ET.SubElement(self._elements["way"][-1], "nd", ref=node)
        return way

    def relation(self, members: Mapping[str, str], tags: Mapping[str, str]) -> str:
        """Add a relation with one member a role and return its number."""
        relation = self._add("relation", tags)
        for role, member in members.items():
            ET.SubElement(
                self._elements["relation"][-1], "member", type=_MEMBER_TYPES[role], ref=member, role=role
            )
        return relation

    def write(self, path: Path) -> None:
        """Write it all as OSM XML, in the order its readers expect: nodes, ways, relations."""
        root = ET.Element("osm", version="0.6", generator="drg-locator tests")
        for elements in self._elements.values():
            root.extend(elements)
        ET.indent(root)
        ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)

    def _add(self, kind: str, tags: Mapping[str, str], place: Mapping[str, str] | None = None) -> str:
        number = str(len(self._elements[kind]) + 1)
        element = ET.Element(kind, {"id": number, "version": "1", **(place or {})})
        for key, value in tags.items():
            ET.SubElement(element, "tag", k=key, v=value)
        self._elements[kind].append(element)
        return number


def build() -> OsmFile:
    """The whole file: country, states, cities, the clinics, and what is made up."""
    osm = OsmFile()
    _boundary(osm, UNITED_STATES, "2", {"name": "United States", "ISO3166-1": "US", "ISO3166-1:alpha2": "US"})
    for state in (town.MINNESOTA, town.WISCONSIN):
        tags = {"name": state.name, "ISO3166-2": f"US-{state.code}", "ref": state.code}
        _boundary(osm, (state.south_west, state.north_east), "4", tags)
    houses = [town.clinic_house(site) for site in town.clinics()]
    for city in (*(house.city for house in houses), town.HUDSON):
        _city(osm, city)
    for house in (*houses, *town.TWINS, town.OVER_THE_BORDER):
        _house(osm, house)
        _street(osm, house.street, house.point)
    _interpolation(osm, town.ROW)
    _street(osm, town.BARE_STREET, town.moved(town.DELANO.centre, north_m=700, east_m=0))
    return osm


def _city(osm: OsmFile, city: town.City) -> None:
    centre, half = city.centre, city.half_width_deg
    box = (
        Coordinate(centre.lat_deg - half, centre.lon_deg - half),
        Coordinate(centre.lat_deg + half, centre.lon_deg + half),
    )
    label = osm.node(centre, {"place": "city", "name": city.name})
    _boundary(osm, box, "8", {"name": city.name}, label=label)


def _boundary(
    osm: OsmFile,
    box: tuple[Coordinate, Coordinate],
    admin_level: str,
    tags: Mapping[str, str],
    *,
    label: str | None = None,
) -> None:
    low, high = box
    corners = [
        osm.node(Coordinate(lat_deg, lon_deg))
        for lat_deg, lon_deg in (
            (low.lat_deg, low.lon_deg),
            (low.lat_deg, high.lon_deg),
            (high.lat_deg, high.lon_deg),
            (high.lat_deg, low.lon_deg),
        )
    ]
    members = {"outer": osm.way([*corners, corners[0]])} | ({"label": label} if label else {})
    osm.relation(
        members, {"type": "boundary", "boundary": "administrative", "admin_level": admin_level, **tags}
    )


def _house(osm: OsmFile, house: town.House) -> str:
    return osm.node(
        house.point,
        {
            "addr:housenumber": house.number,
            "addr:street": house.street,
            "addr:city": house.city.name,
            "addr:state": house.city.state,
            "addr:postcode": house.city.zip_code,
        },
    )


def _street(osm: OsmFile, name: str, past: Coordinate) -> None:
    ends = [
        osm.node(town.moved(past, north_m=-STREET_SETBACK_M, east_m=east_m))
        for east_m in (-town.STREET_HALF_LENGTH_M, town.STREET_HALF_LENGTH_M)
    ]
    osm.way(ends, {"highway": "residential", "name": name})


def _interpolation(osm: OsmFile, row: town.Interpolation) -> None:
    ends = [_house(osm, house) for house in (row.first, row.last)]
    osm.way(ends, {"addr:interpolation": "even", "addr:street": row.first.street})
    _street(osm, row.first.street, town.moved(row.first.point, north_m=0, east_m=400))


if __name__ == "__main__":
    build().write(Path(sys.argv[1]))
