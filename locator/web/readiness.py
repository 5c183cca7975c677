"""Whether the app can answer people: with the start page, from a directory, and a search it must know."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Final

from locator.errors import LocatorError
from locator.sites import Located, Site
from locator.web.routes import NotReady, Readiness, Ready
from locator.web.served import Snapshots

_LOGGER: Final = logging.getLogger(__name__)

_CLOCK: Final = "The clock of this machine may be wrong: the clinic file has dates that it has not reached."

KNOWN_PLACE: Final = "55407"
"""A ZIP code in the middle of the area; an app that does not know it knows nothing."""


def readiness_check(
    snapshots: Snapshots, require_start_page: Callable[[Sequence[Site]], None] | None = None
) -> Callable[[], Readiness]:
    """A check of what people are answered from, to be called again and again, from any thread.

    `require_start_page` raises OSError where a file is gone that the page of these clinics is made of.
    """

    def check() -> Readiness:
        snapshot = snapshots.current()
        if not snapshot.served.sites:
            return NotReady("The clinic directory could not be loaded or holds no valid clinic.")
        try:
            is_known = isinstance(snapshot.places().locate(KNOWN_PLACE), Located)
        except LocatorError as exc:
            # The file it names is for the operator's log, not for whoever asks.
            _LOGGER.warning("not ready: %s", exc)
            return NotReady("The place data could not be loaded.")
        if not is_known:
            return NotReady("A search for a known place gave no answer.")
        if require_start_page is not None:
            try:
                require_start_page(snapshot.served.sites)
            except OSError as exc:
                _LOGGER.warning("not ready: %s", exc)
                return NotReady("Files that the start page is made of are gone.")
        served = snapshot.served
        return Ready(len(served.sites), served.version, _CLOCK if served.clock_behind else None)

    return check
