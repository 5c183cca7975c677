"""The page names what the browser will need, and only that; hashed files are kept, others are checked."""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from locator.web.middleware.streamlit_assets import PreloadHeaders
from tests.support.servers import RunningServer


@pytest.fixture(scope="module")
def client(app_server: RunningServer) -> httpx.Client:
    return httpx.Client(base_url=app_server.url, trust_env=False)


def test_every_file_the_page_hints_at_is_there_and_is_a_script(client: httpx.Client) -> None:
    hinted = re.findall(r"<([^>]+)>; rel=(?:modulepreload|prefetch)", client.get("/").headers["link"])
    assert {name.rsplit("/", 1)[-1].split(".")[0] for name in hinted} == {
        "Html",
        "TextInput",
        "ButtonGroup",
        "BidiComponent",
        "ComponentInstance",
        "PageLink",
        "serialization",
        "recordbatch",
        "purify",
        "leaflet",
        "map",
    }
    for address in hinted:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "javascript" in answer.headers["content-type"]


def answered(path: str, *, prefix: str = "") -> httpx.Headers:
    async def page(_: Request) -> PlainTextResponse:
        return PlainTextResponse("fake", headers={"Cache-Control": "public"})

    app = Starlette(routes=[Route("/{rest:path}", page)])

    async def ask() -> httpx.Headers:
        transport = httpx.ASGITransport(PreloadHeaders(app, prefix=prefix))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as asker:
            return (await asker.get(path)).headers

    return asyncio.run(ask())


def test_a_script_whose_name_holds_its_hash_is_kept_for_good() -> None:
    assert "immutable" in answered("/component/fake.part/static/js/main.0123abcd.js")["cache-control"]


def test_a_script_without_a_hash_in_its_name_is_checked_again() -> None:
    assert answered("/component/fake.part/static/js/main.js")["cache-control"] == "public"


def test_hints_follow_the_path_the_app_is_served_under() -> None:
    assert "</clinics/assets/app/map.js>" in answered("/clinics/", prefix="/clinics")["link"]


@pytest.mark.parametrize(
    "path", ["/component/streamlit_folium.st_folium/index.html", "/assets/app/map.js", "/"]
)
def test_what_may_change_under_the_same_name_is_not_kept_for_good(client: httpx.Client, path: str) -> None:
    assert "immutable" not in client.get(path).headers.get("cache-control", "")


def test_hints_go_with_the_page_only(client: httpx.Client) -> None:
    assert "link" not in client.get("/healthz").headers
