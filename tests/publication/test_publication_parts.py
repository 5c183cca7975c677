"""A directory too large for one document comes in parts, each of which says so and names the next."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from locator.clinics.reading import ServedDirectory
from locator.publication.documents import MEDIA_TYPES, document, documents, in_order
from locator.publication.part import PART_SITES, Part
from locator.sites import Site
from locator.web.api.published import DocumentCache
from tests.support.api_client import ApiClient, FakeDirectory, make_sources
from tests.support.published_sites import PUBLISHER
from tests.support.samples import make_site

COUNT = 2 * PART_SITES + 1
MANY = tuple(make_site(f"fake-{number:05}") for number in range(COUNT))

PUBLISHER_OF_API = make_sources(FakeDirectory(MANY)).settings.publisher("fake1")


def ids_in(name: str, body: bytes) -> list[str]:
    if name == "clinics.csv":
        return [row["site_id"] for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig")))]
    told: dict[str, Any] = json.loads(body)
    match name:
        case "sites.geojson":
            return [feature["id"] for feature in told["features"]]
        case "clinics.jsonld":
            clinics = [one for one in told["@graph"] if one["@type"] == "MedicalClinic"]
            return [one["identifier"][0]["value"] for one in clinics]
        case _:
            resources = [entry["resource"] for entry in told["entry"]]
            return [one["identifier"][0]["value"] for one in resources if one["resourceType"] == "Location"]


def answers(api: ApiClient, name: str) -> Iterator[httpx.Response]:
    """The answers from the first to the last, each found by what the one before says."""
    address = f"/{name}"
    while address:
        response = api.get(address)
        assert response.status_code == 200
        yield response
        following = response.links.get("next")
        address = f"/{following['url']}" if following else ""


@pytest.mark.parametrize("name", MEDIA_TYPES)
def test_following_the_links_gives_every_clinic_once_and_in_order(name: str) -> None:
    found = list(answers(ApiClient(FakeDirectory(MANY[::-1])), name))
    assert [len(ids_in(name, one.content)) for one in found] == [PART_SITES, PART_SITES, 1]
    assert [site_id for one in found for site_id in ids_in(name, one.content)] == [
        site.site_id for site in MANY
    ]
    assert all(one.links["first"]["url"] == name for one in found)
    assert len({one.headers["etag"] for one in found}) == 3


@pytest.mark.parametrize("name", MEDIA_TYPES)
def test_a_directory_that_fits_is_one_document_without_a_word_of_parts(name: str) -> None:
    sites = MANY[:PART_SITES]
    (response,) = answers(ApiClient(FakeDirectory(sites)), name)
    assert "link" not in response.headers
    assert "content-disposition" not in response.headers
    assert b"?after=" not in response.content
    assert response.content == {one.name: one.content for one in documents(sites, PUBLISHER_OF_API)}[name]


def test_each_format_says_in_its_own_words_that_it_is_a_part() -> None:
    part = Part.of(MANY)
    told = {name: document(name, part, PUBLISHER).content for name in MEDIA_TYPES}
    collection = json.loads(told["sites.geojson"])
    assert (collection["numberMatched"], collection["numberReturned"]) == (COUNT, PART_SITES)
    assert {"rel": "next", "href": "sites.geojson?after=fake-00999"} in collection["links"]
    bundle = json.loads(told["clinics.fhir.json"])
    assert {"relation": "next", "url": "clinics.fhir.json?after=fake-00999"} in bundle["link"]
    dataset = json.loads(told["clinics.jsonld"])["@graph"][0]
    assert "These are sites 1 to 1,000 of 2,001" in dataset["description"]
    assert "clinics.jsonld?after=fake-00999" in dataset["description"]


def test_the_last_part_says_that_there_were_others() -> None:
    part = Part.of(MANY, "fake-01999")
    assert [site.site_id for site in part.sites] == ["fake-02000"]
    assert json.loads(document("sites.geojson", part, PUBLISHER).content)["numberMatched"] == COUNT
    assert b"they are the last" in document("clinics.jsonld", part, PUBLISHER).content
    assert [
        one["relation"] for one in json.loads(document("clinics.fhir.json", part, PUBLISHER).content)["link"]
    ] == ["first"]


def test_a_part_of_the_table_has_a_file_name_that_says_so() -> None:
    first = ApiClient(FakeDirectory(MANY)).get("/clinics.csv")
    assert first.headers["content-disposition"] == 'attachment; filename="clinics-1-to-1000-of-2001.csv"'


def test_after_the_last_clinic_there_are_none_and_no_further_part() -> None:
    response = ApiClient(FakeDirectory(MANY)).get("/sites.geojson?after=zzz")
    assert ids_in("sites.geojson", response.content) == []
    assert "next" not in response.links


@pytest.mark.parametrize("after", ["../secret", "A B", "x" * 61, "-", ""])
def test_what_is_no_site_id_is_refused(after: str) -> None:
    response = ApiClient(FakeDirectory(MANY)).get(f"/sites.geojson?after={after}")
    assert response.status_code == 422
    assert response.json()["detail"] == "after must be the site_id of a clinic, such as maple-grove."


class CountedSites(tuple[Site, ...]):
    """Sites that count how often somebody goes through all of them."""

    __slots__ = ()
    gone_through = 0

    def __iter__(self) -> Iterator[Site]:
        """Count, then go through."""
        CountedSites.gone_through += 1
        return super().__iter__()


def test_a_version_is_put_in_order_once_and_each_document_made_once() -> None:
    directory = FakeDirectory(())
    directory.served = ServedDirectory(CountedSites(MANY), "fake2", None)
    CountedSites.gone_through = 0
    published = DocumentCache(make_sources(directory))
    first = published.current("sites.geojson")
    assert published.current("sites.geojson") is first
    # Another name for the same part is no other document.
    assert published.current("sites.geojson", "a") is first
    assert published.current("clinics.csv", "fake-00999").part.first == PART_SITES + 1
    assert CountedSites.gone_through == 1


def test_only_the_documents_asked_for_last_are_kept() -> None:
    sources = make_sources(FakeDirectory(MANY))
    every = [(name, after) for name in MEDIA_TYPES for after in ("", "fake-00999", "fake-01999")]
    whole = DocumentCache(sources)
    made = [whole.current(*one) for one in every]
    assert [whole.current(*one) is before for one, before in zip(every, made, strict=True)] == [True] * 12
    published = DocumentCache(sources, most_kept_bytes=len(made[0].packed))
    first = published.current(*every[0])
    for one in every[1:]:
        published.current(*one)
    again = published.current(*every[0])
    assert again is not first
    assert again == first


def test_no_id_to_begin_after_makes_another_part() -> None:
    published = DocumentCache(make_sources(FakeDirectory(MANY)))
    parts = {published.wanted("clinics.csv", f"fake-{number:05}").first for number in range(COUNT)}
    # After the last there is nothing.
    assert parts == {1, PART_SITES + 1, 2 * PART_SITES + 1, COUNT + 1}
    assert published.current("clinics.csv", "fake-01234") is published.current("clinics.csv", "fake-00999")


@pytest.mark.parametrize("after", ["fake-00000", "fake-00998", "fake-0099", "fake-01998"])
def test_an_id_inside_of_a_part_misses_no_clinic_after_it(after: str) -> None:
    api = ApiClient(FakeDirectory(MANY))
    found: list[str] = []
    address = f"/clinics.csv?after={after}"
    while address:
        response = api.get(address)
        found += ids_in("clinics.csv", response.content)
        following = response.links.get("next")
        address = f"/{following['url']}" if following else ""
    assert found == sorted(set(found))
    assert [one for one in found if one > after] == [site.site_id for site in MANY if site.site_id > after]


@pytest.mark.parametrize("name", MEDIA_TYPES)
def test_a_document_comes_packed_to_those_who_take_it_so_and_plain_to_others(name: str) -> None:
    api = ApiClient(FakeDirectory(MANY))
    packed, plain = api.get(f"/{name}"), api.get(f"/{name}", accept_encoding="identity")
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 4
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert [one.headers["vary"] for one in (packed, plain)] == ["Accept-Encoding"] * 2
    assert packed.headers["etag"] == plain.headers["etag"]


def test_inactive_clinics_have_no_place_among_the_parts() -> None:
    assert in_order([make_site("fake-b"), make_site("fake-a", active=False)]) == (make_site("fake-b"),)
