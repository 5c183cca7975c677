"""Foreign names, closed routes and failures: refused in any spelling, answered in plain words."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from locator.web.middleware.request_filters import PlainErrors, is_closed, is_host_allowed
from tests.support.web_client import MAP_FRAME, WebClient, policy


def test_an_error_nobody_caught_is_a_plain_sentence() -> None:
    response = WebClient().get("/api/breaks")
    assert response.text == "Something went wrong on our side. Please try again in a moment."


def test_who_leaves_before_all_of_their_form_is_sent_leaves_no_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answers: list[Message] = []

    async def reads_a_form(scope: Scope, receive: Receive, _send: Send) -> None:
        await Request(scope, receive).body()

    async def leave() -> Message:
        return {"type": "http.disconnect"}

    async def note(message: Message) -> None:
        answers.append(message)

    asyncio.run(PlainErrors(reads_a_form)({"type": "http", "headers": []}, leave, note))
    assert (answers, caplog.records) == ([], [])


@pytest.mark.parametrize("how", ["left", "line broken", "closed here"])
def test_what_a_websocket_raises_once_it_is_closed_is_no_failure(how: str) -> None:
    async def fails(_scope: Scope, receive: Receive, send: Send) -> None:
        if how == "left":
            await receive()
        with suppress(OSError):
            await send({"type": "websocket.close" if how == "closed here" else "websocket.send"})
        raise TypeError("still at it")

    async def leave() -> Message:
        return {"type": "websocket.disconnect"}

    async def answer(_message: Message) -> None:
        if how == "line broken":
            raise OSError

    asyncio.run(PlainErrors(fails)({"type": "websocket"}, leave, answer))


def test_what_an_open_websocket_raises_is_a_failure() -> None:
    async def fails(_scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.send"})
        raise TypeError("too early")

    async def say() -> Message:
        return {"type": "websocket.receive"}

    async def take(_message: Message) -> None:
        pass

    with pytest.raises(TypeError, match="too early"):
        asyncio.run(PlainErrors(fails)({"type": "websocket"}, say, take))


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:8501",
        "localhost.",
        "127.0.0.1:1",
        "192.0.2.7:8501",
        "[2001:db8::1]:80",
        "[::1]",
    ],
)
def test_loopback_names_and_bare_addresses_are_always_answered(host: str) -> None:
    assert WebClient().get("/", host=host).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "",
        "a b",
        "localhost/",
        "u@localhost",
        "localhost:x",
        "[::1",
        "localhost; script-src *",
        "example.org",
        "notexample.org",
        "127.1",
    ],
)
def test_other_names_are_refused_without_being_repeated(host: str) -> None:
    response = WebClient(allowed_hosts=("localhost", "*.example.org")).get("/", host=host)
    assert response.status_code == 400
    assert "does not answer to this name" in response.text
    assert "evil" not in response.text + str(response.headers)
    assert policy(response)["connect-src"] == ["'self'"]


def test_listed_names_and_wildcards_are_answered() -> None:
    assert is_host_allowed("Clinics.Example:443", ["clinics.example"])
    assert is_host_allowed("a.b.example", ["*.b.example"])
    assert not is_host_allowed("b.example", ["*.b.example"])
    assert is_host_allowed("anything.example", ["*"])


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD", "BREW"])
def test_uploads_are_refused_by_any_method(method: str) -> None:
    response = WebClient().request(method, "/_stcore/upload_file/session/file", content=b"x" * 1000)
    assert response.status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/upload_file",
        "/_stcore/upload_file/s/f",
        "//_stcore//upload_file/s/f",
        "/clinics/_stcore/upload_file/s/f",
        "/_STCORE/Upload_File/s/f",
        "/_stcore/upload%5Ffile/s/f",
        "/_stcore/upload%255Ffile/s/f",
        "/_stcore%2Fupload_file/s/f",
        "/_stcore/./upload_file/s/f",
        "/x/../_stcore/upload_file/s/f",
        "/_stcore\\upload_file/s/f",
        "/_stcore/metrics",
        "/_stcore//metrics",
        "/_stcore%5Cmetrics",
        "/_stcore/agent/interact",
        "/_stcore/script-health-check",
    ],
)
def test_closed_routes_are_closed_in_any_spelling(path: str) -> None:
    assert is_closed(path)


@pytest.mark.parametrize(
    "path", ["/", "/_stcore/stream", "/_stcore/health", "/_stcore/host-config", MAP_FRAME]
)
def test_what_the_page_needs_stays_open(path: str) -> None:
    assert not is_closed(path)


@given(st.text(max_size=200))
def test_any_path_and_any_host_get_a_verdict(text: str) -> None:
    assert is_closed(text + "upload_file")
    assert is_host_allowed(text, ["*"]) >= is_host_allowed(text, [])
