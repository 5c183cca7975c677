"""The clinic directory: read from clinics.csv, checked, searched by distance and by what a clinic offers."""

from locator.clinics import cells, hours
from locator.clinics.clinic_table import ID_COLUMN, CellEncodingError, ClinicTable, edit_cells
from locator.clinics.csv_injection import neutralised, restored, spreadsheet_csv
from locator.clinics.csv_table import (
    MAX_BYTES,
    Line,
    Problem,
    odd_length,
    read_lines,
    read_table,
    text_encoding,
    without_blanks,
)
from locator.clinics.filters import TRAITS, Answers, Filters, Fits, Need, needed_claims, required_traits
from locator.clinics.freshness import STALE_AFTER_DAYS, checked_on, is_stale, months_passed, role_checked_on
from locator.clinics.gc_pause import no_collecting
from locator.clinics.hours import hours_summary, open_on, weekly_openings
from locator.clinics.reading import (
    DirectoryReading,
    LastGoodDirectory,
    ServedDirectory,
    format_report,
    parse_directory,
    read_directory,
)
from locator.clinics.schema import (
    COLUMNS,
    FURTHER_COLUMNS,
    OPTIONAL_COLUMNS,
    SCHEMA,
    Column,
    Format,
    choice,
    columns_of,
)
from locator.clinics.search import Match, Results, SiteIndex, city_order, distance_m, nearest, search

__all__ = [
    "COLUMNS",
    "FURTHER_COLUMNS",
    "ID_COLUMN",
    "MAX_BYTES",
    "OPTIONAL_COLUMNS",
    "SCHEMA",
    "STALE_AFTER_DAYS",
    "TRAITS",
    "Answers",
    "CellEncodingError",
    "ClinicTable",
    "Column",
    "DirectoryReading",
    "Filters",
    "Fits",
    "Format",
    "LastGoodDirectory",
    "Line",
    "Match",
    "Need",
    "Problem",
    "Results",
    "ServedDirectory",
    "SiteIndex",
    "cells",
    "checked_on",
    "choice",
    "city_order",
    "columns_of",
    "distance_m",
    "edit_cells",
    "format_report",
    "hours",
    "hours_summary",
    "is_stale",
    "months_passed",
    "nearest",
    "needed_claims",
    "neutralised",
    "no_collecting",
    "odd_length",
    "open_on",
    "parse_directory",
    "read_directory",
    "read_lines",
    "read_table",
    "required_traits",
    "restored",
    "role_checked_on",
    "search",
    "spreadsheet_csv",
    "text_encoding",
    "weekly_openings",
    "without_blanks",
]
