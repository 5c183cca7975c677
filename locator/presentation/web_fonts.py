"""The type of every page: our own fonts, and what stands in for them until they have come."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Final

from locator.presentation.templating import STATIC, static_address

TEXT_FONTS: Final = ("fonts/locator-sans.woff2", "fonts/locator-serif.woff2")
"""The fonts of all text, as static files."""

SYMBOL_FONT: Final = STATIC / "fonts" / "symbols.woff2"
"""The symbols that Streamlit's elements and ours show, of the font that Streamlit brings."""

_ADDRESS: Final = re.compile(r'url\("([^"]+)"\)')


@cache
def font_styles(prefix: str) -> str:
    """The style sheet that declares the fonts, to stand in a document; `prefix` is the base path's."""
    sheet = (STATIC / "fonts.css").read_text(encoding="utf-8")
    return _ADDRESS.sub(lambda named: f'url("{static_address(named[1], prefix)}")', sheet)


def font_addresses(prefix: str) -> tuple[str, ...]:
    """The addresses of the fonts that every page uses, for a document to ask for them early."""
    return tuple(static_address(name, prefix) for name in TEXT_FONTS)


@cache
def symbol_source() -> str:
    """The file name, in the Streamlit it was made for, of the font that SYMBOL_FONT is a part of."""
    record = json.loads(SYMBOL_FONT.with_name("fonts.json").read_text(encoding="utf-8"))
    return str(record["fonts"][SYMBOL_FONT.name]["source"])
