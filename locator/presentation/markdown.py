"""Text of the content files as HTML: mark-up in the text is shown, not obeyed."""

from __future__ import annotations

from functools import cache, lru_cache

from markdown_it import MarkdownIt


# The few texts there are stand on every page, and reading one takes as long as a search.
@lru_cache(maxsize=16)
def as_html(markdown: str) -> str:
    """Headings, paragraphs, lists, emphasis and links as HTML; pictures and HTML in the text stay text."""
    return str(_renderer().render(markdown))


@cache
def _renderer() -> MarkdownIt:
    # A picture would be fetched from wherever the text says.
    return MarkdownIt("commonmark", {"html": False}).disable("image")
