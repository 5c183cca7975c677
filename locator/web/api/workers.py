"""Threads of the API's own, so that whatever it is asked takes none of those that serve files and pages."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final, TypeVar

from locator.web.api.problems import RefusalError

_Made = TypeVar("_Made")

RETRY_AFTER_S: Final = 5
_BUSY: Final = "Very much is asked of this server at once. Please try again in a few seconds."


class Workers:
    """A few threads that do what they are handed in its order; who would wait too long is told to come again.

    At most `most_waiting` pieces of work are not done at a time, and nobody waits longer than `patience_s`
    seconds for one to begin; it is done all the same, for the next who asks. Safe across threads.
    """

    def __init__(self, name: str, threads: int, *, most_waiting: int, patience_s: float) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._most_waiting = most_waiting
        self._patience_s = patience_s
        self._changing = threading.RLock()
        self._undone = 0
        self._shared: dict[Hashable, Future[Any]] = {}

    async def run(self, work: Callable[[], _Made], *, shared_as: Hashable = None) -> _Made:
        """What `work` gives or raises, or RefusalError (503) where there is too much to do.

        All who ask for what is `shared_as` the same while it is not done get what one piece of work gives.
        """
        future = self._handed_over(work, shared_as)
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        def tell(_future: Future[_Made]) -> None:
            # A loop that has ended has nobody who waits.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(done.set)

        future.add_done_callback(tell)
        # Only the waiting ends: others may wait for the same work.
        with suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), self._patience_s)
        if not (future.running() or future.done()):
            raise _busy()
        await done.wait()
        return future.result()

    def _handed_over(self, work: Callable[[], _Made], shared_as: Hashable) -> Future[_Made]:
        with self._changing:
            under_way = self._shared.get(shared_as)
            if under_way is not None:
                return under_way
            if self._undone >= self._most_waiting:
                raise _busy()
            self._undone += 1
            future = self._pool.submit(work)
            if shared_as is not None:
                self._shared[shared_as] = future
            future.add_done_callback(lambda _future: self._settle(shared_as))
            return future

    def _settle(self, shared_as: Hashable) -> None:
        with self._changing:
            self._undone -= 1
            self._shared.pop(shared_as, None)


def _busy() -> RefusalError:
    return RefusalError(HTTPStatus.SERVICE_UNAVAILABLE, _BUSY, {"Retry-After": str(RETRY_AFTER_S)})
