"""Streamlit's scripts reach a browser compressed, and every other request goes its way."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
import streamlit
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from locator.web.middleware.streamlit_assets import CompressedScripts

SHIPPED = Path(streamlit.__file__).parent / "static" / "static"
SCRIPT = max((SHIPPED / "js").glob("index.*.js"), key=lambda file: file.stat().st_size)
STYLE = next((SHIPPED / "css").glob("*.css"))


def answered(
    path: str, *, accept: str = "gzip, deflate, br", prefix: str = "", method: str = "GET", **headers: str
) -> httpx.Response:
    """What is answered, undecoded; the app behind says "passed on" to all that reaches it."""

    async def passed_on(_: Request) -> PlainTextResponse:
        return PlainTextResponse("passed on")

    app = Starlette(routes=[Route("/{rest:path}", passed_on, methods=["GET", "HEAD", "POST"])])

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(CompressedScripts(app, prefix=prefix))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as asker:
            return await asker.request(method, path, headers={"accept-encoding": accept, **headers})

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("file", "kind"), [(SCRIPT, "text/javascript"), (STYLE, "text/css")], ids=["script", "style"]
)
def test_a_file_arrives_whole_and_much_smaller(file: Path, kind: str) -> None:
    answer = answered(f"/static/{file.parent.name}/{file.name}")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].startswith(kind)
    assert int(answer.headers["content-length"]) < file.stat().st_size / 2
    assert answer.content == file.read_bytes()


def test_what_is_kept_for_good_says_that_it_depends_on_the_encoding() -> None:
    headers = answered(f"/static/js/{SCRIPT.name}").headers
    assert "immutable" in headers["cache-control"]
    assert headers["vary"] == "Accept-Encoding"


def test_files_are_found_under_the_path_the_app_is_served_under() -> None:
    assert answered(f"/clinics/static/js/{SCRIPT.name}", prefix="/clinics").content == SCRIPT.read_bytes()
    assert answered(f"/static/js/{SCRIPT.name}", prefix="/clinics").text == "passed on"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/static/js/nothing.0123abcd.js",
        "/static/index.html",
        "/static/js/../../index.html",
        "/static/js/%2e%2e/%2e%2e/index.html",
        f"/media/js/{SCRIPT.name}",
    ],
)
def test_no_other_name_opens_a_file(path: str) -> None:
    assert answered(path).text == "passed on"


def test_a_browser_that_takes_no_gzip_a_part_of_a_file_and_a_post_are_passed_on() -> None:
    path = f"/static/js/{SCRIPT.name}"
    assert answered(path, accept="identity").text == "passed on"
    assert answered(path, range="bytes=0-9").text == "passed on"
    assert answered(path, method="POST").text == "passed on"
