"""Write the table of the clinic file's columns into data/README.md: `python -m scripts.columns`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from locator.clinics import SCHEMA, Column
from scripts.marked_part import with_marked_part

ROOT: Final = Path(__file__).resolve().parent.parent
DOCUMENT: Final = ROOT / "data" / "README.md"
_BEGIN, _END = "<!-- made by scripts/columns.py -->", "<!-- end of the table -->"
_FIRST_RELEASE: Final = "1.0"


def table() -> str:
    """Every column in the file's order, as a table of Markdown."""
    lines = (" | ".join(_cells(column)) for column in SCHEMA.values())
    return "\n".join(
        [
            "| Column | Meaning | Format and allowed values | May be empty | Example |",
            "|---|---|---|---|---|",
            *(f"| {line} |" for line in lines),
        ]
    )


def _cells(column: Column) -> Iterator[str]:
    about = column.about
    yield f"`{column.name}`"
    yield about.meaning if about.since == _FIRST_RELEASE else f"{about.meaning} (since {about.since})"
    yield column.allowed
    may_be_empty = "yes" if column.may_be_empty else "no"
    yield f"{may_be_empty}; the column may be missing" if column.may_be_missing else may_be_empty
    yield f"`{about.example}`"


def with_table(text: str, made: str) -> str:
    """The document with its table renewed. Raises ValueError where its place is not marked once."""
    return with_marked_part(text, _BEGIN, _END, f"\n{made}\n")


if __name__ == "__main__":
    DOCUMENT.write_text(with_table(DOCUMENT.read_text(encoding="utf-8"), table()), encoding="utf-8")
    sys.stdout.write(f"{DOCUMENT.relative_to(ROOT)} is renewed.\n")
