"""Request filters: foreign host names, foreign pages and closed routes refused; failures in plain text."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from ipaddress import ip_address
from typing import Final
from urllib.parse import unquote, urlsplit

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, cookie_parser
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOGGER: Final = logging.getLogger(__name__)

_HOST_HEADER: Final = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::\d{1,5})?")

_READ: Final = frozenset({"GET", "HEAD"})

_OURS: Final = re.compile(r"(?:api|assets|healthz|readyz|staff)(?:/.*)?", re.DOTALL)
"""What this project's own routes answer for; they say themselves what there is."""

_NAME: Final = r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*"

OPEN_ROUTES: Final[Sequence[tuple[str, frozenset[str]]]] = (
    # The pages themselves.
    (r"(?:refer|staff|accessibility)?/?", frozenset({"GET", "HEAD", "POST"})),
    (r"_stcore/health", _READ),
    (r"_stcore/host-config", frozenset({"GET"})),
    (r"_stcore/stream", frozenset({"WEBSOCKET"})),
    # Streamlit's own scripts, styles and fonts, the map's frame, and files that a page offers.
    (rf"static/(?:css|js|media)/{_NAME}", _READ),
    (r"favicon\.png", _READ),
    (rf"component/streamlit_folium\.st_folium/(?:{_NAME}/)*{_NAME}", _READ),
    (r"media/[0-9a-f]{16,128}(?:\.[a-z0-9]{1,8})?", _READ),
)
"""Streamlit's routes that the pages need, under the base path, with the methods that browsers use there."""

SIGN_IN_ROUTES: Final[Sequence[tuple[str, frozenset[str]]]] = (
    (r"auth/(?:login|logout)", frozenset({"GET"})),
    (r"oauth2callback", frozenset({"GET"})),
)
"""Those that sign staff in through an OpenID Connect provider; closed where none is named."""

MOST_UPLOAD_BYTES: Final = 6_000_000
_MOST_DISCARDED_BYTES: Final = 1_000_000
_DISCARD_S: Final = 2.0
MayUpload = Callable[[str, Mapping[str, str]], bool]
"""Whether a visit, by Streamlit's session id, may send files from a browser with these cookies."""

_INNER: Final = ("health", "host-config", "stream")
_NOT_OPEN: Final = ("This is not open here.", 403)
_UPLOAD_METHODS: Final = frozenset({"PUT", "DELETE", "OPTIONS"})


def nothing_here(_scope: Scope) -> Response:
    """Say that there is nothing at an address."""
    return PlainTextResponse("There is nothing at this address.", 404)


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
            await self._until_gone(scope, receive, send)
            return
        has_begun = False

        async def send_and_watch(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_watch)
        except ClientDisconnect:
            # Whoever asked left before all of the question was there. Nothing failed, nobody is left to be
            # answered, and a traceback for each would let strangers fill the disk.
            return
        except Exception:
            if has_begun:
                raise
            _LOGGER.exception("an answer failed")
            sentence = "Something went wrong on our side. Please try again in a moment."
            await self._as_answer(sentence, 500)(scope, receive, send)

    async def _until_gone(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a websocket on; what the app raises once it is closed, on whichever side, is no failure.

        Streamlit raises when it was sending while somebody left, which everybody does now and then, and who
        wants to fill the log can do all the time.
        """
        is_gone = False

        async def receive_and_watch() -> Message:
            nonlocal is_gone
            message = await receive()
            is_gone |= message["type"] == "websocket.disconnect"
            return message

        async def send_and_watch(message: Message) -> None:
            nonlocal is_gone
            is_gone |= message["type"] == "websocket.close"
            try:
                await send(message)
            except OSError:
                is_gone = True
                raise

        try:
            await self._app(scope, receive_and_watch, send_and_watch)
        except Exception:
            if not is_gone:
                raise


class HostFilter:
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


class RouteFilter:
    """Lets through to Streamlit what the pages need, by path and method, and nothing else.

    One route has a door: a visit for which `may_upload` says yes may send files, in Streamlit's own spelling
    of the address alone, and of a size told beforehand. `more` are routes that are open besides; `not_found`
    answers for addresses that are none of Streamlit's.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        prefix: str = "",
        may_upload: MayUpload = nobody,
        more: Sequence[tuple[str, frozenset[str]]] = (),
        not_found: Callable[[Scope], Response] = nothing_here,
    ) -> None:
        self._app = app
        self._prefix = prefix
        self._upload = re.compile(
            rf"{re.escape(self._prefix)}/_stcore/upload_file/([A-Za-z0-9-]{{1,64}})/[A-Za-z0-9-]{{1,64}}"
        )
        self._open = [(re.compile(pattern), methods) for pattern, methods in (*OPEN_ROUTES, *more)]
        self._may_upload = may_upload
        self._not_found = not_found

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is open; refuse the rest in a plain sentence, whatever is sent with it."""
        if scope["type"] not in {"http", "websocket"} or self._is_open(scope):
            await self._app(scope, receive, send)
            return
        if scope["type"] == "http" and scope["method"] in _READ and not is_closed(scope["path"]):
            await self._not_found(scope)(scope, receive, send)
            return
        refusal = self._why_refused(scope) if scope["type"] == "http" else _NOT_OPEN
        if refusal is None:
            await self._app(scope, receive, send)
            return
        sentence, status = refusal
        # Closing the connection spares the server the rest of a long body; but a connection closed over bytes
        # that nobody read is reset, and a proxy then says 502 in place of the refusal.
        await _discard_body(receive)
        answer = PlainTextResponse(sentence, status, headers={"Connection": "close"})
        await answer(scope, receive, send)

    def _is_open(self, scope: Scope) -> bool:
        path: str = scope["path"]
        if not f"{path}/".startswith(f"{self._prefix}/"):
            return False
        path = path.removeprefix(self._prefix).removeprefix("/")
        method = "WEBSOCKET" if scope["type"] == "websocket" else scope["method"]
        if method != "WEBSOCKET" and _OURS.fullmatch(path) and not is_closed(path):
            return True
        return any(method in methods and pattern.fullmatch(path) for pattern, methods in self._open)

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
            return _NOT_OPEN
        length = headers.get("content-length", "" if scope["method"] == "PUT" else "0")
        # A body in chunks says nothing of its size until it is there.
        if "transfer-encoding" in headers or not re.fullmatch(r"[0-9]{1,20}", length):
            return "Say how long the file is.", 411
        return ("This file is too large.", 413) if int(length) > MOST_UPLOAD_BYTES else None


async def _discard_body(receive: Receive) -> None:
    """Read away what a refused request carries, as far as it is short and comes soon."""
    length = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(_DISCARD_S):
            while length < _MOST_DISCARDED_BYTES:
                message = await receive()
                length += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return


def is_closed(path: str) -> bool:
    """Whether a path, as decoded by the server, spells an inner route of Streamlit's that no page needs.

    It is decoded twice more and slashes are evened out, since a proxy on the way may do the same. Under any
    prefix: a page looks for the open ones there first, and goes on when it is told that they are not there.
    """
    spelled_out = re.sub(r"[\\/]+", "/", unquote(unquote(path))).lower()
    inner = spelled_out.partition("_stcore/")
    return "upload_file" in spelled_out or (bool(inner[1]) and inner[2] not in _INNER)


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
