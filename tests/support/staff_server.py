"""A page of one line behind the project's own server: it says who is signed in, and lets them send files."""

from __future__ import annotations

import shutil
import socket
import sys
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests.support.servers import ROOT, RunningServer, running

APP = """
    from pathlib import Path
    import streamlit as st
    from locator.settings.loading import load_settings
    from locator.web import shared_staff_access
    from locator.web.routes import Ready, create_middleware, create_routes

    HERE = Path(__file__).parent
    settings = load_settings(HERE)
    access = shared_staff_access(settings.staff)
    app = st.App(
        HERE / "shell.py",
        routes=create_routes(settings, lambda: Ready(8, "v1"), access),
        middleware=create_middleware(settings, access),
    )
"""

PAGE = """
    from pathlib import Path
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx
    from locator.settings.loading import load_settings
    from locator.web import shared_staff_access

    access = shared_staff_access(load_settings(Path(__file__).parent).staff)
    cookies, info = st.context.cookies.to_dict(), st.user.to_dict()
    member = access.member_for(cookies) or access.member_of(info)
    if member is not None:
        access.permit_uploads(get_script_run_ctx().session_id, cookies, info)
    st.text(f"{member.name}, {member.role}" if member else "nobody")
    if st.query_params.get("do") == "login":
        st.login()
    if st.query_params.get("do") == "logout":
        access.sign_out(cookies, info)
"""

# The address that a provider sends the browser back to holds the port, which is known only at the start.
START = """
    import sys
    from pathlib import Path
    from streamlit.web.cli import main

    secrets = Path(__file__).with_name("secrets.template").read_text()
    port = sys.argv[sys.argv.index("--server.port") + 1]
    Path(__file__).with_name(".streamlit").joinpath("secrets.toml").write_text(secrets.replace("PORT", port))
    main()
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a browser gets to see: the page's words, its session, and where it is sent to sign in."""

    text: str
    session_id: str
    login_url: str | None


@contextmanager
def running_page(folder: Path, settings: Mapping[str, str], *, secrets: str = "") -> Iterator[RunningServer]:
    """The page with these settings; PORT in `secrets` becomes the port it is served on."""
    for name, text in {"app.py": APP, "shell.py": PAGE, "start.py": START}.items():
        (folder / name).write_text(textwrap.dedent(text))
    (folder / "secrets.template").write_text(secrets)
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit", ignore=shutil.ignore_patterns("secrets.toml"))
    command = [sys.executable, "start.py", "run", "app.py"]
    with running(command, log=folder / "log", port_option="--server.port", settings=settings) as server:
        yield server


def xsrf_token(server: RunningServer, browser: httpx.Client) -> str:
    """The token that Streamlit gives to a browser and asks back from its own pages."""
    browser.get(f"{server.url}/_stcore/health")
    return browser.cookies["_streamlit_xsrf"]


@contextmanager
def opened(server: RunningServer, browser: httpx.Client) -> Iterator[ClientConnection]:
    """The page's websocket, opened as a browser with these cookies opens it."""
    token = xsrf_token(server, browser)
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    with connect(
        server.url.replace("http", "ws", 1) + "/_stcore/stream",
        origin=Origin(server.url),
        subprotocols=[Subprotocol("streamlit"), Subprotocol(token)],
        additional_headers={"Cookie": cookies},
        proxy=None,
    ) as stream:
        yield stream


def seen(stream: ClientConnection, query: str = "") -> Seen:
    """One run of the page, with this query in its address."""
    stream.send(BackMsg(rerun_script=ClientState(query_string=query)).SerializeToString())
    text = session_id = ""
    login_url = None
    while True:
        raw = stream.recv(timeout=60)
        assert isinstance(raw, bytes)
        message = ForwardMsg.FromString(raw)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            session_id = message.new_session.initialize.session_id
        elif kind == "auth_redirect":
            login_url = message.auth_redirect.url
        elif kind == "delta" and message.delta.new_element.WhichOneof("type") == "text":
            text = message.delta.new_element.text.body
        elif kind == "script_finished":
            return Seen(text, session_id, login_url)


def cookie_of(response: httpx.Response) -> dict[str, str]:
    """The cookie that is set, its attributes in small letters."""
    (line,) = response.headers.get_list("set-cookie")
    parts = [part.strip().partition("=") for part in line.split(";")]
    return {parts[0][0]: parts[0][2]} | {name.lower(): value.lower() for name, _, value in parts[1:]}


def cookie_names(response: httpx.Response) -> set[str]:
    """The names of the cookies that an answer sets."""
    return {name for line in response.headers.get_list("set-cookie") for name in SimpleCookie(line)}


def announced_upload(server: RunningServer, browser: httpx.Client, path: str, *headers: str) -> str:
    """The answer to an upload of which only the headers are sent: a refusal waits for no more."""
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    token = f"X-Xsrftoken: {browser.cookies['_streamlit_xsrf']}"
    host = f"Host: 127.0.0.1:{server.port}"
    lines = [f"PUT {path} HTTP/1.1", host, f"Cookie: {cookies}", token, *headers, "", ""]
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall("\r\n".join(lines).encode())
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received.decode()
