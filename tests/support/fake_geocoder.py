"""A geocoding service on loopback that misbehaves on demand; every place it knows is made up."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request: when it came, on the monotonic clock, and what it asked."""

    at_s: float
    path: str
    query: dict[str, str]
    headers: dict[str, str]


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the server's behaviour of the moment."""

    server: FakeGeocoder
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # http.server's name
        """Note the request and answer it, or whatever the behaviour does instead."""
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.server.arrivals.append(Arrival(time.monotonic(), parts.path, query, dict(self.headers)))
        try:
            self.server.behave(self)
        except (BrokenPipeError, ConnectionResetError):
            self.server.cut_off.set()
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's name
        """Say nothing: tests read what is printed."""

    def reply(self, status: int, body: bytes, **headers: str) -> None:
        """A whole answer; an underscore in a header's name is a dash."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


Behaviour = Callable[[Handler], None]


class FakeGeocoder(ThreadingHTTPServer):
    """The server: what it does next, and what has arrived."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behave: Behaviour = answering([])
        self.arrivals: list[Arrival] = []
        self.cut_off = threading.Event()
        self.closing = threading.Event()

    @property
    def host(self) -> str:
        """Where it listens, as a geocoder's `domain`."""
        return f"127.0.0.1:{self.server_port}"


@contextmanager
def fake_geocoder() -> Iterator[FakeGeocoder]:
    """A running server, ended afterwards with whatever it was still sending."""
    with FakeGeocoder() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()


def house(number: str = "12", *, state: str = "MN", **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """One of Nominatim's answers: a made-up house of Testville."""
    name = {"MN": "Minnesota", "WI": "Wisconsin"}[state]
    answer: dict[str, Any] = {
        "lat": "44.9800",
        "lon": "-93.2700",
        "class": "building",
        "type": "yes",
        "osm_type": "way",
        "place_rank": 30,
        "addresstype": "building",
        "display_name": f"{number}, Nowhere Street, Testville, {name}, 55999, United States",
        "address": {
            "house_number": number,
            "road": "Nowhere Street",
            "city": "Testville",
            "state": name,
            "ISO3166-2-lvl4": f"US-{state}",
            "postcode": "55999",
            "country_code": "us",
        },
        "boundingbox": ["44.9799", "44.9801", "-93.2701", "-93.2699"],
    }
    return answer | changes


EDINA = house(
    "7700",
    lat="44.8630",
    lon="-93.3300",
    boundingbox=["44.8629", "44.8631", "-93.3301", "-93.3299"],
    address={
        "house_number": "7700",
        "road": "France Avenue South",
        "city": "Edina",
        "state": "Minnesota",
        "ISO3166-2-lvl4": "US-MN",
        "postcode": "55435",
        "country_code": "us",
    },
)
"""The answer for the address of the clinic in Edina."""


@dataclass(slots=True)
class InTurn:
    """Behaves as the first, then the next; the last goes on."""

    behaviours: list[Behaviour] = field(default_factory=list)

    def __call__(self, handler: Handler) -> None:
        """Behave as is next."""
        now = self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]
        now(handler)


def answering(value: object) -> Behaviour:
    """JSON, as it should be."""
    body = json.dumps(value).encode()
    return lambda handler: handler.reply(200, body, Content_Type="application/json")


def failing(status: int, body: bytes = b"no", **headers: str) -> Behaviour:
    """A status and perhaps headers."""
    return lambda handler: handler.reply(status, body, **headers)


def sending(body: bytes, **headers: str) -> Behaviour:
    """200 with any body at all."""
    return lambda handler: handler.reply(200, body, **headers)


def silent(handler: Handler) -> None:
    """Accepts the request and never answers, until the caller goes."""
    handler.connection.settimeout(None)
    if not handler.connection.recv(1):
        handler.server.cut_off.set()


def _trickle(handler: Handler, text: bytes) -> None:
    handler.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for at in range(len(text)):
        handler.wfile.write(text[at : at + 1])
        handler.wfile.flush()
        if handler.server.closing.wait(1):
            return


def one_byte_a_second(handler: Handler) -> None:
    """Sends headers at once and a body of JSON one byte a second."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    _trickle(handler, b" " * 1000)


def one_byte_of_header_a_second(handler: Handler) -> None:
    """Does not even get to the end of its headers."""
    _trickle(handler, b"HTTP/1.1 200 OK\r\n" + b"X-Padding: " + b"a" * 1000)


def fifty_megabytes(handler: Handler) -> None:
    """Well-formed JSON of 50 MB whose length is not said in advance."""
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.wfile.write(b"[")
    for _ in range(50):
        handler.wfile.write(b" " * MEGABYTE)
    handler.wfile.write(b"]")
