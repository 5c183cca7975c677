"""The API behind the project's middleware, asked in process, about fake clinics or the shipped ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from locator.clinics.reading import ServedDirectory, read_directory
from locator.clinics.search import SiteIndex
from locator.geocoding.places.gazetteer import Gazetteer, load_gazetteer
from locator.geocoding.places.offline import OfflinePlaces
from locator.settings.loading import Settings
from locator.sites import Site
from locator.web.api.mounting import create_api_routes
from locator.web.api.sources import Sources
from locator.web.routes import create_middleware

DATA = Path(__file__).resolve().parents[2] / "data"


@cache
def shipped_gazetteer() -> Gazetteer:
    """The places the project ships, read once for all tests."""
    return load_gazetteer(DATA / "gazetteer")


@cache
def shipped_sites() -> tuple[Site, ...]:
    """The clinics the project ships, as they are served."""
    reading = read_directory(DATA / "clinics.csv", today=date(2026, 11, 22))
    assert reading.valid
    return tuple(site for site in reading.sites if site.active)


class FakeDirectory:
    """Serves whatever sites a test puts there, under a version that the test tells."""

    def __init__(self, sites: Sequence[Site], version: str = "fake1") -> None:
        self.served = ServedDirectory(tuple(sites), version, None)
        self.asked = 0

    def change(self, *sites: Site, version: str) -> None:
        """Serve these from now on."""
        self.served = replace(self.served, sites=sites, version=version)

    def __call__(self) -> ServedDirectory:
        """What is served now."""
        self.asked += 1
        return self.served


def make_sources(directory: FakeDirectory, **settings: Any) -> Sources:  # noqa: ANN401 - as Settings takes them
    """Sources around that directory and the shipped places."""
    return Sources(
        Settings(**settings),
        directory,
        lambda: OfflinePlaces(shipped_gazetteer(), directory.served.sites),
        lambda: SiteIndex(directory.served.sites),
    )


def make_app(sources: Callable[[], Sources], **settings: Any) -> Starlette:  # noqa: ANN401 - as Settings takes them
    """The API's routes behind the middleware of the real app."""
    made = Settings(**settings)
    return Starlette(routes=create_api_routes(made.path_prefix, sources), middleware=create_middleware(made))


class ApiClient:
    """Asks the API about `directory`, or about the shipped clinics."""

    def __init__(
        self,
        directory: FakeDirectory | None = None,
        *,
        sources: Sources | None = None,
        **settings: Any,  # noqa: ANN401 - as Settings takes them
    ) -> None:
        shown = directory or FakeDirectory(shipped_sites())
        made = sources or make_sources(shown, **settings)
        self.app = make_app(lambda: made, **settings)

    def request(self, method: str, path: str, **headers: str) -> httpx.Response:
        """The answer to a request for a path under /api/v1; a header's dashes are written as underscores."""
        return self.request_anywhere(method, f"/api/v1{path}", **headers)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """The answer to GET."""
        return self.request("GET", path, **headers)

    def request_anywhere(self, method: str, path: str, **headers: str) -> httpx.Response:
        """The answer to a request for a path of the whole server."""

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8501") as client:
                named = {name.replace("_", "-"): value for name, value in headers.items()}
                return await client.request(method, path, headers=named)

        return asyncio.run(ask())
