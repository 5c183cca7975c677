"""The accessibility statement without Streamlit: all of it."""

from __future__ import annotations

from locator.language import current, languages
from locator.presentation import accessibility_statement, render
from locator.web.first_document.sources import Asked, Sources


def body(asked: Asked, sources: Sources) -> str:
    """The inside of the document."""
    settings = sources.settings
    return render(
        "first_accessibility.html",
        asked=asked,
        settings=settings,
        prefix=settings.path_prefix,
        other_languages=[one for one in languages() if one != current()],
        statement=accessibility_statement.as_html(settings.practice_name, settings.practice_phone),
    )
