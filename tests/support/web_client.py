"""The project's middleware and routes around an app that only says hello, asked in process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from locator.settings.loading import Settings
from locator.staff.sign_in.access import StaffAccess
from locator.web.routes import CLOSED, Readiness, Ready, create_middleware, create_routes

MAP_FRAME = "/component/streamlit_folium.st_folium/index.html"


async def _hello(_request: Request) -> Response:
    return PlainTextResponse("hello", headers={"X-Frame-Options": "ALLOWALL"})


async def _breaks(_request: Request) -> Response:
    raise RuntimeError("a secret detail")


def _always_ready() -> Readiness:
    return Ready(sites=8, directory="v1")


class WebClient:
    """Asks an app made of `settings` and defaults; `/api/breaks` raises, what is open says hello."""

    def __init__(
        self,
        readiness: Callable[[], Readiness] = _always_ready,
        *,
        access: StaffAccess = CLOSED,
        **settings: Any,  # noqa: ANN401 - as Settings takes them
    ) -> None:
        made = Settings(**settings)
        every_method = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]
        self._app = Starlette(
            routes=[
                *create_routes(made, readiness, access),
                Route("/api/breaks", _breaks),
                Route("/{path:path}", _hello, methods=every_method),
            ],
            middleware=create_middleware(made, access),
        )

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - as httpx takes them
        """The answer, also where the app raised."""

        async def ask() -> httpx.Response:
            async with self.client() as client:
                return await client.request(method, path, **options)

        return asyncio.run(ask())

    def client(self) -> httpx.AsyncClient:
        """A client for several requests at once, to be used in a loop of the caller's."""
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8501")

    def get(self, path: str, **headers: str) -> httpx.Response:
        """The answer to GET; a header's dashes are written as underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request("GET", path, headers=named)


def policy(response: httpx.Response) -> dict[str, list[str]]:
    """The content security policy as directive -> sources."""
    directives = [part.split() for part in response.headers["content-security-policy"].split(";")]
    return {name: sources for name, *sources in directives}
