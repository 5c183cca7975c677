"""The shapes of the answers, for the OpenAPI description; the tests hold the answers to them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from locator.clinics import Column
from locator.publication import PROPERTIES
from locator.sites import Answer, Precision, Status

_Day = Annotated[date, Field(examples=["2025-12-08"])]
_Miles = Annotated[float, Field(ge=0, description="Miles, to one decimal.")]
_Latitude = Annotated[float, Field(ge=-90, le=90, description="Degrees north, WGS-84.")]
_Longitude = Annotated[float, Field(ge=-180, le=180, description="Degrees east, WGS-84.")]
_Answer = Annotated[Answer, Field(description="yes, no, or unknown. Unknown does not mean no.")]
_Status = Annotated[
    Status,
    Field(
        description="How sure that is: confirmed by the practice, provisional (from elsewhere), or unknown."
    ),
]


class _Exact(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Problem(_Exact):
    """Why a request was not answered (RFC 9457)."""

    type: Literal["about:blank"]
    title: Annotated[str, Field(description="The status in words.")]
    status: Annotated[int, Field(ge=400, le=599)]
    detail: Annotated[str, Field(description="What was wrong and what to do, in a plain sentence.")]


class Place(_Exact):
    """The place a search starts from."""

    label: str
    lat_deg: _Latitude
    lon_deg: _Longitude
    precision: Precision
    uncertainty_mi: Annotated[
        float, Field(ge=0, description="About 9 in 10 addresses of the place are within this many miles.")
    ]
    source: str


class NearestClinic(_Exact):
    """A clinic in a search, under its rank."""

    rank: Annotated[int, Field(ge=1)]
    site_id: Annotated[str, Field(description="The clinic's permanent name in programs.")]
    name: str
    address: str
    phone: str
    evaluation: _Answer
    evaluation_status: _Status
    procedure: _Answer
    procedure_status: _Status
    distance_mi: _Miles
    distance_low_mi: _Miles
    distance_high_mi: _Miles
    about_same_as_previous: Annotated[
        bool, Field(description="Which of this clinic and the previous one is nearer is not settled.")
    ]
    as_of: Annotated[_Day, Field(description="The date of the listing the facts come from.")]
    verified_on: Annotated[
        _Day | None, Field(description="The day the practice checked the listing; null if it has not.")
    ]


class NearestAnswer(_Exact):
    """The clinics around a ZIP code: those known to fit first, each group nearest first."""

    query: str
    origin: Place
    matches: list[NearestClinic]
    notes: Annotated[list[str], Field(description="What to know about this answer, in sentences.")]


class Point(_Exact):
    """A point of GeoJSON: longitude first."""

    type: Literal["Point"]
    coordinates: tuple[_Longitude, _Latitude]


def _shape(column: Column) -> Any:  # noqa: ANN401 - a type, of whatever kind
    """What JSON has for a column: null where it is not known, though an answer then says so in a word."""
    told = _SHAPES.get(column.kind, column.kind)
    may_be_null = column.may_be_empty and column.kind is not Answer
    shape = told | None if may_be_null else told
    return Annotated[shape, Field(description=column.about.api)] if column.about.api else shape


_SHAPES: Final[dict[type[Any], Any]] = {Answer: _Answer, Status: _Status, date: _Day}
_PROPERTIES: Final[dict[str, Any]] = {
    "title": Annotated[str, Field(description="Name and city, which tells sites of one name apart.")],
    **{column.name: _shape(column) for column in PROPERTIES},
}


# A class of its own for its name, and because a type checker takes no variable for a type.
class SiteFacts(create_model("SiteFacts", __base__=_Exact, **_PROPERTIES)):  # type: ignore[misc]
    """What is known of a site. null is not known."""


class SiteFeature(_Exact):
    """A site; its geometry is null where it has no map pin."""

    type: Literal["Feature"]
    id: str
    geometry: Point | None
    properties: SiteFacts


class PartLink(_Exact):
    """The way to another part of a large directory."""

    rel: Literal["first", "next"]
    href: str


class SiteCollection(_Exact):
    """All sites as GeoJSON (RFC 7946)."""

    type: Literal["FeatureCollection"]
    directory_version: str
    practice: str
    numberMatched: Annotated[  # noqa: N815 - the spelling of OGC API Features
        int | None, Field(description="All sites there are; only where these are not all.")
    ] = None
    numberReturned: Annotated[int | None, Field(description="The sites of this part.")] = None  # noqa: N815
    links: Annotated[list[PartLink] | None, Field(description="The first and the next part.")] = None
    features: list[SiteFeature]


class LinkedData(_Exact):
    """All sites in the words of schema.org."""

    context: Annotated[Literal["https://schema.org"], Field(alias="@context")]
    graph: Annotated[list[dict[str, Any]], Field(alias="@graph")]


class BundleEntry(_Exact):
    """A resource of the bundle under the name that others refer to it by."""

    fullUrl: Annotated[str, Field(pattern="^urn:uuid:")]  # noqa: N815 - FHIR's spelling
    resource: dict[str, Any]


class FhirBundle(_Exact):
    """All sites as a FHIR R4 Bundle of the type collection."""

    resourceType: Literal["Bundle"]  # noqa: N815 - FHIR's spelling
    id: str
    meta: dict[str, str]
    language: Literal["en"]
    type: Literal["collection"]
    link: Annotated[
        list[dict[str, str]] | None,
        Field(description="The first and the next part, where these are not all."),
    ] = None
    entry: list[BundleEntry]
