"""Cells that a spreadsheet would run as formulas: made harmless on export, and just that undone on import.

A cell that begins with = + - @, a tab or a carriage return may run. A plain number with its sign cannot, and
stays a number.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

# Apostrophes that stand there already get one more, so that undoing takes back just the one.
_RUNS: Final = re.compile(r"'*[=+\-@\t\r]")
_NUMBER: Final = re.compile(r"[+-][0-9]+(\.[0-9]+)?")


def neutralised(text: str) -> str:
    """The text behind an apostrophe if a spreadsheet could run it, else as it is."""
    return f"'{text}" if _RUNS.match(text) and not _NUMBER.fullmatch(text) else text


def restored(text: str) -> str:
    """The text that `neutralised` was given."""
    return text[1:] if text.startswith("'") and _RUNS.match(text) else text


def spreadsheet_csv(lines: Iterable[Sequence[str]]) -> bytes:
    """Lines of cells for a spreadsheet: UTF-8 with a byte order mark, and no cell that runs as a formula."""
    output = io.StringIO(newline="")
    # Ends of line as spreadsheets write them; this also has a carriage return inside a cell quoted.
    writer = csv.writer(output, lineterminator="\r\n")
    writer.writerows(map(neutralised, cells) for cells in lines)
    return output.getvalue().encode("utf-8-sig")
