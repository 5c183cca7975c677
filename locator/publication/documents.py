"""Every document that is published, from the sites that are served. Pure: same directory, same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from locator.publication.fhir import fhir_bundle
from locator.publication.geojson import feature_collection
from locator.publication.json_text import encoded
from locator.publication.part import Part
from locator.publication.publisher import Publisher
from locator.publication.schema_org import linked_data
from locator.publication.table import clinics_csv
from locator.sites import Site

__all__ = ["MEDIA_TYPES", "Document", "Part", "Publisher", "document", "documents", "in_order"]

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


def documents(sites: Iterable[Site], publisher: Publisher) -> tuple[Document, ...]:
    """The active sites in each format, ordered by `site_id`; always in English and always in this order."""
    whole = in_order(sites)
    return tuple(document(name, Part(whole, 1, len(whole)), publisher) for name in MEDIA_TYPES)


def in_order(sites: Iterable[Site]) -> tuple[Site, ...]:
    """The sites that are published, in the order they are published in."""
    return tuple(sorted((site for site in sites if site.active), key=lambda site: site.site_id))


def document(name: str, part: Part, publisher: Publisher) -> Document:
    """One of MEDIA_TYPES with these sites; one that does not hold all says so and names the next."""
    return Document(name, _CONTENTS[name](part, publisher), MEDIA_TYPES[name])


_CONTENTS: Final[Mapping[str, Callable[[Part, Publisher], bytes]]] = {
    "sites.geojson": lambda part, publisher: encoded(feature_collection(part, publisher)),
    "clinics.csv": lambda part, publisher: clinics_csv(part.sites, publisher),
    "clinics.jsonld": lambda part, publisher: encoded(linked_data(part, publisher)),
    "clinics.fhir.json": lambda part, publisher: encoded(fhir_bundle(part, publisher)),
}
