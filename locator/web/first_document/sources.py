"""What the first documents are drawn from, and what a request asks of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from locator.geocoding import StreetGeocoder
from locator.language import Language
from locator.settings import Settings
from locator.staff.sign_in import StaffAccess
from locator.web.served import Snapshot


def now_utc() -> datetime:
    """The moment it is."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Sources:
    """The settings, the directory as it is now, who may sign in, and the service for a person's address."""

    settings: Settings
    snapshot: Callable[[], Snapshot]
    access: StaffAccess
    patient_geocoder: Callable[[], StreetGeocoder | None]
    now: Callable[[], datetime] = now_utc


@dataclass(frozen=True, slots=True)
class Asked:
    """How a page is asked for.

    `names_language` says that its address does, and `is_live` that Streamlit may take its place. Of a form,
    `address` is the page's own without a query, and `network` the one it came from; both stay out of what is
    kept for everybody.
    """

    page: str
    language: Language
    names_language: bool = False
    is_embedded: bool = False
    is_live: bool = True
    address: str | None = None
    network: str | None = None

    def query(self, *, language: Language | None = None) -> str:
        """What an address of the same kind of page ends in: "?lang=es&embed=true", or nothing."""
        params = {}
        if language or self.names_language:
            params["lang"] = (language or self.language).tag
        if self.is_embedded:
            params["embed"] = "true"
        return f"?{urlencode(params)}" if params else ""
