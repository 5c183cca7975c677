"""A bound on how many pages are open at once: beyond it people get the phone number, not a slow page."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from locator.fragments import render
from locator.language import current, speaking
from locator.settings import Settings
from locator.start_page import PAGES, spoken

RETRY_AFTER_S: Final = 60
# Those who keep the list true are few, and may be needed just then.
_ALWAYS_OPEN: Final = "staff"


class VisitLimit:
    """Counts the pages that are open, each by its websocket, and answers for new ones beyond the limit.

    Whoever has a page open goes on with it, also when its line was lost meanwhile.
    """

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._prefix = f"/{settings.base_path}" if settings.base_path else ""
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 503 for another page."""
        if scope["type"] == "websocket":
            self._open += 1
            try:
                await self._app(scope, receive, send)
            finally:
                self._open -= 1
        elif self._open >= self._settings.most_visits and self._is_another(scope):
            await self._full(scope)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_another(self, scope: Scope) -> bool:
        if scope["type"] != "http":
            return False
        page = scope["path"].removeprefix(self._prefix).strip("/")
        return page in PAGES and page != _ALWAYS_OPEN

    def _full(self, scope: Scope) -> Response:
        with speaking(spoken(scope)):
            facts = {"settings": self._settings, "language": current(), "prefix": self._prefix}
            text = render("visit_limit.html", **facts)
        headers = {
            "Retry-After": str(RETRY_AFTER_S),
            "Cache-Control": "no-store",
            "Vary": "Accept-Language",
        }
        return HTMLResponse(text, HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)
