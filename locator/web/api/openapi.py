"""The OpenAPI description: what each address answers, with its headers, its shapes and an example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from locator.publication import MEDIA_TYPES
from locator.web.api.models import FhirBundle, LinkedData, NearestAnswer, Problem, SiteCollection
from locator.web.api.problems import PROBLEM_TYPE

TITLE: Final = "DRG Locator"
VERSION: Final = "1"
_JSON: Final = "application/json"
DESCRIPTION: Final = (
    "Clinics for dorsal root ganglion (DRG) stimulation in the Twin Cities: the whole directory in four"
    " formats, and a search by ZIP code. Reading only, no key, no cookies; pages of any site may ask."
    " A fact that is not known is never given as no. A refusal is an application/problem+json with the reason"
    " in a sentence. A query parameter that is not listed here, or is given twice, is refused."
)
_SHAPES: Final[Mapping[str, type[BaseModel]]] = {
    "sites.geojson": SiteCollection,
    "clinics.jsonld": LinkedData,
    "clinics.fhir.json": FhirBundle,
}
SUMMARIES: Final[Mapping[str, str]] = {
    "sites.geojson": "All clinics as GeoJSON, for maps",
    "clinics.csv": "All clinics as a table, for spreadsheets",
    "clinics.jsonld": "All clinics as schema.org JSON-LD, for web sites and search engines",
    "clinics.fhir.json": "All clinics as a FHIR R4 bundle, for health record systems",
}

Responses = dict[int | str, dict[str, Any]]


def _header(description: str, example: str) -> dict[str, Any]:
    return {
        "description": description,
        "required": True,
        "schema": {"type": "string"},
        "example": example,
    }


_OPEN: Final = {
    "Access-Control-Allow-Origin": _header("Scripts of any page may read the answer.", "*"),
}
_NO_STORE: Final = {"Cache-Control": _header("Nobody is to keep the answer.", "no-store")}
_TAGGED: Final = {
    **_OPEN,
    "ETag": _header("Stands for exactly these bytes.", '"0123456789abcdef0123456789abcdef"'),
    "Cache-Control": _header("How long a copy may be used unasked.", "public, max-age=300"),
}
_PARTS: Final = {
    "Link": {
        **_header(
            "The first and the next part, where the directory is too large for one document.",
            '<sites.geojson>; rel="first", <sites.geojson?after=fake-00999>; rel="next"',
        ),
        "required": False,
    },
}


def _problem(description: str, **headers: Any) -> dict[str, Any]:  # noqa: ANN401 - as OpenAPI has them
    return {
        "model": Problem,
        "description": description,
        "headers": {**_OPEN, **_NO_STORE, **headers},
        "content": {PROBLEM_TYPE: {}},
    }


_REFUSALS: Final[Responses] = {
    405: _problem("The address can only be read.", Allow=_header("The methods there are.", "GET, HEAD")),
    422: _problem("A query parameter is wrong, is not one of this address, or is given twice."),
    500: _problem("Something went wrong on the server."),
    503: _problem("The data this answer needs could not be loaded."),
}


def document_responses(name: str) -> Responses:
    """What the address of a document answers."""
    shape: dict[str, Any] = {"schema": {"type": "string"}} if name not in _SHAPES else {}
    success: dict[str, Any] = {
        "description": SUMMARIES[name],
        "headers": {**_TAGGED, **_PARTS},
        "content": {MEDIA_TYPES[name]: shape},
    }
    if name in _SHAPES:
        success["model"] = _SHAPES[name]
    unchanged = {"description": "The copy that If-None-Match names is still good.", "headers": _TAGGED}
    return {200: success, 304: unchanged, **_REFUSALS}


def nearest_responses() -> Responses:
    """What a search answers."""
    success = {
        "model": NearestAnswer,
        "description": "The clinics around the ZIP code.",
        "headers": {**_OPEN, **_NO_STORE},
    }
    return {200: success, 404: _problem("No place is known for this ZIP code."), **_REFUSALS}


class DescribedApi(FastAPI):
    """An application that describes itself with the media types it answers with."""

    def openapi(self) -> dict[str, Any]:
        """The description, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = get_openapi(
                title=self.title,
                version=self.version,
                description=self.description,
                routes=self.routes,
                servers=self.servers,
            )
            for response in _responses(self.openapi_schema):
                _keep_own_media_type(response)
        return self.openapi_schema


def _responses(schema: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for operations in schema["paths"].values():
        for operation in operations.values():
            yield from operation["responses"].values()


def _keep_own_media_type(response: dict[str, Any]) -> None:
    """Move a shape from application/json, where FastAPI puts each, to the one other type that was told."""
    content = response.get("content", {})
    if len(content) > 1:
        shape = content.pop(_JSON)
        (only,) = content.values()
        only.update(shape)
