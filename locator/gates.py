"""What stands before the app: refusals of foreign names, foreign pages and closed routes; plain failures."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address
from typing import Final
from urllib.parse import unquote, urlsplit

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, cookie_parser
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOGGER: Final = logging.getLogger(__name__)

_HOST_HEADER: Final = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::\d{1,5})?")

# What Streamlit offers to anybody and no visitor needs: uploads kept in memory, figures about the
# server, an interface for programs.
_CLOSED: Final = ("upload_file", "_stcore/metrics", "_stcore/agent", "_stcore/script-health-check")

MOST_UPLOAD_BYTES: Final = 6_000_000
MayUpload = Callable[[str, Mapping[str, str]], bool]
"""Whether a visit, by Streamlit's session id, may send files from a browser with these cookies."""

_UPLOAD_METHODS: Final = frozenset({"PUT", "DELETE", "OPTIONS"})


def nobody(_session_id: str, _cookies: Mapping[str, str]) -> bool:
    """Let nobody send files."""
    return False


class PlainErrors:
    """Turns an exception that nobody caught into a plain sentence, inside the security headers."""

    def __init__(
        self, app: ASGIApp, *, as_answer: Callable[[str, int], Response] = PlainTextResponse
    ) -> None:
        self._app = app
        self._as_answer = as_answer

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
        except ClientDisconnect:
            # Whoever asked left before all of the question was there. Nothing failed, nobody is left to be
            # answered, and a traceback for each would let strangers fill the disk.
            return
        except Exception:
            if begun:
                raise
            _LOGGER.exception("an answer failed")
            sentence = "Something went wrong on our side. Please try again in a moment."
            await self._as_answer(sentence, 500)(scope, receive, send)


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
    """Refuses the routes of Streamlit that take or give what no visitor needs, before a body is read.

    One of them has a door: a visit for which `may_upload` says yes may send files, in Streamlit's own
    spelling of the address alone, and of a size told beforehand.
    """

    def __init__(self, app: ASGIApp, *, base_path: str = "", may_upload: MayUpload = nobody) -> None:
        self._app = app
        prefix = f"/{base_path}" if base_path else ""
        self._upload = re.compile(
            rf"{re.escape(prefix)}/_stcore/upload_file/([A-Za-z0-9-]{{1,64}})/[A-Za-z0-9-]{{1,64}}"
        )
        self._may_upload = may_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 to any method on any spelling of a closed route; pass everything else on."""
        if scope["type"] != "http" or not is_closed(scope["path"]):
            await self._app(scope, receive, send)
            return
        refusal = self._why_refused(scope)
        if refusal is None:
            await self._app(scope, receive, send)
            return
        sentence, status = refusal
        # Closing the connection spares the server the rest of the body.
        answer = PlainTextResponse(sentence, status, headers={"Connection": "close"})
        await answer(scope, receive, send)

    def _why_refused(self, scope: Scope) -> tuple[str, int] | None:
        """A sentence and a status; None for an upload that may pass."""
        address = self._upload.fullmatch(scope["path"])
        headers = Headers(scope=scope)
        cookies = cookie_parser(headers.get("cookie", ""))
        if (
            address is None
            or scope["method"] not in _UPLOAD_METHODS
            or not self._may_upload(address[1], cookies)
        ):
            return "This is not open here.", 403
        length = headers.get("content-length", "" if scope["method"] == "PUT" else "0")
        # A body in chunks says nothing of its size until it is there.
        if "transfer-encoding" in headers or not re.fullmatch(r"[0-9]{1,20}", length):
            return "Say how long the file is.", 411
        return ("This file is too large.", 413) if int(length) > MOST_UPLOAD_BYTES else None


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
