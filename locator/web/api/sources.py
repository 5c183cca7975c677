"""What the API answers from: the very objects that the pages use, so that nothing is loaded twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from locator.clinics import ServedDirectory, SiteIndex
from locator.geocoding.places import OfflinePlaces
from locator.settings import Settings
from locator.web.api.problems import RefusalError


@dataclass(frozen=True, slots=True)
class Sources:
    """The settings, and what gives the data as they are at that moment, from any thread.

    Each may raise LocatorError.
    """

    settings: Settings
    directory: Callable[[], ServedDirectory]
    places: Callable[[], OfflinePlaces]
    site_index: Callable[[], SiteIndex]

    def served(self) -> ServedDirectory:
        """The directory as it is now; RefusalError (503) while it has no clinic."""
        served = self.directory()
        if not served.sites:
            sentence = "The clinic directory could not be loaded or holds no valid clinic."
            raise RefusalError(HTTPStatus.SERVICE_UNAVAILABLE, sentence)
        return served
