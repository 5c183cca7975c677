"""What holds once the column of docs/contributing.md is there: tests to run in a copy of the project."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from locator.clinics import OPTIONAL_COLUMNS, SCHEMA
from locator.clinics.reading import parse_directory
from locator.language import ENGLISH, language_of, speaking
from locator.presentation.cards import Card, CardGroup, render_list
from locator.publication.documents import documents
from locator.sites import Site
from locator.web.api.models import SiteCollection
from scripts.columns import DOCUMENT
from tests.support.clinic_files import PINNED, TODAY, as_csv
from tests.support.page_visits import forget_everything
from tests.support.parsed_html import parse
from tests.support.published_sites import PUBLISHER
from tests.support.staff_visit import begin_anew, cells, visit

COLUMN = "parking"
WORDS = "fake lot <b>behind</b> the building"


def site_with(text: str) -> Site:
    reading = parse_directory(as_csv(PINNED | {COLUMN: text}), today=TODAY)
    assert reading.valid, reading.problems
    (site,) = reading.sites
    return site


def test_a_cell_is_read_and_an_empty_one_is_not_known() -> None:
    assert SCHEMA[COLUMN].value(site_with(WORDS)) == WORDS
    assert SCHEMA[COLUMN].value(site_with("")) is None


def test_a_file_may_do_without_the_column() -> None:
    others = tuple(name for name in SCHEMA if name != COLUMN)
    assert parse_directory(as_csv(PINNED, columns=others), today=TODAY).valid
    assert COLUMN in OPTIONAL_COLUMNS


def test_a_wrong_cell_is_reported_in_the_words_of_its_type() -> None:
    (problem,) = parse_directory(as_csv(PINNED | {COLUMN: "x" * 201}), today=TODAY).problems
    assert (problem.column, problem.message) == (COLUMN, "use plain text of at most 200 characters")


@pytest.mark.parametrize(("tag", "label"), [("en", "Parking"), ("es", "Estacionamiento")])
def test_the_card_says_it_in_the_readers_language_and_what_people_wrote_in_english(
    tag: str, label: str
) -> None:
    now = datetime(2026, 11, 22, 15, tzinfo=UTC)
    with speaking(language_of(tag) or ENGLISH):
        known, unknown = (
            render_list([CardGroup("Heading", "", (Card(1, site_with(text)),))], now=now)
            for text in (WORDS, "")
        )
    (line,) = [one for one in parse(known).all("p") if one.text.startswith(f"{label}: ")]
    assert line.text == f"{label}: {WORDS}"
    assert (line.one("span").text, line.one("span").attributes["lang"]) == (WORDS, "en")
    assert label not in unknown


@pytest.fixture
def staff_data(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> Iterator[Path]:
    begin_anew(monkeypatch, data_dir)
    yield data_dir
    forget_everything()


def test_the_staff_form_has_it_and_its_first_value_adds_it_to_the_file(staff_data: Path) -> None:
    assert COLUMN not in cells(staff_data)["edina"]
    page = visit().edit("edina", **{COLUMN: WORDS})
    field = page.field(COLUMN)
    assert field.label == SCHEMA[COLUMN].label
    assert field.help == "Where to park, and what it costs. text, at most 200 characters"
    page.publish()
    assert cells(staff_data)["edina"][COLUMN] == WORDS
    assert cells(staff_data)["chaska"][COLUMN] == ""


def published() -> dict[str, bytes]:
    return {one.name: one.content for one in documents([site_with(WORDS)], PUBLISHER)}


def properties() -> dict[str, Any]:
    (feature,) = json.loads(published()["sites.geojson"])["features"]
    found: dict[str, Any] = feature["properties"]
    return found


def test_geojson_and_the_table_have_it_at_its_place() -> None:
    (row,) = csv.DictReader(io.StringIO(published()["clinics.csv"].decode("utf-8-sig"), newline=""))
    assert properties()[COLUMN] == row[COLUMN] == WORDS
    for names in (list(row), list(properties())):
        assert names.index(COLUMN) == names.index("source") - 1


def test_the_api_describes_it() -> None:
    SiteCollection.model_validate_json(published()["sites.geojson"])
    described = SiteCollection.model_json_schema()["$defs"]["SiteFacts"]["properties"][COLUMN]
    assert described["anyOf"] == [{"type": "string"}, {"type": "null"}]


def test_json_ld_and_fhir_have_it() -> None:
    *_others, clinic = json.loads(published()["clinics.jsonld"])["@graph"]
    told = {one["propertyID"]: one["value"] for one in clinic["additionalProperty"]}
    assert told[COLUMN] == WORDS
    resources = [one["resource"] for one in json.loads(published()["clinics.fhir.json"])["entry"]]
    (location,) = [one for one in resources if one["resourceType"] == "Location"]
    assert f"Parking: {WORDS}." in location["description"]


def test_the_table_of_columns_explains_it() -> None:
    assert f"| `{COLUMN}` | Where to park, and what it costs (since 1.1) |" in DOCUMENT.read_text("utf-8")
