"""The server as it runs: Streamlit behind our middleware, in its own process, spoken to over loopback."""

from __future__ import annotations

import shutil
import socket
import sys
import textwrap
from collections.abc import Iterator

import httpx
import psutil
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import Config, NewSession
from websockets.sync.client import ClientConnection, connect

from tests.support.servers import ROOT, RunningServer, running

pytestmark = pytest.mark.process

TINY_APP = """
    from pathlib import Path
    import streamlit as st
    from starlette.routing import Route
    from locator.settings.loading import load_settings
    from locator.web.routes import Ready, create_middleware, create_routes

    HERE = Path(__file__).parent
    settings = load_settings(HERE)

    async def breaks(request):
        raise RuntimeError(str(HERE))

    app = st.App(
        HERE / "shell.py",
        routes=[*create_routes(settings, lambda: Ready(8, "v1")), Route("/api/breaks", breaks)],
        middleware=create_middleware(settings),
    )
"""

# Python reads this file at start-up; it writes down every connection the server tries to make to elsewhere.
WATCH_CONNECTIONS = """
    import sys
    from pathlib import Path

    SEEN = Path(__file__).with_name("connections.txt")
    SEEN.touch()

    def note(event, arguments):
        if event == "socket.connect":
            address = arguments[1]
        elif event == "socket.getaddrinfo":
            address = arguments[:2]
        else:
            return
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            with SEEN.open("a") as file:
                print(event, address, file=file)

    sys.addaudithook(note)
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A one-line page behind the project's middleware and configuration, started by `streamlit run`."""
    folder = tmp_path_factory.mktemp("tiny")
    (folder / "app.py").write_text(textwrap.dedent(TINY_APP))
    (folder / "shell.py").write_text("import streamlit as st\nst.write('hello')\n")
    (folder / "sitecustomize.py").write_text(textwrap.dedent(WATCH_CONNECTIONS))
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    settings = {"PYTHONPATH": f"{folder}:{ROOT}"}
    with running(command, log=folder / "log", port_option="--server.port", settings=settings) as server:
        yield server


def get(server: RunningServer, path: str, **headers: str) -> httpx.Response:
    return httpx.get(server.url + path, headers=headers, trust_env=False)


def raw(server: RunningServer, request: str) -> str:
    """The answer to these very bytes, read until the server closes or has said its headers."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(request.replace("\n", "\r\n").encode())
        received = b""
        while b"\r\n\r\n" not in received and (chunk := connection.recv(65536)):
            received += chunk
    return received.decode()


def open_socket(server: RunningServer, host: str, origin: str | None) -> str:
    from_page = f"Origin: {origin}\n" if origin else ""
    return raw(
        server,
        f"GET /_stcore/stream HTTP/1.1\nHost: {host}\n{from_page}Connection: Upgrade\nUpgrade: websocket\n"
        "Sec-WebSocket-Version: 13\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\n\n",
    )


@pytest.mark.parametrize("path", ["/", "/favicon.png", "/_stcore/health", "/_stcore/host-config", "/refer"])
def test_streamlits_own_answers_carry_our_headers(tiny: RunningServer, path: str) -> None:
    response = get(tiny, path)
    assert response.status_code == 200
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["x-frame-options"] == "DENY"
    assert "default-src 'self'" in response.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path", ["/assets/none", "/media/none", "/component/none/x", "/api/breaks", "/..%2f..%2fx"]
)
def test_failures_carry_our_headers_and_show_no_path_or_traceback(tiny: RunningServer, path: str) -> None:
    response = get(tiny, path)
    assert response.status_code >= 400
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "content-security-policy" in response.headers
    for leak in ("Traceback", "RuntimeError", str(tiny.log.parent), str(ROOT), ".py"):
        assert leak not in response.text


def test_a_page_of_this_server_may_open_a_websocket(tiny: RunningServer) -> None:
    host = f"127.0.0.1:{tiny.port}"
    assert " 101 " in open_socket(tiny, host, f"http://{host}").splitlines()[0]
    assert " 101 " in open_socket(tiny, f"localhost:{tiny.port}", None).splitlines()[0]


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("evil.example", "http://evil.example", 400),
        ("127.0.0.1", "http://evil.example", 403),
        ("127.0.0.1", "http://127.0.0.1:1", 403),
        ("127.0.0.1", "http://localhost", 403),
        ("127.0.0.1", "http://127.0.0.1.evil.example", 403),
        ("127.0.0.1", "null", 403),
    ],
)
def test_a_foreign_page_may_not_open_a_websocket(
    tiny: RunningServer, host: str, origin: str, status: int
) -> None:
    answer = open_socket(tiny, host, origin)
    assert f" {status} " in answer.splitlines()[0]
    assert "content-security-policy" in answer


def test_an_upload_is_refused_before_its_body_is_read(tiny: RunningServer) -> None:
    answer = raw(
        tiny,
        f"POST /_stcore/upload_file/s/f HTTP/1.1\nHost: 127.0.0.1:{tiny.port}\nContent-Length: 900000000\n\n",
    )
    assert " 403 " in answer.splitlines()[0]
    assert "connection: close" in answer.lower()


def new_session(stream: ClientConnection) -> NewSession:
    """What the server tells a browser that opens the page."""
    stream.send(BackMsg(rerun_script=ClientState()).SerializeToString())
    while True:
        message = stream.recv(timeout=20)
        assert isinstance(message, bytes)
        if (said := ForwardMsg.FromString(message)).HasField("new_session"):
            session: NewSession = said.new_session
            return session


@pytest.mark.parametrize("path", ["/_stcore/upload_file/%s/f", "//_stcore/upload_file/%s/f"])
def test_files_sent_in_a_real_session_are_refused_and_not_kept(tiny: RunningServer, path: str) -> None:
    with connect(f"ws://127.0.0.1:{tiny.port}/_stcore/stream", proxy=None) as stream:
        session_id = new_session(stream).initialize.session_id
        assert session_id
        before = psutil.Process(tiny.process_id).memory_info().rss
        for _ in range(40):
            try:
                response = httpx.put(
                    tiny.url + path % session_id, files={"f": b"x" * 900_000}, trust_env=False
                )
            except httpx.TransportError:
                continue  # the server hung up on the body, which is as good
            assert response.status_code == 403
            assert response.text == "This is not open here."
        assert psutil.Process(tiny.process_id).memory_info().rss - before < 15_000_000


def test_the_server_itself_connects_to_nobody(tiny: RunningServer) -> None:
    get(tiny, "/")
    open_socket(tiny, "127.0.0.1", "http://evil.example")
    assert tiny.log.with_name("connections.txt").read_text() == ""


def test_the_configuration_keeps_telemetry_tools_and_other_hosts_out(tiny: RunningServer) -> None:
    with connect(f"ws://127.0.0.1:{tiny.port}/_stcore/stream", proxy=None) as stream:
        told = new_session(stream).config
    assert not told.gather_usage_stats
    assert told.toolbar_mode == Config.ToolbarMode.MINIMAL
    assert get(tiny, "/_stcore/host-config").json()["allowedOrigins"] == []
    assert "access-control-allow-origin" not in get(tiny, "/", Origin="https://evil.example").headers
    log = tiny.log.read_text()
    assert "is not a valid config option" not in log
    assert "External URL" not in log
