"""How a street-level service is reached: one request at a time, within a hard deadline, leaving no trace.

geopy is handed `BoundedAdapter` in place of its own adapters. No address, URL or body gets into an exception
or a log record from here: URLs carry the query, and bodies repeat it.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.exc import ConfigurationError, GeocoderParseError, GeocoderUnavailable

from locator.geocoding.services.exchange import Exchange, Reply
from locator.installation import version

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
