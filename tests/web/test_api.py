"""The API: the documents as published, kept by their tags, and refusals that say why and repeat nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import pytest

from locator.clinics.reading import ServedDirectory
from locator.errors import LocatorError
from locator.geocoding.places.offline import OfflinePlaces
from locator.publication.documents import MEDIA_TYPES, documents
from locator.publication.fhir import AS_OF, PIN_PRECISION, STATUS, VERIFIED_ON
from locator.settings.loading import Practice
from tests.support.api_client import ApiClient, FakeDirectory, make_sources, shipped_sites
from tests.support.api_refusals import assert_refused
from tests.support.samples import make_site
from tests.support.servers import RunningServer

DOCUMENTS = sorted(MEDIA_TYPES)
SCRIPT = "%3Cscript%3Ealert(1)%3C/script%3E"


@pytest.fixture(scope="module")
def api() -> ApiClient:
    """The API about the shipped clinics."""
    return ApiClient()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_the_one_that_is_published(api: ApiClient, name: str) -> None:
    publisher = Practice("iSpine Pain Physicians", "763-201-8191", "https://ispineclinics.com/", "fake1")
    expected = {one.name: one for one in documents(shipped_sites(), publisher)}[name]
    response = api.get(f"/{name}")
    assert response.status_code == HTTPStatus.OK
    assert response.content == expected.content
    assert response.headers["content-type"] == expected.media_type


def test_the_documents_name_the_practice_and_the_address_of_the_settings() -> None:
    told: dict[str, Any] = {
        "practice_name": "Fake Practice",
        "practice_phone": "612-555-0100",
        "practice_website": "https://fake.example/",
        "public_url": "https://fake.example/clinics",
    }
    publisher = Practice(**told, directory_version="fake7")
    api = ApiClient(FakeDirectory([make_site()], "fake7"), **told)
    for document in documents([make_site()], publisher):
        assert api.get(f"/{document.name}").content == document.content
    assert b"https://fake.example/clinics" in api.get("/clinics.jsonld").content


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_may_be_kept_for_a_while_and_read_by_any_page(api: ApiClient, name: str) -> None:
    headers = api.get(f"/{name}").headers
    assert headers["cache-control"] == "public, max-age=300"
    assert headers["access-control-allow-origin"] == "*"
    assert headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in headers


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', '"other" , W/{}', "*"])
def test_a_copy_that_is_still_good_is_not_sent_again(api: ApiClient, name: str, form: str) -> None:
    etag = api.get(f"/{name}").headers["etag"]
    assert etag.startswith('"')
    again = api.get(f"/{name}", if_none_match=form.format(etag))
    assert (again.status_code, again.content) == (HTTPStatus.NOT_MODIFIED, b"")
    assert again.headers["etag"] == etag
    assert again.headers["cache-control"] == "public, max-age=300"


@pytest.mark.parametrize("tag", ['"other"', "", "nonsense", '"', "W/"])
def test_a_copy_of_something_else_is_sent_anew(api: ApiClient, tag: str) -> None:
    assert api.get("/clinics.csv", if_none_match=tag).status_code == HTTPStatus.OK


def test_every_document_has_a_tag_of_its_own(api: ApiClient) -> None:
    assert len({api.get(f"/{name}").headers["etag"] for name in DOCUMENTS}) == len(DOCUMENTS)


def test_a_change_of_the_directory_is_served_under_a_new_tag() -> None:
    directory = FakeDirectory([make_site()], "fake1")
    api = ApiClient(directory)
    before = api.get("/sites.geojson")
    directory.change(make_site("fake-new"), version="fake2")
    after = api.get("/sites.geojson", if_none_match=before.headers["etag"])
    assert after.status_code == HTTPStatus.OK
    assert [one["id"] for one in after.json()["features"]] == ["fake-new"]
    assert after.headers["etag"] != before.headers["etag"]


@pytest.mark.parametrize("path", [*(f"/{name}" for name in DOCUMENTS), "/nearest?zip=55407", "/openapi.json"])
def test_head_answers_with_the_headers_alone(api: ApiClient, path: str) -> None:
    head, got = api.request("HEAD", path), api.get(path)
    assert (head.status_code, head.content) == (HTTPStatus.OK, b"")
    assert head.headers == got.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/clinics.csv", "/nearest?zip=55407", "/openapi.json"])
def test_only_reading_is_possible(api: ApiClient, method: str, path: str) -> None:
    response = api.request(method, path)
    assert "GET or HEAD" in assert_refused(response, 405)
    assert response.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "path", ["/", "/clinics", "/clinics.csv/", f"/{SCRIPT}", "/docs", "/redoc", "/../clinics.csv"]
)
def test_an_address_that_is_not_there_is_a_problem_too(api: ApiClient, path: str) -> None:
    assert "openapi.json" in assert_refused(api.get(path), 404)


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v2/clinics.csv", "/api/v1"])
def test_nothing_else_is_under_api(api: ApiClient, path: str) -> None:
    assert_refused(api.request_anywhere("GET", path), 404)


def test_the_api_moves_with_the_base_path() -> None:
    moved = ApiClient(base_path="clinics")
    assert moved.request_anywhere("GET", "/clinics/api/v1/clinics.csv").status_code == HTTPStatus.OK
    described = moved.request_anywhere("GET", "/clinics/api/v1/openapi.json").json()
    assert described["servers"] == [{"url": "/clinics/api/v1"}]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_parameter_of_a_document_is_refused(api: ApiClient, name: str) -> None:
    assert "There is after" in assert_refused(api.get(f"/{name}?{SCRIPT}=1"), 422)


def test_without_a_clinic_nothing_is_published_as_if_there_were_none() -> None:
    api = ApiClient(FakeDirectory([]))
    for path in (*(f"/{name}" for name in DOCUMENTS), "/nearest?zip=55407"):
        assert "directory" in assert_refused(api.get(path), 503)


def test_data_that_cannot_be_loaded_is_a_503_without_the_files_name() -> None:
    def broken() -> OfflinePlaces:
        raise LocatorError("secret.csv cannot be read")

    sources = make_sources(FakeDirectory([make_site()]))
    api = ApiClient(sources=type(sources)(sources.settings, sources.directory, broken, sources.site_index))
    assert "secret" not in assert_refused(api.get("/nearest?zip=55407"), 503)


def test_a_failure_nobody_expected_is_a_500_without_its_details() -> None:
    def broken() -> ServedDirectory:
        raise RuntimeError("a secret detail")

    sources = make_sources(FakeDirectory([make_site()]))
    api = ApiClient(sources=type(sources)(sources.settings, broken, sources.places, sources.site_index))
    assert "secret" not in assert_refused(api.get("/clinics.csv"), 500)


def test_the_description_can_be_read_and_names_every_address(api: ApiClient) -> None:
    described = api.get("/openapi.json").json()
    assert described["paths"].keys() == {*(f"/{name}" for name in DOCUMENTS), "/nearest"}
    assert "github" not in json.dumps(described)


def test_the_description_has_every_status_with_its_media_type(api: ApiClient) -> None:
    described = api.get("/openapi.json").json()
    for path, operations in described["paths"].items():
        assert operations.keys() == {"get", "head"}
        own = MEDIA_TYPES.get(path.removeprefix("/"), "application/json")
        for operation in operations.values():
            answers = operation["responses"]
            special = {"404"} if path == "/nearest" else {"304"}
            assert answers.keys() == {"200", "405", "422", "500", "503", *special}
            assert [*answers["200"]["content"]] == [own]
            assert answers["200"]["content"][own]["schema"]
            for status in answers.keys() - {"200", "304"}:
                (media_type,) = answers[status]["content"]
                assert media_type == "application/problem+json"
                shape = answers[status]["content"][media_type]["schema"]
                assert shape == {"$ref": "#/components/schemas/Problem"}


def test_the_docs_name_every_address_and_every_list_of_codes(project_root: Path) -> None:
    text = (project_root / "docs" / "api.md").read_text(encoding="utf-8")
    assert all(f"`/api/v1/{name}`" in text for name in (*DOCUMENTS, "nearest", "openapi.json"))
    assert all(f"`{system}`" in text for system in (STATUS, AS_OF, VERIFIED_ON, PIN_PRECISION))


@pytest.mark.process
def test_the_app_starts_without_the_api_and_then_shares_the_pages_data(project_root: Path) -> None:
    code = """
import sys
import app
assert "fastapi" not in sys.modules
sources = app.api_sources()
from locator.ui.runtime import resources
assert sources.places() is resources.places()
assert sources.site_index() is resources.site_index()
assert sources.directory() is resources.directory()
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=project_root, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_real_server_answers_and_logs_nothing_of_it(app_server: RunningServer) -> None:
    logged = app_server.log.read_bytes()
    url = f"{app_server.url}/api/v1"
    found = httpx.get(f"{url}/nearest?zip=55407&limit=1", trust_env=False)
    assert [match["site_id"] for match in found.json()["matches"]] == ["edina"]
    tag = httpx.get(f"{url}/clinics.csv", trust_env=False).headers["etag"]
    again = httpx.get(f"{url}/clinics.csv", headers={"If-None-Match": tag}, trust_env=False)
    assert again.status_code == HTTPStatus.NOT_MODIFIED
    assert httpx.get(f"{url}/nearest?zip=1%20Nowhere%20St", trust_env=False).status_code == 422
    assert app_server.log.read_bytes() == logged
