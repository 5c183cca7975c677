"""Bring docs/accessibility.md up to date with the statement that the app shows at /accessibility.

`python -m scripts.accessibility_doc` writes the part between the two marks anew and leaves the rest alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from locator.presentation import full_date
from locator.presentation.accessibility_statement import CHECKED_ON, CHECKS, FAULTS, NOT_TESTED, STANDARD
from scripts.marked_part import with_marked_part

DOCUMENT: Final = Path(__file__).resolve().parent.parent / "docs" / "accessibility.md"
_BEGIN: Final = "<!-- begin statement -->"
_END: Final = "<!-- end statement -->"


def statement() -> str:
    """The statement as Markdown, in English, with the test behind each thing that was tested."""
    faults = (f"{one.said} (From: {one.package}.)" if one.package else one.said for one in FAULTS)
    return "\n\n".join(
        [
            f"{STANDARD} Tested on {full_date(CHECKED_ON)}.",
            _section("What we tested", (f"{one.said} [Test](../{one.test})" for one in CHECKS)),
            _section("What we have not tested", NOT_TESTED),
            _section("What we know does not work well", faults),
        ]
    )


def _section(heading: str, items: Iterable[str]) -> str:
    return "\n".join([f"### {heading}", "", *(f"- {item}" for item in items)])


def renewed(text: str) -> str:
    """The document with the statement as it is now; ValueError where a mark is missing."""
    return with_marked_part(text, _BEGIN, _END, statement())


def main() -> int:
    """Write the document anew."""
    DOCUMENT.write_text(renewed(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
