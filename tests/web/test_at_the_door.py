"""Strangers at the real server's door, while a visitor is inside: nobody waits for them, nothing is told."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from benchmarks.visitor import visiting
from tests.support.servers import ROOT, RunningServer, running

pytestmark = pytest.mark.process

FEW_FILES = 700


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The real app where few files may be open."""
    serve = [sys.executable, str(ROOT / "scripts" / "serve.py")]
    command = ["sh", "-c", f'ulimit -n {FEW_FILES}; exec "$@"', "sh", *serve]
    settings = {"LOCATOR_TILE_URL": "none"}
    with running(
        command, log=tmp_path_factory.mktemp("door") / "log", settings=settings, await_path="/readyz"
    ) as started:
        yield started


def page(server: RunningServer) -> ClientConnection:
    """A page's websocket that has said nothing."""
    return connect(f"ws://127.0.0.1:{server.port}/_stcore/stream", proxy=None, max_size=None)


def closed_with(stream: ClientConnection) -> int | None:
    """The code the server closed a websocket with; None where it broke off."""
    # To an iterator the end of a connection that was closed for a reason is an error.
    with pytest.raises(ConnectionClosed) as closed:
        list(stream)
    return closed.value.rcvd.code if closed.value.rcvd else None


def test_a_start_with_few_files_says_how_many_pages_may_be_open(server: RunningServer) -> None:
    first = server.log.read_text().splitlines()[0]
    assert f"has {FEW_FILES}: only " in first


def test_a_flood_of_what_no_page_says_ends_at_its_first_message(server: RunningServer) -> None:
    before = server.log.stat().st_size
    with page(server) as stream:
        try:
            for _ in range(2000):
                stream.send(BackMsg(load_git_info=True).SerializeToString())
        except ConnectionClosed:
            pass
        assert closed_with(stream) in {1008, None}
    said = server.log.read_bytes()[before:].decode()
    assert said.count("\n") == 1
    assert len(said) < 200


def test_text_and_nonsense_make_one_short_line_each(server: RunningServer) -> None:
    before = server.log.stat().st_size
    for sent in ("Maple Grove\nforged", b"\xff\xff\xff"):
        with page(server) as stream:
            stream.send(sent)
            assert closed_with(stream) in {1002, 1003}
    said = server.log.read_bytes()[before:].decode()
    assert said.count("\n") == 2
    assert "forged" not in said
    assert "Traceback" not in said


def test_a_page_is_told_neither_paths_nor_versions(server: RunningServer) -> None:
    with page(server) as stream:
        stream.send(BackMsg(rerun_script=ClientState()).SerializeToString())
        while True:
            payload = stream.recv(timeout=60)
            assert isinstance(payload, bytes)
            message = ForwardMsg.FromString(payload)
            assert str(ROOT).encode() not in payload
            if message.HasField("new_session"):
                told = message.new_session
                assert told.main_script_path == ""
                assert told.initialize.environment_info.python_version == ""
                assert told.initialize.user_info.installation_id_v4 == ""
            if message.HasField("script_finished"):
                break


def test_idle_websockets_and_half_requests_leave_room_for_those_inside_and_for_new_ones(
    server: RunningServer,
) -> None:
    half = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: "
    shake = (
        f"GET /_stcore/stream HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    ).encode()

    async def visit() -> tuple[int, list[int]]:
        statuses = []
        async with visiting(server.port) as visitor:
            await visitor.open()
            with ExitStack() as strangers:
                for _ in range(8):
                    for sent in [half, shake] * 50:
                        stranger = strangers.enter_context(
                            socket.create_connection(("127.0.0.1", server.port), timeout=60)
                        )
                        stranger.sendall(sent)
                    await visitor.submit("55369")
                    statuses.append(await asyncio.to_thread(status_of, server.url))
                async with visiting(server.port) as newcomer:
                    await newcomer.open()
                return len(visitor.cards()), statuses

    cards, statuses = asyncio.run(visit())
    assert cards
    assert statuses == [200] * 8
    log = server.log.read_text()
    assert "Traceback" not in log
    assert "Too many open files" not in log


def status_of(url: str) -> int:
    return httpx.get(url, trust_env=False, timeout=60).status_code
