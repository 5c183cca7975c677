"""Every document: the same for the same directory, harmless anywhere. GeoJSON and the table in particular."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from locator.clinics.csv_injection import restored
from locator.clinics.schema import COLUMNS, SCHEMA
from locator.publication.documents import MEDIA_TYPES, documents
from locator.publication.table import HEADER
from locator.sites import Answer, Claim, Site, Wheelchair
from tests.support.payloads import PAYLOADS
from tests.support.pseudo_language import pseudo_language
from tests.support.published_sites import DIRECTORIES, PUBLISHER, published
from tests.support.samples import CONFIRMED_NO, PROVISIONAL_YES, make_site

NAMES = ("sites.geojson", "clinics.csv", "clinics.jsonld", "clinics.fhir.json")
JSON_NAMES = [name for name in NAMES if name != "clinics.csv"]


def claim_facts(role: str, claim: Claim) -> dict[str, Any]:
    return {
        role: str(claim.answer),
        f"{role}_status": str(claim.status),
        f"{role}_source": claim.source,
        f"{role}_as_of": claim.as_of.isoformat() if claim.as_of else None,
    }


def wheelchair_facts(access: Wheelchair) -> dict[str, str]:
    return {
        "wheelchair_entrance": str(access.entrance),
        "wheelchair_parking": str(access.parking),
        "wheelchair_restroom": str(access.restroom),
    }


def published_facts(site: Site) -> dict[str, Any]:
    """What a document with a place for everything must say; None is not known."""
    known = {
        "site_id": site.site_id,
        "name": site.name,
        "street": site.street,
        "unit": site.unit,
        "city": site.city,
        "state": site.state,
        "zip": site.zip_code,
        "country": site.country,
        "phone": site.phone,
        "fax": site.fax,
        "website": site.website,
        "npi": site.npi,
        "hours": site.hours,
        "hours_as_of": site.hours_as_of,
        "time_zone": site.time_zone,
        "pin_source": site.pin.source if site.pin else None,
        "pin_precision": str(site.pin.precision) if site.pin else None,
        **claim_facts("evaluation", site.evaluation),
        **claim_facts("procedure", site.procedure),
        **wheelchair_facts(site.wheelchair),
        "accepting_new_patients": str(site.accepting_new_patients),
        "source": site.source,
        "as_of": site.as_of.isoformat(),
        "verified_on": site.verified_on.isoformat() if site.verified_on else None,
        "note": site.note,
    }
    apart = {"latitude", "longitude", "pin_address", "verified_by", "active"}
    later = {name: column.value(site) for name, column in SCHEMA.items() if name not in {*known, *apart}}
    return {**known, **later}


def features(sites: Sequence[Site]) -> list[dict[str, Any]]:
    collection = json.loads(published(*sites)["sites.geojson"].content)
    assert collection["type"] == "FeatureCollection"
    assert collection["directory_version"] == PUBLISHER.directory_version
    found: list[dict[str, Any]] = collection["features"]
    return found


def table(sites: Sequence[Site]) -> list[dict[str, str]]:
    text = published(*sites)["clinics.csv"].content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_each_document_has_its_name_and_media_type() -> None:
    made = documents([make_site()], PUBLISHER)
    assert tuple(document.name for document in made) == NAMES
    assert {document.name: document.media_type for document in made} == MEDIA_TYPES


@given(DIRECTORIES)
def test_the_same_directory_in_any_order_gives_the_same_bytes(sites: list[Site]) -> None:
    assert documents(sites, PUBLISHER) == documents(sites[::-1], PUBLISHER)


@pytest.mark.parametrize("name", NAMES)
def test_another_version_of_the_directory_gives_other_bytes(name: str) -> None:
    newer = published(make_site(), publisher=replace(PUBLISHER, directory_version="fake2"))
    assert newer[name] != published(make_site())[name]


@pytest.mark.parametrize("name", NAMES)
def test_the_language_a_visitor_chose_changes_nothing(name: str) -> None:
    site = make_site(hours="Mo-Fr 08:00-17:00", procedure=CONFIRMED_NO)
    english = published(site)[name]
    with pseudo_language():
        assert published(site)[name] == english


@pytest.mark.parametrize("name", NAMES)
def test_a_clinic_that_is_not_active_is_not_published(name: str) -> None:
    closed = make_site("fake-closed", active=False)
    assert published(make_site(), closed)[name] == published(make_site())[name]


@pytest.mark.parametrize("name", NAMES)
def test_who_at_the_practice_checked_a_listing_is_not_published(name: str) -> None:
    known = make_site(verified_on=make_site().as_of, verified_by="Fake Person")
    assert b"Fake Person" not in published(known)[name].content


@pytest.mark.parametrize("name", JSON_NAMES)
@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_no_text_can_leave_a_script_element_or_start_a_template(name: str, payload: str) -> None:
    content = published(make_site(name=payload, note=payload, evaluation=PROVISIONAL_YES))[name].content
    assert json.loads(content)
    for opening in (b"<", b">", b"&", b"{{", b"{%", b"{#", "\u2028".encode(), "\u2029".encode()):
        assert opening not in content


@given(DIRECTORIES)
def test_geojson_has_every_fact_of_the_directory(sites: list[Site]) -> None:
    found = features(sites)
    assert [one["id"] for one in found] == [site.site_id for site in sites]
    assert [one["properties"] for one in found] == [
        {"title": site.title, **published_facts(site)} for site in sites
    ]


@given(DIRECTORIES)
def test_geojson_has_longitude_first_and_no_geometry_without_a_pin(sites: list[Site]) -> None:
    for site, feature in zip(sites, features(sites), strict=True):
        # RFC 7946, 3.2: these three, and null for a feature without a place.
        assert {"type", "geometry", "properties"} <= feature.keys()
        assert feature["type"] == "Feature"
        if site.pin is None:
            assert feature["geometry"] is None
        else:
            point = site.pin.point
            assert feature["geometry"] == {"type": "Point", "coordinates": [point.lon_deg, point.lat_deg]}


@given(DIRECTORIES)
def test_the_table_has_every_fact_of_the_directory(sites: list[Site]) -> None:
    rows = table(sites)
    assert len(rows) == len(sites)
    for site, row in zip(sites, rows, strict=True):
        read = {column: restored(cell) or None for column, cell in row.items()}
        assert read.pop("directory_version") == PUBLISHER.directory_version
        pin = (read.pop("latitude"), read.pop("longitude"))
        point = site.pin.point if site.pin else None
        assert pin == ((str(point.lat_deg), str(point.lon_deg)) if point else (None, None))
        assert read == published_facts(site)


def test_the_table_opens_in_a_spreadsheet_as_text_in_columns() -> None:
    content = published(make_site(city="Fäketown"))["clinics.csv"].content
    assert content.startswith(b"\xef\xbb\xbfsite_id,name,")
    lines = content.decode("utf-8-sig").split("\r\n")
    assert len(lines) == 3
    assert lines[-1] == ""
    assert "Fäketown" in lines[1]


@pytest.mark.parametrize("cell", ["=1+1|cmd!A1", "+1+1", "-1+1", "@SUM(1)", "'=1+1"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(cell: str) -> None:
    (row,) = table([make_site(note=cell)])
    assert row["note"] == f"'{cell}"


def test_a_pin_in_the_west_stays_a_number() -> None:
    (row,) = table([make_site()])
    assert row["longitude"] == "-93.27"


def test_the_table_has_its_columns_without_a_single_clinic() -> None:
    content = published()["clinics.csv"].content.decode("utf-8-sig")
    assert content == ",".join(HEADER) + "\r\n"


def test_the_table_has_the_directorys_columns_but_those_for_staff() -> None:
    for_staff = {"pin_address", "verified_by", "active"}
    assert [*HEADER] == [*(c for c in COLUMNS if c not in for_staff), "directory_version"]


def test_an_unknown_answer_is_written_as_unknown() -> None:
    site = make_site(accepting_new_patients=Answer.UNKNOWN)
    assert features([site])[0]["properties"]["procedure"] == "unknown"
    assert table([site])[0]["accepting_new_patients"] == "unknown"
