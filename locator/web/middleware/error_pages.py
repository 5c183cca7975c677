"""Refusals as a page: a browser that is refused gets our words and a way on, a program the plain sentence."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from locator.language import current, speaking
from locator.language import gettext as _
from locator.language import marked as N_
from locator.presentation import render
from locator.settings import Settings
from locator.web.middleware.requested_language import requested_language

# What scripts, styles and programs ask for; nobody reads an answer of these.
_FOR_PROGRAMS: Final = (
    "/assets",
    "/static",
    "/component",
    "/media",
    "/_stcore",
    "/api",
    "/healthz",
    "/readyz",
)
_TITLES: Final = {
    HTTPStatus.FORBIDDEN: N_("This is not open to you"),
    HTTPStatus.NOT_FOUND: N_("We do not have this page"),
    HTTPStatus.METHOD_NOT_ALLOWED: N_("That does not work here"),
    HTTPStatus.INTERNAL_SERVER_ERROR: N_("Something went wrong on our side"),
}
_ADVICE: Final = {
    HTTPStatus.NOT_FOUND: N_("The address may be misspelt, or the page may have moved."),
    HTTPStatus.INTERNAL_SERVER_ERROR: N_("It is not your fault. Please try again in a moment."),
}


class BrowserErrors:
    """Turns a refusal in plain text into a page of ours where a browser shows it to a person."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._prefix = settings.path_prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; the status and the headers of a refusal stay, only its words change."""
        if scope["type"] != "http" or not self._is_for_a_person(scope):
            await self._app(scope, receive, send)
            return
        refusal: Message | None = None

        async def send_unless_plain(message: Message) -> None:
            nonlocal refusal
            if message["type"] == "http.response.start" and _is_plain_refusal(message):
                refusal = message
            if refusal is None:
                await send(message)

        await self._app(scope, receive, send_unless_plain)
        if refusal is not None:
            with speaking(requested_language(scope)):
                page = self._page(HTTPStatus(refusal["status"]))
            for name, value in Headers(raw=refusal["headers"]).items():
                if name not in {"content-length", "content-type"}:
                    MutableHeaders(raw=page.raw_headers).append(name, value)
            await page(scope, receive, send)

    def _is_for_a_person(self, scope: Scope) -> bool:
        path = scope["path"].removeprefix(self._prefix)
        for_programs = any(path == one or path.startswith(f"{one}/") for one in _FOR_PROGRAMS)
        return "text/html" in Headers(scope=scope).get("accept", "") and not for_programs

    def _page(self, status: HTTPStatus) -> HTMLResponse:
        text = render(
            "browser_error.html",
            language=current(),
            settings=self._settings,
            title=_(_TITLES[status]),
            advice=_(_ADVICE[status]) if status in _ADVICE else "",
            home=f"{self._prefix}/",
        )
        return HTMLResponse(text, status)


def _is_plain_refusal(message: Message) -> bool:
    kind = Headers(raw=message["headers"]).get("content-type", "")
    return message["status"] in _TITLES and (kind == "" or kind.startswith("text/plain"))
