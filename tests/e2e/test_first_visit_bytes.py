"""What a first visit fetches, headers included: little before the list can be used, and nothing twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import PATIENCE_MS
from tests.support.servers import RunningServer

MOST_IN_ALL = 900_000
MOST_BEFORE_STREAMLIT = 120_000


@dataclass  # without slots: Playwright notes its own things on whose method it calls
class Fetched:
    """What came over the network: each request's address, in the order asked, and its bytes with headers."""

    bytes_of: dict[str, int] = field(default_factory=dict)
    address_of: dict[str, str] = field(default_factory=dict)

    def watch(self, page: Page) -> None:
        """Count from now on."""
        line = page.context.new_cdp_session(page)
        line.on("Network.requestWillBeSent", self._asked)
        line.on("Network.loadingFinished", self._finished)
        line.send("Network.enable")

    def _asked(self, event: dict[str, Any]) -> None:
        self.address_of[event["requestId"]] = event["request"]["url"]

    def _finished(self, event: dict[str, Any]) -> None:
        # Nothing at all came for what a browser had already.
        if event["encodedDataLength"]:
            self.bytes_of[event["requestId"]] = event["encodedDataLength"]

    def total(self) -> int:
        """All bytes until now."""
        return sum(self.bytes_of.values())

    def before_streamlit(self) -> int:
        """The bytes of what was asked for before the first of Streamlit's own files."""
        ours = takewhile(lambda request: "/static/" not in self.address_of[request], self.address_of)
        return sum(self.bytes_of.get(request, 0) for request in ours)

    def twice(self) -> set[str]:
        """The files that came more than once."""
        times = Counter(self.address_of[request].partition("?")[0] for request in self.bytes_of)
        return {address for address, count in times.items() if count > 1}


@pytest.fixture
def first_visitor(chromium: Browser) -> Iterator[tuple[Page, Fetched]]:
    """A page of somebody who has never been here, and what it fetches."""
    with chromium.new_context(viewport={"width": 1280, "height": 800}) as context:
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        fetched = Fetched()
        fetched.watch(page)
        yield page, fetched


@pytest.mark.parametrize("path", ["/", "/refer"])
def test_a_first_visit_fetches_little_and_nothing_twice(
    first_visitor: tuple[Page, Fetched], app_server: RunningServer, path: str
) -> None:
    page, fetched = first_visitor
    page.goto(app_server.url + path)
    expect(page.locator("#start")).to_have_count(0)
    expect(page.frame_locator("iframe").first.locator(".pin-holder").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    # Less would mean that not all was counted.
    assert 500_000 < fetched.total() <= MOST_IN_ALL
    assert 5_000 < fetched.before_streamlit() <= MOST_BEFORE_STREAMLIT
    # Streamlit looks whether the page of a component is there before it shows it.
    assert {address for address in fetched.twice() if "/component/" not in address} == set()
