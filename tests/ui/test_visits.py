"""Runs of pages take turns, and one that the same person's newer act overtook draws nothing."""

from __future__ import annotations

import threading

from streamlit.runtime.scriptrunner import StopException

from locator.ui.runtime import runs

WAIT_S = 20.0


class Run:
    """A run of a page in a thread of its own; outside of Streamlit all runs are one person's."""

    def __init__(self) -> None:
        self.draws, self.may_end, self.was_stopped = threading.Event(), threading.Event(), False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            with runs.run():
                self.draws.set()
                runs.release_slot()
                self.may_end.wait(WAIT_S)
        except StopException:
            self.was_stopped = True

    def ended(self) -> bool:
        """Whether it ends by and by."""
        self._thread.join(WAIT_S)
        return not self._thread.is_alive()


def test_a_run_that_was_overtaken_while_it_waited_ends_without_drawing() -> None:
    with runs.run():
        older = Run()
        # The newer one comes only when the older one stands in line.
        assert not older.draws.wait(0.1)
        newer = Run()
        assert older.ended()
        assert older.was_stopped
        assert not older.draws.is_set()
    assert newer.draws.wait(WAIT_S)
    newer.may_end.set()
    assert newer.ended()
    assert not newer.was_stopped


def test_a_run_that_gave_way_lets_the_next_one_draw_while_it_waits() -> None:
    first = Run()
    assert first.draws.wait(WAIT_S)
    second = Run()
    assert second.draws.wait(WAIT_S)
    for run in (first, second):
        run.may_end.set()
        assert run.ended()
