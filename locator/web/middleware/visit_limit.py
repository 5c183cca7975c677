"""Bounds on how many pages are open at once: beyond them people keep the first document, which needs none."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from locator.client_address import client_network
from locator.settings import Settings
from locator.web.middleware.pages import PAGES
from locator.web.middleware.websocket_filter import is_end_of_run, session_of

IS_FULL: Final = "drg_locator.is_full"
"""In a request's scope: there is no room for the websocket of another page."""

MOST_SILENT: Final = 200
"""The most websockets that have said nothing yet; one more takes the place of the oldest."""

MOST_SILENT_OF_ONE: Final = 50
"""The same for one address."""

REMEMBERED_S: Final = 60.0
"""How long a session is kept for a page that is gone, at most: so long it may come back."""

PARTLY_GONE: Final = 0.5
"""By how much the open pages and those that have just left may exceed the limit together, and ten more."""

MOST_OPENING: Final = 2
"""The most pages that are drawn for the first time at once; others wait for their turn."""

# Those who keep the list true are few, and may be needed just then.
_ALWAYS_OPEN: Final = "staff"

_GOING_AWAY: Final = 1001
_TRY_AGAIN_LATER: Final = 1013


@dataclass(frozen=True, slots=True)
class Patience:
    """For how long a page may keep others waiting.

    A websocket may say nothing for `silent_s` before its page begins; a browser speaks at once. Its first
    page counts among MOST_OPENING for `opening_s` at most, as it may wait for something itself.
    """

    silent_s: float = 20.0
    opening_s: float = 2.0


PATIENCE: Final = Patience()


@dataclass(eq=False, slots=True)
class _Visit:
    """One websocket: whose it is, the session it wants back, the one it has, and whether it counts."""

    network: str | None
    wanted: str
    is_staff: bool
    session_id: str = ""
    is_counted: bool = False
    ended_s: float | None = None
    waiting: asyncio.Timeout | None = None
    opening: _Openings | None = None

    def opened(self) -> None:
        """Let somebody else open a page, once."""
        if self.opening is not None:
            self.opening.release()
            self.opening = None

    def interrupt(self) -> None:
        """End the wait for what this page says, if there is one just now."""
        if self.waiting is not None:
            self.waiting.reschedule(0.0)


class _Openings:
    """Turns to open a page, few at once: first whose address has the fewest pages, then who came first."""

    def __init__(self, at_once: int, open_of: Mapping[str | None, int]) -> None:
        self._free = at_once
        self._open_of = open_of
        # Of which address, the oldest first.
        self._waiting: dict[asyncio.Future[None], str | None] = {}

    async def acquire(self, network: str | None) -> None:
        """Wait for a turn, to be given back by `release`."""
        if self._free:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting[turn] = network
        try:
            await turn
        except asyncio.CancelledError:
            if turn in self._waiting:
                del self._waiting[turn]
            else:
                # It was given in the same moment.
                self.release()
            raise

    def release(self) -> None:
        """Give a turn back, or to the next one."""
        still = [turn for turn in self._waiting if not turn.done()]
        turn = min(still, key=lambda turn: self._open_of.get(self._waiting[turn], 0), default=None)
        if turn is None:
            self._free += 1
        else:
            del self._waiting[turn]
            turn.set_result(None)


class VisitLimit:
    """Counts the pages that are open; lets in no websocket beyond `most_visits` or an address's share.

    A page is open once its websocket has said what to show. One that says nothing for long is closed.
    Whoever has a page open goes on with it, also when its line was lost meanwhile.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        settings: Settings,
        is_staff: Callable[[Mapping[str, str]], bool] = lambda _cookies: False,
        patience: Patience = PATIENCE,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._settings = settings
        self._prefix = settings.path_prefix
        self._is_staff = is_staff
        self._patience = patience
        self._now_s = now_s
        self._open = 0
        self._open_of: Counter[str | None] = Counter()
        # The oldest first.
        self._silent: dict[_Visit, None] = {}
        self._known: dict[str, _Visit] = {}
        self._openings = _Openings(MOST_OPENING, self._open_of)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; one for another page is marked where there is no room for its websocket."""
        if scope["type"] == "websocket":
            await self._visit(scope, receive, send)
        else:
            await self._app(self._marked(scope), receive, send)

    def _marked(self, scope: Scope) -> Scope:
        # A page brings a hundred files, which need no room.
        if not self._is_another(scope) or self._has_room(client_network(scope)):
            return scope
        return {**scope, IS_FULL: True}

    def _is_another(self, scope: Scope) -> bool:
        if scope["type"] != "http":
            return False
        page = scope["path"].removeprefix(self._prefix).strip("/")
        return page in PAGES and page != _ALWAYS_OPEN

    async def _visit(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Accept a websocket, and let the app know of it once it has said something and there is room for it.

        To Streamlit each websocket is a session with files and memory of its own, which outlive it.
        """
        # Streamlit's frontend sends its name, a token, and the session that it had before its line was lost.
        subprotocols = scope.get("subprotocols", [])
        cookies = cookie_parser(Headers(scope=scope).get("cookie", ""))
        visit = _Visit(
            client_network(scope), subprotocols[2] if len(subprotocols) > 2 else "", self._is_staff(cookies)
        )
        connected = await receive()
        await send({"type": "websocket.accept", "subprotocol": subprotocols[0] if subprotocols else None})
        try:
            first = await self._first_message(visit, receive)
            if first is None or not self._begin(visit):
                code = _GOING_AWAY if first is None else _TRY_AGAIN_LATER
                await send({"type": "websocket.close", "code": code})
            elif first["type"] == "websocket.receive":
                first_messages = [connected, first]
                async with self._opening(visit):
                    if await _is_still_there(first_messages, receive):
                        await self._follow(visit, scope, first_messages, receive, send)
        finally:
            self._leave(visit)

    @asynccontextmanager
    async def _opening(self, visit: _Visit) -> AsyncIterator[None]:
        """Wait for a turn to open a page, which is over once the page is drawn.

        Streamlit makes a session and a thread for each at once, and sends one message of one page in each
        round of its event loop: hundreds of first pages keep it so busy that nobody is sent anything.
        """
        if visit.is_staff or visit.wanted in self._known:
            yield
            return
        await self._openings.acquire(visit.network)
        visit.opening = self._openings
        late = asyncio.get_running_loop().call_later(self._patience.opening_s, visit.opened)
        try:
            yield
        finally:
            late.cancel()
            visit.opened()

    async def _first_message(self, visit: _Visit, receive: Receive) -> Message | None:
        """A websocket's first message; None if none comes in time, or newer websockets displace it."""
        self._add_silent(visit)
        try:
            async with asyncio.timeout(self._patience.silent_s) as visit.waiting:
                return await receive()
        except TimeoutError:
            return None
        finally:
            visit.waiting = None
            self._silent.pop(visit, None)

    async def _follow(
        self, visit: _Visit, scope: Scope, first_messages: list[Message], receive: Receive, send: Send
    ) -> None:
        """Run the app for a visit that counts, until it leaves or another takes its place."""

        async def receive_while_it_counts() -> Message:
            if first_messages:
                return first_messages.pop(0)
            if visit.is_counted:
                try:
                    async with asyncio.timeout(None) as visit.waiting:
                        return await receive()
                except TimeoutError:
                    pass
                finally:
                    visit.waiting = None
            await send_to_page({"type": "websocket.close", "code": _GOING_AWAY})
            return {"type": "websocket.disconnect", "code": _GOING_AWAY}

        is_closed = False

        async def send_to_page(message: Message) -> None:
            nonlocal is_closed
            # It was accepted before the app knew of it.
            if is_closed or message["type"] == "websocket.accept":
                return
            is_closed = message["type"] == "websocket.close"
            if not visit.session_id and (session_id := session_of(message)):
                visit.session_id = session_id
                self._known[session_id] = visit
            await send(message)
            if visit.opening is not None and is_end_of_run(message):
                visit.opened()

        await self._app(scope, receive_while_it_counts, send_to_page)

    def _add_silent(self, visit: _Visit) -> None:
        """Note a websocket that has said nothing yet; of too many, the oldest is closed."""
        self._silent[visit] = None
        of_one = [other for other in self._silent if other.network == visit.network]
        if visit.network is not None and len(of_one) > MOST_SILENT_OF_ONE:
            self._close_silent(of_one[0])
        elif len(self._silent) > MOST_SILENT:
            self._close_silent(next(iter(self._silent)))

    def _close_silent(self, visit: _Visit) -> None:
        del self._silent[visit]
        visit.interrupt()

    def _begin(self, visit: _Visit) -> bool:
        """Count the visit, if there is room for it."""
        self._forget_old()
        if not (visit.is_staff or self._has_room(visit.network, over=0.1) or self._comes_back(visit)):
            return False
        visit.is_counted = True
        self._open += 1
        self._open_of[visit.network] += 1
        return True

    def _comes_back(self, visit: _Visit) -> bool:
        """Whether this is a page that was open before, in whose place it comes."""
        before = self._known.get(visit.wanted)
        if before is None:
            return False
        if before.is_counted:
            # The server has not noticed yet that the old line is dead.
            self._uncount(before)
            before.interrupt()
            return True
        return self._has_room(visit.network, over=PARTLY_GONE)

    def _has_room(self, network: str | None, *, over: float = 0.0) -> bool:
        """Whether one more visit fits in, or would if the limits were larger by the part `over`.

        Several who were let in may open their websockets in the same moment, so those get a tenth more.
        Together with those who have just left, whose sessions are still kept, there may be `most_sessions`.
        """
        of_one = sum(1 for known in self._known.values() if known.network == network)
        return _fits(self._settings.most_visits, self._open, len(self._known), over) and (
            network is None
            or self._settings.most_visits_per_address is None
            or _fits(self._settings.most_visits_per_address, self._open_of[network], of_one, over)
        )

    def _leave(self, visit: _Visit) -> None:
        visit.ended_s = self._now_s()
        self._uncount(visit)
        self._forget_old()

    def _forget_old(self) -> None:
        """Forget the visits whose sessions Streamlit no longer keeps."""
        long_ago_s = self._now_s() - REMEMBERED_S
        for session_id, known in list(self._known.items()):
            if known.ended_s is not None and known.ended_s <= long_ago_s:
                del self._known[session_id]

    def _uncount(self, visit: _Visit) -> None:
        if visit.is_counted:
            visit.is_counted = False
            self._open -= 1
            self._open_of[visit.network] -= 1
            if not self._open_of[visit.network]:
                del self._open_of[visit.network]


async def _is_still_there(first_messages: list[Message], receive: Receive) -> bool:
    """Whether a websocket is open still, as far as is known by now; what it has said meanwhile is added."""
    try:
        # What has come is had at once; nothing else is waited for.
        async with asyncio.timeout(0):
            first_messages.append(await receive())
    except TimeoutError:
        return True
    return bool(first_messages[-1]["type"] != "websocket.disconnect")


def _fits(limit: int, counted: int, sessions: int, over: float) -> bool:
    return counted < limit + int(limit * over) and sessions < most_sessions(limit)


def most_sessions(limit: int) -> int:
    """How many sessions there are at most for so many open pages."""
    return limit + int(limit * PARTLY_GONE) + 10
