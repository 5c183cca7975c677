"""A real Chromium for the browser tests: a context for each test, and no way out of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect, sync_playwright

from tests.e2e.pages import Finder
from tests.support.servers import RunningServer, running_app

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever a test lets through by mistake finds no host to talk to.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
PATIENCE_MS = 20_000
DESKTOP: ViewportSize = {"width": 1280, "height": 800}

expect.set_options(timeout=PATIENCE_MS)


class OpenFinder(Protocol):
    """Opens the finder of a server in a context of its own, as it will be closed after the test."""

    def __call__(self, server: RunningServer, **options: Any) -> Finder:  # noqa: ANN401 - as Playwright takes them
        """The page, not yet visited; `options` are those of a browser context."""
        ...


class StartApp(Protocol):
    """Starts the app on a folder of data."""

    def __call__(self, data: Path, *, await_path: str = "/readyz", **variables: str) -> RunningServer:
        """The server with these environment variables, once `await_path` answers."""
        ...


# Not for the whole session: while it runs, its event loop would be in the way of other tests' own.
@pytest.fixture(scope="package")
def chromium(chromium_path: str) -> Iterator[Browser]:
    """One browser for all browser tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def start_app(tmp_path: Path) -> Iterator[StartApp]:
    """What starts the app on data of the test's own; each server ends after the browser has left it."""
    with ExitStack() as servers:

        def started(data: Path, *, await_path: str = "/readyz", **variables: str) -> RunningServer:
            settings = {"LOCATOR_TILE_URL": "none", "LOCATOR_DATA_DIR": str(data), **variables}
            return servers.enter_context(running_app(tmp_path / "log", settings, await_path=await_path))

        yield started


@pytest.fixture
def open_finder(chromium: Browser, start_app: StartApp) -> Iterator[OpenFinder]:
    """What opens the finder; afterwards no page may have had an error in its console."""
    del start_app  # only so that its servers outlive the pages
    contexts: list[BrowserContext] = []
    finders: list[Finder] = []

    def opened(server: RunningServer, **options: Any) -> Finder:  # noqa: ANN401 - as Playwright takes them
        context = chromium.new_context(**{"viewport": DESKTOP, "reduced_motion": "reduce", **options})
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        finders.append(Finder(context.new_page(), server.url))
        return finders[-1]

    yield opened
    for context in contexts:
        context.close()
    assert [finder.seen.errors for finder in finders] == [[] for _ in finders]


@pytest.fixture
def finder(open_finder: OpenFinder, app_server: RunningServer) -> Finder:
    """The real app with the shipped data and no street tiles, visited on a desktop."""
    made = open_finder(app_server)
    made.visit()
    return made


@pytest.fixture(scope="module")
def _one_visit(chromium: Browser, app_server: RunningServer) -> Iterator[Finder]:
    context = chromium.new_context(viewport=DESKTOP, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    made = Finder(context.new_page(), app_server.url)
    made.visit()
    yield made
    context.close()


@pytest.fixture
def visited(_one_visit: Finder) -> Iterator[Finder]:
    """As `finder`, for tests that look and search and do nothing else: one visit for all those of a module.

    An empty search has brought all clinics back since the test before.
    """
    _one_visit.search("")
    yield _one_visit
    errors, _one_visit.seen.errors = _one_visit.seen.errors, []
    assert errors == []
