"""Which of Streamlit's routes are open: those that the pages need, by the installed Streamlit's own list."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.types import Message, Receive, Scope, Send

from locator.staff.sign_in.access import StaffAccess
from locator.staff.sign_in.oidc import OidcSignIns
from locator.web.middleware.request_filters import RouteFilter
from tests.support.first_documents import start_of
from tests.support.web_client import MAP_FRAME, WebClient

# Prints every route of an app with all that Streamlit offers turned on. In a process of its own, as a process
# has one Streamlit server at most; by a private method, as nothing public lists them.
LIST_ROUTES = """
import json, sys
import streamlit as st
from streamlit import config
for option in ("server.enableStaticServing", "server.scriptHealthCheckEnabled", "server.enableAgentApi"):
    config.set_option(option, True)
app = st.App(sys.argv[1])._build_starlette_app()
print(json.dumps([[route.path, sorted(getattr(route, "methods", None) or [])] for route in app.routes]))
"""

FILE_ID = "0" * 56
# Streamlit's routes, as it names them: an address under each, and the methods with which it is open.
ROUTES = {
    "/_stcore/health": ("/_stcore/health", "GET HEAD"),
    "/_stcore/host-config": ("/_stcore/host-config", "GET"),
    "/_stcore/stream": ("/_stcore/stream", ""),
    "/_stcore/metrics": ("/_stcore/metrics", ""),
    "/_stcore/script-health-check": ("/_stcore/script-health-check", ""),
    "/_stcore/upload_file/{session_id}/{file_id}": ("/_stcore/upload_file/s/f", ""),
    "/_stcore/bidi-components/{path:path}": ("/_stcore/bidi-components/a/b.js", ""),
    "/_stcore/agent/interact": ("/_stcore/agent/interact", ""),
    "/_stcore/agent/openapi.json": ("/_stcore/agent/openapi.json", ""),
    "/_stcore/agent/mcp": ("/_stcore/agent/mcp", ""),
    "/auth/login": ("/auth/login", ""),
    "/auth/logout": ("/auth/logout", ""),
    "/oauth2callback": ("/oauth2callback", ""),
    "/app/static/{path:path}": ("/app/static/a.png", ""),
    "/component/{path:path}": (MAP_FRAME, "GET HEAD"),
    "/media/{file_id:path}": (f"/media/{FILE_ID}.pdf", "GET HEAD"),
    # All that is left: Streamlit's own files, and its document at every other address.
    "": ("/static/js/index.Dab_c-1.js", "GET HEAD"),
}
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")


def page_at(client: WebClient, path: str) -> str:
    """Which page begins at an address."""
    return start_of(client.get(path).text).attributes["data-page"]


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Each route's path with its methods."""
    script: Path = tmp_path_factory.mktemp("routes") / "shell.py"
    script.write_text("")
    done = subprocess.run(
        [sys.executable, "-c", LIST_ROUTES, str(script)],
        cwd=script.parent,
        env={"PATH": os.environ["PATH"], "HOME": str(script.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, set[str]] = {}
    for path, methods in json.loads(done.stdout.splitlines()[-1]):
        found.setdefault(path, set()).update(methods)
    return found


@pytest.mark.process
def test_every_route_of_this_streamlit_is_named_here(routes: dict[str, set[str]]) -> None:
    assert set(routes) == set(ROUTES)


@pytest.mark.parametrize("route", ROUTES)
def test_a_route_answers_to_what_browsers_need_and_to_nothing_else(route: str) -> None:
    path, methods = ROUTES[route]
    client = WebClient()
    for method in METHODS:
        answer = client.request(method, path)
        if method in methods.split():
            assert answer.status_code == 200, method
        else:
            assert answer.status_code in {403, 404}, method
            assert "hello" not in answer.text


@pytest.mark.process
def test_no_method_is_open_that_streamlit_does_not_have_there(routes: dict[str, set[str]]) -> None:
    for route, (_, methods) in ROUTES.items():
        if route:
            assert set(methods.split()) <= routes[route]


@pytest.mark.parametrize("path", ["/", "/refer", "/refer/", "/staff", "/accessibility"])
def test_the_pages_are_there(path: str) -> None:
    assert page_at(WebClient(), path) == path.strip("/")


def test_streamlits_icon_is_there() -> None:
    assert WebClient().get("/favicon.png").text == "hello"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH"])
def test_a_page_is_read_and_takes_its_form_and_nothing_else(method: str) -> None:
    assert WebClient().request(method, "/").status_code == 403
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert WebClient().request("POST", "/", content="place=55407", headers=form).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/index.html",
        "/manifest.json",
        "/static/../index.html",
        "/static/js/..%2f..%2findex.html",
        "/static/js/a/b.js",
        "/static/js//a.js",
        "/static/js/%2561.js",
        "/component/other.component/index.html",
        "/component/streamlit_folium.st_folium/../../x.html",
        "/component/streamlit_folium.st_folium/.env",
        "/component/streamlit_folium.st_folium/a\\b.js",
        "/media/../../etc/passwd",
        "/media/none",
        "//media/" + FILE_ID,
        "/app/static/x",
        "/a-route-of-a-streamlit-to-come",
        "/refer/_stcore/health",
        "/refer/_stcore/host-config",
        "/wp-login.php",
    ],
)
def test_any_other_address_is_not_there(path: str) -> None:
    answer = WebClient().request("GET", f"http://127.0.0.1:8501{path}")
    assert (answer.status_code, answer.text) == (404, "There is no page at this address.")


def test_the_sentence_is_in_the_visitors_language() -> None:
    answer = WebClient().get("/nothing", accept_language="es")
    assert answer.status_code == 404
    assert answer.text.startswith("No hay ninguna página")


def test_under_a_path_nothing_is_there_without_it() -> None:
    client = WebClient(base_path="clinics")
    assert page_at(client, "/clinics/refer") == "refer"
    assert page_at(client, "/clinics") == ""
    for path in ("/refer", "/_stcore/health", "/clinicsx", "/clinics/clinics/refer"):
        assert client.get(path).status_code == 404


def test_a_providers_sign_in_is_there_only_where_one_is_named() -> None:
    access = StaffAccess(oidc=OidcSignIns({}, idle_s=60))
    for path in ("/auth/login", "/auth/logout", "/oauth2callback"):
        assert WebClient(access=access).get(path).text == "hello"
        assert WebClient().get(path).status_code == 404
        assert WebClient(access=access).request("POST", path).status_code == 403


@pytest.mark.parametrize(
    ("path", "passes"), [("/_stcore/stream", True), ("/refer", False), ("/api/x", False)]
)
def test_a_websocket_is_opened_at_one_address_alone(path: str, passes: bool) -> None:
    reached: list[str] = []
    answered: list[Message] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        reached.append(scope["path"])

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        answered.append(message)

    scope = {"type": "websocket", "path": path, "headers": [], "extensions": {"websocket.http.response": {}}}
    asyncio.run(RouteFilter(app)(scope, receive, send))
    assert (reached == [path]) is passes
    assert [one.get("status") for one in answered[:1]] == ([] if passes else [403])


@pytest.mark.parametrize(
    ("parts", "read"),
    [([b"x" * 60_000, b"x" * 40_000, b""], 3), ([b"x" * 400_000] * 9, 3)],
    ids=["a short body", "a long one"],
)
def test_a_refusal_is_said_once_what_was_sent_is_read_as_far_as_it_is_short(
    parts: list[bytes], read: int
) -> None:
    # A connection closed over unread bytes is reset: behind a proxy the answer would be 502.
    order: list[str] = []
    left = list(parts)

    async def receive() -> Message:
        order.append("read")
        body = left.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(left)}

    async def send(message: Message) -> None:
        order.append(str(message.get("status", "")))

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        pytest.fail("a closed route was reached")

    scope = {"type": "http", "method": "PUT", "path": "/_stcore/upload_file/a/b", "headers": []}
    asyncio.run(RouteFilter(app)(scope, receive, send))
    assert order == ["read"] * read + ["403", ""]
