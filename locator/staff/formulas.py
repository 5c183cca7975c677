"""The staff's table as a file for a spreadsheet."""

from __future__ import annotations

from locator.formulas import spreadsheet_csv
from locator.staff.table import ClinicTable


def export_csv(table: ClinicTable) -> bytes:
    """The table for a spreadsheet: UTF-8 with a byte order mark, and nothing in it that runs as a formula."""
    return spreadsheet_csv(
        [table.columns, *([row[column] for column in table.columns] for row in table.rows)]
    )
