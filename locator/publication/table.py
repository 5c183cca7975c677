"""The sites as a table for spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from locator.clinics import spreadsheet_csv
from locator.publication.facts import facts
from locator.settings import Publisher
from locator.sites import Site

COLUMNS: Final = (
    "site_id", "name", "street", "unit", "city", "state", "zip", "country", "phone", "fax", "website", "npi",
    "hours", "hours_as_of", "time_zone", "latitude", "longitude", "pin_source", "pin_precision",
    "evaluation", "evaluation_status", "evaluation_source", "evaluation_as_of",
    "procedure", "procedure_status", "procedure_source", "procedure_as_of",
    "wheelchair_entrance", "wheelchair_parking", "wheelchair_restroom", "accepting_new_patients",
    "source", "as_of", "verified_on", "note", "directory_version",
)  # fmt: skip
"""The columns in their order; the table has them without a single site too."""


def clinics_csv(sites: Sequence[Site], publisher: Publisher) -> bytes:
    """One row a site under `COLUMNS`; an empty cell is not known. Nothing in it runs as a formula."""
    rows = [{**facts(site), "directory_version": publisher.directory_version} for site in sites]
    return spreadsheet_csv([COLUMNS, *([_cell(row[column]) for column in COLUMNS] for row in rows)])


def _cell(fact: str | float | None) -> str:
    return "" if fact is None else str(fact)
