"""What every run of a page goes through: it waits in the queue, and its session is closed after the visit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from streamlit.runtime.scriptrunner import StopException, get_script_run_ctx

from locator.ui.runtime.run_queue import RunQueue
from locator.ui.runtime.session_cleanup import TrackedSessions

SESSIONS: Final = TrackedSessions()
"""The sessions of this process."""

# Python runs one thread at a time. Runs that took each other's place again and again would all end late, and
# the thread that sends what they made would come last: docs/decisions/016-under-load.md.
_QUEUE: Final = RunQueue(concurrency=1)
_has_slot: ContextVar[bool] = ContextVar("has_slot", default=False)


def session_id() -> str | None:
    """Streamlit's id of the visit whose page is being drawn by this thread; None outside of one."""
    context = get_script_run_ctx(suppress_warning=True)
    return None if context is None else context.session_id


@contextmanager
def run() -> Iterator[None]:
    """Hold a slot for one run of a page or a part of it; a part within a run that has one needs none.

    A run overtaken by the same person's newer act ends here.
    """
    if _has_slot.get():
        yield
        return
    visit = session_id()
    is_new = True if visit is None else SESSIONS.track(visit)
    with _QUEUE.slot(visit or "", is_new=is_new) as may_run:
        if not may_run:
            raise StopException
        _has_slot.set(True)
        try:
            yield
        finally:
            _has_slot.set(False)


def release_slot() -> None:
    """Let others go first while this run waits for a network or a disk."""
    _QUEUE.release()
