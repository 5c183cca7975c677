"""Streamlit's scripts and style sheets, compressed once and kept: it sends them four times as large.

They are most of what a phone has to load before it can show anything. A proxy in front may compress as well;
it leaves alone what comes compressed.
"""

from __future__ import annotations

import gzip
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_MEDIA_TYPES: Final = {".js": "text/javascript", ".css": "text/css"}
# Each name has a hash of the content in it: another content will have another name.
_HEADERS: Final = {
    "Content-Encoding": "gzip",
    "Vary": "Accept-Encoding",
    "Cache-Control": "public, max-age=31536000, immutable",
}


class CompressedScripts:
    """Answers for Streamlit's files under /static/js and /static/css to browsers that take gzip."""

    def __init__(self, app: ASGIApp, *, base_path: str = "") -> None:
        self._app = app
        self._prefix = f"/{base_path}/static/" if base_path else "/static/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the compressed file; pass on every other request, and those for a part of a file."""
        file = self._file(scope)
        if file is None:
            await self._app(scope, receive, send)
            return
        body = await run_in_threadpool(_compressed, file)
        await Response(body, media_type=_MEDIA_TYPES[file.suffix], headers=_HEADERS)(scope, receive, send)

    def _file(self, scope: Scope) -> Path | None:
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            return None
        asked = Headers(scope=scope)
        if "range" in asked or "gzip" not in asked.get("accept-encoding", ""):
            return None
        path: str = scope["path"]
        return _files().get(path.removeprefix(self._prefix)) if path.startswith(self._prefix) else None


@cache
def _files() -> dict[str, Path]:
    """Every file that may be asked for, by its path under /static: a name that is not here opens nothing."""
    spec = find_spec("streamlit")
    if spec is None or spec.origin is None:
        return {}
    root = Path(spec.origin).parent / "static" / "static"
    return {
        f"{kind}/{file.name}": file
        for kind in ("js", "css")
        for file in (root / kind).glob("*.*.*")
        if file.suffix in _MEDIA_TYPES
    }


# Only what is asked for is kept: under a megabyte for the pages there are.
@cache
def _compressed(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), mtime=0)
