"""The document names what the browser will need, and only that; hashed files are kept, others are checked."""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from locator.web.middleware.streamlit_assets import KeptComponents, element_scripts, map_scripts
from tests.support.servers import RunningServer


@pytest.fixture(scope="module")
def client(app_server: RunningServer) -> httpx.Client:
    return httpx.Client(base_url=app_server.url, trust_env=False)


@pytest.mark.parametrize("page", ["/", "/refer", "/staff", "/accessibility"])
def test_a_pages_document_names_what_will_be_asked_for_and_no_header_does(
    client: httpx.Client, page: str
) -> None:
    answer = client.get(page)
    named = re.findall(r'<link rel="(?:modulepreload|prefetch)"[^>]* href="([^"]+)"', answer.text)
    assert named[-len(element_scripts("")) - len(map_scripts("")) :] == [
        *element_scripts(""),
        *map_scripts(""),
    ]
    # A header would have them fetched before the document is drawn.
    assert "link" not in answer.headers


def test_every_file_that_is_named_early_is_there_and_is_a_script(client: httpx.Client) -> None:
    named = [*element_scripts(""), *map_scripts("")]
    assert [name.rsplit("/", 1)[-1].split(".")[0] for name in named] == [
        "Html",
        "PageLink",
        "TextInput",
        "ButtonGroup",
        "BidiComponent",
        "ComponentInstance",
        "serialization",
        "recordbatch",
        "purify",
        "leaflet",
        "map",
    ]
    for address in named:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "javascript" in answer.headers["content-type"]


def answered(path: str) -> httpx.Headers:
    async def page(_: Request) -> PlainTextResponse:
        return PlainTextResponse("fake", headers={"Cache-Control": "public"})

    app = Starlette(routes=[Route("/{rest:path}", page)])

    async def ask() -> httpx.Headers:
        transport = httpx.ASGITransport(KeptComponents(app))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as asker:
            return (await asker.get(path)).headers

    return asyncio.run(ask())


def test_a_script_whose_name_holds_its_hash_is_kept_for_good() -> None:
    assert "immutable" in answered("/component/fake.part/static/js/main.0123abcd.js")["cache-control"]


def test_a_script_without_a_hash_in_its_name_is_checked_again() -> None:
    assert answered("/component/fake.part/static/js/main.js")["cache-control"] == "public"


def test_early_scripts_follow_the_path_the_app_is_served_under() -> None:
    assert "/clinics/assets/app/map.js" in map_scripts("/clinics")
    assert element_scripts("/clinics") == tuple(f"/clinics{address}" for address in element_scripts(""))


@pytest.mark.parametrize(
    "path", ["/component/streamlit_folium.st_folium/index.html", "/assets/app/map.js", "/"]
)
def test_what_may_change_under_the_same_name_is_not_kept_for_good(client: httpx.Client, path: str) -> None:
    assert "immutable" not in client.get(path).headers.get("cache-control", "")
