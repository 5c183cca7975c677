"""What the API is asked takes no thread from those that serve files, and nobody waits without end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import ClassVar

import httpx
import pytest
from starlette.applications import Starlette

from locator.clinics.reading import ServedDirectory
from locator.publication.documents import MEDIA_TYPES
from locator.publication.part import PART_SITES
from locator.settings.loading import Practice, Settings
from locator.web.api.mounting import create_api_routes
from locator.web.api.problems import RefusalError
from locator.web.api.sources import Sources
from locator.web.api.workers import RETRY_AFTER_S, Workers
from locator.web.routes import NotReady, create_middleware, create_routes
from tests.support.api_client import FakeDirectory, make_sources
from tests.support.samples import make_site

WAIT_S = 60.0
MANY = tuple(make_site(f"fake-{number:05}") for number in range(2 * PART_SITES))
# More than all threads that Starlette has for files and for endpoints that are no coroutines.
CLIENTS = 45
FILE = "/assets/app/favicon.svg"


class Gate:
    """Work that waits until it may go on, and says how often it was begun."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.begun = 0
        self._counting = threading.Lock()

    def wait(self) -> str:
        """Wait, then say so."""
        with self._counting:
            self.begun += 1
        assert self.open.wait(WAIT_S)
        return "done"


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.open.set()


async def until(holds: Callable[[], bool]) -> None:
    """Wait for a state, not for a time."""
    async with asyncio.timeout(WAIT_S):
        while not holds():  # noqa: ASYNC110 - other threads change it, too
            await asyncio.sleep(0.005)


async def asked(workers: Workers, work: Callable[[], str], shared_as: str | None = None) -> str:
    return await workers.run(work, shared_as=shared_as)


def test_who_asks_for_the_same_shares_one_piece_of_work(gate: Gate) -> None:
    async def run() -> None:
        workers = Workers("fake", 4, most_waiting=2, patience_s=WAIT_S)
        same = [asyncio.create_task(asked(workers, gate.wait, "one")) for _ in range(100)]
        await until(lambda: gate.begun == 1)
        other = asyncio.create_task(asked(workers, gate.wait, "two"))
        await until(lambda: gate.begun == 2)
        gate.open.set()
        assert await asyncio.gather(*same, other) == ["done"] * 101
        assert gate.begun == 2
        # Done is done: the next who asks has it made anew.
        assert await asked(workers, gate.wait, "one") == "done"
        assert gate.begun == 3

    asyncio.run(run())


def test_more_than_may_wait_are_refused_at_once_and_told_when_to_come_again(gate: Gate) -> None:
    async def run() -> None:
        workers = Workers("fake", 1, most_waiting=3, patience_s=WAIT_S)
        waiting = [asyncio.create_task(asked(workers, gate.wait)) for _ in range(3)]
        await until(lambda: gate.begun == 1)
        with pytest.raises(RefusalError) as refused:
            await asked(workers, gate.wait)
        assert refused.value.status == 503
        assert refused.value.headers == {"Retry-After": str(RETRY_AFTER_S)}
        gate.open.set()
        assert await asyncio.gather(*waiting) == ["done"] * 3
        assert await asked(workers, gate.wait) == "done"

    asyncio.run(run())


def test_waiting_for_work_to_begin_ends_and_it_is_done_for_the_next_who_asks(gate: Gate) -> None:
    async def run() -> None:
        workers = Workers("fake", 1, most_waiting=9, patience_s=0.05)
        first = asyncio.create_task(asked(workers, gate.wait, "one"))
        await until(lambda: gate.begun == 1)
        done: list[str] = []
        with pytest.raises(RefusalError):
            await workers.run(lambda: done.append("two"), shared_as="two")
        # What has begun is waited for.
        also_first = asyncio.create_task(asked(workers, gate.wait, "one"))
        await asyncio.sleep(0)
        gate.open.set()
        assert [await first, await also_first] == ["done"] * 2
        await until(lambda: done == ["two"])
        assert gate.begun == 1

    asyncio.run(run())


def test_who_gives_up_ends_no_work_that_others_wait_for(gate: Gate) -> None:
    async def run() -> None:
        workers = Workers("fake", 1, most_waiting=9, patience_s=WAIT_S)
        blocked = asyncio.create_task(asked(workers, gate.wait))
        await until(lambda: gate.begun == 1)
        leaves = asyncio.create_task(asked(workers, gate.wait, "one"))
        stays = asyncio.create_task(asked(workers, gate.wait, "one"))
        await asyncio.sleep(0)
        leaves.cancel()
        gate.open.set()
        assert [await blocked, await stays] == ["done"] * 2
        with pytest.raises(asyncio.CancelledError):
            await leaves

    asyncio.run(run())


def test_what_goes_wrong_reaches_all_who_asked_and_is_tried_again() -> None:
    def fail() -> str:
        raise ValueError("a fake failure")

    async def run() -> None:
        workers = Workers("fake", 1, most_waiting=1, patience_s=WAIT_S)
        for _ in range(3):
            with pytest.raises(ValueError, match="a fake failure"):
                await asked(workers, fail, "one")
        assert await asked(workers, lambda: "done", "one") == "done"

    asyncio.run(run())


Ask = Callable[[str], Awaitable[httpx.Response]]


def with_client(sources: Sources, run: Callable[[Ask], Awaitable[None]]) -> None:
    """Ask a server that has the API and files beside each other, in one event loop as the real one has."""

    async def ask_all() -> None:
        settings = Settings()
        routes = [
            *create_routes(settings, lambda: NotReady("Not asked for here.")),
            *create_api_routes("", lambda: sources),
        ]
        app = Starlette(routes=routes, middleware=create_middleware(settings))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8501") as client:
            await run(client.get)

    asyncio.run(ask_all())


def test_a_file_is_served_while_everything_the_api_is_asked_waits(gate: Gate) -> None:
    directory = FakeDirectory(MANY)

    def blocked() -> ServedDirectory:
        gate.wait()
        return directory()

    async def run(ask: Ask) -> None:
        paths = ("/api/v1/clinics.csv", "/api/v1/nearest?zip=55407")
        asking = [asyncio.ensure_future(ask(paths[turn % 2])) for turn in range(CLIENTS)]
        await until(lambda: gate.begun >= 4)
        async with asyncio.timeout(WAIT_S / 2):
            assert (await ask(FILE)).status_code == 200
        assert not any(one.done() for one in asking)
        gate.open.set()
        # On a machine that is slow enough, some have waited for as long as anybody may.
        assert {one.status_code for one in await asyncio.gather(*asking)} <= {200, 503}

    with_client(replace(make_sources(directory), directory=blocked), run)


class BlockedSettings(Settings):
    """Settings with which no document of another version than the first is finished before its gate opens."""

    gate: ClassVar[Gate]

    def publisher(self, directory_version: str) -> Practice:
        """Wait, then as ever."""
        if directory_version != "fake1":
            self.gate.wait()
        return super().publisher(directory_version)


def test_while_one_document_is_made_files_and_documents_at_hand_are_served(gate: Gate) -> None:
    BlockedSettings.gate = gate
    directory = FakeDirectory(MANY)

    async def run(ask: Ask) -> None:
        first = await ask("/api/v1/clinics.csv")
        assert first.status_code == 200
        directory.change(*MANY, version="fake2")
        addresses = [f"/api/v1/{name}{after}" for name in MEDIA_TYPES for after in ("", "?after=fake-00999")]
        asking = [asyncio.ensure_future(ask(addresses[turn % 8])) for turn in range(CLIENTS)]
        await until(lambda: gate.begun == 1)
        async with asyncio.timeout(WAIT_S / 2):
            assert (await ask(FILE)).status_code == 200
            assert (await ask("/api/v1/nearest?zip=55407")).status_code == 200
        gate.open.set()
        assert {one.status_code for one in await asyncio.gather(*asking)} <= {200, 503}
        # Each document was made once, whoever asked for it.
        await until(lambda: gate.begun == len(addresses))
        assert {(await ask(address)).status_code for address in addresses} == {200}
        assert gate.begun == len(addresses)

    with_client(replace(make_sources(directory), settings=BlockedSettings()), run)


def test_too_much_at_once_is_refused_as_a_problem_that_says_when_to_ask_again(gate: Gate) -> None:
    BlockedSettings.gate = gate
    count = 30 * PART_SITES
    sites = tuple(make_site(f"fake-{number:05}") for number in range(count))
    directory = FakeDirectory(sites, version="fake2")

    async def run(ask: Ask) -> None:
        afters = [f"?after=fake-{number - 1:05}" for number in range(PART_SITES, count, PART_SITES)]
        asking = [asyncio.ensure_future(ask(f"/api/v1/clinics.csv{after}")) for after in afters]
        await until(lambda: any(one.done() for one in asking))
        refused = next(one.result() for one in asking if one.done())
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == str(RETRY_AFTER_S)
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["detail"].endswith("Please try again in a few seconds.")
        gate.open.set()
        assert {one.status_code for one in await asyncio.gather(*asking)} == {200, 503}

    with_client(replace(make_sources(directory), settings=BlockedSettings()), run)
