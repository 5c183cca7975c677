"""Where the files of the data folder are: those the project ships, and those an operator changes.

An update replaces the first and must leave the second alone, so they can be kept apart:
docs/decisions/023-releases-and-data.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from locator.installation import SHIPPED_DATA

CLINICS: Final = "clinics.csv"
HISTORY: Final = "history"
BASE_MAP: Final = "basemap.geojson"
"""The counties as lines, among the places."""


@dataclass(frozen=True, slots=True)
class DataFiles:
    """Paths of the data files: in `shipped`, unless `local` has the file.

    What staff publish is in `local` alone once there is one: a clinic list that is missing there is an
    error, never a reason to show the list that happened to be shipped. No file is opened here.
    """

    shipped: Path
    local: Path | None = None

    @property
    def changing(self) -> Path:
        """The folder that publishing writes to."""
        return self.local or self.shipped

    @property
    def clinics(self) -> Path:
        """The clinic directory."""
        return self.changing / CLINICS

    @property
    def history(self) -> Path:
        """The folder of all versions of the clinic directory."""
        return self.changing / HISTORY

    @property
    def waiting(self) -> Path:
        """The folder of changes that wait for a second person."""
        return self.history / "waiting"

    @property
    def views(self) -> Path:
        """How often each clinic was shown first."""
        return self.history / "views.json"

    @property
    def reports(self) -> Path:
        """What visitors reported."""
        return self.history / "reports.json"

    @property
    def gazetteer(self) -> Path:
        """The folder of places; it is taken whole from one of the two."""
        return self._either("gazetteer")

    @property
    def base_map(self) -> Path:
        """The counties as lines, for the map."""
        return self.gazetteer / BASE_MAP

    @property
    def overview(self) -> Path:
        """The text about the therapy."""
        return self._either("overview.md")

    @property
    def referral(self) -> Path:
        """The visits, criteria and enclosures of a referral."""
        return self._either("referral.toml")

    @property
    def translation_reviews(self) -> Path:
        """Who reviewed which translation."""
        return self._either("translation-reviews.toml")

    def _either(self, name: str) -> Path:
        if self.local is None:
            return self.shipped / name
        path = self.local / name
        try:
            path.lstat()
        except FileNotFoundError:
            return self.shipped / name
        except OSError:
            # It is there or may be: whoever reads it says what is wrong with it.
            return path
        return path


SHIPPED: Final = DataFiles(SHIPPED_DATA)
"""The data that came with the code, whatever the operator has set."""
