"""The date where the clinics are, wherever the server stands."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo


def chicago_today() -> date:
    """Today's date on the clinics' calendar."""
    return datetime.now(ZoneInfo("America/Chicago")).date()
