"""A server's connections: one that stalls is closed, those that wait are few, a websocket sends in bounds."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil
import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.sync.client import ClientConnection, connect

from locator.web.connections import Connections, FrameBounds, http_protocol, websocket_protocol
from locator.web.middleware.token_bucket import TokenBucket
from locator.web.middleware.websocket_filter import ALLOW_LARGE, MOST_VISITOR_BYTES
from tests.support.fake_hasher import Clock

HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
PATIENCE_S = 60.0


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers at once, after a while, when a body is there, with very much, or as a websocket's echo."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        if scope["path"] == "/staff":
            scope["state"][ALLOW_LARGE]()
        while (message := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": str(len(message["bytes"]))})
        return
    if scope["path"] == "/slow":
        await asyncio.sleep(1.5)
    if scope["method"] == "POST":
        while (await receive())["more_body"]:
            pass
    body = b"x" * (50_000_000 if scope["path"] == "/much" else 2)
    length = str(len(body)).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
    await send({"type": "http.response.body", "body": body})


@contextmanager
def serving(most: int = 1000, *, most_waiting: int = 1000, stalled_s: float = 0.3) -> Iterator[int]:
    """A server of that app; its port."""
    bounds = Connections(most, most_waiting=most_waiting)
    config = uvicorn.Config(
        app,
        port=0,
        lifespan="off",
        log_level="error",
        http=http_protocol(bounds, stalled_s=stalled_s),
        ws=websocket_protocol(bounds),
        timeout_keep_alive=PATIENCE_S,  # type: ignore[arg-type]
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_until(lambda: server.started)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for a state, however slow the machine is."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


def dial(port: int, sent: bytes = b"") -> socket.socket:
    """A connection on which this was sent."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
    connection.sendall(sent)
    return connection


def held_by_the_server(port: int) -> int:
    """How many connections to this port the server has open."""
    every = psutil.Process().net_connections("tcp")
    return sum(1 for one in every if one.laddr.port == port and one.status != psutil.CONN_LISTEN)


def page_of(port: int, path: str = "/") -> ClientConnection:
    """A page's websocket."""
    return connect(f"ws://127.0.0.1:{port}{path}", proxy=None)


def received(connection: socket.socket) -> bytes:
    """All that comes until the server closes the connection."""
    got = b""
    try:
        while chunk := connection.recv(65536):
            got += chunk
    except ConnectionResetError:
        pass
    return got


def answer(connection: socket.socket) -> bytes:
    """The status line of the next answer, of which all is read."""
    got = b""
    while not got.endswith(b"\r\n\r\nxx"):
        chunk = connection.recv(65536)
        assert chunk
        got += chunk
    return got.partition(b"\r\n")[0]


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(HEAD, id="half a head"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf", id="half a body"),
    ],
)
def test_a_request_that_never_ends_is_closed(sent: bytes) -> None:
    with serving() as port, dial(port, sent) as connection:
        assert received(connection) == b""


def test_a_head_that_trickles_in_is_closed_all_the_same() -> None:
    with serving() as port, dial(port, HEAD) as connection:
        connection.settimeout(0.05)
        sent = 0
        try:
            while sent < 1000:
                connection.sendall(b"X-A: b\r\n")
                sent += 1
                try:
                    if connection.recv(100) == b"":
                        break
                except TimeoutError:
                    continue
        except OSError:
            pass
        assert sent < 1000


def test_an_answer_that_nobody_takes_is_given_up() -> None:
    with serving() as port, dial(port, b"GET /much HTTP/1.1\r\nHost: h\r\n\r\n") as connection:
        wait_until(lambda: b"200 OK" in connection.recv(100, socket.MSG_PEEK))
        wait_until(lambda: not held_by_the_server(port))
        assert len(received(connection)) < 50_000_000


def test_an_answer_that_takes_long_to_make_is_waited_for() -> None:
    with serving() as port, dial(port, b"GET /slow HTTP/1.1\r\nHost: h\r\n\r\n") as connection:
        assert answer(connection) == b"HTTP/1.1 200 OK"


def test_a_connection_can_be_used_again() -> None:
    with serving(stalled_s=PATIENCE_S) as port, dial(port) as connection:
        for _ in range(3):
            connection.sendall(HEAD + b"\r\n")
            assert answer(connection) == b"HTTP/1.1 200 OK"


def test_of_too_many_that_wait_the_oldest_is_closed_and_the_newest_answered() -> None:
    with serving(most_waiting=3, stalled_s=PATIENCE_S) as port:
        waiting = [dial(port, HEAD) for _ in range(4)]
        assert received(waiting[0]) == b""
        waiting[3].sendall(b"\r\n")
        assert answer(waiting[3]) == b"HTTP/1.1 200 OK"
        waiting[1].sendall(b"\r\n")
        assert answer(waiting[1]) == b"HTTP/1.1 200 OK"
        for connection in waiting:
            connection.close()


def test_who_has_not_asked_yet_gives_way_to_nobody_while_few_wait() -> None:
    half_a_body = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf"
    with serving(most_waiting=3, stalled_s=PATIENCE_S) as port:
        asked = [dial(port, half_a_body) for _ in range(4)]
        newcomer, next_one = dial(port), dial(port, HEAD + b"\r\n")
        assert answer(next_one) == b"HTTP/1.1 200 OK"
        newcomer.sendall(HEAD + b"\r\n")
        assert answer(newcomer) == b"HTTP/1.1 200 OK"
        for connection in (*asked, newcomer, next_one):
            connection.close()


def test_when_no_more_fit_those_that_wait_give_way_and_websockets_stay() -> None:
    with (
        serving(3, stalled_s=PATIENCE_S) as port,
        page_of(port) as one,
        page_of(port) as other,
        dial(port, HEAD) as old,
        dial(port, HEAD + b"\r\n") as new,
    ):
        assert received(old) == b""
        assert answer(new) == b"HTTP/1.1 200 OK"
        for page in (one, other):
            page.send(b"abc")
            assert page.recv(timeout=PATIENCE_S) == "3"


def test_when_websockets_take_all_places_a_new_connection_is_closed_and_they_go_on() -> None:
    with serving(2, stalled_s=PATIENCE_S) as port, page_of(port) as one, page_of(port) as other:
        with dial(port) as late:
            assert received(late) == b""
        one.close()
        wait_until(lambda: _answers(port))
        other.send(b"abc")
        assert other.recv(timeout=PATIENCE_S) == "3"


def _answers(port: int) -> bool:
    with dial(port, HEAD + b"Connection: close\r\n\r\n") as connection:
        return b"200 OK" in received(connection)


def test_a_visitors_large_frame_is_refused_before_it_is_there_and_staffs_is_not() -> None:
    large = b"x" * (MOST_VISITOR_BYTES + 1)
    with serving() as port:
        with page_of(port, "/staff") as page:
            page.send(b"hello")
            page.recv(timeout=PATIENCE_S)
            page.send(large)
            assert page.recv(timeout=PATIENCE_S) == str(len(large))
        with page_of(port) as page:
            # Only the frame's header: the server does not wait for the rest.
            page.socket.sendall(b"\x82\xff" + len(large).to_bytes(8, "big") + b"mask")
            with pytest.raises(ConnectionClosed) as closed:
                page.recv(timeout=PATIENCE_S)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


@pytest.mark.parametrize("opcode", [Opcode.PING, Opcode.PONG, Opcode.BINARY])
def test_a_flood_of_frames_closes_the_websocket(opcode: Opcode) -> None:
    flood = Frame(opcode, b"").serialize(mask=True) * 5000
    with serving() as port, page_of(port) as page:
        page.socket.sendall(flood)
        # To an iterator the end of a connection that was closed for a reason is an error.
        with pytest.raises(ConnectionClosed) as closed:
            list(page)
    assert closed.value.rcvd is None or closed.value.rcvd.code == 1008


def bounds(most_bytes: int = 1000, frames: float = 10_000) -> FrameBounds:
    return FrameBounds(most_bytes=most_bytes, bucket=TokenBucket(frames, 1, now_s=Clock()))


@given(
    st.lists(st.tuples(st.sampled_from([0, 1, 125, 126, 65_535, 65_536]), st.booleans()), max_size=6),
    st.integers(1, 70_000),
)
def test_frames_are_counted_however_they_arrive(frames: list[tuple[int, bool]], piece: int) -> None:
    sent = b"".join(Frame(Opcode.BINARY, b"\x00" * size).serialize(mask=mask) for size, mask in frames)
    pieces = [sent[at : at + piece] for at in range(0, len(sent), piece)]
    enough, too_few = bounds(70_000, len(frames)), bounds(70_000, len(frames) - 1)
    assert all(enough.exceeded_by(one) is None for one in pieces)
    assert [code for one in pieces if (code := too_few.exceeded_by(one))][:1] == ([1008] if frames else [])


def test_the_parts_of_a_message_count_together_and_a_ping_between_them_does_not() -> None:
    def part(opcode: Opcode, size: int, *, fin: bool) -> bytes:
        return Frame(opcode, b"x" * size, fin=fin).serialize(mask=True)

    ping = Frame(Opcode.PING, b"x" * 100).serialize(mask=True)
    whole = part(Opcode.BINARY, 600, fin=False) + ping + part(Opcode.CONT, 400, fin=True)
    assert bounds().exceeded_by(whole * 3) is None
    larger = part(Opcode.BINARY, 600, fin=False) + part(Opcode.CONT, 401, fin=False)
    assert bounds().exceeded_by(larger) == 1009


def test_an_allowance_is_so_many_at_once_and_then_so_many_a_second() -> None:
    bucket = TokenBucket(3, 2, now_s=(clock := Clock()))
    assert [bucket.take() for _ in range(5)] == [0, 0, 0, 0.5, 1.0]
    clock.now_s += 2
    assert [bucket.take() for _ in range(3)] == [0, 0, 0.5]


def test_who_was_refused_often_is_let_through_again_as_soon_as_who_was_refused_once() -> None:
    # A warning that is given once a minute comes again after the flood's first minute.
    bucket = TokenBucket(1, 1 / 60, now_s=(clock := Clock()))
    assert bucket.take_if_available()
    assert not any(bucket.take_if_available() for _ in range(1000))
    clock.now_s += 59.0
    assert not bucket.take_if_available()
    clock.now_s += 2.0
    assert bucket.take_if_available()
