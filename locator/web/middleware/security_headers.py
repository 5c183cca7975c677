"""The security headers of every answer: their text, which settings decide, and the middleware for it."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from locator.settings import Settings
from locator.web.middleware.request_filters import is_host_allowed
from locator.web.middleware.streamlit_index import inline_script_hashes

_PERMISSIONS_OFF: Final = (
    "accelerometer", "autoplay", "camera", "clipboard-read", "display-capture", "encrypted-media",
    "fullscreen", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi",
    "payment", "picture-in-picture", "publickey-credentials-get", "screen-wake-lock",
    "serial", "storage-access", "usb", "window-management", "xr-spatial-tracking",
)  # fmt: skip

# The referral sheet can be copied; nothing of the clipboard is ever read.
_PERMISSIONS_OWN: Final = ("geolocation", "clipboard-write")

MAP_COMPONENT: Final = "/component/streamlit_folium.st_folium/"
"""Where streamlit-folium's own page, the map's frame, is served."""

COMMON_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: the OpenStreetMap tile servers refuse that. Only the origin is ever told, never a path.
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": ", ".join(
        [*(f"{name}=(self)" for name in _PERMISSIONS_OWN), *(f"{name}=()" for name in _PERMISSIONS_OFF)]
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""The headers that no setting changes."""

_OF_DOCUMENTS: Final = ("Permissions-Policy", "Cross-Origin-Opener-Policy", "X-Frame-Options")
"""Headers that browsers heed on a document alone."""

_FILE_POLICY: Final = "default-src 'self'"
"""The policy of what is no document; a worker made of a script would be held to it."""

_NO_DOCUMENTS: Final = ("text/javascript", "application/javascript", "text/css", "font/")
"""How the types begin of what can be no document; a page fetches a hundred such files."""


class SecurityHeaders:
    """Puts the security headers on every answer, refused websockets included.

    A script, a style sheet or a font gets none of those that only a document can heed, and a short policy: a
    hundred times, the rest would be 90 kB of a first visit.
    """

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._map_prefix = settings.path_prefix + MAP_COMPONENT
        self._map_headers = map_headers(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add to whatever is answered, replacing headers of the same name."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = self._headers_for(scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                message.setdefault("headers", [])
                found = MutableHeaders(scope=message)
                found.update(headers)
                if found.get("content-type", "").startswith(_NO_DOCUMENTS):
                    found["Content-Security-Policy"] = _FILE_POLICY
                    for name in _OF_DOCUMENTS:
                        del found[name]
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _headers_for(self, scope: Scope) -> dict[str, str]:
        if scope["path"].startswith(self._map_prefix):
            return self._map_headers
        host = Headers(scope=scope).get("host", "")
        allowed = is_host_allowed(host, self._settings.allowed_hosts)
        return page_headers(self._settings, socket_host=host if allowed else None)


def page_headers(settings: Settings, *, socket_host: str | None) -> dict[str, str]:
    """Headers of the page and everything but the map's frame.

    `socket_host` is the checked Host of the request: naming it lets the page's own websocket through in
    browsers whose 'self' covers no websockets, and no other. None for a refused request.
    """
    sockets = [f"ws://{socket_host}", f"wss://{socket_host}"] if socket_host else []
    policy = {
        "default-src": ["'self'"],
        # Components v2 load their script from a blob: address; Streamlit's start page has one inline script.
        "script-src": ["'self'", "blob:", *inline_script_hashes()],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": _image_sources(settings),
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'", *sockets],
        "worker-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": list(settings.frame_ancestors) or ["'none'"],
    }
    return COMMON_HEADERS | _policy(policy) | _frame_options(settings.frame_ancestors)


def map_headers(settings: Settings) -> dict[str, str]:
    """Headers of the map's frame alone, which its library makes the one place where text runs as script.

    streamlit-folium writes the map as an inline script and evaluates each change of its pins, so the frame is
    allowed what the page is not; in turn it may submit no form.
    """
    ancestors = tuple(dict.fromkeys(("'self'", *settings.frame_ancestors)))
    policy = {
        "default-src": ["'self'"],
        "script-src": ["'self'", "'unsafe-inline'", "'unsafe-eval'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": _image_sources(settings),
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'none'"],
        "frame-ancestors": list(ancestors),
    }
    return COMMON_HEADERS | _policy(policy) | _frame_options(ancestors)


def _policy(directives: dict[str, list[str]]) -> dict[str, str]:
    text = "; ".join(" ".join([name, *sources]) for name, sources in directives.items())
    return {"Content-Security-Policy": text}


def _image_sources(settings: Settings) -> list[str]:
    return ["'self'", "data:", "blob:", *([settings.tile_origin] if settings.tile_origin else [])]


def _frame_options(ancestors: tuple[str, ...]) -> dict[str, str]:
    """The older header says nobody or this origin; what it cannot say is left to frame-ancestors."""
    if not ancestors:
        return {"X-Frame-Options": "DENY"}
    return {"X-Frame-Options": "SAMEORIGIN"} if ancestors == ("'self'",) else {}
