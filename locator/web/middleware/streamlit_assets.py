"""Streamlit's scripts, style sheets and symbols, sooner: smaller, kept by browsers, and asked for early.

They are most of what a phone has to load for a page. Streamlit sends its scripts four times as large, and
every symbol there is. A proxy in front may compress as well; it leaves alone what comes compressed.
"""

from __future__ import annotations

import gzip
import re
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from locator.presentation import SYMBOL_FONT, symbol_source
from locator.web.middleware.streamlit_index import static_folder

_MEDIA_TYPES: Final = {".js": "text/javascript", ".css": "text/css"}
# For a name that has a hash of the content in it: another content will have another name.
_IMMUTABLE: Final = "public, max-age=31536000, immutable"
_HASHED_COMPONENT_FILE: Final = re.compile(r"/component/[^/]+/static/.+\.[0-9a-f]{8,}\.(?:js|css)")
_GZIP_HEADERS: Final = {
    "Content-Encoding": "gzip",
    "Vary": "Accept-Encoding",
    "Cache-Control": _IMMUTABLE,
}
# Streamlit asks for the script of a kind of element only when the first one arrives. The finder uses these.
_ELEMENT_SCRIPTS: Final = (
    "Html",
    "PageLink",
    "TextInput",
    "ButtonGroup",
    "BidiComponent",
    "ComponentInstance",
    # What these import in turn, as far as it is large.
    "serialization",
    "recordbatch",
    "purify.es",
)
# Inside the map's frame, one asks for the next.
_MAP_SCRIPTS: Final = ("/assets/leaflet/leaflet.js", "/assets/app/map.js")


class CompressedScripts:
    """Answers for Streamlit's files under /static/js and /static/css to browsers that take gzip."""

    def __init__(self, app: ASGIApp, *, prefix: str = "") -> None:
        self._app = app
        self._prefix = f"{prefix}/static/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the compressed file; pass on every other request, and those for a part of a file."""
        file = self._file(scope)
        if file is None:
            await self._app(scope, receive, send)
            return
        body = await run_in_threadpool(_compressed, file)
        response = Response(body, media_type=_MEDIA_TYPES[file.suffix], headers=_GZIP_HEADERS)
        await response(scope, receive, send)

    def _file(self, scope: Scope) -> Path | None:
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            return None
        request = Headers(scope=scope)
        if "range" in request or "gzip" not in request.get("accept-encoding", ""):
            return None
        path: str = scope["path"]
        return _files().get(path.removeprefix(self._prefix)) if path.startswith(self._prefix) else None


class SymbolFont:
    """Answers for the font of Streamlit's symbols with the few of them that pages show, a fortieth of it.

    Streamlit asks for it by a name that holds a hash of the whole font. Ours may change under that name, so
    browsers are to ask each time whether it has. A Streamlit with another font sends the whole of it.
    """

    def __init__(self, app: ASGIApp, *, prefix: str = "") -> None:
        self._app = app
        self._path = f"{prefix}/static/media/{symbol_source()}"
        self._body = SYMBOL_FONT.read_bytes()
        self._headers = {
            "Cache-Control": "no-cache",
            "ETag": f'"{sha256(self._body).hexdigest()[:32]}"',
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with our font, or that the browser's copy is still good; pass on every other request."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"} or scope["path"] != self._path:
            await self._app(scope, receive, send)
            return
        if Headers(scope=scope).get("if-none-match", "").removeprefix("W/") == self._headers["ETag"]:
            response = Response(status_code=HTTPStatus.NOT_MODIFIED, headers=self._headers)
        else:
            response = Response(self._body, media_type="font/woff2", headers=self._headers)
        await response(scope, receive, send)


class KeptComponents:
    """Lets browsers keep the files of components for good whose names hold a hash."""

    def __init__(self, app: ASGIApp, *, prefix: str = "") -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and say so on a successful answer with such a file."""
        path = scope["path"].removeprefix(self._prefix) if scope["type"] == "http" else ""
        if not _HASHED_COMPONENT_FILE.fullmatch(path):
            await self._app(scope, receive, send)
            return

        async def send_kept(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in {200, 304}:
                MutableHeaders(scope=message)["Cache-Control"] = _IMMUTABLE
            await send(message)

        await self._app(scope, receive, send_kept)


def element_scripts(prefix: str) -> tuple[str, ...]:
    """Addresses of the modules that Streamlit will ask for as the finder's elements arrive, in that order.

    They come after those that Streamlit's start document names. A kind of element that the installed
    Streamlit does not have is passed over.
    """
    return tuple(f"{prefix}/static/js/{name}" for name in _element_scripts())


def map_scripts(prefix: str) -> tuple[str, ...]:
    """Addresses of the scripts that the map's frame will ask for, one after the other."""
    return tuple(prefix + path for path in _MAP_SCRIPTS)


@cache
def _element_scripts() -> tuple[str, ...]:
    folder = _built_files() / "js"
    return tuple(file.name for stem in _ELEMENT_SCRIPTS for file in folder.glob(f"{stem}.*.js"))


@cache
def _files() -> dict[str, Path]:
    """Every file that may be asked for, by its path under /static: a name that is not here opens nothing."""
    return {
        f"{kind}/{file.name}": file
        for kind in ("js", "css")
        for file in (_built_files() / kind).glob("*.*.*")
        if file.suffix in _MEDIA_TYPES
    }


def _built_files() -> Path:
    return static_folder() / "static"


# Only what is asked for is kept: under a megabyte for the pages there are.
@cache
def _compressed(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), mtime=0)
