"""Background tasks while the server runs: loading what all visits need, and closing abandoned sessions."""

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
from locator.ui.runtime.runs import SESSIONS
from locator.web import Snapshots

_LOGGER: Final = logging.getLogger(__name__)

# What the finder page imports; the first visitor would wait for it. No module that declares a component is
# among them: Streamlit knows only components that are declared in the run of a page.
_PRELOADED: Final = ("locator.presentation.map.folium_map", "locator.presentation.listing")


# How long a stop waits for another process that is writing the same counts.
_WAIT_AT_A_STOP_S: Final = 2.0


def serve_streamlit_under(base_path: str) -> None:
    """Put Streamlit's own routes under the settings' base path; to be called before the app is made."""
    config.set_option("server.baseUrlPath", base_path)


def create_lifespan(
    snapshots: Snapshots, view_counts: ViewCounts
) -> Callable[[object], AbstractAsyncContextManager[None]]:
    """The app's lifespan: background tasks while the server runs; counts are written when it stops."""

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[None]:
        _preload()
        # Before the first visitor: a server that is never without one would never come to it again.
        session_cleanup.freeze_memory()
        task = asyncio.create_task(_run_background_tasks(snapshots))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.to_thread(view_counts.flush, wait_s=_WAIT_AT_A_STOP_S)

    return lifespan


async def _run_background_tasks(snapshots: Snapshots) -> None:
    await asyncio.to_thread(_warm_up, snapshots)
    if not SESSIONS.count:
        session_cleanup.freeze_memory()
    await session_cleanup.close_abandoned_sessions(
        SESSIONS, runtime.get_instance, every_s=session_cleanup.CHECK_EVERY_S
    )


def _preload() -> None:
    for part in _PRELOADED:
        import_module(part)


def _warm_up(snapshots: Snapshots) -> None:
    """Load what a search needs, unless it cannot be had: then the pages and the readiness check say so."""
    try:
        snapshot = snapshots.current()
        snapshot.places()
        snapshot.index()
    except (LocatorError, OSError):
        _LOGGER.warning("the pages could not be made ready; they say what is missing")
