"""What stands before the app: refusals of foreign names, foreign pages and closed routes; plain failures."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Final
from urllib.parse import unquote, urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOGGER: Final = logging.getLogger(__name__)

_HOST_HEADER: Final = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::\d{1,5})?")

# What Streamlit offers to anybody and no page of ours needs: uploads kept in memory, figures about the
# server, an interface for programs.
_CLOSED: Final = ("upload_file", "_stcore/metrics", "_stcore/agent", "_stcore/script-health-check")


class PlainErrors:
    """Turns an exception that nobody caught into a plain sentence, inside the security headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Log what went wrong and answer 500; once an answer has begun it can only be broken off."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception:
            if begun:
                raise
            _LOGGER.exception("an answer failed")
            sentence = "Something went wrong on our side. Please try again in a moment."
            await PlainTextResponse(sentence, status_code=500)(scope, receive, send)


class HostGate:
    """Answers only under known names, and lets only this server's own pages open a websocket.

    The name check stops a page elsewhere from reaching the server through a name of its own. The origin check
    is exact because Streamlit's own would first ask an outside service for this server's address.
    """

    def __init__(self, app: ASGIApp, *, allowed_hosts: Sequence[str]) -> None:
        self._app = app
        self._allowed_hosts = tuple(allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 400 for a foreign name and 403 for a foreign page."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        origin = headers.get("origin")
        if not is_host_allowed(host, self._allowed_hosts):
            answer = PlainTextResponse(
                "This server does not answer to this name. Its operator can add it to allowed_hosts.",
                400,
            )
        elif scope["type"] == "websocket" and origin is not None and urlsplit(origin).netloc != host:
            answer = PlainTextResponse("Only pages of this server may connect.", 403)
        else:
            await self._app(scope, receive, send)
            return
        await answer(scope, receive, send)


class ClosedRoutes:
    """Refuses the routes of Streamlit that take or give what no visitor needs, before a body is read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 to any method on any spelling of a closed route; pass everything else on."""
        if scope["type"] == "http" and is_closed(scope["path"]):
            # Closing the connection spares the server the rest of the body.
            answer = PlainTextResponse("This is not open here.", 403, headers={"Connection": "close"})
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)


def is_closed(path: str) -> bool:
    """Whether a path, as decoded by the server, spells a closed route under any prefix.

    It is decoded twice more and slashes are evened out, since a proxy on the way may do the same.
    """
    spelled_out = re.sub(r"[\\/]+", "/", unquote(unquote(path))).lower()
    return any(name in spelled_out for name in _CLOSED)


def is_host_allowed(host: str, allowed_hosts: Sequence[str]) -> bool:
    """Whether a Host header names this server: a listed name, or any bare IP address.

    A foreign page can make a name of its own point here, but cannot do that with an address.
    """
    match = _HOST_HEADER.fullmatch(host)
    if match is None:
        return False
    name = match["name"].lower().removesuffix(".")
    return _is_address(name.strip("[]")) or any(
        pattern in ("*", name) or (pattern.startswith("*.") and name.endswith(pattern[1:]))
        for pattern in allowed_hosts
    )


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
