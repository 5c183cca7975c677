"""The overview's Markdown as HTML, in the part of Markdown that needs no trust: no HTML, nothing loaded."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt


def as_html(markdown: str) -> str:
    """Headings, paragraphs, lists, emphasis and links as HTML; mark-up in the text is shown, not obeyed."""
    return str(_renderer().render(markdown))


@cache
def _renderer() -> MarkdownIt:
    # A picture would be fetched from wherever the text says.
    return MarkdownIt("commonmark", {"html": False}).disable("image")
