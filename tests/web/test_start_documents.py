"""The documents that pages begin as are made once a version, and stay small whatever the directory."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from locator.settings.loading import Settings
from locator.sites import Site
from locator.web.middleware.start_page import MOST_LISTED, StartPage, document, requested_language
from locator.web.middleware.streamlit_index import SLOTS, StartDocumentError, StreamlitIndex, find_slots
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
    assert requested_language({"type": "http", "query_string": b"lang=es", "headers": []}).tag == "es"


@pytest.mark.parametrize("beyond", [0, 1])
def test_of_very_many_clinics_it_names_the_first_by_city_and_says_so(beyond: int) -> None:
    cities = [f"City {number:04}" for number in range(MOST_LISTED + beyond)]
    sites = [make_site(f"fake-{city[-4:]}", city=city) for city in reversed(cities)]
    text = document("", SETTINGS, sites)
    listed = [city for city in cities if city in text]
    assert listed == cities[:MOST_LISTED]
    assert ("These are 200 of 201 clinics" in text) == bool(beyond)
    assert ("All clinics" in text) != bool(beyond)


INDEX = streamlit_index().read_text(encoding="utf-8")


def test_all_that_is_to_be_replaced_stands_once_in_the_installed_streamlits_document() -> None:
    slots = find_slots(INDEX)
    assert slots.keys() == SLOTS.keys()
    begins, ends = slots["noscript"]
    assert "You need to enable JavaScript" in INDEX[begins:ends]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<!--\n Copyright", "<p>\n Copyright"),
        ('<html lang="en">', "<html>"),
        ("<title>", '<title data-made-up="">'),
        ('rel="shortcut icon"', 'rel="icon"'),
        ("RFC 8631", "RFC 0000"),
        ("<noscript>", '<noscript class="made-up">'),
        ('<div id="root">', '<div id="made-up">'),
        ("<body>", "<body><noscript>made up</noscript>"),
        ("</body>", '<div id="root"></div></body>'),
    ],
)
def test_a_document_that_lacks_a_part_or_has_it_twice_is_refused(old: str, new: str) -> None:
    changed = INDEX.replace(old, new)
    assert changed != INDEX
    with pytest.raises(StartDocumentError, match=r"found: [a-z]+ (0|2) times\)"):
        find_slots(changed)
    with pytest.raises(StartDocumentError):
        StreamlitIndex(changed, '"made-up"').with_ours(dict.fromkeys(SLOTS, ""))


def test_what_we_put_into_a_document_is_never_taken_for_a_part_of_it() -> None:
    ours = dict.fromkeys(SLOTS, "") | {"title": "<title>one</title><noscript>two</noscript>", "noscript": "3"}
    text = StreamlitIndex(INDEX, '"made-up"').with_ours(ours)
    assert "<title>one</title><noscript>two</noscript>" in text
