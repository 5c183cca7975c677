"""Bounds on the server's connections: how long each may keep it waiting, how many wait, how much one sends.

uvicorn gives a request all the time in the world to say what it wants, and answers every ping. Its protocol
classes, which it takes as an option, are extended here by asyncio's own methods of a protocol; beside those,
it is only read which request a connection is at and whether a websocket was closed.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final, cast

from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from locator.web.middleware import ALLOW_LARGE, MOST_STAFF_BYTES, MOST_VISITOR_BYTES, TokenBucket

if TYPE_CHECKING:
    from uvicorn.config import Config
    from uvicorn.server import ServerState

_LOGGER: Final = logging.getLogger(__name__)

STALLED_S: Final = 10.0
"""After how long without any progress a connection is closed, once it is noticed: at most twice as long."""

MOST_WAITING: Final = 200
"""The most HTTP connections on which nothing is asked or only half of it; one more displaces the oldest."""

FRAMES: Final = (300.0, 30.0)
"""The most frames of a websocket, pings included, at once and then a second."""

_LONGEST_LOOKS: Final = 30
_POLICY_VIOLATION: Final = 1008
_TOO_BIG: Final = 1009


class Connections:
    """The open connections of a server, which stay so few that files can still be opened."""

    def __init__(self, most: int, *, most_waiting: int = MOST_WAITING) -> None:
        self._most = most
        self._most_waiting = most_waiting
        # The oldest first.
        self._http: dict[asyncio.BaseTransport, _Http] = {}
        self._websockets: set[asyncio.BaseTransport] = set()
        self._full_lines = TokenBucket(1, 1 / 60)

    def opened(self, connection: _Http) -> bool:
        """Note a new connection, in the place of one that waits if need be; whether there is room for it."""
        self._http[connection.transport] = connection
        is_full = len(self._http) + len(self._websockets) > self._most
        if is_full or len(self._http) > self._most_waiting:
            waiting = [other for other in self._http.values() if other.is_waiting]
            # Those who are being answered are not counted among those who wait: a newcomer who has not sent
            # its request yet would give way to the next one, however few wait.
            if is_full or len(waiting) > self._most_waiting:
                oldest = waiting[0] if waiting else connection
                self.closed(oldest.transport)
                oldest.transport.abort()
            if is_full and self._full_lines.take_if_available():
                _LOGGER.warning(
                    "There are too many connections: %d. The oldest that wait are closed.", self._most
                )
        return not connection.transport.is_closing()

    def upgraded(self, transport: asyncio.BaseTransport) -> None:
        """Note that a connection has become a websocket."""
        self._http.pop(transport, None)
        self._websockets.add(transport)

    def closed(self, transport: asyncio.BaseTransport) -> None:
        """Forget a connection."""
        self._http.pop(transport, None)
        self._websockets.discard(transport)


class _Http(H11Protocol):
    """An HTTP connection that is closed when it stalls: before a request, within it or within the answer."""

    bounds: Connections
    stalled_s = STALLED_S

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._received = 0
        self._looks = 0
        self._before: tuple[object, int] | None = None
        self._look: asyncio.TimerHandle | None = None
        if self.bounds.opened(self):
            self._look = self.loop.call_later(self.stalled_s, self._look_again)

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._look is not None:
            self._look.cancel()
        self.bounds.closed(self.transport)
        super().connection_lost(exc)

    @property
    def is_waiting(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def _look_again(self) -> None:
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            return
        now, before = self._standing(), self._before
        self._looks = self._looks + 1 if now and before and now[0] is before[0] else 0
        if now is not None and (now == before or self._looks > _LONGEST_LOOKS):
            self.transport.abort()
            return
        self._before = now
        self._look = self.loop.call_later(self.stalled_s, self._look_again)

    def _standing(self) -> tuple[object, int] | None:
        """What it is at and how far; None while it is the app's turn."""
        if self.is_waiting:
            # Half a request is no progress, however it grows.
            return self.cycle, -1
        if self.cycle.more_body:
            return self.cycle, self._received
        unsent = self.transport.get_write_buffer_size()
        return (self.cycle, unsent) if unsent else None


class _Websocket(WebSocketsSansIOProtocol):
    """A websocket that is closed when it sends too many frames, or a larger message than it may."""

    bounds: Connections

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, {**app_state, ALLOW_LARGE: self._allow_large}, _loop)
        self._frames = FrameBounds()
        self._has_shaken_hands = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.bounds.upgraded(transport)
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.bounds.closed(self.transport)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        # The first to come is the request that it began as.
        code = self._frames.exceeded_by(data) if self._has_shaken_hands else None
        self._has_shaken_hands = True
        if code is None:
            super().data_received(data)
            return
        # Where the app has closed it for what it said, the log says that already.
        if not self.close_sent:
            what = "too much at once" if code == _TOO_BIG else "too often"
            _LOGGER.warning("A websocket was closed: it sent %s", what)
        self.transport.write(b"\x88\x02" + code.to_bytes(2, "big"))
        self.transport.close()

    def _allow_large(self) -> None:
        self._frames.most_bytes = MOST_STAFF_BYTES


class FrameBounds:
    """Follows the headers of a websocket's frames (RFC 6455, 5.2): how many there are, and how large."""

    def __init__(self, *, most_bytes: int = MOST_VISITOR_BYTES, bucket: TokenBucket | None = None) -> None:
        self.most_bytes = most_bytes
        self._bucket = bucket or TokenBucket(*FRAMES)
        self._header = b""
        self._payload_left = 0
        self._message_bytes = 0

    def exceeded_by(self, data: bytes) -> int | None:
        """The code to close with if these next bytes go beyond a bound; None if they do not."""
        position = min(self._payload_left, len(data))
        self._payload_left -= position
        if position == len(data):
            return None
        data = self._header + data[position:]
        position = 0
        while header := _frame_header(data, position):
            payload_at, payload_bytes, is_control, is_last = header
            if self._bucket.take():
                return _POLICY_VIOLATION
            if not is_control:
                self._message_bytes += payload_bytes
                if self._message_bytes > self.most_bytes:
                    return _TOO_BIG
                if is_last:
                    self._message_bytes = 0
            position = payload_at + payload_bytes
            if position >= len(data):
                break
        self._payload_left = max(position - len(data), 0)
        self._header = data[position:]
        return None


def _frame_header(data: bytes, at: int) -> tuple[int, int, bool, bool] | None:
    """Where a frame's payload begins, how long it is, whether it is a control frame and a message's last.

    None if the header is not all there yet.
    """
    if len(data) - at < 2:
        return None
    first, second = data[at], data[at + 1]
    length_bytes = {126: 2, 127: 8}.get(second & 0x7F, 0)
    payload_at = at + 2 + length_bytes + (4 if second & 0x80 else 0)
    if len(data) < payload_at:
        return None
    length = int.from_bytes(data[at + 2 : at + 2 + length_bytes], "big") if length_bytes else second & 0x7F
    return payload_at, length, bool(first & 0x08), bool(first & 0x80)


def http_protocol(connections: Connections, *, stalled_s: float = STALLED_S) -> type[asyncio.Protocol]:
    """What uvicorn is to speak HTTP with."""
    protocol = type("Http", (_Http,), {"bounds": connections, "stalled_s": stalled_s})
    return cast("type[asyncio.Protocol]", protocol)


def websocket_protocol(connections: Connections) -> type[asyncio.Protocol]:
    """What uvicorn is to speak with the pages."""
    return cast("type[asyncio.Protocol]", type("Websocket", (_Websocket,), {"bounds": connections}))
