"""What the server does beside answering: it makes ready what all visits need, and closes those that ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib import import_module
from typing import Final

from streamlit import config, runtime

from locator.errors import LocatorError
from locator.staff.feedback import ViewCounts
from locator.ui.runtime import session_cleanup
from locator.ui.runtime.runs import DEPARTURES
from locator.web import Editions

_LOGGER: Final = logging.getLogger(__name__)

# What the finder page imports; the first visitor would wait for it. No module that declares a component is
# among them: Streamlit knows only components that are declared in the run of a page.
_PARTS: Final = ("locator.presentation.map.folium_map", "locator.presentation.listing")


# How long a stop waits for another process that is writing the same counts.
_WAIT_AT_A_STOP_S: Final = 2.0


def serve_streamlit_under(base_path: str) -> None:
    """Put Streamlit's own routes under the settings' base path; to be called before the app is made."""
    config.set_option("server.baseUrlPath", base_path)


def create_lifespan(
    editions: Editions, view_counts: ViewCounts
) -> Callable[[object], AbstractAsyncContextManager[None]]:
    """What runs while the server answers: it gets ready aside, and ends the visits of those who left.

    When it is stopped, what was counted since the last writing is written.
    """

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[None]:
        _import_parts()
        # Before the first visitor: a server that is never without one would never come to it again.
        session_cleanup.settle_memory()
        task = asyncio.create_task(_keep_house(editions))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.to_thread(view_counts.flush, wait_s=_WAIT_AT_A_STOP_S)

    return lifespan


async def _keep_house(editions: Editions) -> None:
    await asyncio.to_thread(_get_ready, editions)
    if not DEPARTURES.known:
        session_cleanup.settle_memory()
    await session_cleanup.watch(DEPARTURES, runtime.get_instance, every_s=session_cleanup.LOOK_EVERY_S)


def _import_parts() -> None:
    for part in _PARTS:
        import_module(part)


def _get_ready(editions: Editions) -> None:
    """Load what a search needs, unless it cannot be had: then the pages and the readiness check say so."""
    try:
        edition = editions.current()
        edition.places()
        edition.index()
    except (LocatorError, OSError):
        _LOGGER.warning("the pages could not be made ready; they say what is missing")
