"""Every document that is published, from the sites that are served. Pure: same directory, same bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from locator.clinics import Format
from locator.publication.fhir import fhir_bundle
from locator.publication.geojson import feature_collection
from locator.publication.part import Part
from locator.publication.schema_org import linked_data
from locator.publication.table import clinics_csv
from locator.settings import Practice
from locator.sites import Site

__all__ = ["MEDIA_TYPES", "Document", "Part", "Practice", "document", "documents", "in_order"]

MEDIA_TYPES: Final[Mapping[str, str]] = {
    Format.GEOJSON: "application/geo+json",
    Format.CSV: "text/csv; charset=utf-8",
    Format.JSON_LD: "application/ld+json",
    Format.FHIR: "application/fhir+json",
}
"""Every document by its name, with the media type to serve it with."""

# What could close a script element or open a template's expression. None of it stands outside a string in
# indented JSON, and inside one the escape means the same.
_UNSAFE_IN_PAGES: Final = re.compile(r"[<>&\u2028\u2029]|\{(?=[{%#])")


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its name, its bytes, and the media type to serve it with."""

    name: str
    content: bytes
    media_type: str


def documents(sites: Iterable[Site], publisher: Practice) -> tuple[Document, ...]:
    """The active sites in each format, ordered by `site_id`; always in English and always in this order."""
    whole = in_order(sites)
    return tuple(document(name, Part(whole, 1, len(whole)), publisher) for name in MEDIA_TYPES)


def in_order(sites: Iterable[Site]) -> tuple[Site, ...]:
    """The sites that are published, in the order they are published in."""
    return tuple(sorted((site for site in sites if site.active), key=lambda site: site.site_id))


def document(name: str, part: Part, publisher: Practice) -> Document:
    """One of MEDIA_TYPES with these sites; one that does not hold all says so and names the next."""
    return Document(name, _CONTENTS[name](part, publisher), MEDIA_TYPES[name])


def _json(value: Mapping[str, Any]) -> bytes:
    """Indented JSON in UTF-8, safe as it is in a file, in a page's script element and in a template."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2)
    return (_UNSAFE_IN_PAGES.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n").encode()


_CONTENTS: Final[Mapping[str, Callable[[Part, Practice], bytes]]] = {
    Format.GEOJSON: lambda part, publisher: _json(feature_collection(part, publisher)),
    Format.CSV: lambda part, publisher: clinics_csv(part.sites, publisher),
    Format.JSON_LD: lambda part, publisher: _json(linked_data(part, publisher)),
    Format.FHIR: lambda part, publisher: _json(fhir_bundle(part, publisher)),
}
