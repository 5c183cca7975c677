"""The whole document: Streamlit's own, with the first document of a page in front, and its scripts set apart.

Streamlit serves one empty document at any address, and loads a megabyte before it shows anything. Here that
document says at once what the page has to say; `takeover.js` fetches Streamlit once that is painted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Final

from locator.clinics import Filters
from locator.language import current, languages, speaking
from locator.language import gettext as _
from locator.presentation import (
    STATIC,
    TEMPLATES,
    font_addresses,
    font_styles,
    listing,
    render,
    render_list,
    static_address,
)
from locator.settings import Settings
from locator.sites import Site
from locator.web.first_document.sources import Asked
from locator.web.middleware import (
    PAGES,
    element_scripts,
    map_scripts,
    require_named_files,
    streamlit_index,
)

SHEETS: Final = ("page.css", "embedded.css", "print.css", "first.css")
"""The style sheets of every page, in the document itself: nothing waits for another file."""

PAGE_SHEETS: Final[Mapping[str, tuple[str, ...]]] = {"refer": ("refer.css", "sheet.css", "first_refer.css")}
"""The style sheets of one page alone."""

SCRIPTS: Final = (
    "location.js",
    "first_search.js",
    "takeover.js",
    "connection.js",
    "popovers.js",
    "languages.js",
)
"""The scripts of every page, in the order they run."""


def whole_document(inside: str, asked: Asked, settings: Settings) -> str:
    """Streamlit's document for one of PAGES in the current language, with `inside` as what is shown at first.

    Its inline scripts stay as they are, so that their hashes in the policy still fit. Raises
    StartDocumentError where Streamlit's document is not the one expected.
    """
    title = _(PAGES[asked.page])
    prefix = settings.path_prefix
    facts = {"settings": settings, "title": title, "prefix": prefix, "language": current()}
    index = streamlit_index()
    head = render(
        "first_head.html",
        # Apart, as takeover.js moves the other one: a font that is declared anew is looked at anew.
        font_style=font_styles(prefix),
        style=_style(asked.page),
        fonts=font_addresses(prefix),
        scripts=[static_address(name, prefix) for name in SCRIPTS],
        **facts,
    )
    body = render(
        "first_body.html",
        inside=inside,
        asked=asked,
        streamlit=index.scripts,
        # After those that Streamlit's document names, and before Streamlit would ask for them.
        modules=element_scripts(prefix),
        scripts=map_scripts(prefix),
        **facts,
    )
    return index.with_ours(
        {
            # Before the document type, a comment would have old browsers guess how to read it.
            "comment": "",
            "language": f'<html lang="{current().tag}">',
            "font": "",
            "title": head,
            "icon": "",
            # There is no such service here.
            "service": "",
            # They come once the document is painted.
            "scripts": "",
            # Without scripts, everything but the live map works.
            "noscript": "",
            "root": body + _notices(facts),
        }
    )


def require_first_document(settings: Settings, clinics: Sequence[Site], pages: Path) -> None:
    """Draw the first document of `/` anew, and look on the disk for the files it needs, as they are now.

    A server keeps what it has loaded; whether a browser can still show `/` depends on files that an update
    or a hand may have taken away under it. Raises OSError where one is gone.
    """
    require_named_files()
    named = (*SHEETS, *chain(*PAGE_SHEETS.values()), *SCRIPTS)
    for path in (pages, TEMPLATES, *(STATIC / name for name in named)):
        path.stat()
    # One clinic is enough to see that it can be drawn; a large directory would take a while each time.
    listed = listing.all_sites(clinics[:1], Filters(), phone=settings.practice_phone)
    cards = render_list(listed.groups, now=datetime.now(UTC))
    whole_document(cards, Asked("", current()), settings)


@cache
def _style(page: str) -> str:
    sheets = (*SHEETS, *PAGE_SHEETS.get(page, ()))
    return "\n".join((STATIC / name).read_text(encoding="utf-8") for name in sheets)


def _notices(facts: Mapping[str, object]) -> str:
    """What connection.js may have to say, in every language: the page changes its own as it stands."""
    parts = []
    for language in languages():
        with speaking(language):
            parts.append(render("connection.html", **{**facts, "language": language}))
    return "".join(parts)
