"""Clinic files that a command is given, read as the staff page reads an upload."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from locator.clinics import COLUMNS, OPTIONAL_COLUMNS, ClinicTable, Problem, read_table
from locator.staff.imports import read_upload


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A clinic file as CSV in the directory's form, what was done to make it that, and why it is none."""

    content: bytes
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def is_plain(raw: bytes) -> bool:
    """Whether the directory's own reader finds its columns: comma-separated text in a usual encoding."""
    return bool(read_table(raw, COLUMNS, OPTIONAL_COLUMNS).columns)


def as_directory(raw: bytes, path: Path, current: bytes) -> GivenFile:
    """The file as CSV, whether it is a workbook, UTF-16 or has other marks between its cells.

    `current` is the directory as it is, which gives the cells of columns that the file lacks. What is plain
    already stays byte for byte.
    """
    if not raw or is_plain(raw):
        return GivenFile(raw)
    try:
        table = ClinicTable.parse(current)
    except ValueError:
        table = ClinicTable(COLUMNS, ())
    incoming = read_upload(raw, path.name, table)
    if incoming.table is None or incoming.problems:
        return GivenFile(raw, incoming.notes, incoming.problems)
    return GivenFile(incoming.table.to_bytes(), incoming.notes)
