"""Beyond the limit of open pages, a new visitor keeps the first document, and no websocket more is let in."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from locator.settings.loading import Settings
from locator.web.middleware.visit_limit import (
    IS_FULL,
    MOST_OPENING,
    MOST_SILENT,
    MOST_SILENT_OF_ONE,
    REMEMBERED_S,
    Patience,
    VisitLimit,
)
from tests.support.fake_hasher import Clock

PHONE = "612-555-0199"
LONG = Patience(silent_s=60.0, opening_s=60.0)
SLOWLY = b"rerun, which takes until the next word"


async def _hello(request: Request) -> PlainTextResponse:
    """Answer by the status whether Streamlit may take this page over."""
    return PlainTextResponse("hello", 503 if IS_FULL in request.scope else 200)


async def _stay(websocket: WebSocket) -> None:
    """Answer as Streamlit does: with the session that it gives to a page."""
    await websocket.accept()
    begun = ForwardMsg()
    begun.new_session.initialize.session_id = websocket.query_params.get("session", "")
    drawn = ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY)
    try:
        while True:
            asked = await websocket.receive_bytes()
            await websocket.send_bytes(begun.SerializeToString())
            if asked != SLOWLY:
                await websocket.send_bytes(drawn.SerializeToString())
    except WebSocketDisconnect:
        pass


async def _breaks(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.receive_bytes()
    raise RuntimeError("a lost line")


class Page:
    """A page's websocket, and with which code it was closed from outside, if it was."""

    def __init__(self) -> None:
        self.close_code: int | None = None
        self.begun = asyncio.Event()
        self._said: asyncio.Queue[Message] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def open(self, app: ASGIApp, scope: Scope) -> None:
        """Connect, and say nothing yet."""
        self._said.put_nowait({"type": "websocket.connect"})
        self._task = asyncio.create_task(app(scope, self._said.get, self._send))  # type: ignore[arg-type]
        await _settled()

    async def say(self, text: bytes = b"rerun") -> None:
        """Ask for the page to be drawn."""
        self._said.put_nowait({"type": "websocket.receive", "bytes": text})
        await _settled()

    async def leave(self) -> None:
        """Close the page."""
        self.hang_up()
        await self.ended()

    def hang_up(self) -> None:
        """Close the page, whether or not the app takes notice."""
        self._said.put_nowait({"type": "websocket.disconnect", "code": 1001})

    async def ended(self) -> None:
        """Wait until the app has ended with it."""
        assert self._task is not None
        await asyncio.gather(self._task, return_exceptions=True)

    async def _send(self, message: Message) -> None:
        if message["type"] == "websocket.close":
            self.close_code = message["code"]
        if message["type"] == "websocket.send":
            self.begun.set()


async def _settled() -> None:
    """Let everything that can go on go on."""
    for _ in range(20):
        await asyncio.sleep(0)


class Visits:
    """An app with the limit, and pages that are open; the first opened leaves first."""

    def __init__(
        self,
        most: int,
        *,
        clock: Clock | None = None,
        patience: Patience = LONG,
        **settings: Any,  # noqa: ANN401 - as Settings takes them
    ) -> None:
        made = Settings(most_visits=most, practice_phone=PHONE, **settings)
        routes = [
            WebSocketRoute("/_stcore/stream", _stay),
            WebSocketRoute("/broken", _breaks),
            Route("/{path:path}", _hello),
        ]
        self._app = VisitLimit(
            Starlette(routes=routes),
            settings=made,
            is_staff=lambda cookies: cookies.get("staff") == "yes",
            patience=patience,
            now_s=clock or Clock(),
        )
        self.pages: list[Page] = []

    async def connect(
        self,
        path: str = "/_stcore/stream",
        *,
        at: str | None = None,
        gets: str = "",
        wants: str = "",
        cookie: str = "",
    ) -> Page:
        """Open a page's websocket from an address; it gets a session, and may want one back."""
        page = Page()
        scope: Scope = {
            "type": "websocket",
            "path": path,
            "headers": [(b"cookie", cookie.encode())] if cookie else [],
            "query_string": f"session={gets}".encode(),
            "subprotocols": ["streamlit", "token", wants] if wants else ["streamlit"],
            "client": (at, 5000) if at else None,
        }
        await page.open(self._app, scope)
        self.pages.append(page)
        return page

    async def open(self, path: str = "/_stcore/stream", **options: str) -> Page:
        """Open a page, and stay."""
        page = await self.connect(path, **options)
        await page.say()
        return page

    async def leave(self) -> None:
        """Close the page that was opened first."""
        await self.pages.pop(0).leave()

    async def get(self, path: str, *, at: str | None = None, **headers: str) -> httpx.Response:
        """What somebody new is answered at an address."""

        async def from_there(scope: Scope, receive: Receive, send: Send) -> None:
            await self._app({**scope, "client": (at, 5000) if at else None}, receive, send)

        transport = httpx.ASGITransport(from_there)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get(path, headers={key.replace("_", "-"): v for key, v in headers.items()})


def test_as_many_as_the_limit_allows_are_let_in_and_the_next_when_one_has_left() -> None:
    async def visit() -> list[int]:
        visits, statuses = Visits(2), []
        for _ in range(2):
            statuses.append((await visits.get("/")).status_code)
            await visits.open()
        statuses.append((await visits.get("/")).status_code)
        await visits.leave()
        statuses.append((await visits.get("/")).status_code)
        return statuses

    assert asyncio.run(visit()) == [200, 200, 503, 200]


def test_a_line_that_broke_no_longer_counts() -> None:
    async def visit() -> int:
        visits = Visits(1)
        await visits.open("/broken")
        await visits.leave()
        return (await visits.get("/")).status_code

    assert asyncio.run(visit()) == 200


async def _when_full(path: str, *, settings: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
    visits = Visits(1, **(settings or {}))
    await visits.open()
    return await visits.get(path, **headers)


@pytest.mark.parametrize("path", ["/refer", "/accessibility", "/refer/", "/?lang=es&embed=true"])
def test_every_page_for_visitors_is_limited(path: str) -> None:
    assert asyncio.run(_when_full(path)).status_code == 503


def test_the_staff_page_is_not() -> None:
    assert asyncio.run(_when_full("/staff")).status_code == 200


def test_under_a_path_the_pages_are_known_too() -> None:
    response = asyncio.run(_when_full("/clinics/refer", settings={"base_path": "clinics"}))
    assert response.status_code == 503
    response = asyncio.run(_when_full("/clinics/staff", settings={"base_path": "clinics"}))
    assert response.status_code == 200


CLINIC, OTHER = "192.0.2.7", "198.51.100.7"


def test_websockets_that_say_nothing_are_no_visits() -> None:
    async def visit() -> tuple[int, int]:
        visits = Visits(1)
        page = await visits.connect()
        before = (await visits.get("/")).status_code
        await page.say()
        return before, (await visits.get("/")).status_code

    assert asyncio.run(visit()) == (200, 503)


def test_a_websocket_that_says_nothing_is_closed_and_one_that_said_something_stays() -> None:
    async def visit() -> tuple[int | None, int | None]:
        visits = Visits(9, patience=Patience(silent_s=0.2))
        silent, seen = await visits.connect(), await visits.open()
        await silent.ended()
        await _settled()
        await seen.say()
        return silent.close_code, seen.close_code

    assert asyncio.run(visit()) == (1001, None)


def test_of_too_many_that_say_nothing_the_oldest_is_closed_and_no_visit() -> None:
    async def visit() -> tuple[list[int | None], int | None]:
        visits = Visits(9)
        seen = await visits.open()
        silent = [await visits.connect() for _ in range(MOST_SILENT + 5)]
        await _settled()
        return [page.close_code for page in silent], seen.close_code

    silent, seen = asyncio.run(visit())
    assert silent == [1001] * 5 + [None] * MOST_SILENT
    assert seen is None


def test_an_address_displaces_its_own_silent_websockets_and_nobody_elses() -> None:
    async def visit() -> tuple[int | None, list[int | None]]:
        visits = Visits(9)
        other = await visits.connect(at=OTHER)
        silent = [await visits.connect(at=CLINIC) for _ in range(MOST_SILENT_OF_ONE + 3)]
        await _settled()
        return other.close_code, [page.close_code for page in silent]

    other, silent = asyncio.run(visit())
    assert other is None
    assert silent == [1001] * 3 + [None] * MOST_SILENT_OF_ONE


def test_an_address_has_a_share_and_others_still_come_in() -> None:
    async def visit() -> list[int]:
        visits = Visits(9, most_visits_per_address=2)
        for _ in range(2):
            await visits.open(at=CLINIC)
        statuses = [(await visits.get("/", at=who)).status_code for who in (CLINIC, OTHER)]
        await visits.leave()
        return [*statuses, (await visits.get("/", at=CLINIC)).status_code]

    assert asyncio.run(visit()) == [503, 200, 200]


def test_one_ipv6_customer_is_one_address() -> None:
    async def visit() -> list[int]:
        visits = Visits(9, most_visits_per_address=1)
        await visits.open(at="2001:db8:1:2::1")
        return [(await visits.get("/", at=f"2001:db8:1:{n}::9")).status_code for n in (2, 3)]

    assert asyncio.run(visit()) == [503, 200]


@pytest.mark.parametrize(("share", "at"), [(None, CLINIC), (1, None)])
def test_without_a_share_or_an_address_only_the_whole_is_limited(share: int | None, at: str | None) -> None:
    async def visit() -> list[int]:
        visits = Visits(3, most_visits_per_address=share)
        statuses = []
        for _ in range(3):
            await visits.open(at=at)  # type: ignore[arg-type]
            statuses.append((await visits.get("/", at=at)).status_code)
        return statuses

    assert asyncio.run(visit()) == [200, 200, 503]


def test_websockets_opened_past_the_page_are_refused_at_their_first_word() -> None:
    async def visit() -> list[int | None]:
        visits = Visits(20)
        pages = [await visits.open() for _ in range(24)]
        await _settled()
        return [page.close_code for page in pages]

    # A tenth more, as people who were let in at once may open theirs in the same moment.
    assert asyncio.run(visit()) == [None] * 22 + [1013] * 2


def test_who_lost_the_line_comes_back_to_a_full_house() -> None:
    async def visit() -> tuple[int | None, int | None]:
        visits = Visits(2)
        await visits.open(gets="one")
        await visits.leave()
        for _ in range(2):
            await visits.open()
        back = await visits.open(wants="one", gets="one")
        stranger = await visits.open(wants="guessed")
        return back.close_code, stranger.close_code

    assert asyncio.run(visit()) == (None, 1013)


def test_who_comes_back_before_the_old_line_is_known_to_be_dead_takes_its_place() -> None:
    async def visit() -> list[int | None]:
        visits = Visits(2)
        old, other = await visits.open(gets="one"), await visits.open(gets="two")
        back = await visits.open(wants="one", gets="three")
        await old.ended()
        stranger = await visits.open()
        return [page.close_code for page in (old, other, back, stranger)]

    assert asyncio.run(visit()) == [1001, None, None, 1013]


def test_pages_opened_and_left_again_and_again_do_not_pile_up_sessions() -> None:
    async def visit() -> tuple[int, int, int]:
        visits = Visits(10, clock=(clock := Clock()))
        let_in = 0
        for n in range(60):
            page = await visits.open(gets=f"session {n}")
            let_in += page.close_code is None
            await visits.leave()
        full = (await visits.get("/")).status_code
        clock.now_s += REMEMBERED_S
        await visits.open()
        return let_in, full, (await visits.get("/")).status_code

    assert asyncio.run(visit()) == (25, 503, 200)


def test_the_app_knows_of_no_websocket_that_says_nothing() -> None:
    reached: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        reached.append(scope["path"])
        reached.extend([(await receive())["type"] for _ in range(2)])
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "bytes": b"drawn"})

    told: list[Message] = []
    said: asyncio.Queue[Message] = asyncio.Queue()

    async def send(message: Message) -> None:
        told.append(message)

    async def visit() -> list[list[str]]:
        scope = {"type": "websocket", "path": "/s", "headers": [], "subprotocols": ["streamlit", "token"]}
        limit = VisitLimit(app, settings=Settings())
        said.put_nowait({"type": "websocket.connect"})
        task = asyncio.create_task(limit(scope, said.get, send))
        await _settled()
        before = list(reached)
        said.put_nowait({"type": "websocket.receive", "bytes": b"rerun"})
        await task
        return [before, reached]

    before, after = asyncio.run(visit())
    assert before == []
    assert after == ["/s", "websocket.connect", "websocket.receive"]
    # It is accepted once, by the name that the page asked for.
    assert told == [
        {"type": "websocket.accept", "subprotocol": "streamlit"},
        {"type": "websocket.send", "bytes": b"drawn"},
    ]


def test_a_place_is_kept_for_a_while_only() -> None:
    async def visit() -> int | None:
        visits = Visits(1, clock=(clock := Clock()))
        await visits.open(gets="one")
        await visits.leave()
        clock.now_s += REMEMBERED_S
        await visits.open()
        await visits.leave()
        await visits.open()
        return (await visits.open(wants="one")).close_code

    assert asyncio.run(visit()) == 1013


def test_signed_in_staff_are_never_refused() -> None:
    async def visit() -> list[int | None]:
        visits = Visits(1)
        await visits.open()
        return [(await visits.open(cookie=cookie)).close_code for cookie in ("staff=yes", "staff=no")]

    assert asyncio.run(visit()) == [None, 1013]


def test_few_pages_are_opened_at_once_and_the_next_when_one_is_drawn_or_left() -> None:
    async def visit() -> list[list[bool]]:
        visits = Visits(10)
        pages = [await visits.connect(gets=f"session {n}") for n in range(MOST_OPENING + 3)]
        for page in pages:
            await page.say(SLOWLY)
        states = [[page.begun.is_set() for page in pages]]
        await pages[0].say()
        states.append([page.begun.is_set() for page in pages])
        await pages[1].leave()
        await _settled()
        states.append([page.begun.is_set() for page in pages])
        # Whoever has a page draws it again without a turn.
        await pages[0].say(SLOWLY)
        await pages[2].say()
        states.append([page.begun.is_set() for page in pages])
        return states

    most = MOST_OPENING
    assert asyncio.run(visit()) == [[n < most + more for n in range(most + 3)] for more in (0, 1, 2, 3)]


def test_of_who_waits_to_open_a_page_the_address_with_the_fewest_goes_first() -> None:
    async def visit() -> list[bool]:
        visits = Visits(20)
        many = [await visits.connect(at="192.0.2.1") for _ in range(MOST_OPENING + 5)]
        for page in many:
            await page.say(SLOWLY)
        newcomer = await visits.connect(at="192.0.2.2")
        await newcomer.say(SLOWLY)
        await many[0].say()
        return [newcomer.begun.is_set(), *(page.begun.is_set() for page in many[MOST_OPENING:])]

    assert asyncio.run(visit()) == [True, *[False] * 5]


def test_who_left_while_waiting_to_open_a_page_takes_no_turn_and_staff_and_who_comes_back_need_none() -> None:
    async def visit() -> list[bool]:
        visits = Visits(20)
        await visits.open(gets="one")
        busy = [await visits.connect() for _ in range(MOST_OPENING)]
        for page in busy:
            await page.say(SLOWLY)
        back, staff = await visits.open(wants="one"), await visits.open(cookie="staff=yes")
        gone, waits = await visits.open(), await visits.open()
        gone.hang_up()
        await busy[0].say()
        return [page.begun.is_set() for page in (back, staff, gone, waits)]

    assert asyncio.run(visit()) == [True, True, False, True]


def test_a_page_that_takes_long_does_not_keep_others_from_opening_theirs() -> None:
    async def visit() -> None:
        visits = Visits(20, patience=Patience(opening_s=0.01))
        for _ in range(MOST_OPENING):
            await (await visits.connect()).say(SLOWLY)
        page = await visits.open()
        await asyncio.wait_for(page.begun.wait(), timeout=60)

    asyncio.run(visit())
