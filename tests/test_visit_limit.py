"""Beyond the limit of open pages, a new visitor is told so, with the phone number, in their language."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from locator.settings import Settings
from locator.visit_limit import VisitLimit
from tests.parsed_html import parse

PHONE = "612-555-0199"


async def _hello(_request: object) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def _stay(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.receive()


async def _breaks(_websocket: WebSocket) -> None:
    raise RuntimeError("a lost line")


class Visits:
    """An app with the limit, and pages that are open; each is closed by its number."""

    def __init__(self, most: int, **settings: Any) -> None:  # noqa: ANN401 - as Settings takes them
        made = Settings(most_visits=most, practice_phone=PHONE, **settings)
        routes = [
            WebSocketRoute("/_stcore/stream", _stay),
            WebSocketRoute("/broken", _breaks),
            Route("/{path:path}", _hello),
        ]
        self._app = VisitLimit(Starlette(routes=routes), settings=made)
        self._open: list[tuple[asyncio.Task[None], asyncio.Event]] = []

    async def open(self, path: str = "/_stcore/stream") -> None:
        """Open a page's websocket, and stay."""
        leaving, asked = asyncio.Event(), iter([{"type": "websocket.connect"}])

        async def receive() -> dict[str, Any]:
            for message in asked:
                return message
            await leaving.wait()
            return {"type": "websocket.disconnect", "code": 1001}

        async def send(_message: object) -> None:
            pass

        self._open.append((asyncio.create_task(self._run(path, receive, send)), leaving))
        await asyncio.sleep(0)

    async def _run(self, path: str, receive: Receive, send: Send) -> None:
        scope: Scope = {
            "type": "websocket",
            "path": path,
            "headers": [],
            "query_string": b"",
            "subprotocols": [],
        }
        await self._app(scope, receive, send)

    async def leave(self) -> None:
        """Close the page that was opened first."""
        task, leaving = self._open.pop(0)
        leaving.set()
        await asyncio.gather(task, return_exceptions=True)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """What somebody new is answered."""
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get(path, headers={key.replace("_", "-"): v for key, v in headers.items()})


def test_as_many_as_the_limit_allows_are_let_in_and_the_next_when_one_has_left() -> None:
    async def visit() -> list[int]:
        visits, statuses = Visits(2), []
        for _ in range(2):
            statuses.append((await visits.get("/")).status_code)
            await visits.open()
        statuses.append((await visits.get("/")).status_code)
        await visits.leave()
        statuses.append((await visits.get("/")).status_code)
        return statuses

    assert asyncio.run(visit()) == [200, 200, 503, 200]


def test_a_line_that_broke_no_longer_counts() -> None:
    async def visit() -> int:
        visits = Visits(1)
        await visits.open("/broken")
        await visits.leave()
        return (await visits.get("/")).status_code

    assert asyncio.run(visit()) == 200


async def _when_full(path: str, *, settings: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
    visits = Visits(1, **(settings or {}))
    await visits.open()
    return await visits.get(path, **headers)


@pytest.mark.parametrize(
    ("asked", "language", "said"),
    [("en-US", "en", "Please try again in a few minutes."), ("es-MX", "es", "Inténtelo de nuevo")],
)
def test_the_answer_says_so_in_the_visitors_language_with_the_phone_number(
    asked: str, language: str, said: str
) -> None:
    response = asyncio.run(_when_full("/", accept_language=asked))
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert response.headers["Cache-Control"] == "no-store"
    page = parse(response.text)
    assert f'<html lang="{language}">' in response.text
    assert said in page.text
    assert f'href="tel:+1-{PHONE}"' in response.text


@pytest.mark.parametrize("path", ["/refer", "/accessibility", "/refer/", "/?lang=es&embed=true"])
def test_every_page_for_visitors_is_limited(path: str) -> None:
    assert asyncio.run(_when_full(path)).status_code == 503


@pytest.mark.parametrize(
    "path", ["/staff", "/healthz", "/readyz", "/assets/app/page.css", "/_stcore/health", "/api/v1/sites"]
)
def test_staff_checks_programs_and_the_files_of_open_pages_are_not(path: str) -> None:
    assert asyncio.run(_when_full(path)).status_code == 200


def test_under_a_path_the_pages_are_known_too() -> None:
    response = asyncio.run(_when_full("/clinics/refer", settings={"base_path": "clinics"}))
    assert response.status_code == 503
    assert 'href="/clinics/assets/app/favicon.svg"' in response.text
