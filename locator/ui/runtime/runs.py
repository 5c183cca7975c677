"""What is done for every run of a page: it waits for its turn, and its session is closed after the visit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from streamlit.runtime.scriptrunner import StopException, get_script_run_ctx

from locator.ui.runtime.run_queue import Turns
from locator.ui.runtime.session_cleanup import Departures

DEPARTURES: Final = Departures()
"""The sessions of this process."""

# Python runs one thread at a time. Runs that took each other's place again and again would all end late, and
# the thread that sends what they made would come last: docs/decisions/016-under-load.md.
_TURNS: Final = Turns(at_once=1)
_has_turn: ContextVar[bool] = ContextVar("has_turn", default=False)


def session_id() -> str | None:
    """Streamlit's id of the visit whose page is being drawn by this thread; None outside of one."""
    context = get_script_run_ctx(suppress_warning=True)
    return None if context is None else context.session_id


@contextmanager
def run() -> Iterator[None]:
    """Hold a turn for one run of a page or a part of it; the part of a run that has its turn waits for none.

    A run overtaken by the same person's newer act ends here.
    """
    if _has_turn.get():
        yield
        return
    visit = session_id()
    is_new = True if visit is None else DEPARTURES.note(visit)
    with _TURNS.turn(visit or "", is_new=is_new) as is_first:
        if not is_first:
            raise StopException
        _has_turn.set(True)
        try:
            yield
        finally:
            _has_turn.set(False)


def give_way() -> None:
    """Let others go first while this run waits for a network or a disk."""
    _TURNS.give_way()
