"""Where Streamlit asks for all of its symbols, a browser gets the few that pages show."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from locator.presentation import SYMBOL_FONT
from locator.web.middleware.streamlit_assets import SymbolFont
from tests.support.servers import RunningServer
from tests.support.streamlit_files import streamlit_index

(WHOLE,) = (streamlit_index().parent / "static" / "media").glob("MaterialSymbols-Rounded.*.woff2")
ADDRESS = f"/static/media/{WHOLE.name}"


def answered(path: str, *, prefix: str = "", method: str = "GET", **headers: str) -> httpx.Response:
    """What is answered; the app behind says "passed on" to all that reaches it."""

    async def passed_on(_: Request) -> PlainTextResponse:
        return PlainTextResponse("passed on")

    app = Starlette(routes=[Route("/{rest:path}", passed_on, methods=["GET", "HEAD", "POST"])])

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(SymbolFont(app, prefix=prefix))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as asker:
            return await asker.request(
                method, path, headers={name.replace("_", "-"): value for name, value in headers.items()}
            )

    return asyncio.run(ask())


def test_where_streamlit_has_all_symbols_the_few_are_answered() -> None:
    answer = answered(ADDRESS)
    assert answer.headers["content-type"] == "font/woff2"
    assert answer.content == SYMBOL_FONT.read_bytes()
    assert len(answer.content) < WHOLE.stat().st_size / 30


def test_the_address_holds_streamlits_hash_so_a_copy_is_checked_each_time() -> None:
    first = answered(ADDRESS)
    assert first.headers["cache-control"] == "no-cache"
    for tag in (first.headers["etag"], f"W/{first.headers['etag']}"):
        again = answered(ADDRESS, if_none_match=tag)
        assert (again.status_code, again.content) == (304, b"")
    assert answered(ADDRESS, if_none_match='"of another release"').status_code == 200


def test_it_follows_the_path_the_app_is_served_under() -> None:
    assert answered(f"/clinics{ADDRESS}", prefix="/clinics").content == SYMBOL_FONT.read_bytes()
    assert answered(ADDRESS, prefix="/clinics").text == "passed on"


@pytest.mark.parametrize(
    "path",
    ["/", ADDRESS.replace("Rounded", "Outlined"), "/static/media/MaterialSymbols-Rounded.0therVer.woff2"],
)
def test_every_other_address_and_another_streamlits_font_are_passed_on(path: str) -> None:
    assert answered(path).text == "passed on"


def test_a_post_is_passed_on() -> None:
    assert answered(ADDRESS, method="POST").text == "passed on"


def test_the_app_answers_so(app_server: RunningServer) -> None:
    answer = httpx.get(app_server.url + ADDRESS, trust_env=False)
    assert answer.content == SYMBOL_FONT.read_bytes()
