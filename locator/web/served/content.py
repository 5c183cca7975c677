"""What the content files say now, and the service for street addresses: shared by all ways to show a page."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path
from typing import Final

from locator.errors import ContentInvalidError
from locator.geocoding import StreetGeocoder
from locator.language import ENGLISH, Language, current
from locator.presentation import Overview, TranslationReview, read_overview, review_note, review_of
from locator.referral import ReferralContent, read_content
from locator.settings import DataFiles, GeocoderTable, Settings

_LOGGER: Final = logging.getLogger(__name__)


def overview(files: DataFiles) -> Overview:
    """The DRG overview as its file says it now. Raises as `read_overview`, and OSError."""
    return _overview(files.overview, files.overview.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _overview(path: Path, _changed_ns: int) -> Overview:
    return read_overview(path)


def referral_content(files: DataFiles) -> ReferralContent:
    """The visits, the criteria and what to send along, as their file says now. Raises as `read_content`."""
    return _referral_content(files.referral, _changed_ns(files.referral))


@lru_cache(maxsize=2)
def _referral_content(path: Path, _changed_ns: int) -> ReferralContent:
    return read_content(path)


def translation_note(files: DataFiles) -> str | None:
    """That this language's clinical texts await a clinician's review, or who gave it; None in English."""
    language = current()
    if language == ENGLISH:
        return None
    path = files.translation_reviews
    return review_note(_review(language, path, _changed_ns(path)))


@lru_cache(maxsize=8)
def _review(language: Language, path: Path, _changed_ns: int) -> TranslationReview | None:
    try:
        return review_of(language, path)
    except ContentInvalidError:
        _LOGGER.exception("a translation counts as not reviewed")
        return None


def _changed_ns(path: Path) -> int:
    # A file that is not there has no date; reading it says what is wrong.
    return path.stat().st_mtime_ns if path.exists() else 0


def geocoder_of(table: GeocoderTable, settings: Settings) -> StreetGeocoder | None:
    """The service that a table of the settings names; None where it names none."""
    choice = table.choice()
    if choice is None:
        return None
    # Not for the many who run without one: it takes a while to load.
    from locator.geocoding.services.http import user_agent  # noqa: PLC0415
    from locator.geocoding.services.services import make_geocoder  # noqa: PLC0415

    return make_geocoder(choice, user_agent=user_agent(settings.contact))
