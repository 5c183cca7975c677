"""What every request passes through, outermost first, before it reaches Streamlit."""

from locator.web.middleware.error_pages import BrowserErrors
from locator.web.middleware.pages import PAGES
from locator.web.middleware.request_filters import SIGN_IN_ROUTES, HostFilter, PlainErrors, RouteFilter
from locator.web.middleware.requested_language import requested_language
from locator.web.middleware.security_headers import SecurityHeaders
from locator.web.middleware.streamlit_assets import (
    CompressedScripts,
    KeptComponents,
    SymbolFont,
    element_scripts,
    map_scripts,
)
from locator.web.middleware.streamlit_index import (
    require_known_index,
    require_named_files,
    streamlit_index,
)
from locator.web.middleware.token_bucket import TokenBucket, TokenBuckets
from locator.web.middleware.visit_limit import IS_FULL, MOST_SILENT, VisitLimit, most_sessions
from locator.web.middleware.websocket_filter import (
    ALLOW_LARGE,
    MOST_STAFF_BYTES,
    MOST_VISITOR_BYTES,
    WebsocketFilter,
)

__all__ = [
    "ALLOW_LARGE",
    "IS_FULL",
    "MOST_SILENT",
    "MOST_STAFF_BYTES",
    "MOST_VISITOR_BYTES",
    "PAGES",
    "SIGN_IN_ROUTES",
    "BrowserErrors",
    "CompressedScripts",
    "HostFilter",
    "KeptComponents",
    "PlainErrors",
    "RouteFilter",
    "SecurityHeaders",
    "SymbolFont",
    "TokenBucket",
    "TokenBuckets",
    "VisitLimit",
    "WebsocketFilter",
    "element_scripts",
    "map_scripts",
    "most_sessions",
    "requested_language",
    "require_known_index",
    "require_named_files",
    "streamlit_index",
]
