"""What every request passes through, outermost first, before it reaches Streamlit."""

from locator.web.middleware.error_pages import BrowserErrors
from locator.web.middleware.request_filters import SIGN_IN_ROUTES, HostFilter, PlainErrors, RouteFilter
from locator.web.middleware.security_headers import SecurityHeaders
from locator.web.middleware.start_page import SHEETS, StartPage, no_such_page, require_start_page
from locator.web.middleware.streamlit_assets import CompressedScripts, PreloadHeaders, SymbolFont
from locator.web.middleware.streamlit_index import require_known_index
from locator.web.middleware.token_bucket import TokenBucket
from locator.web.middleware.visit_limit import MOST_SILENT, VisitLimit, most_sessions
from locator.web.middleware.websocket_filter import (
    ALLOW_LARGE,
    MOST_STAFF_BYTES,
    MOST_VISITOR_BYTES,
    WebsocketFilter,
)

__all__ = [
    "ALLOW_LARGE",
    "MOST_SILENT",
    "MOST_STAFF_BYTES",
    "MOST_VISITOR_BYTES",
    "SHEETS",
    "SIGN_IN_ROUTES",
    "BrowserErrors",
    "CompressedScripts",
    "HostFilter",
    "PlainErrors",
    "PreloadHeaders",
    "RouteFilter",
    "SecurityHeaders",
    "StartPage",
    "SymbolFont",
    "TokenBucket",
    "VisitLimit",
    "WebsocketFilter",
    "most_sessions",
    "no_such_page",
    "require_known_index",
    "require_start_page",
]
