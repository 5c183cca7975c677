"""The JSON-LD: every word is one of schema.org's, and every fact is the directory's."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from locator.sites import Answer, Claim, Site, Status
from tests.support.published_sites import DIRECTORIES, HOURS, PUBLISHER, published
from tests.support.samples import CONFIRMED_NO, CONFIRMED_YES, PROVISIONAL_YES, make_site

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# The properties that schema.org gives to each type, its own and those of the types above it, as far as they
# are used here. Checked in November 2026 against schema.org/<Type> and a library made from it.
VOCABULARY = {
    "Dataset": {"about", "description", "inLanguage", "isAccessibleForFree", "name", "url", "version"},
    "MedicalOrganization": {"name", "telephone", "url"},
    "MedicalClinic": {
        "additionalProperty", "address", "alternateName", "amenityFeature", "availableService",
        "description", "faxNumber", "geo", "identifier", "isAcceptingNewPatients", "name",
        "openingHoursSpecification", "parentOrganization", "subjectOf", "telephone", "url",
    },
    "PostalAddress": {"addressCountry", "addressLocality", "addressRegion", "postalCode", "streetAddress"},
    "GeoCoordinates": {"description", "latitude", "longitude"},
    "OpeningHoursSpecification": {"closes", "dayOfWeek", "description", "opens"},
    "LocationFeatureSpecification": {"name", "value"},
    "PropertyValue": {"propertyID", "value"},
    "MedicalProcedure": {"description", "name", "subjectOf"},
    "CreativeWork": {"citation", "creativeWorkStatus", "name", "temporalCoverage"},
}  # fmt: skip


def graph(sites: Sequence[Site], **publisher: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - as Practice takes them
    content = published(*sites, publisher=replace(PUBLISHER, **publisher))["clinics.jsonld"].content
    document = json.loads(content)
    assert document.keys() == {"@context", "@graph"}
    assert document["@context"] == "https://schema.org"
    nodes: list[dict[str, Any]] = document["@graph"]
    return nodes


def clinics(sites: Sequence[Site]) -> list[dict[str, Any]]:
    return [node for node in graph(sites) if node["@type"] == "MedicalClinic"]


def clinic(site: Site) -> dict[str, Any]:
    (node,) = clinics([site])
    return node


def nodes_in(value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from nodes_in(inner)


def properties(listed: list[dict[str, str]]) -> dict[str, str]:
    return {one["propertyID"]: one["value"] for one in listed}


@given(DIRECTORIES)
def test_every_type_and_property_is_spelled_as_schema_org_has_it(sites: list[Site]) -> None:
    nodes = graph(sites, public_url="https://fake.example/clinics")
    ids = {node["@id"] for node in nodes}
    assert len(ids) == len(nodes) == len(sites) + 2
    for node in nodes_in(nodes):
        if node.keys() == {"@id"}:
            assert node["@id"] in ids
        else:
            assert {name for name in node if not name.startswith("@")} <= VOCABULARY[node["@type"]]


@given(DIRECTORIES)
def test_nothing_that_is_not_known_is_there(sites: list[Site]) -> None:
    for node in nodes_in(graph(sites)):
        assert all(value not in (None, "", [], {}) for value in node.values())


@given(DIRECTORIES)
def test_each_clinic_has_the_facts_of_its_row(sites: list[Site]) -> None:
    for site, node in zip(sites, clinics(sites), strict=True):
        assert (node["name"], node["alternateName"]) == (site.title, site.name)
        assert node["telephone"] == f"+1-{site.phone}"
        assert node.get("faxNumber") == (f"+1-{site.fax}" if site.fax else None)
        assert node.get("url") == site.website
        npi = {"npi": site.npi} if site.npi else {}
        assert properties(node["identifier"]) == {"site_id": site.site_id, **npi}
        assert node["address"] == {
            "@type": "PostalAddress",
            "streetAddress": site.street_line,
            "addressLocality": site.city,
            "addressRegion": site.state,
            "postalCode": site.zip_code,
            "addressCountry": site.country,
        }
        point = (node["geo"]["latitude"], node["geo"]["longitude"]) if "geo" in node else None
        assert point == ((site.pin.point.lat_deg, site.pin.point.lon_deg) if site.pin else None)
        assert node["description"].startswith(site.note or "")


@given(DIRECTORIES)
def test_each_clinic_says_how_old_and_how_sure_its_facts_are(sites: list[Site]) -> None:
    for site, node in zip(sites, clinics(sites), strict=True):
        listing = node["subjectOf"]
        assert (listing["citation"], listing["temporalCoverage"]) == (site.source, site.as_of.isoformat())
        assert listing["creativeWorkStatus"] == ("confirmed" if site.verified_on else "provisional")
        told = {
            "pin_source": site.pin.source if site.pin else None,
            "pin_precision": site.pin.precision if site.pin else None,
            "hours_as_of": site.hours_as_of,
            "time_zone": site.time_zone,
            "verified_on": site.verified_on.isoformat() if site.verified_on else None,
        }
        known = {name: value for name, value in told.items() if value}
        assert properties(node["additionalProperty"]) == known


@given(DIRECTORIES)
def test_only_a_known_yes_is_a_service_with_its_evidence(sites: list[Site]) -> None:
    for site, node in zip(sites, clinics(sites), strict=True):
        claims = [claim for claim in (site.evaluation, site.procedure) if claim.answer is Answer.YES]
        told = [one["subjectOf"] for one in node.get("availableService", [])]
        assert [(one["citation"], one["temporalCoverage"], one["creativeWorkStatus"]) for one in told] == [
            (claim.source, str(claim.as_of), claim.status) for claim in claims
        ]


@pytest.mark.parametrize("claim", [CONFIRMED_YES, PROVISIONAL_YES])
def test_a_service_carries_its_doubt_in_its_name(claim: Claim) -> None:
    (service,) = clinic(make_site(evaluation=CONFIRMED_NO, procedure=claim))["availableService"]
    assert "procedures" in service["name"]
    assert ("not yet confirmed" in service["name"]) == (claim.status is Status.PROVISIONAL)
    assert claim.source in service["description"]


def test_an_unknown_role_is_said_to_be_not_known_and_never_no() -> None:
    node = clinic(make_site())
    assert "procedures: not known. Not known does not mean no." in node["description"]
    assert ["Evaluation" in service["name"] for service in node["availableService"]] == [True]
    assert "isAcceptingNewPatients" not in node
    assert "amenityFeature" not in node


@given(DIRECTORIES)
def test_access_and_new_patients_are_there_where_they_are_known(sites: list[Site]) -> None:
    known = {Answer.YES: True, Answer.NO: False, Answer.UNKNOWN: None}
    for site, node in zip(sites, clinics(sites), strict=True):
        features = {one["name"].rpartition(" ")[2]: one["value"] for one in node.get("amenityFeature", [])}
        access = site.wheelchair
        expected = {"entrance": access.entrance, "parking": access.parking, "restroom": access.restroom}
        assert {name: features.get(name) for name in expected} == {n: known[a] for n, a in expected.items()}
        assert node.get("isAcceptingNewPatients") is known[site.accepting_new_patients]


@pytest.mark.parametrize("hours", HOURS)
def test_hours_are_those_of_the_listing_day_by_day(hours: str) -> None:
    node = clinic(make_site(hours=hours, hours_as_of="2025-02"))
    ends = {"00:00": "24:00", "23:59": "24:00"}
    read = {
        (
            DAYS.index(day.removeprefix("https://schema.org/")),
            one["opens"],
            ends.get(one["closes"], one["closes"]),
        )
        for one in node.get("openingHoursSpecification", [])
        for day in one["dayOfWeek"]
    }
    assert read == HOURS[hours]
    assert all("2025-02" in one["description"] for one in node.get("openingHoursSpecification", []))


def test_no_opening_can_be_read_as_a_closed_day() -> None:
    for hours in HOURS:
        for one in clinic(make_site(hours=hours)).get("openingHoursSpecification", []):
            assert one["opens"] != one["closes"]


def test_the_graph_names_the_version_the_practice_and_where_its_pages_are() -> None:
    data, practice, *_clinics = graph([make_site()], public_url="https://fake.example/clinics")
    assert (data["version"], data["url"]) == ("fake1", "https://fake.example/clinics")
    assert (practice["name"], practice["telephone"]) == ("Fake Practice", "+1-612-555-0100")
    assert clinic(make_site())["parentOrganization"] == {"@id": practice["@id"]} == data["about"]
