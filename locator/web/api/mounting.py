"""Where the API is served, and when it is made: not before somebody asks it something."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from locator.web.api.problems import NOTHING_HERE, RefusalError, problem
from locator.web.api.sources import Sources
from locator.web.api.workers import Workers

_PATIENCE_S: Final = 30.0


def create_api_routes(prefix: str, make_sources: Callable[[], Sources]) -> list[BaseRoute]:
    """The API at api/v1 under `prefix`, made at the first request, and nothing else under api."""
    above = f"{prefix}/api"
    path = f"{above}/v1"

    def make() -> ASGIApp:
        # Imported here: FastAPI takes an eighth of a second, which the start of the pages need not pay.
        from locator.web.api.application import create_api  # noqa: PLC0415

        return create_api(make_sources(), path)

    return [Mount(path, _MadeWhenAsked(make)), Mount(above, _NothingHere()), Route(above, _NothingHere())]


class _MadeWhenAsked:
    """An application that is made, once, by the first request to it."""

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self._make = make
        self._made: ASGIApp | None = None
        self._makers = Workers("api-start", 1, most_waiting=1, patience_s=_PATIENCE_S)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, after making what answers it."""
        api = self._made
        if api is None:
            try:
                api = await self._makers.run(self._make_once, shared_as="the API")
            except RefusalError as refusal:
                api = problem(refusal.sentence, refusal.status, refusal.headers)
        await api(scope, receive, send)

    def _make_once(self) -> ASGIApp:
        # Who asked at the very moment it was done asks again.
        if self._made is None:
            self._made = self._make()
        return self._made


class _NothingHere:
    """Streamlit would answer any address with its page; a program is told that there is nothing."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 404."""
        await problem(NOTHING_HERE, HTTPStatus.NOT_FOUND)(scope, receive, send)
