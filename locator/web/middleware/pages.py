"""Which pages there are, and where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from locator.language import marked as N_

PAGES: Final[Mapping[str, str]] = {
    "": N_("Find a clinic for DRG stimulation"),
    "refer": N_("Refer a patient for DRG stimulation"),
    "staff": N_("Clinic directory for staff"),
    "accessibility": N_("Accessibility of these pages"),
}
"""Each page's path and its title; the pages themselves are in pages/shell.py."""
