"""The accessibility statement without Streamlit: all of it."""

from __future__ import annotations

from locator.presentation import accessibility_statement, render
from locator.web.first_document.frame import frame
from locator.web.first_document.sources import Asked, Sources


def body(asked: Asked, sources: Sources) -> str:
    """The inside of the document."""
    settings = sources.settings
    return render(
        "first_accessibility.html",
        statement=accessibility_statement.as_html(settings.practice_name, settings.practice_phone),
        **frame(asked, sources),
    )
