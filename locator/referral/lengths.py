"""Lengths in miles, in the figures of the language that holds. Pure."""

from __future__ import annotations

from typing import Final

from babel.numbers import format_decimal

from locator import wording
from locator.language import current

_ONE_DECIMAL: Final = "#,##0.0"


def miles(metres: float, *, grouped: bool = False) -> str:
    """Metres as miles to one decimal, thousands apart if `grouped`: "4.0", "1,234.5"."""
    return format_decimal(
        wording.miles(metres), _ONE_DECIMAL, locale=current().locale, group_separator=grouped
    )
