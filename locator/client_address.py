"""Whose request it is, by network address: the connection's own, or the one that a trusted proxy names."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

_LOGGER: Final = logging.getLogger(__name__)
_SCHEMES: Final = frozenset({"http", "https"})
_UNDECLARED: Final = (
    "A proxy seems to stand in front of this server, and no setting names it: people cannot be told apart by "
    "their address. Set client_address_header (docs/deploy.md)."
)


class ClientAddress:
    """Puts the visitor's address into `scope["client"]`, where the rest of the app reads it.

    A connection from anywhere but `trusted_proxies` speaks for itself. For one from there, the address is
    what `header` names: of several the right-most that is no trusted proxy, since whatever stands further
    left may have been written by the visitor. Without a header, or where it names nothing, the address is
    unknown (`None`), and never the proxy's own, which would make one visitor of all.

    A trusted proxy also says by `X-Forwarded-Proto` whether the visitor came by https.
    """

    def __init__(self, app: ASGIApp, *, header: str | None, trusted_proxies: Sequence[str]) -> None:
        self._app = app
        self._header = header
        self._trusted = [ip_network(proxy) for proxy in trusted_proxies]
        self._has_warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on under the address it comes from."""
        if scope["type"] in {"http", "websocket"}:
            scope = self._resolved(scope)
        await self._app(scope, receive, send)

    def _resolved(self, scope: Scope) -> Scope:
        headers = Headers(scope=scope)
        if self._header is None and "x-forwarded-for" in headers and not self._has_warned:
            self._has_warned = True
            _LOGGER.warning(_UNDECLARED)
        peer = _parsed(scope["client"][0]) if scope.get("client") else None
        # Without an address there is a local socket, which only a proxy connects to.
        if scope.get("client") and not self._is_trusted(peer):
            return scope
        named = self._named(headers)
        resolved = {**scope, "client": (str(named), 0) if named else None}
        scheme = headers.get("x-forwarded-proto", "").strip().lower()
        if scheme in _SCHEMES:
            resolved["scheme"] = scheme.replace("http", "ws") if scope["type"] == "websocket" else scheme
        return resolved

    def _named(self, headers: Headers) -> IPv4Address | IPv6Address | None:
        if self._header is None:
            return None
        for hop in reversed(",".join(headers.getlist(self._header)).split(",")):
            address = _parsed(hop)
            if address is None or not self._is_trusted(address):
                return address
        return None

    def _is_trusted(self, address: IPv4Address | IPv6Address | None) -> bool:
        return address is not None and any(address in network for network in self._trusted)


def client_network(scope: Scope) -> str | None:
    """What of a request's address is counted as one visitor, after `ClientAddress`; None if it is unknown.

    All of IPv4; of IPv6 the first 64 bits, which is what one customer is given. Limits by address cannot hold
    for an unknown one: everybody behind an undeclared proxy would share it.
    """
    return network_of(scope["client"][0]) if scope.get("client") else None


def network_of(address: str) -> str | None:
    """What of an address in text is counted as one visitor; None for what is no address."""
    parsed = _parsed(address)
    return (
        str(ip_network((parsed, 64), strict=False))
        if isinstance(parsed, IPv6Address)
        else (str(parsed) if parsed else None)
    )


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """An address as proxies write it, with or without a port or a zone; IPv4 inside IPv6 is IPv4."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        parsed = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (parsed.ipv4_mapped or parsed) if isinstance(parsed, IPv6Address) else parsed
