"""Who has left is forgotten: by a clock set by hand, and by a real server that nobody visits any more."""

from __future__ import annotations

import asyncio
import gc
import sys
import textwrap
import time
import weakref
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress

import httpx
import pytest

from benchmarks.visitor import visiting
from locator.ui.runtime.session_cleanup import TrackedSessions, close_abandoned_sessions, freeze_memory
from tests.support.servers import RunningServer, running

GRACE_S = 30.0
VISITORS = 5
STILL_NAMED = 1
"""The session that Streamlit's sending loop looked at last: it goes when another one is looked at."""

# Sessions are counted as they are alive in memory, so that one that something still refers to counts.
FORGETFUL_APP = """
    import asyncio
    import weakref
    from contextlib import asynccontextmanager
    from pathlib import Path

    import streamlit as st
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route
    from streamlit import runtime
    from streamlit.runtime.app_session import AppSession

    from locator.ui.runtime import runs, session_cleanup

    alive = weakref.WeakSet()
    begin = AppSession.__init__

    def noted(session, *arguments, **options):
        alive.add(session)
        begin(session, *arguments, **options)

    AppSession.__init__ = noted
    runs.SESSIONS._grace_s = 0.2

    @asynccontextmanager
    async def lifespan(app):
        cleanup = session_cleanup.close_abandoned_sessions(runs.SESSIONS, runtime.get_instance, every_s=0.1)
        task = asyncio.create_task(cleanup)
        yield
        task.cancel()

    async def count(request):
        return PlainTextResponse(str(len(alive)))

    app = st.App(Path(__file__).parent / "shell.py", routes=[Route("/alive", count)], lifespan=lifespan)
"""
SHELL = """
    import streamlit as st
    from locator.ui.runtime import runs

    with runs.run():
        st.text_input("Say something", key="said")
        st.text("hello")
"""


class FakeSessions:
    """Streamlit's sessions: those that are connected, and those that were closed."""

    def __init__(self, *connected: str) -> None:
        self.connected = set(connected)
        self.closed: list[str] = []

    def is_active_session(self, session_id: str) -> bool:
        """As Streamlit's."""
        return session_id in self.connected

    def close_session(self, session_id: str) -> None:
        """As Streamlit's."""
        self.closed.append(session_id)


class Clock:
    """A clock that only moves when it is told to."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        """The time it was set to."""
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tracked(clock: Clock) -> TrackedSessions:
    return TrackedSessions(grace_s=GRACE_S, now_s=clock)


def test_a_session_is_closed_once_it_has_been_gone_for_long_enough(
    tracked: TrackedSessions, clock: Clock
) -> None:
    sessions = FakeSessions()
    tracked.track("ann")
    assert tracked.close_abandoned(sessions) == 0
    clock.now_s += GRACE_S - 0.1
    assert tracked.close_abandoned(sessions) == 0
    clock.now_s += 0.1
    assert tracked.close_abandoned(sessions) == 1
    assert sessions.closed == ["ann"]
    assert tracked.count == 0


def test_whoever_is_there_stays_and_whoever_comes_back_in_time_stays_too(
    tracked: TrackedSessions, clock: Clock
) -> None:
    sessions = FakeSessions("ann")
    tracked.track("ann")
    tracked.track("bob")
    tracked.close_abandoned(sessions)
    clock.now_s += GRACE_S - 1
    sessions.connected.add("bob")
    tracked.close_abandoned(sessions)
    sessions.connected.remove("bob")
    tracked.track("bob")
    tracked.close_abandoned(sessions)
    clock.now_s += GRACE_S - 1
    assert tracked.close_abandoned(sessions) == 0
    clock.now_s += 1
    tracked.close_abandoned(sessions)
    assert sessions.closed == ["bob"]
    assert tracked.count == 1


def test_one_that_cannot_be_closed_does_not_end_the_watch(
    tracked: TrackedSessions, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[str] = []

    async def look() -> None:
        thrice = asyncio.Event()

        class Failing(FakeSessions):
            def is_active_session(self, session_id: str) -> bool:
                asked.append(session_id)
                if len(asked) == 3:
                    thrice.set()
                raise RuntimeError("stopping")

        watching = asyncio.create_task(close_abandoned_sessions(tracked, Failing, every_s=0.001))
        await asyncio.wait_for(thrice.wait(), 30)
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching

    tracked.track("ann")
    asyncio.run(look())
    assert asked == ["ann"] * 3
    assert "could not be closed" in caplog.text


class Ring:
    """Refers to itself, as ended sessions refer to each other."""

    def __init__(self) -> None:
        self.itself = self


def test_settled_memory_holds_nothing_that_ended_before_even_if_it_was_set_aside_while_it_lived() -> None:
    gc.disable()
    try:
        early = Ring()
        seen = [weakref.ref(early), weakref.ref(Ring())]
        freeze_memory()
        assert [one() is None for one in seen] == [False, True]
        del early
        freeze_memory()
        assert [one() is None for one in seen] == [True, True]
        assert gc.get_freeze_count() > 0
    finally:
        gc.enable()


@pytest.fixture(scope="module")
def forgetful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server that forgets within a second, and says how many sessions are alive."""
    folder = tmp_path_factory.mktemp("forgetful")
    (folder / "app.py").write_text(textwrap.dedent(FORGETFUL_APP))
    (folder / "shell.py").write_text(textwrap.dedent(SHELL))
    (folder / ".streamlit").mkdir()
    # Streamlit itself would forget nothing as long as nobody else leaves.
    config = (
        '[browser]\ngatherUsageStats = false\n[server]\naddress = "127.0.0.1"\nfileWatcherType = "none"\n'
    )
    (folder / ".streamlit" / "config.toml").write_text(config)
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    with running(
        command, log=folder / "log", port_option="--server.port", await_path="/_stcore/health"
    ) as server:
        yield server


def alive(server: RunningServer) -> int:
    return int(httpx.get(server.url + "/alive", trust_env=False).text)


@pytest.mark.process
def test_after_the_last_visitor_has_left_the_sessions_are_freed(forgetful: RunningServer) -> None:
    async def visit() -> int:
        async with AsyncExitStack() as visits:
            for _ in range(VISITORS):
                await (await visits.enter_async_context(visiting(forgetful.port))).open()
            return alive(forgetful)

    assert asyncio.run(visit()) >= VISITORS
    deadline_s = time.monotonic() + 30
    while alive(forgetful) > STILL_NAMED and time.monotonic() < deadline_s:
        time.sleep(0.1)
    assert alive(forgetful) <= STILL_NAMED


@pytest.mark.process
def test_a_browser_that_stays_keeps_its_session(forgetful: RunningServer) -> None:
    async def stay() -> tuple[str, str]:
        async with visiting(forgetful.port) as visitor:
            await visitor.open()
            before = visitor.session_id
            await asyncio.sleep(1)
            await visitor.submit("still here")
            return before, visitor.session_id

    before, after = asyncio.run(stay())
    assert before == after != ""


@pytest.mark.process
def test_a_browser_that_comes_back_too_late_is_given_a_new_session(forgetful: RunningServer) -> None:
    async def come_back() -> tuple[str, str]:
        async with visiting(forgetful.port) as visitor:
            await visitor.open()
        left = again = visitor.session_id
        # A busy machine may be late with what is due, but who stays away ever longer is forgotten in the end.
        for away_s in (2, 4, 8, 16, 32):
            await asyncio.sleep(away_s)
            async with visiting(forgetful.port, session_id=left) as returned:
                await returned.open()
            again = returned.session_id
            if again != left:
                break
        return left, again

    left, now = asyncio.run(come_back())
    assert now not in ("", left)
