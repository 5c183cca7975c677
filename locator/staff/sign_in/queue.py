"""The queue before the check of a password: one check at a time, and a fair turn for each address."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Hashable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

MOST_EACH: Final = 3
MOST_ADDRESSES: Final = 20

_Line = OrderedDict[Hashable, deque[asyncio.Future[None]]]


class TooManyTriesError(Exception):
    """The address has too many tries under way already."""


class CrowdedError(Exception):
    """Too many addresses wait already."""


class SignInQueue:
    """Lets one try at a time be checked, of the addresses in turn: nobody's many keep out another's one.

    Of each address MOST_EACH tries may be under way. Tries from where their name is known wait in a line of
    their own, which gets every second turn; of strangers at most MOST_ADDRESSES addresses may wait. For one
    event loop.
    """

    def __init__(self, *, most_each: int = MOST_EACH, most_addresses: int = MOST_ADDRESSES) -> None:
        self._most_each = most_each
        self._most_addresses = most_addresses
        self._under_way: Counter[Hashable] = Counter()
        self._known: _Line = OrderedDict()
        self._strangers: _Line = OrderedDict()
        self._is_checking = False
        self._was_known = False

    @contextmanager
    def under_way(self, address: Hashable) -> Iterator[None]:
        """Count a try of this address for as long as it lasts. Raises TooManyTriesError, at once."""
        if self._under_way[address] >= self._most_each:
            raise TooManyTriesError
        self._under_way[address] += 1
        try:
            yield
        finally:
            self._under_way[address] -= 1
            if not self._under_way[address]:
                del self._under_way[address]

    @asynccontextmanager
    async def turn(self, address: Hashable, *, known: bool) -> AsyncIterator[None]:
        """Wait for this address's turn and hold it. Raises CrowdedError, at once, for a stranger too many."""
        line = self._known if known else self._strangers
        if not known and address not in line and len(line) >= self._most_addresses:
            raise CrowdedError
        called = asyncio.get_running_loop().create_future()
        line.setdefault(address, deque()).append(called)
        self._call_next()
        try:
            await called
        except asyncio.CancelledError:
            # Who was called as they left passes the turn on; who was not is skipped when their turn comes.
            if called.done() and not called.cancelled():
                self._end_turn()
            raise
        try:
            yield
        finally:
            self._end_turn()

    def _end_turn(self) -> None:
        self._is_checking = False
        self._call_next()

    def _call_next(self) -> None:
        while not self._is_checking and (self._known or self._strangers):
            self._was_known = bool(self._known) and not (self._was_known and self._strangers)
            called = _first(self._known if self._was_known else self._strangers)
            if not called.done():
                self._is_checking = True
                called.set_result(None)


def _first(line: _Line) -> asyncio.Future[None]:
    """Take the first of the next address, which goes to the end of the line with whatever else it has."""
    address, waiting = line.popitem(last=False)
    called = waiting.popleft()
    if waiting:
        line[address] = waiting
    return called
