"""What a search looks like: sentences, list, cards and markers. No Streamlit."""

from locator.presentation import accessibility_statement, listing, paging, wording
from locator.presentation.cards import Card, Reporting, render_legend, render_list, site_marker_image
from locator.presentation.finder import Findings, findings
from locator.presentation.listing import Listing, asked_for
from locator.presentation.markdown import as_html
from locator.presentation.markers import is_confirmed, marker_kind, marker_svg
from locator.presentation.nearest_json import (
    DEFAULT_LIMIT,
    find_nearest,
    freshness_json,
    json_text,
    nearest_json,
    origin_json,
    site_json,
)
from locator.presentation.overview import Overview, read_overview, readable
from locator.presentation.paging import PAGE_SIZE, ListPages
from locator.presentation.templating import (
    STATIC,
    TEMPLATES,
    render,
    render_once,
    static_address,
    static_version,
)
from locator.presentation.translation_review import (
    TranslationReview,
    review_note,
    review_of,
)
from locator.presentation.web_fonts import (
    SYMBOL_FONT,
    TEXT_FONTS,
    font_addresses,
    font_styles,
    symbol_source,
)
from locator.presentation.wording import (
    TRAVEL_STANDARD_MI,
    full_date,
    listed,
    miles_text,
    month_or_date,
    need_name,
    plural,
    roles,
)

__all__ = [
    "DEFAULT_LIMIT",
    "PAGE_SIZE",
    "STATIC",
    "SYMBOL_FONT",
    "TEMPLATES",
    "TEXT_FONTS",
    "TRAVEL_STANDARD_MI",
    "Card",
    "Findings",
    "ListPages",
    "Listing",
    "Overview",
    "Reporting",
    "TranslationReview",
    "accessibility_statement",
    "as_html",
    "asked_for",
    "find_nearest",
    "findings",
    "font_addresses",
    "font_styles",
    "freshness_json",
    "full_date",
    "is_confirmed",
    "json_text",
    "listed",
    "listing",
    "marker_kind",
    "marker_svg",
    "miles_text",
    "month_or_date",
    "nearest_json",
    "need_name",
    "origin_json",
    "paging",
    "plural",
    "read_overview",
    "readable",
    "render",
    "render_legend",
    "render_list",
    "render_once",
    "review_note",
    "review_of",
    "roles",
    "site_json",
    "site_marker_image",
    "static_address",
    "static_version",
    "symbol_source",
    "wording",
]
