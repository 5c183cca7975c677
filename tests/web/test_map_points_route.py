"""The file of all clinics is served under its own name, to be kept for good, and under no other."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from starlette.applications import Starlette

from locator.clinics.search import SiteIndex
from locator.errors import LocatorError
from locator.presentation.map.clusters import PointsFile, points_file
from locator.web.map_points import create_map_points_routes
from tests.support.samples import make_site

FILE = points_file(SiteIndex([make_site()]), "v1")


class BrokenDirectoryError(LocatorError):
    """A directory that cannot be read."""


def broken() -> PointsFile:
    raise BrokenDirectoryError("/secret/path")


def ask(
    path: str, *, prefix: str = "", encoding: str = "gzip", broken_directory: bool = False
) -> httpx.Response:
    app = Starlette(routes=create_map_points_routes(prefix, broken if broken_directory else lambda: FILE))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    async def asked() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get(path, headers={"Accept-Encoding": encoding})

    return asyncio.run(asked())


@pytest.mark.parametrize("prefix", ["", "/clinics"])
def test_it_is_served_compressed_and_kept_for_good(prefix: str) -> None:
    answer = ask(f"{prefix}/assets/points/{FILE.name}", prefix=prefix)
    assert answer.status_code == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["vary"] == "Accept-Encoding"


def test_who_takes_no_gzip_gets_the_same_content() -> None:
    plain = ask(f"/assets/points/{FILE.name}", encoding="identity")
    assert "content-encoding" not in plain.headers
    assert plain.content == ask(f"/assets/points/{FILE.name}").content


@pytest.mark.parametrize("name", ["1-v2.bin", "..%2fclinics.csv", "x"])
def test_any_other_name_is_nothing_and_is_not_kept(name: str) -> None:
    answer = ask(f"/assets/points/{name}")
    assert answer.status_code == 404
    assert "cache-control" not in answer.headers


def test_a_directory_that_cannot_be_read_is_out_of_service_and_tells_no_path() -> None:
    answer = ask(f"/assets/points/{FILE.name}", broken_directory=True)
    assert answer.status_code == 503
    assert "secret" not in answer.text
