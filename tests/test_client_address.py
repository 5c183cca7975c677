"""By which address a visitor is counted: the connection's own, a proxy's word for it, or none."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send

from locator.client_address import ClientAddress, client_network, network_of

LOOPBACK = ("127.0.0.0/8", "::1")


def arrived(
    peer: str | None,
    *,
    header: str | None = "x-forwarded-for",
    trusted: tuple[str, ...] = LOOPBACK,
    kind: str = "http",
    sent: tuple[tuple[str, str], ...] = (),
) -> Scope:
    """What the app sees of a request from this peer with these headers."""
    seen: list[Scope] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope)

    async def nothing(*_arguments: Any) -> Any:  # noqa: ANN401 - stands for both directions
        return {}

    scope: Scope = {
        "type": kind,
        "client": (peer, 5000) if peer is not None else None,
        "scheme": "ws" if kind == "websocket" else "http",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in sent],
    }
    middleware = ClientAddress(app, header=header, trusted_proxies=trusted)
    asyncio.run(middleware(scope, nothing, nothing))
    return seen[0]


def network(peer: str | None, *values: str, **options: Any) -> str | None:  # noqa: ANN401 - as `arrived` takes them
    """The network that a request with these X-Forwarded-For headers is counted for."""
    return client_network(arrived(peer, sent=tuple(("x-forwarded-for", one) for one in values), **options))


def test_a_connection_from_elsewhere_speaks_for_itself_whatever_it_writes() -> None:
    assert network("192.0.2.7", "198.51.100.1") == "192.0.2.7"


@pytest.mark.parametrize("header", ["x-forwarded-for", None])
def test_on_this_machine_an_address_that_no_proxy_names_is_unknown(header: str | None) -> None:
    for peer in ("127.0.0.1", "::1", "::ffff:127.0.0.1", None):
        assert network(peer, header=header) is None


def test_without_a_setting_no_header_is_believed() -> None:
    assert network("127.0.0.1", "198.51.100.1", header=None) is None


@pytest.mark.parametrize(
    ("values", "counted"),
    [
        (["198.51.100.1"], "198.51.100.1"),
        (["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
        (["6.6.6.6", "198.51.100.1"], "198.51.100.1"),
        (["6.6.6.6, 198.51.100.1, 127.0.0.1"], "198.51.100.1"),
        (["198.51.100.1:4711"], "198.51.100.1"),
        (["[2001:db8:1:2::9]:4711"], "2001:db8:1:2::/64"),
        (["2001:db8:1:2::9"], "2001:db8:1:2::/64"),
        (["::ffff:198.51.100.1"], "198.51.100.1"),
        # Whatever stands before a hop that is no address may be the visitor's own invention.
        (["198.51.100.1, unknown"], None),
        (["198.51.100.1,"], None),
        ([""], None),
        (["127.0.0.1"], None),
    ],
)
def test_of_several_hops_the_rightmost_that_is_no_trusted_proxy_counts(
    values: list[str], counted: str | None
) -> None:
    assert network("127.0.0.1", *values) == counted


def test_a_proxy_elsewhere_is_believed_only_where_it_is_listed() -> None:
    assert network("192.0.2.10", "198.51.100.1") == "192.0.2.10"
    listed = ("192.0.2.0/24",)
    assert network("192.0.2.10", "198.51.100.1", trusted=listed) == "198.51.100.1"
    assert network("192.0.2.10", trusted=listed) is None


def test_another_header_can_be_named() -> None:
    scope = arrived("127.0.0.1", header="x-real-ip", sent=(("x-real-ip", "198.51.100.1"),))
    assert scope["client"] == ("198.51.100.1", 0)


@pytest.mark.parametrize(("kind", "scheme"), [("http", "https"), ("websocket", "wss")])
def test_a_trusted_proxy_says_whether_a_visitor_came_by_https(kind: str, scheme: str) -> None:
    sent = (("x-forwarded-proto", "https"),)
    assert arrived("127.0.0.1", kind=kind, sent=sent)["scheme"] == scheme
    assert arrived("192.0.2.7", kind=kind, sent=sent)["scheme"] == scheme[:-1]
    assert arrived("127.0.0.1", kind=kind, sent=(("x-forwarded-proto", "gopher"),))["scheme"] == scheme[:-1]


def test_a_proxy_that_no_setting_names_is_said_once_without_any_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None: ...

    async def nothing(*_arguments: Any) -> Any: ...  # noqa: ANN401 - stands for both directions

    middleware = ClientAddress(app, header=None, trusted_proxies=LOOPBACK)
    scope = {"type": "http", "client": ("127.0.0.1", 1), "headers": [(b"x-forwarded-for", b"198.51.100.1")]}
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            asyncio.run(middleware(scope, nothing, nothing))
    assert len(caplog.messages) == 1
    assert "client_address_header" in caplog.messages[0]
    assert "198.51" not in caplog.text


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", None),
        ("testclient", None),
    ],
)
def test_the_addresses_of_one_customer_count_together(address: str, counted_as: str | None) -> None:
    assert network_of(address) == counted_as


@given(st.text(st.characters(max_codepoint=255), max_size=80))
def test_whatever_a_header_holds_there_is_an_address_or_none(value: str) -> None:
    network("127.0.0.1", value)
