"""The date where the clinics are, whatever the server's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def chicago_today() -> date:
    """Today's date on the clinics' calendar."""
    return chicago_date(datetime.now(UTC))


def chicago_date(moment: datetime) -> date:
    """The date on the clinics' calendar at an aware moment."""
    return moment.astimezone(ZoneInfo("America/Chicago")).date()
