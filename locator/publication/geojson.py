"""The sites as GeoJSON (RFC 7946), for maps and geographic information systems."""

from __future__ import annotations

from typing import Any, Final

from locator.clinics import Format
from locator.publication.facts import columns_in, fact
from locator.publication.part import Part
from locator.settings import Practice
from locator.sites import Pin, Site

# The geometry says where, once.
_IN_THE_GEOMETRY: Final = {"latitude", "longitude"}
PROPERTIES: Final = tuple(
    column for column in columns_in(Format.GEOJSON) if column.name not in _IN_THE_GEOMETRY
)
"""The columns that are a feature's properties, in their order, after its title."""


def feature_collection(part: Part, publisher: Practice) -> dict[str, Any]:
    """One feature a site, longitude first; a site without a pin has the geometry null, as RFC 7946 has it.

    A part of a directory says so in the words of OGC API Features.
    """
    return {
        "type": "FeatureCollection",
        "directory_version": publisher.directory_version,
        "practice": publisher.practice_name,
        **_whereabouts(part),
        "features": [_feature(site) for site in part.sites],
    }


def _whereabouts(part: Part) -> dict[str, Any]:
    if part.is_all:
        return {}
    links = [{"rel": relation, "href": address} for relation, address in part.links("sites.geojson").items()]
    return {"numberMatched": part.count, "numberReturned": len(part.sites), "links": links}


def _feature(site: Site) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": site.site_id,
        "geometry": None if site.pin is None else _point(site.pin),
        "properties": {"title": site.title, **{column.name: fact(column, site) for column in PROPERTIES}},
    }


def _point(pin: Pin) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [pin.point.lon_deg, pin.point.lat_deg]}
