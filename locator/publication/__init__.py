"""The directory as documents for programs: GeoJSON, CSV, JSON-LD and FHIR."""

from locator.publication.documents import MEDIA_TYPES, Document, document, documents, in_order
from locator.publication.geojson import PROPERTIES
from locator.publication.part import PART_SITES, Part

__all__ = [
    "MEDIA_TYPES",
    "PART_SITES",
    "PROPERTIES",
    "Document",
    "Part",
    "document",
    "documents",
    "in_order",
]
