"""The examples of docs/deploy.md and docs/static-site.md, run as printed before the real app."""

from __future__ import annotations

import json
import selectors
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from scripts.proxies import find, why_not
from tests.support.project_copy import locator_command
from tests.support.proxies import NAME, SITE_FOLDER, Proxy, before_two, block, caddy, nginx
from tests.support.servers import ROOT, RunningServer, running_app

# Several servers in a test, each from nothing.
pytestmark = [pytest.mark.process, pytest.mark.timeout(600)]

BEHIND = {
    "LOCATOR_TILE_URL": "none",
    "LOCATOR_ALLOWED_HOSTS": NAME,
    "LOCATOR_CLIENT_ADDRESS_HEADER": "X-Forwarded-For",
}
Start = Callable[..., AbstractContextManager[Proxy]]

UNDER_A_PATH = {
    "nginx": ("location", "Under a path", "nginx"),
    "caddy": ("inside", "Under a path", "caddyfile"),
}


@pytest.fixture(params=["nginx", "caddy"])
def kind(request: pytest.FixtureRequest) -> str:
    """Each of the two, where it can be had."""
    if find(request.param) is None:
        pytest.skip(why_not(request.param))
    return str(request.param)


@pytest.fixture
def start(kind: str, tmp_path: Path) -> Start:
    """What starts it before a backend; `instead` is a printed block that takes the place of the main one."""

    def started(backend: str, instead: str | None = None, **options: str) -> AbstractContextManager[Proxy]:
        folder = tmp_path / "proxy"
        folder.mkdir(exist_ok=True)
        if kind == "nginx":
            return nginx(folder, backend, **({"location": instead} if instead else {}), **options)
        return caddy(folder, backend, **({"inside": instead} if instead else {}), **options)

    return started


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running_app(tmp_path_factory.mktemp("app") / "log", BEHIND) as server:
        yield server


def address(server: RunningServer) -> str:
    return f"127.0.0.1:{server.port}"


def drawn_page(proxy: Proxy, path: str = "", *, source: str | None = None) -> bytes:
    """All that one run of the finder sends over its websocket, through the proxy."""
    with connect(
        f"wss://{NAME}{path}/_stcore/stream",
        sock=proxy.connection(source),
        ssl=proxy.trust,
        origin=Origin(f"https://{NAME}"),
        subprotocols=[Subprotocol("streamlit")],
        proxy=None,
    ) as stream:
        stream.send(BackMsg(rerun_script=ClientState()).SerializeToString())
        received = b""
        while True:
            raw = stream.recv(timeout=60)
            assert isinstance(raw, bytes)
            received += raw
            if ForwardMsg.FromString(raw).WhichOneof("type") == "script_finished":
                return received


def test_the_page_is_served_and_drawn_over_tls(start: Start, app: RunningServer) -> None:
    with start(address(app)) as proxy:
        page = proxy.get("/")
        assert page.status_code == 200
        assert '<div id="root">' in page.text
        assert page.headers["strict-transport-security"] == "max-age=31536000"
        assert page.headers.get_list("content-security-policy") == [
            httpx.get(app.url, headers={"Host": NAME}, trust_env=False).headers["content-security-policy"]
        ]
        assert proxy.get("/readyz").json()["status"] == "ready"
        assert b"Maple Grove" in drawn_page(proxy)


def test_only_what_staff_upload_may_be_large(start: Start, app: RunningServer) -> None:
    with start(address(app)) as proxy, proxy.client() as client:
        extensions = {"sni_hostname": NAME}
        headers = {"Host": NAME, "Origin": f"https://{NAME}"}
        large = client.post("/api/v1/nearest", content=b"x" * 100_000, headers=headers, extensions=extensions)
        # What the app would say of it is 404 or 405: it was not asked.
        assert large.status_code in {413, 502}
        path = "/_stcore/upload_file/session/file"
        upload = client.put(path, content=b"x" * 100_000, headers=headers, extensions=extensions)
        assert upload.status_code == 403


def test_under_a_path_the_whole_app_is_there(kind: str, start: Start, tmp_path: Path) -> None:
    settings = BEHIND | {"LOCATOR_BASE_PATH": "clinics"}
    with running_app(tmp_path / "log", settings, await_path="/clinics/readyz") as server:
        printed = block("deploy.md", "Under a path", "nginx" if kind == "nginx" else "caddyfile")
        with start(address(server), printed) as proxy:
            assert proxy.get("/clinics/readyz").json()["status"] == "ready"
            assert '<div id="root">' in proxy.get("/clinics/").text
            assert b"Maple Grove" in drawn_page(proxy, "/clinics")
            bare = proxy.get("/clinics")
            assert bare.status_code == 308
            assert bare.headers["location"].endswith("/clinics/")


def test_the_saved_copy_stands_in_while_the_app_is_down(kind: str, start: Start, tmp_path: Path) -> None:
    site = tmp_path / "site"
    exported = locator_command(ROOT, "export", str(site))
    assert exported.returncode == 0, exported.stderr
    printed = block("static-site.md", "While the app is down", "nginx" if kind == "nginx" else "caddyfile")
    with ExitStack() as until_down:
        server = until_down.enter_context(running_app(tmp_path / "log", BEHIND))
        with start(address(server), printed, **{SITE_FOLDER: str(site)}) as proxy:
            assert '<div id="root">' in proxy.get("/").text
            assert b"Maple Grove" in drawn_page(proxy)
            # The app's own answers pass, bad ones too.
            assert proxy.get("/no-such-page").status_code == 404
            saved = (site / "index.html").read_bytes()
            assert proxy.get("/").content != saved
            until_down.close()
            for path in ("/", "/refer", "/staff"):
                down = proxy.get(path)
                assert (path, down.status_code, down.content == saved) == (path, 502, True)
            for file in sorted(path for path in site.rglob("*") if path.is_file()):
                name = file.relative_to(site).as_posix()
                if name not in {"index.html", "files.txt"}:
                    answer = proxy.get(f"/{name}")
                    assert (name, answer.status_code) == (name, 200)
                    assert answer.content == file.read_bytes()


class _Echo(BaseHTTPRequestHandler):
    """Answers with the headers that it got; at /hang not before the test ends."""

    ended = threading.Event()

    def do_GET(self) -> None:
        if self.path == "/hang":
            self.ended.wait(300)
        body = json.dumps([[name, value] for name, value in self.headers.items()]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


class _EchoServer(ThreadingHTTPServer):
    request_queue_size = 500
    daemon_threads = True

    def handle_error(self, *_of_whom: object) -> None:
        """Say nothing of those who had left when their answer came."""


@pytest.fixture
def echo() -> Iterator[str]:
    """A backend that says what reaches it."""

    class Handler(_Echo):
        ended = threading.Event()

    with _EchoServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        Handler.ended.set()
        server.shutdown()


def test_the_address_that_the_app_trusts_is_never_the_visitors_word(start: Start, echo: str) -> None:
    forged = {"X-Forwarded-For": "192.0.2.66", "X-Forwarded-Proto": "http"}
    with start(echo) as proxy:
        reached = [
            (name.lower(), value) for name, value in proxy.get("/", source="127.0.0.9", **forged).json()
        ]
        assert [value for name, value in reached if name == "x-forwarded-for"] == ["127.0.0.9"]
        assert [value for name, value in reached if name == "x-forwarded-proto"] == ["https"]
        assert ("host", NAME) in reached


def test_a_request_that_is_never_finished_is_given_up(start: Start, echo: str) -> None:
    with start(echo) as proxy, proxy.tls_connection() as slow:
        slow.sendall(f"GET / HTTP/1.1\r\nHost: {NAME}\r\nX-Slow: ".encode())
        slow.settimeout(100)
        # Either way the connection ends: nginx says why, Caddy does not.
        while slow.recv(1000):
            pass


def test_nginx_bears_many_connections_of_one_address_and_no_more(tmp_path: Path, echo: str) -> None:
    if find("nginx") is None:
        pytest.skip(why_not("nginx"))
    asked = 205
    with nginx(tmp_path, echo) as proxy, ExitStack() as open_ones, selectors.DefaultSelector() as answers:
        for _ in range(asked):
            connection = open_ones.enter_context(proxy.tls_connection())
            connection.sendall(f"GET /hang HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode())
            connection.settimeout(0)
            answers.register(connection, selectors.EVENT_READ, connection)
        refused = 0
        while refused < asked - 200:
            ready = answers.select(timeout=60)
            assert ready
            for key, _ in ready:
                # What comes first may be TLS's own.
                with suppress(ssl.SSLWantReadError):
                    assert key.data.recv(100).startswith(b"HTTP/1.1 429 ")
                    answers.unregister(key.data)
                    refused += 1
        # Another address is not concerned.
        assert proxy.get("/", source="127.0.0.9").status_code == 200


def process(folder: Path, name: str) -> AbstractContextManager[RunningServer]:
    """One of two processes with one data folder; it says by its practice's name which one it is."""
    return running_app(folder / name, BEHIND | {"LOCATOR_PRACTICE_NAME": f"Practice {name}"})


def test_with_two_processes_each_address_stays_with_one_of_them(kind: str, tmp_path: Path) -> None:
    with ExitStack() as first, process(tmp_path, "two") as other:
        one = first.enter_context(process(tmp_path, "one"))
        with before_two(kind, tmp_path, address(one), address(other)) as proxy:
            homes = {}
            for number in range(2, 22):
                source = f"127.0.0.{number}"
                names = {_practice(proxy.get("/", source=source).text) for _ in range(4)}
                drawn = drawn_page(proxy, source=source) if number < 6 else b""
                assert len(names) == 1
                (homes[source],) = names
                assert not drawn or homes[source].encode() in drawn
            assert set(homes.values()) == {"Practice one", "Practice two"}
            first.close()
            # Those of the process that ended go on at the other, and nobody is refused.
            after = {source: _practice(proxy.get("/", source=source).text) for source in homes}
            assert set(after.values()) == {"Practice two"}


def _practice(page: str) -> str:
    (name,) = {name for name in ("Practice one", "Practice two") if name in page}
    return name
