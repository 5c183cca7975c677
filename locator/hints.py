"""Hints that let a browser show the page sooner: what to fetch at once, and what to keep for good."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
# A name with a hash of the content in it: another content will have another name.
_HASHED: Final = re.compile(r"/component/[^/]+/static/.+\.[0-9a-f]{8,}\.(?:js|css)")
_FOR_GOOD: Final = "public, max-age=31536000, immutable"


class BrowserHints:
    """Adds `Link` headers to the page itself, and lets hashed files of components be kept."""

    def __init__(self, app: ASGIApp, *, base_path: str = "") -> None:
        self._app = app
        self._prefix = f"/{base_path}" if base_path else ""
        self._links = ", ".join(_links(self._prefix))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add to a good answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"].removeprefix(self._prefix)

        async def send_with_hints(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in {200, 304}:
                headers = MutableHeaders(scope=message)
                if path in {"", "/"}:
                    headers["Link"] = self._links
                elif _HASHED.fullmatch(path):
                    headers["Cache-Control"] = _FOR_GOOD
            await send(message)

        await self._app(scope, receive, send_with_hints)


def _links(prefix: str) -> Iterable[str]:
    for name in _element_scripts():
        yield f"<{prefix}/static/js/{name}>; rel=modulepreload"
    for path in _MAP_SCRIPTS:
        yield f"<{prefix}{path}>; rel=prefetch; as=script"


def _element_scripts() -> Iterable[str]:
    """Names of scripts in the installed Streamlit; a kind that this version does not have is passed over."""
    spec = find_spec("streamlit")
    if spec is None or spec.origin is None:
        return
    folder = Path(spec.origin).parent / "static" / "static" / "js"
    for stem in _ELEMENT_SCRIPTS:
        yield from (file.name for file in folder.glob(f"{stem}.*.js"))
