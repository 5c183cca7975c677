"""Every document that is published, from the sites that are served. Pure: same directory, same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from locator.publication.fhir import fhir_bundle
from locator.publication.geojson import feature_collection
from locator.publication.json_text import encoded
from locator.publication.publisher import Publisher
from locator.publication.schema_org import linked_data
from locator.publication.table import clinics_csv
from locator.sites import Site

__all__ = ["MEDIA_TYPES", "Document", "Publisher", "documents"]

MEDIA_TYPES: Final[Mapping[str, str]] = {
    "sites.geojson": "application/geo+json",
    "clinics.csv": "text/csv; charset=utf-8",
    "clinics.jsonld": "application/ld+json",
    "clinics.fhir.json": "application/fhir+json",
}
"""Every document by its name, with the media type to serve it with."""


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its name, its bytes, and the media type to serve it with."""

    name: str
    content: bytes
    media_type: str


def documents(sites: Sequence[Site], publisher: Publisher) -> tuple[Document, ...]:
    """The active sites in each format, ordered by `site_id`; always in English and always in this order."""
    active = sorted((site for site in sites if site.active), key=lambda site: site.site_id)
    contents = {
        "sites.geojson": encoded(feature_collection(active, publisher)),
        "clinics.csv": clinics_csv(active, publisher),
        "clinics.jsonld": encoded(linked_data(active, publisher)),
        "clinics.fhir.json": encoded(fhir_bundle(active, publisher)),
    }
    return tuple(Document(name, contents[name], media_type) for name, media_type in MEDIA_TYPES.items())
