"""The shapes of the answers, for the OpenAPI description; the tests hold the answers to them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from locator.sites import Answer, PinPrecision, Precision, Status

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
        bool, Field(description="Which of this clinic and the one before it is nearer is not settled.")
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


class SiteFacts(_Exact):
    """What is known of a site. null is not known."""

    title: Annotated[str, Field(description="Name and city, which tells sites of one name apart.")]
    site_id: str
    name: str
    street: str
    unit: str | None
    city: str
    state: str
    zip: str
    country: str
    phone: str
    fax: str | None
    website: str | None
    npi: Annotated[str | None, Field(description="National Provider Identifier of this site.")]
    hours: Annotated[
        str | None, Field(description="Weekly opening hours as OpenStreetMap writes them: Mo-Fr 08:00-17:00.")
    ]
    hours_as_of: Annotated[str | None, Field(description="The month or day the hours were listed.")]
    time_zone: Annotated[str, Field(description="The clock the hours are on.")]
    pin_source: Annotated[str | None, Field(description="How the map pin was placed; null without a pin.")]
    pin_precision: Annotated[
        PinPrecision | None, Field(description="What the pin stands for; unknown where nobody said.")
    ]
    evaluation: _Answer
    evaluation_status: _Status
    evaluation_source: str | None
    evaluation_as_of: _Day | None
    procedure: _Answer
    procedure_status: _Status
    procedure_source: str | None
    procedure_as_of: _Day | None
    wheelchair_entrance: _Answer
    wheelchair_parking: _Answer
    wheelchair_restroom: _Answer
    accepting_new_patients: _Answer
    source: Annotated[str, Field(description="Where the other facts come from.")]
    as_of: Annotated[_Day, Field(description="The date of that source.")]
    verified_on: Annotated[
        _Day | None, Field(description="The day the practice checked the listing; null if it has not.")
    ]
    note: str | None


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
