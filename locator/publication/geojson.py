"""The sites as GeoJSON (RFC 7946), for maps and geographic information systems."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from locator.publication.facts import facts
from locator.publication.publisher import Publisher
from locator.sites import Pin, Site


def feature_collection(sites: Sequence[Site], publisher: Publisher) -> dict[str, Any]:
    """One feature a site, longitude first; a site without a pin has the geometry null, as RFC 7946 has it."""
    return {
        "type": "FeatureCollection",
        "directory_version": publisher.directory_version,
        "practice": publisher.practice_name,
        "features": [_feature(site) for site in sites],
    }


def _feature(site: Site) -> dict[str, Any]:
    # The geometry says where, once.
    properties = {name: fact for name, fact in facts(site).items() if name not in {"latitude", "longitude"}}
    return {
        "type": "Feature",
        "id": site.site_id,
        "geometry": None if site.pin is None else _point(site.pin),
        "properties": {"title": site.title, **properties},
    }


def _point(pin: Pin) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [pin.point.lon_deg, pin.point.lat_deg]}
