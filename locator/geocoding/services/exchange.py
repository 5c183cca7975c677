"""One question over HTTP and its answer, within a deadline that no trickle of bytes can move."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from geopy.exc import GeocoderServiceError, GeocoderTimedOut, GeocoderUnavailable, GeopyError
from requests.adapters import HTTPAdapter
from requests.models import PreparedRequest, Response

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
