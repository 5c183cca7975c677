"""How a street-level service is reached: one question at a time, within a hard deadline, leaving no trace.

geopy is handed `BoundedAdapter` in place of its own adapters. No address, URL or body gets into an exception
or a log record from here: URLs carry the query, and bodies repeat it.
"""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.exc import (
    ConfigurationError,
    GeocoderParseError,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeocoderUnavailable,
    GeopyError,
)
from requests.adapters import HTTPAdapter
from requests.models import PreparedRequest, Response

from locator.installation import version

MOST_BYTES: Final = 1_000_000
_MOST_HOPS: Final = 3
_CHUNK_BYTES: Final = 65_536
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of any status; header names are lower case, and a body is read for 200 only."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""


class Exchange:
    """One question and its answer, made in a thread and waited for in another."""

    def __init__(
        self, url: str, headers: Mapping[str, str], proxies: dict[str, str], deadline: float
    ) -> None:
        self._url = url
        self._headers = {**headers, "Accept-Encoding": "identity", "Connection": "close"}
        self._proxies = proxies
        self._deadline = deadline
        self._outcome: Reply | GeopyError = GeocoderTimedOut("no answer in time")
        self._done = threading.Event()
        self._given_up = threading.Event()
        self._connection: socket.socket | None = None

    def outcome(self) -> Reply:
        """The answer; GeocoderTimedOut at the deadline, when the connection is cut as well."""
        if not self._done.wait(max(0.0, self._deadline - time.monotonic())):
            self._given_up.set()
            self._cut()
            raise GeocoderTimedOut("no answer in time")
        if isinstance(self._outcome, GeopyError):
            raise self._outcome
        return self._outcome

    def run(self) -> None:
        """Fetch; what goes wrong is kept as one of geopy's errors, without the query others add."""
        try:
            self._outcome = self._fetch()
        except GeopyError as exc:
            self._outcome = exc
        except (requests.Timeout, TimeoutError):
            self._outcome = GeocoderTimedOut("no answer in time")
        except requests.ConnectionError:
            self._outcome = GeocoderUnavailable("no connection")
        except Exception as exc:  # noqa: BLE001  # a thread prints what it lets out, and the text holds the URL
            self._outcome = GeocoderServiceError(type(exc).__name__)
        finally:
            self._done.set()

    def _fetch(self) -> Reply:
        url = self._url
        for _ in range(_MOST_HOPS):
            response = self._send(url)
            try:
                target = urljoin(url, response.headers.get("Location", ""))
                if response.status_code not in _REDIRECTS:
                    return self._read(response)
            finally:
                response.close()
            if _origin(target) != _origin(url):
                raise GeocoderServiceError("the service sends its callers to another host")
            url = target
        raise GeocoderServiceError("the service sends its callers in circles")

    def _send(self, url: str) -> Response:
        # Without a session nothing follows a redirect, keeps a cookie or reads a .netrc file.
        request = requests.Request("GET", url, headers=self._headers).prepare()
        remaining_s = max(0.001, self._deadline - time.monotonic())
        transport = _Transport(self._opened)
        return transport.send(request, stream=True, timeout=remaining_s, proxies=self._proxies)

    def _read(self, response: Response) -> Reply:
        headers = {name.lower(): value for name, value in response.headers.items()}
        if response.status_code != requests.codes.ok:
            return Reply(response.status_code, headers)
        body = bytearray()
        for chunk in response.raw.stream(_CHUNK_BYTES, decode_content=True):
            body += chunk
            if len(body) > MOST_BYTES:
                raise GeocoderServiceError("the answer is too long")
        return Reply(response.status_code, headers, bytes(body))

    def _opened(self, connection: socket.socket | None) -> None:
        self._connection = connection
        if self._given_up.is_set():
            self._cut()

    def _cut(self) -> None:
        """End what the thread is reading: a time-out between two bytes never ends a trickle of them."""
        if self._connection is not None:
            try:
                self._connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it is closed already


class _Transport(HTTPAdapter):
    """requests' way to a server, which hands its socket to `opened` before it sends. No retries."""

    def __init__(self, opened: Callable[[socket.socket | None], None]) -> None:
        self._told = opened
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def get_connection_with_tls_context(
        self,
        request: PreparedRequest,
        verify: Any,  # noqa: ANN401
        proxies: dict[str, str] | None = None,
        cert: Any = None,  # noqa: ANN401
    ) -> urllib3.HTTPConnectionPool:
        """The pool for one request, whose connections report themselves."""
        pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
        kind, told = pool.ConnectionCls, self._told

        class Told(kind):  # type: ignore[valid-type, misc]  # plain or with TLS: known at run time only
            def connect(self) -> None:
                super().connect()
                told(self.sock)

        pool.ConnectionCls = Told
        return pool


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


_MOST_AT_ONCE: Final = 8

_TALKATIVE: Final = (
    "geopy",
    "requests",
    "urllib3",
    "urllib3.connection",
    "urllib3.connectionpool",
    "urllib3.poolmanager",
    "urllib3.response",
    "urllib3.util.retry",
)
_DEADLINE: Final[ContextVar[float | None]] = ContextVar("deadline of a private request", default=None)


def _is_not_private(record: logging.LogRecord) -> bool:
    """Let through only what is logged outside a private request: these packages log whole URLs."""
    del record
    return _DEADLINE.get() is None


for _name in _TALKATIVE:
    logging.getLogger(_name).addFilter(_is_not_private)


@contextmanager
def private_request(budget_s: float) -> Iterator[None]:
    """Everything sent inside takes at most `budget_s` seconds in all, and is not logged.

    Some services need two requests for an answer: the budget is for both.
    """
    token = _DEADLINE.set(time.monotonic() + budget_s)
    try:
        yield
    finally:
        _DEADLINE.reset(token)


def user_agent(contact: str) -> str:
    """How the app introduces itself to a service; `contact` is the practice's web site or phone."""
    return f"DRG-Locator/{version()} (+{contact})"


class BoundedAdapter(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no types
    """Sends geopy's requests: bounded in time and size, to the named host only, with nothing kept in between.

    Proxies are used only where the settings name one. Each request has a connection of its own, so no cookie
    outlives it.
    """

    def __init__(self, *, proxies: Mapping[str, str] | None, ssl_context: object) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self._proxies = dict(proxies or {})
        self._free = threading.BoundedSemaphore(_MOST_AT_ONCE)

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:  # noqa: ANN401
        """The parsed body; GeocoderParseError, without the text, if it is no JSON."""
        text = self.get_text(url, timeout=timeout, headers=headers)
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            pass
        raise GeocoderParseError("the answer is not JSON")

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        """The body of an answer of 200; geopy's errors, each with a fixed text, for anything else."""
        _refuse_in_clear(url)
        deadline = min(_DEADLINE.get() or float("inf"), time.monotonic() + timeout)
        reply = self._reply(Exchange(url, headers, self._proxies, deadline))
        if reply.status != requests.codes.ok:
            # A service that says when to come back limits its rate, whichever of the two codes it chose.
            limited = reply.status == requests.codes.unavailable and "retry-after" in reply.headers
            status = requests.codes.too_many_requests if limited else reply.status
            raise AdapterHTTPError(
                f"HTTP status {reply.status}", status_code=status, headers=reply.headers, text=None
            )
        try:
            return reply.body.decode()
        except UnicodeDecodeError:
            pass
        raise GeocoderParseError("the answer is not UTF-8 text")

    def _reply(self, exchange: Exchange) -> Reply:
        """What the exchange brings, waiting no longer than its deadline.

        Runs in a thread, because looking up a host name takes no timeout of its own; a thread is left behind
        only until its connection is cut, and no more of them than `_MOST_AT_ONCE`.
        """
        if not self._free.acquire(blocking=False):
            raise GeocoderUnavailable("too many requests are still waiting for an answer")

        def work() -> None:
            try:
                exchange.run()
            finally:
                self._free.release()

        run = copy_context().run
        threading.Thread(target=run, args=(work,), name="geocoder-request", daemon=True).start()
        return exchange.outcome()


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address is this machine's own."""
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


def _refuse_in_clear(url: str) -> None:
    """An address leaves this machine encrypted or not at all."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not is_loopback(parts.hostname):
        raise ConfigurationError("plain http is for a service on this machine only")
