"""The server for a baseline page, as bare as ours is not: no middleware, only the page and Leaflet's files.

`python benchmarks/baselines/server.py PAGE --port PORT`, PAGE being a file name in this folder. It is the
same uvicorn with the same websocket options as the app's own server, so that what differs is the page.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import streamlit as st
import uvicorn
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

HERE = Path(__file__).resolve().parent


class CachedFiles(StaticFiles):
    """Static files that a browser may keep for a year, as CDNs allow."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with the file and how long to keep it."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def main() -> None:
    """Serve one page on loopback until stopped."""
    parser = argparse.ArgumentParser(description="Serve one baseline page.")
    parser.add_argument("page", choices=sorted(path.name for path in HERE.glob("*_page.py")))
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    app = st.App(
        HERE / arguments.page,
        routes=[
            Mount("/assets/leaflet", CachedFiles(packages=[("js_lib_leaflet", "static/js_lib_leaflet")])),
            Mount("/assets/own", CachedFiles(directory=HERE)),
        ],
    )
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=arguments.port,
        log_level="warning",
        access_log=False,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
    )


if __name__ == "__main__":
    main()
