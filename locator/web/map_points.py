"""Serves the file that the map of a large directory counts clinics from, once for each version of it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from locator.errors import LocatorError
from locator.presentation.map import PointsFile

# The name has the version of the content in it: another content will have another name.
_HEADERS: Final = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
_NOTHING_HERE: Final = "There is nothing at this address."


def create_map_points_routes(prefix: str, current: Callable[[], PointsFile]) -> list[BaseRoute]:
    """Where the file is served under `prefix`; `current` gives the one of the directory as it is now.

    Only under its own name: a page that asks for that of another version is told that there is nothing.
    """

    async def answer(request: Request) -> Response:
        try:
            file = await run_in_threadpool(current)
        except LocatorError as exc:
            raise HTTPException(503, "The clinic directory could not be loaded.") from exc
        if request.path_params["name"] != file.name:
            raise HTTPException(404, _NOTHING_HERE)
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers = {**_HEADERS, "Content-Encoding": "gzip"}
            return Response(file.compressed, media_type="application/octet-stream", headers=headers)
        body = gzip.decompress(file.compressed)
        return Response(body, media_type="application/octet-stream", headers=_HEADERS)

    return [Route(f"{prefix}/assets/points/{{name}}", answer)]
