"""Every address of the staff side, asked by somebody whose sign-in is missing, forged or over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
from starlette.routing import Route
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from locator.staff.sign_in import COOKIE, create_staff_routes
from locator.web.routes import CLOSED
from tests.support.servers import RunningServer
from tests.support.staff_server import cookie_names, opened

_PAGE: Final = "staff"
_LAST: Final = ("POST", "/staff/sign-out")
_TIMEOUT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Responses:
    """What all addresses gave to one visitor: how many were asked, and which gave away what they must not."""

    asked: int
    leaks: tuple[str, ...]


def staff_addresses(history: Path) -> Iterator[tuple[str, str]]:
    """Method and path of every route of the staff side, and of what lies about: uploads, files, history."""
    for route in create_staff_routes("", CLOSED):
        if isinstance(route, Route):
            yield from ((method, route.path) for method in sorted(route.methods or ()))
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE"):
        yield method, "/staff"
        yield method, "/_stcore/upload_file/fake-session/fake-file"
    kept = sorted(path.name for path in history.iterdir())
    for name in ("", "clinics.csv", "history", *(f"history/{one}" for one in kept)):
        yield from (("GET", f"{start}/{name}") for start in ("/data", "/assets", "/app/static", "/media"))


def ask_everything(
    server: RunningServer, token: str | None, history: Path, marks: Sequence[bytes]
) -> Responses:
    """Ask every address over HTTP and the page over its websocket; an answer that holds a mark is a leak."""
    # Signing out comes last: before it, a session that is still good must be able to show.
    seen = page_as_seen(server, token)
    leaks = ["the page"] if _holds(seen, marks) else []
    asked = sorted(staff_addresses(history), key=lambda address: address == _LAST)
    with _browser(server, token) as browser:
        for method, path in asked:
            answer = browser.request(method, path, headers={"origin": server.url})
            if _holds(answer.content, marks) or _is_let_in(answer):
                leaks.append(f"{method} {path}")
    return Responses(len(asked) + 1, tuple(leaks))


def page_as_seen(server: RunningServer, token: str | None) -> bytes:
    """All that one run of the staff page sends over its websocket."""
    with _browser(server, token) as browser, opened(server, browser) as stream:
        stream.send(BackMsg(rerun_script=ClientState(page_name=_PAGE)).SerializeToString())
        received = b""
        while True:
            raw = stream.recv(timeout=_TIMEOUT_S)
            if isinstance(raw, str):
                raise TypeError("the page's websocket sends bytes")
            received += raw
            if ForwardMsg.FromString(raw).WhichOneof("type") == "script_finished":
                return received


def _browser(server: RunningServer, token: str | None) -> httpx.Client:
    browser = httpx.Client(trust_env=False, base_url=server.url, timeout=_TIMEOUT_S)
    if token is not None:
        browser.cookies.set(COOKIE, token, domain="127.0.0.1")
    return browser


def _holds(content: bytes, marks: Sequence[bytes]) -> bool:
    return any(mark in content for mark in marks)


def _is_let_in(answer: httpx.Response) -> bool:
    """Whether a sign-in was handed out, or a file was taken."""
    handed_out = COOKIE in cookie_names(answer) and bool(answer.cookies.get(COOKIE))
    is_upload = "/upload_file/" in answer.request.url.path
    return handed_out or (is_upload and answer.status_code != httpx.codes.FORBIDDEN)
