"""The sites as a table for spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from locator.clinics import Format, spreadsheet_csv
from locator.publication.facts import Fact, columns_in, fact
from locator.settings import Practice
from locator.sites import Site

_COLUMNS: Final = columns_in(Format.CSV)
HEADER: Final = (*(column.name for column in _COLUMNS), "directory_version")
"""The names of the columns in their order; the table has them without a single site too."""


def clinics_csv(sites: Sequence[Site], publisher: Practice) -> bytes:
    """One row a site under `HEADER`; an empty cell is not known. Nothing in it runs as a formula."""
    rows = ([_cell(fact(column, site)) for column in _COLUMNS] for site in sites)
    return spreadsheet_csv([HEADER, *([*row, publisher.directory_version] for row in rows)])


def _cell(told: Fact) -> str:
    return "" if told is None else str(told)
