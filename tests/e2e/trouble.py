"""Pages in trouble."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Page, Route, WebSocketRoute
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

_SAID_BEFORE_ITS_TURN = {"new_session", "session_status_changed"}


@dataclass
class Line:
    """The page's line to the server, to be held up or cut."""

    page: Page
    sockets: list[WebSocketRoute]
    kept: list[bytes] | None = None

    def passed_on(self, message: str | bytes) -> None:
        """Bring the page what the server says."""
        assert isinstance(message, bytes)
        is_early = ForwardMsg.FromString(message).WhichOneof("type") in _SAID_BEFORE_ITS_TURN
        if self.kept is None or (is_early and not self.kept):
            self.sockets[-1].send(message)
        else:
            self.kept.append(message)

    def keep_waiting(self) -> None:
        """Bring nothing from where the page would have its turn, until `go_on`."""
        self.kept = []

    def go_on(self) -> None:
        """Bring all that was kept back."""
        kept, self.kept = self.kept or [], None
        for message in kept:
            self.sockets[-1].send(message)

    def cut(self) -> None:
        """End the line, and answer nothing until `mend`."""
        self.page.route("**/_stcore/h*", _unanswered)
        self.sockets[-1].close()

    def mend(self) -> None:
        """Answer again."""
        self.page.unroute("**/_stcore/h*")


def _unanswered(route: Route) -> None:
    route.abort()


@contextmanager
def line_of(page: Page) -> Iterator[Line]:
    """What stands between the page and the server."""
    line = Line(page, [])

    def connect(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        line.sockets.append(socket)
        server.on_message(line.passed_on)
        socket.on_message(server.send)

    page.route_web_socket("**/_stcore/stream", connect)
    yield line
