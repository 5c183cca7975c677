"""What the first documents of several pages have in common."""

from __future__ import annotations

from locator.language import current, languages
from locator.presentation import listing
from locator.settings import Settings
from locator.sites import Ambiguous, NotLocated, PlaceAnswer
from locator.web.first_document.sources import Asked, Sources
from locator.web.served import Snapshot


def frame(asked: Asked, sources: Sources) -> dict[str, object]:
    """What a page's top and foot are drawn from."""
    return {
        "asked": asked,
        "settings": sources.settings,
        "prefix": sources.settings.path_prefix,
        "other_languages": [one for one in languages() if one != current()],
    }


def place_question(place: PlaceAnswer | None, snapshot: Snapshot, settings: Settings) -> dict[str, object]:
    """What is to be said of the directory, and asked where a text names no place or several."""
    return {
        "notice": listing.directory_notice(snapshot.served, phone=settings.practice_phone),
        "several": place.candidates if isinstance(place, Ambiguous) else (),
        "unknown": place if isinstance(place, NotLocated) else None,
        "listing": listing,
    }
