"""A server and a browser that are watched for what they keep and send."""

from __future__ import annotations

import base64
import re
import shutil
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.e2e.pages import Finder
from tests.support.servers import ROOT, RunningServer, running_app
from tests.support.traces import canary

TILE_HOST = "tile.openstreetmap.org"


ONE_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


CLOSEST_BY_ITSELF = 11


CANARY = canary()


# Python reads this file at start-up; it notes whom the server calls, what it starts and where it writes.
WATCH = """
    import os
    import sys

    LOG = os.open(__file__.replace("sitecustomize.py", "audit.txt"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    OWN = ("127.0.0.1", "::1", "localhost")

    def note(event, arguments):
        if event == "open":
            seen = arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and arguments[0]
        elif event == "socket.connect":
            seen = isinstance(arguments[1], tuple) and arguments[1][0] not in OWN and arguments[1]
        elif event == "socket.getaddrinfo":
            seen = arguments[0] not in OWN and arguments[0]
        else:
            seen = event in ("subprocess.Popen", "os.system") and arguments[0]
        if seen:
            os.write(LOG, f"{event} {seen}\\n".encode())

    sys.addaudithook(note)
"""


@dataclass(frozen=True, slots=True)
class Watched:
    """A server whose every call to elsewhere and every write is noted; `home` is all it may call its own."""

    server: RunningServer
    home: Path

    def noted(self) -> list[str]:
        """What it did that reaches beyond its own memory."""
        return (self.home / "audit.txt").read_text().splitlines()


def start_watched(home: Path, tile_url: str) -> Iterator[Watched]:
    (home / "sitecustomize.py").write_text(textwrap.dedent(WATCH))
    data = shutil.copytree(ROOT / "data", home / "data")
    settings = {
        "LOCATOR_DATA_DIR": str(data),
        "LOCATOR_TILE_URL": tile_url,
        "HOME": str(home),
        "TMPDIR": str(home),
        "PYTHONPATH": f"{home}:{ROOT}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with running_app(home / "log.txt", settings) as server:
        yield Watched(server, home)


def hosts(finder: Finder) -> set[str]:
    """Every host the browser was told to talk to."""
    urls = [request.url.removeprefix("blob:") for request in finder.seen.requests] + finder.seen.sockets
    return {urlsplit(url).netloc for url in urls if not url.startswith("data:")}


def kept_in_browser(finder: Finder) -> str:
    """All that the browser keeps of the visit."""
    stores = finder.page.evaluate(
        "async () => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie,"
        " history.state, await indexedDB.databases(), 'caches' in self ? await caches.keys() : []])"
    )
    inside = finder.map.canvas.evaluate("() => JSON.stringify([{...localStorage}, window.name])")
    return f"{stores}{inside}{finder.page.context.cookies()}{finder.page.title()}"


def expect_no_leak(finder: Finder, *secrets: Path) -> None:
    """Nothing a person can read names a file, a line of code or an exception."""
    text = finder.text()
    for leak in ("Traceback", "Error:", "Exception", ".py", ".csv", *map(str, secrets), str(ROOT)):
        assert leak not in text
    assert re.search(r"(^|\s)/(\w+/)+\w+", text) is None
