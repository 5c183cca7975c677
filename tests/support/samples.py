"""Made-up sites and places for tests; every name is obviously fake."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from locator.sites import (
    UNKNOWN_CLAIM,
    Answer,
    Claim,
    Coordinate,
    Origin,
    Pin,
    PinPrecision,
    Precision,
    Site,
    Status,
    Wheelchair,
)

MINNEAPOLIS = Coordinate(44.98, -93.27)
CONFIRMED_YES = Claim(Answer.YES, Status.CONFIRMED, "Test source", date(2026, 1, 2))
PROVISIONAL_YES = Claim(Answer.YES, Status.PROVISIONAL, "Test rumour", date(2026, 1, 2))
CONFIRMED_NO = Claim(Answer.NO, Status.CONFIRMED, "Test source", date(2026, 1, 2))

_SITE = Site(
    site_id="fake-a",
    name="Fake Clinic",
    street="1 Nowhere St",
    unit=None,
    city="Testville",
    state="MN",
    zip_code="55999",
    country="US",
    phone="612-555-0100",
    fax=None,
    website=None,
    npi=None,
    hours=None,
    hours_as_of=None,
    time_zone="America/Chicago",
    pin=Pin(MINNEAPOLIS, "test", PinPrecision.ROOFTOP),
    evaluation=CONFIRMED_YES,
    procedure=UNKNOWN_CLAIM,
    wheelchair=Wheelchair(Answer.UNKNOWN, Answer.UNKNOWN, Answer.UNKNOWN),
    accepting_new_patients=Answer.UNKNOWN,
    source="a made-up listing",
    as_of=date(2026, 1, 2),
    verified_on=None,
    verified_by=None,
    active=True,
    note=None,
)


def make_site(site_id: str = "fake-a", at: Coordinate | None = MINNEAPOLIS, **facts: Any) -> Site:  # noqa: ANN401
    """A fake site; `at` None leaves it without a pin."""
    pin = None if at is None else Pin(at, "test", PinPrecision.ROOFTOP)
    return replace(_SITE, site_id=site_id, pin=pin, **facts)


def make_origin(at: Coordinate = MINNEAPOLIS, *, uncertainty_m: float = 0.0) -> Origin:
    """A fake place to search from."""
    return Origin("ZIP 55999 (Testville, MN)", at, Precision.ZIP, uncertainty_m, "test gazetteer")
