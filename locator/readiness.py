"""Whether the app can answer people: the directory is loaded and a search it must know gives a place."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from locator.clock import chicago_today
from locator.directory import LastGoodDirectory
from locator.errors import LocatorError
from locator.geocoding.gazetteer import load_gazetteer
from locator.geocoding.offline import OfflinePlaces
from locator.sites import Located
from locator.web import NotReady, Readiness, Ready

_LOGGER: Final = logging.getLogger(__name__)

KNOWN_PLACE: Final = "55407"
"""A ZIP code in the middle of the area; an app that does not know it knows nothing."""


def readiness_check(data_dir: Path, *, today: Callable[[], date] = chicago_today) -> Callable[[], Readiness]:
    """A check of the data in `data_dir`, to be called again and again, from any thread.

    The directory is followed as it changes on disk; the places are read once they can be read, and kept.
    """
    directory = LastGoodDirectory(data_dir / "clinics.csv", today=today)

    @cache
    def knows_place() -> bool:
        places = OfflinePlaces(load_gazetteer(data_dir / "gazetteer"), ())
        return isinstance(places.locate(KNOWN_PLACE), Located)

    def check() -> Readiness:
        served = directory.current()
        if not served.sites:
            return NotReady("The clinic directory could not be loaded or holds no valid clinic.")
        try:
            known = knows_place()
        except LocatorError as exc:
            # The file it names is for the operator's log, not for whoever asks.
            _LOGGER.warning("not ready: %s", exc)
            return NotReady("The place data could not be loaded.")
        if not known:
            return NotReady("A search for a known place gave no answer.")
        return Ready(sites=len(served.sites), directory=served.version)

    return check
