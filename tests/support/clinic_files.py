"""Clinic files for tests, as text."""

from __future__ import annotations

import csv
import io
from datetime import date

from locator.clinics.schema import COLUMNS

TODAY = date(2026, 11, 22)


BLANK_ROW = dict.fromkeys(COLUMNS, "")


# Only what is required.
BARE = BLANK_ROW | {
    "site_id": "sample-one",
    "name": "Sample Clinic",
    "street": "1 Example St",
    "city": "Sampleton",
    "state": "MN",
    "zip": "55401",
    "country": "US",
    "phone": "612-555-0101",
    "time_zone": "America/Chicago",
    "evaluation": "unknown",
    "evaluation_status": "unknown",
    "procedure": "unknown",
    "procedure_status": "unknown",
    "source": "made up for a test",
    "as_of": "2026-01-31",
    "active": "yes",
}


PINNED = BARE | {
    "latitude": "44.98",
    "longitude": "-93.27",
    "pin_source": "survey",
    "pin_precision": "address",
}


OTHER = BARE | {"site_id": "sample-two", "street": "2 Example St"}


def as_csv(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
