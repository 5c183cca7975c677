"""RunQueue at work: few at once, those inside before newcomers, and no turn waited for without end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.ui.runtime.run_queue import RunQueue

WAIT_S = 20.0


class Worker:
    """A thread that asks for a turn, notes when it has it, and holds it until it is told to go."""

    def __init__(self, queue: RunQueue, visit: str, order: list[str], *, is_new: bool = False) -> None:
        self.may_go = threading.Event()
        self.works = threading.Event()
        self.was_first: bool | None = None
        self._queue, self._visit, self._order = queue, visit, order
        self._is_new = is_new
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        with self._queue.slot(self._visit, is_new=self._is_new) as self.was_first:
            if self.was_first:
                self._order.append(self._visit)
                self.works.set()
                # Longer than any test waits for anybody else.
                self.may_go.wait(3 * WAIT_S)

    def end(self) -> None:
        """Let it go, and wait until it has."""
        self.may_go.set()
        self.join()

    def join(self) -> None:
        """Wait until it has ended."""
        self._thread.join(WAIT_S)
        assert not self._thread.is_alive()


def eventually(holds: Callable[[], bool]) -> None:
    tick, deadline = threading.Event(), 1000
    while not holds() and deadline:
        tick.wait(0.01)
        deadline -= 1
    assert holds()


def queued(queue: RunQueue, visit: str, order: list[str], *, is_new: bool = False) -> Worker:
    """A worker that stands in the line behind all who were there before it."""
    before = queue.waiting
    worker = Worker(queue, visit, order, is_new=is_new)
    eventually(lambda: queue.waiting > before or worker.was_first is not None)
    return worker


@given(concurrency=st.integers(1, 4), visitors=st.integers(1, 9))
def test_at_most_so_many_work_and_they_come_in_the_order_they_asked(concurrency: int, visitors: int) -> None:
    queue, order = RunQueue(concurrency, max_hold_s=WAIT_S), list[str]()
    workers = []
    for number in range(visitors):
        workers.append(queued(queue, f"{number}", order))
        if number < concurrency:
            assert workers[-1].works.wait(WAIT_S)
    assert [worker.works.is_set() for worker in workers] == [n < concurrency for n in range(visitors)]
    for number, worker in enumerate(workers):
        worker.end()
        called = number + concurrency
        if called < visitors:
            assert workers[called].works.wait(WAIT_S)
            assert not any(later.works.is_set() for later in workers[called + 1 :])
    assert order == [f"{number}" for number in range(visitors)]


def test_a_newer_act_takes_over_the_place_of_the_same_persons_older_one() -> None:
    queue, order = RunQueue(1, max_hold_s=WAIT_S), list[str]()
    first = queued(queue, "holds", order)
    older = queued(queue, "ann", order)
    bob = queued(queue, "bob", order)
    newer = Worker(queue, "ann", order)
    older.join()
    assert older.was_first is False
    first.end()
    assert newer.works.wait(WAIT_S)
    assert not bob.works.is_set()
    newer.end()
    bob.end()
    assert order == ["holds", "ann", "bob"]


def test_however_many_are_new_those_inside_go_on_and_every_fourth_turn_is_a_newcomers() -> None:
    queue, order = RunQueue(1, max_hold_s=WAIT_S), list[str]()
    first = queued(queue, "holds", order)
    newcomers = [queued(queue, f"new {number}", order, is_new=True) for number in range(3)]
    inside = [queued(queue, f"in {number}", order) for number in range(5)]
    workers = {f"new {n}": worker for n, worker in enumerate(newcomers)}
    workers |= {f"in {n}": worker for n, worker in enumerate(inside)}
    first.end()
    for number in range(len(workers)):
        eventually(lambda reached=number + 2: len(order) == reached)  # type: ignore[misc]
        workers[order[-1]].end()
    assert order[1:] == ["in 0", "in 1", "new 0", "in 2", "in 3", "in 4", "new 1", "new 2"]


def test_a_newcomers_newer_act_waits_where_the_older_one_did() -> None:
    queue, order = RunQueue(1, max_hold_s=WAIT_S), list[str]()
    first = queued(queue, "holds", order)
    older = queued(queue, "ann", order, is_new=True)
    bob = queued(queue, "bob", order, is_new=True)
    newer = Worker(queue, "ann", order)
    older.join()
    assert older.was_first is False
    first.end()
    assert newer.works.wait(WAIT_S)
    newer.end()
    bob.end()
    assert order == ["holds", "ann", "bob"]


@pytest.mark.parametrize("raised", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_turn_ends_whatever_happens_in_it(raised: type[BaseException]) -> None:
    queue = RunQueue(1, max_hold_s=WAIT_S)
    with suppress(raised), queue.slot("ann"):
        raise raised
    order = list[str]()
    worker = Worker(queue, "bob", order)
    assert worker.works.wait(WAIT_S)
    worker.end()


def test_who_gives_way_lets_the_next_one_work_and_frees_no_second_turn_at_the_end() -> None:
    queue, order = RunQueue(1, max_hold_s=WAIT_S), list[str]()
    with queue.slot("waits for a network"):
        bob = queued(queue, "bob", order)
        assert not bob.works.is_set()
        queue.release()
        assert bob.works.wait(WAIT_S)
    cleo = queued(queue, "cleo", order)
    assert not cleo.works.is_set()
    bob.end()
    cleo.end()
    assert order == ["bob", "cleo"]


def test_who_holds_a_turn_for_too_long_no_longer_counts_nor_does_the_next_who_does() -> None:
    queue, order = RunQueue(1, max_hold_s=0.05), list[str]()
    workers = [queued(queue, "stuck", order)]
    for visit in ("stuck too", "stuck as well", "quick"):
        workers.append(Worker(queue, visit, order))
        assert workers[-1].works.wait(WAIT_S)
    assert not any(worker.may_go.is_set() for worker in workers)
    for worker in workers:
        worker.end()


def test_a_quick_one_holds_its_turn_until_its_patience_is_over() -> None:
    clock = [100.0]
    queue, order = RunQueue(1, max_hold_s=0.05, now_s=lambda: clock[0]), list[str]()
    holds = queued(queue, "holds", order)
    other = queued(queue, "other", order)
    # The waiting one looks again and again, and no time has passed.
    assert not other.works.wait(0.3)
    clock[0] += 1
    assert other.works.wait(WAIT_S)
    holds.end()
    other.end()


def test_turns_that_nobody_could_have_are_refused() -> None:
    with pytest.raises(ValueError, match="nobody"):
        RunQueue(0)
