"""A site's facts as flat names and values, under the names of the directory's columns."""

from __future__ import annotations

from datetime import date

from locator.clinics import SCHEMA, Column, Format
from locator.sites import Site

Fact = str | float | None
"""None is not known. An answer is yes, no or unknown; unknown is never no."""


def columns_in(document: Format) -> tuple[Column, ...]:
    """The columns that a document has, in the order of the directory."""
    return tuple(column for column in SCHEMA.values() if column.is_in(document))


def fact(column: Column, site: Site) -> Fact:
    """What is published of a site under a column."""
    value = column.value(site)
    return value.isoformat() if isinstance(value, date) else value
