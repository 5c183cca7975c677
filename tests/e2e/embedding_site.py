"""Sites that hold the finder in a frame."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import Browser, BrowserType, FrameLocator, Page, expect

from tests.e2e.conftest import FLAGS
from tests.support.servers import ROOT

HEIGHT_PX = 700


class SiteServer(ThreadingHTTPServer):
    """A web site of somebody else's, whose every page holds the finder as docs/embed.md says."""

    page = ""

    @property
    def origin(self) -> str:
        """By a name: the finder is at an address, so that to a browser these are two sites."""
        return f"http://localhost:{self.server_port}"


class SitePage(BaseHTTPRequestHandler):
    """Answers any address with the one page."""

    server: SiteServer

    def do_GET(self) -> None:  # http.server's name
        """Send the page."""
        body = self.server.page.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Say nothing."""


@contextmanager
def site() -> Iterator[SiteServer]:
    """A site that is up."""
    with SiteServer(("127.0.0.1", 0), SitePage) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def snippet() -> str:
    """The frame as the documentation gives it to operators."""
    text = (ROOT / "docs" / "embed.md").read_text(encoding="utf-8")
    found = re.search(r"```html\n(<iframe.*?</iframe>)\n```", text, re.DOTALL)
    assert found is not None
    return found[1]


def page_with(address: str) -> str:
    """A page with the documented frame around the finder at `address`, and more to scroll to below."""
    frame = re.sub(r'src="https://[^/]+/', f'src="{address}/', snippet())
    frame = re.sub(r'height="\d+"', f'height="{HEIGHT_PX}"', frame)
    return f'<!doctype html><title>A fake site</title><body style="margin:0">{frame}<p style="height:2000px">'


def launched(kind: BrowserType, chromium_path: str) -> Browser:
    """A browser of its own: it can find the other site by name, and blocks cookies of third parties."""
    flags = [flag.replace("EXCLUDE 127.0.0.1", "EXCLUDE 127.0.0.1, EXCLUDE localhost") for flag in FLAGS]
    return kind.launch(executable_path=chromium_path, args=[*flags, "--test-third-party-cookie-phaseout"])


def inside(page: Page) -> FrameLocator:
    """The finder in the page's frame, once it is there."""
    frame = page.frame_locator("iframe")
    expect(frame.locator(".clinic").first).to_be_visible()
    return frame


def search(finder: FrameLocator, text: str) -> None:
    """Search in the frame."""
    finder.get_by_label("ZIP code, city or address").fill(text)
    finder.get_by_role("button", name="Find clinics").click()
    expect(finder.locator(".found .count")).to_contain_text(f"near ZIP {text}")
