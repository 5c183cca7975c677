"""Where the API is served, and when it is made: not before somebody asks it something."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from locator.api.problems import NOTHING_HERE, problem
from locator.api.sources import Sources


def create_api_routes(base_path: str, make_sources: Callable[[], Sources]) -> list[BaseRoute]:
    """The API at api/v1 under `base_path`, made at the first request, and nothing else under api."""
    above = f"/{base_path}/api" if base_path else "/api"
    path = f"{above}/v1"

    def make() -> ASGIApp:
        # Imported here: FastAPI takes an eighth of a second, which the start of the pages need not pay.
        from locator.api.application import create_api  # noqa: PLC0415

        return create_api(make_sources(), path)

    return [Mount(path, _MadeWhenAsked(make)), Mount(above, _NothingHere()), Route(above, _NothingHere())]


class _MadeWhenAsked:
    """An application that is made, once, by the first request to it."""

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self._make = make
        self._made: ASGIApp | None = None
        self._making = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, after making what answers it."""
        made = self._made
        if made is None:
            made = await run_in_threadpool(self._make_once)
        await made(scope, receive, send)

    def _make_once(self) -> ASGIApp:
        with self._making:
            if self._made is None:
                self._made = self._make()
            return self._made


class _NothingHere:
    """Streamlit would answer any address with its page; a program is told that there is nothing."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 404."""
        await problem(NOTHING_HERE, HTTPStatus.NOT_FOUND)(scope, receive, send)
