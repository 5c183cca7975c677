"""Files that a page asks for, and that come when a test lets them."""

from __future__ import annotations

from typing import Final

from playwright.sync_api import Page, Route, expect

STREAMLIT: Final = "**/static/js/index.*.js"
"""What Streamlit begins with."""

FONTS: Final = "**/fonts/*.woff2*"


class HeldBack:
    """The files at the addresses of a pattern, on their way until `come` is called."""

    def __init__(self, page: Page, pattern: str) -> None:
        self.asked: list[Route] = []
        self._comes = False
        page.route(pattern, lambda route: self._hold(route))  # noqa: PLW0108 - Playwright looks for its own name on it

    def come(self) -> None:
        """Let those come that were asked for, and any that still are."""
        self._comes = True
        for route in self.asked:
            route.continue_()

    def _hold(self, route: Route) -> None:
        if self._comes:
            route.continue_()
        else:
            self.asked.append(route)


def let_streamlit_come(page: Page, streamlit: HeldBack) -> None:
    """Let Streamlit come as soon as it is asked for, which is once the person pauses."""
    expect(page.locator('head script[src*="/static/js/index."]')).to_be_attached()
    streamlit.come()
