"""The FHIR bundle: valid R4 by a published library and by rules it leaves out, and true to the directory."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from fhirclient.models.bundle import Bundle
from fhirclient.models.healthcareservice import HealthcareService
from fhirclient.models.location import Location
from hypothesis import given

from locator.publication.fhir import AS_OF, PIN_PRECISION, STATUS, US_NPI, VERIFIED_ON
from locator.sites import Answer, Claim, Site, Status
from tests.support.published_sites import DIRECTORIES, HOURS, PUBLISHER, published
from tests.support.samples import CONFIRMED_NO, CONFIRMED_YES, PROVISIONAL_YES, make_site

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# The value sets with the binding "required" in R4, by the resource or data type and the element:
# hl7.org/fhir/R4/valueset-<name>.html
REQUIRED_BINDINGS = {
    "Bundle.type": {"collection"},
    "Location.status": {"active", "suspended", "inactive"},
    "Location.mode": {"instance", "kind"},
    "telecom.system": {"phone", "fax", "email", "pager", "url", "sms", "other"},
    "telecom.use": {"home", "work", "temp", "old", "mobile"},
    "identifier.use": {"usual", "official", "temp", "secondary", "old"},
    "address.use": {"home", "work", "temp", "old", "billing"},
    "hoursOfOperation.daysOfWeek": set(WEEK),
}
# hl7.org/fhir/R4/datatypes.html: the regular expressions of the primitive types.
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
CODE = re.compile(r"[^\s]+(\s[^\s]+)*")
URI = re.compile(r"\S+")
TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?")


def bundle_json(sites: Sequence[Site]) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(published(*sites)["clinics.fhir.json"].content)
    return made


def resources(sites: Sequence[Site]) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in bundle_json(sites)["entry"]]


def locations(sites: Sequence[Site]) -> list[dict[str, Any]]:
    return [one for one in resources(sites) if one["resourceType"] == "Location"]


def services(site: Site) -> list[dict[str, Any]]:
    return [one for one in resources([site]) if one["resourceType"] == "HealthcareService"]


def elements(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON
    """Every value in a resource with the name of its element after that of its parent."""
    if isinstance(value, dict):
        parent = value.get("resourceType", path.rpartition(".")[2])
        for name, inner in value.items():
            yield from elements(inner, f"{parent}.{name}")
    elif isinstance(value, list):
        yield path, value
        for inner in value:
            yield from elements(inner, path)
    yield path, value


def tags(resource: dict[str, Any]) -> dict[str, str]:
    return {tag["system"]: tag["code"] for tag in resource["meta"]["tag"]}


@given(DIRECTORIES)
def test_a_published_library_takes_the_bundle_and_gives_it_back_unchanged(sites: list[Site]) -> None:
    read = bundle_json(sites)
    bundle = Bundle(read, strict=True)
    assert bundle.as_json() == read
    kinds = [type(entry.resource) for entry in bundle.entry]
    assert kinds.count(Location) == len(sites)
    known = [c for site in sites for c in (site.evaluation, site.procedure) if c.answer is Answer.YES]
    assert kinds.count(HealthcareService) == len(known)


@given(DIRECTORIES)
def test_every_reference_leads_to_a_resource_of_the_bundle(sites: list[Site]) -> None:
    read = bundle_json(sites)
    kinds = {entry["fullUrl"]: entry["resource"]["resourceType"] for entry in read["entry"]}
    # bdl-7: a fullUrl stands only once; and it is the id of its resource.
    assert len(kinds) == len(read["entry"])
    assert list(kinds) == [f"urn:uuid:{entry['resource']['id']}" for entry in read["entry"]]
    references = [
        value for _path, value in elements(read) if isinstance(value, dict) and "reference" in value
    ]
    assert len(references) >= len(sites)
    assert [kinds.get(one["reference"]) for one in references] == [one["type"] for one in references]


@given(DIRECTORIES)
def test_codes_are_those_that_r4_requires(sites: list[Site]) -> None:
    coded = [(path, value) for path, value in elements(bundle_json(sites)) if path in REQUIRED_BINDINGS]
    assert coded
    for path, value in coded:
        assert set(value if isinstance(value, list) else [value]) <= REQUIRED_BINDINGS[path], path


@given(DIRECTORIES)
def test_every_primitive_is_written_as_r4_has_it_and_nothing_is_empty(sites: list[Site]) -> None:
    patterns = {"id": ID, "versionId": ID, "code": CODE, "system": URI, "fullUrl": URI, "reference": URI}
    patterns |= {"openingTime": TIME, "closingTime": TIME}
    for path, value in elements(bundle_json(sites)):
        assert value not in ("", [], {}, None), path
        pattern = patterns.get(path.rpartition(".")[2])
        assert pattern is None or pattern.fullmatch(value), path


@given(DIRECTORIES)
def test_each_location_has_the_facts_of_its_clinic(sites: list[Site]) -> None:
    for site, location in zip(sites, locations(sites), strict=True):
        named = {one.get("system"): one["value"] for one in location["identifier"]}
        assert named.pop(None) == site.site_id
        assert named.pop(US_NPI, None) == site.npi
        assert named == {}
        assert (location["name"], location["alias"]) == (site.title, [site.name])
        told = {one["system"]: one["value"] for one in location["telecom"]}
        assert told.pop("phone") == f"+1-{site.phone}"
        assert told.pop("fax", None) == (f"+1-{site.fax}" if site.fax else None)
        assert told.pop("url", None) == site.website
        assert told == {}
        address = location["address"]
        assert address["line"] == [line for line in (site.street, site.unit) if line]
        assert [address[part] for part in ("city", "state", "postalCode", "country")] == [
            site.city, site.state, site.zip_code, site.country,
        ]  # fmt: skip
        point = site.pin.point if site.pin else None
        position = point and {"longitude": point.lon_deg, "latitude": point.lat_deg}
        assert location.get("position") == position
        assert (site.note or "") in location["description"]
        assert site.source in location["description"]


@given(DIRECTORIES)
def test_each_location_says_how_old_and_how_sure_it_is(sites: list[Site]) -> None:
    for site, location in zip(sites, locations(sites), strict=True):
        expected = {AS_OF: site.as_of.isoformat(), STATUS: "confirmed" if site.verified_on else "provisional"}
        if site.verified_on:
            expected[VERIFIED_ON] = site.verified_on.isoformat()
        if site.pin:
            expected[PIN_PRECISION] = str(site.pin.precision)
        assert tags(location) == expected


@pytest.mark.parametrize("hours", HOURS)
def test_hours_are_those_of_the_listing_day_by_day(hours: str) -> None:
    (location,) = locations([make_site(hours=hours, hours_as_of="2025-02")])
    read = set()
    for opening in location.get("hoursOfOperation", []):
        # A whole day is said to be one, never left to be read as no time at all.
        assert opening.get("allDay") or opening["openingTime"] != opening["closingTime"]
        for day in opening["daysOfWeek"]:
            times = (
                ("00:00", "24:00")
                if opening.get("allDay")
                else (opening["openingTime"][:5], opening["closingTime"][:5].replace("00:00", "24:00"))
            )
            read.add((WEEK.index(day), *times))
    assert read == HOURS[hours]
    assert "2025-02" in location["availabilityExceptions"]
    assert "America/Chicago" in location["availabilityExceptions"]


def test_hours_that_are_not_known_are_left_out() -> None:
    (location,) = locations([make_site(hours=None)])
    assert not {"hoursOfOperation", "availabilityExceptions"} & location.keys()


@pytest.mark.parametrize("claim", [CONFIRMED_YES, PROVISIONAL_YES])
def test_a_service_says_how_sure_it_is_and_on_what_evidence(claim: Claim) -> None:
    (service,) = services(make_site(evaluation=replace(CONFIRMED_NO), procedure=claim))
    assert "procedure" in service["name"]
    assert tags(service) == {STATUS: str(claim.status), AS_OF: "2026-01-02"}
    assert f"Source: {claim.source} (as of 2026-01-02)." in service["comment"]
    unsure = claim.status is Status.PROVISIONAL
    assert ("not yet confirmed" in service["name"]) == unsure
    assert service["comment"].startswith("Not yet confirmed" if unsure else "Confirmed")


def test_what_is_not_known_is_no_service_and_is_said_to_be_not_known() -> None:
    site = make_site()
    assert ["Evaluation" in service["name"] for service in services(site)] == [True]
    (location,) = locations([site])
    assert (
        "procedures: not known. Not known does not mean no. Call 612-555-0100 to ask."
        in location["description"]
    )


def test_a_known_no_is_no_service_and_is_said_with_its_evidence() -> None:
    site = make_site(evaluation=CONFIRMED_NO, procedure=CONFIRMED_NO)
    assert services(site) == []
    (location,) = locations([site])
    said = "procedures: no. Confirmed by the practice. Source: Test source (as of 2026-01-02)."
    assert said in location["description"]


@given(DIRECTORIES)
def test_wheelchair_access_and_new_patients_are_told_where_they_are_known(sites: list[Site]) -> None:
    for site, location in zip(sites, locations(sites), strict=True):
        answers = {
            "Wheelchair accessible entrance": site.wheelchair.entrance,
            "Wheelchair accessible parking": site.wheelchair.parking,
            "Wheelchair accessible restroom": site.wheelchair.restroom,
            "Accepting new patients": site.accepting_new_patients,
        }
        for fact, answer in answers.items():
            # A note may say anything, so the project's own sentences are looked for behind it.
            said = location["description"].removeprefix(site.note or "")
            assert (f"{fact}: yes." in said) == (answer is Answer.YES)
            assert (f"{fact}: no." in said) == (answer is Answer.NO)


def test_the_bundle_names_the_version_and_the_practice_and_no_moment() -> None:
    bundle = bundle_json([make_site()])
    assert bundle["meta"]["versionId"] == PUBLISHER.directory_version
    assert "timestamp" not in bundle
    practice = bundle["entry"][0]["resource"]
    assert (practice["resourceType"], practice["name"]) == ("Organization", "Fake Practice")
    assert [way["value"] for way in practice["telecom"]] == ["+1-612-555-0100", "https://fake.example/"]


def test_ids_outlive_a_change_of_the_facts_and_differ_between_practices() -> None:
    (before,) = locations([make_site()])
    (after,) = locations([make_site(name="Renamed Fake", street="2 Nowhere St")])
    assert before["id"] == after["id"]
    other = published(make_site(), publisher=replace(PUBLISHER, practice_name="Another Fake Practice"))
    assert before["id"] not in other["clinics.fhir.json"].content.decode()
