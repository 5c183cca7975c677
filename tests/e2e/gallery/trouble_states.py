"""The states in which something is missing, slow or broken."""

from __future__ import annotations

from functools import partial
from typing import Final

from playwright.sync_api import WebSocketRoute, expect

from tests.e2e.exact_search import say_yes
from tests.e2e.gallery.kinds import Screen, State
from tests.e2e.gallery.stage import SLOW_STREET
from tests.e2e.gallery.visitor import Visitor
from tests.e2e.pages import Finder, arrived
from tests.e2e.trouble import line_of


def _loading(visitor: Visitor) -> None:
    visitor.page.route("**/static/js/**", lambda route: route.abort())
    visitor.go(visitor.stage.shipped.url, "#start .clinic")


def _slow(visitor: Visitor) -> None:
    page = visitor.page
    is_held = False

    def passed_on(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda message: None if is_held else socket.send(message))
        socket.on_message(server.send)

    page.route_web_socket("**/_stcore/stream", passed_on)
    finder = Finder(page, visitor.stage.asking.url)
    page.goto(finder.url)
    arrived(page)
    expect(finder.map.pins.first).to_be_visible()
    say_yes(finder)
    finder.place.fill(SLOW_STREET)
    page.get_by_role("button", name="Find clinics").click()
    expect(page.locator("#page-status")).to_contain_text("Looking up")
    # The answer waits until the pictures are taken.
    is_held = True


def _offline(visitor: Visitor) -> None:
    visitor.found("55407")
    visitor.page.context.set_offline(True)
    expect(visitor.page.locator("#page-status")).not_to_be_empty()


def _lost(visitor: Visitor) -> None:
    page = visitor.page
    with line_of(page) as line:
        page.goto(visitor.stage.shipped.url)
        arrived(page)
        finder = Finder(page, visitor.stage.shipped.url)
        expect(finder.cards.first).to_be_visible()
        expect(finder.map.pins.first).to_be_visible()
        line.cut()
        expect(page.locator("#page-status")).to_contain_text("The connection to our server is lost.")


_screen: Final = partial(Screen, "When something is wrong")

STATES: Final[tuple[State, ...]] = (
    _screen(
        "loading",
        "Before Streamlit",
        "The first document, which is there at once, and stays where Streamlit never comes.",
        _loading,
        is_window=True,
    ),
    _screen(
        "slow",
        "A slow answer",
        "An answer takes a while, and the page says what it is doing.",
        _slow,
        is_window=True,
    ),
    _screen(
        "offline",
        "Offline",
        "The network is gone: what was found stays.",
        _offline,
        is_window=True,
    ),
    _screen(
        "lost-connection",
        "The connection is lost",
        "The server does not answer any more; the page tries again by itself.",
        _lost,
        is_window=True,
    ),
    _screen(
        "unknown-page",
        "An unknown page",
        "There is nothing at this address.",
        lambda visitor: visitor.go(f"{visitor.stage.shipped.url}/nonsense", "h1"),
        is_window=True,
    ),
    _screen(
        "directory-with-errors",
        "A directory with errors",
        "One listing cannot be read: it is left out, and the page says so.",
        lambda visitor: visitor.finder(visitor.stage.gaps),
    ),
    _screen(
        "directory-empty",
        "An empty directory",
        "No clinic is listed: the page says whom to call.",
        lambda visitor: visitor.finder(visitor.stage.empty),
    ),
)
