"""What a saved copy of the site is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from locator.clinics import Filters, ServedDirectory
from locator.geocoding.places import Gazetteer
from locator.language import Language
from locator.presentation import Listing, Overview, TranslationReview, listing
from locator.settings import Settings

MAP_NAME: Final = "site"
"""The map's element is `map_site`, and so is the variable that holds the map."""


@dataclass(frozen=True, slots=True)
class Source:
    """The directory as the app would serve it on the day `today`, and all that goes on the page with it.

    `reviews` has the languages whose medical text a clinician has reviewed; `base_map` is the GeoJSON of
    county lines.
    """

    served: ServedDirectory
    settings: Settings
    overview: Overview
    reviews: Mapping[Language, TranslationReview]
    gazetteer: Gazetteer
    base_map: Mapping[str, Any]
    today: date

    @property
    def noon(self) -> datetime:
        """A moment of the day: whenever on it a copy is made, it is the same."""
        return datetime.combine(self.today, time(12), ZoneInfo("America/Chicago")).astimezone(UTC)

    def listing(self) -> Listing:
        """All clinics by city, as the page shows them before a search, in the current language."""
        return listing.all_sites(self.served.sites, Filters(), phone=self.settings.practice_phone)


def page_names(spoken: Sequence[Language]) -> dict[Language, str]:
    """The file that holds the page of each language; the first one's is what a host shows for the folder."""
    first, *others = spoken
    return {first: "index.html", **{language: f"{language.tag}.html" for language in others}}
