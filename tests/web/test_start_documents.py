"""The documents that pages begin as are made once a version, and stay small whatever the directory."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from locator.settings.loading import Settings
from locator.sites import Site
from locator.web.middleware.start_page import MOST_LISTED, StartPage, document, spoken
from tests.support.samples import make_site
from tests.support.streamlit_files import streamlit_index

SETTINGS = Settings(practice_name="Fake Practice", practice_phone="612-555-0199")


class CountedSites(tuple[Site, ...]):
    """Sites that count how often somebody goes through them: once for each document that lists them."""

    __slots__ = ()
    gone_through = 0

    def __iter__(self) -> Iterator[Site]:
        """Count, then go through."""
        CountedSites.gone_through += 1
        return super().__iter__()


class Directory:
    """Serves whatever sites a test puts there."""

    def __init__(self, *sites: Site) -> None:
        self.sites = CountedSites(sites)
        CountedSites.gone_through = 0

    def __call__(self) -> CountedSites:
        """What is served now."""
        return self.sites


def ask(page: StartPage, path: str, **headers: str) -> httpx.Response:
    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(page)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8501") as client:
            return await client.get(path, headers={"accept-encoding": "identity"} | headers)

    return asyncio.run(asked())


async def streamlit(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer as Streamlit does, with its start page at any address."""
    from starlette.responses import FileResponse  # noqa: PLC0415

    path = streamlit_index()
    await FileResponse(path, stat_result=path.stat())(scope, receive, send)


def start_page(directory: Directory) -> StartPage:
    return StartPage(streamlit, settings=SETTINGS, clinics=directory)


def test_a_document_is_made_once_a_version_and_language_however_many_visitors_come() -> None:
    directory = Directory(make_site())
    page = start_page(directory)
    english = [ask(page, "/").text for _ in range(3)]
    spanish = [ask(page, "/?lang=es").text for _ in range(3)]
    assert len(set(english)) == len(set(spanish)) == 1
    assert english[0] != spanish[0]
    assert CountedSites.gone_through == 2


def test_another_version_has_another_document_at_once() -> None:
    directory = Directory(make_site())
    page = start_page(directory)
    before = ask(page, "/")
    directory.sites = CountedSites([make_site(name="Fake New Name")])
    after = ask(page, "/")
    assert "Fake New Name" in after.text
    assert "Fake New Name" not in before.text
    assert before.headers["etag"] != after.headers["etag"]
    assert ask(page, "/", **{"if-none-match": after.headers["etag"]}).status_code == 304


def test_packed_or_plain_it_is_the_same_document() -> None:
    page = start_page(Directory(make_site()))
    packed = ask(page, "/", **{"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == ask(page, "/").text


def test_an_embedded_page_and_another_page_have_documents_of_their_own() -> None:
    page = start_page(Directory(make_site()))
    texts = [ask(page, path).text for path in ("/", "/?embed=true", "/refer", "/staff")]
    assert len(set(texts)) == 4
    assert "Testville" not in texts[3]
    assert spoken({"type": "http", "query_string": b"lang=es", "headers": []}).tag == "es"


@pytest.mark.parametrize("beyond", [0, 1])
def test_of_very_many_clinics_it_names_the_first_by_city_and_says_so(beyond: int) -> None:
    cities = [f"City {number:04}" for number in range(MOST_LISTED + beyond)]
    sites = [make_site(f"fake-{city[-4:]}", city=city) for city in reversed(cities)]
    text = document("", SETTINGS, sites)
    listed = [city for city in cities if city in text]
    assert listed == cities[:MOST_LISTED]
    assert ("These are 200 of 201 clinics" in text) == bool(beyond)
    assert ("All clinics" in text) != bool(beyond)
