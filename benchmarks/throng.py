"""Many visitors at once, each acting at fixed times: an act that has to wait for an answer counts as late."""

from __future__ import annotations

import asyncio
import csv
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from benchmarks.visitor import Response, VisitFailedError, Visitor, visiting
from locator.geocoding.places.gazetteer import ZIPS
from locator.settings import SHIPPED

EVERY_S: Final = 5.0
_OPENING_AT_ONCE: Final = 8
_NEWCOMER_EVERY_S: Final = 1.0
_SEED: Final = 20261122

Act = Callable[[Visitor, int], Awaitable[Response]]


@dataclass(slots=True)
class Told:
    """What came of a throng's visits, in seconds.

    `acts` holds, by visitor, the time from when each act was due until the page had followed it;
    `first_pages` how long visitors who came meanwhile waited for theirs.
    """

    acts: list[list[float]]
    first_pages: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    lasted_s: float = 0.0


async def press(port: int, act: Act, *, visitors: int, lasting_s: float, every_s: float = EVERY_S) -> Told:
    """Open this many pages, then have each act every `every_s` seconds, their starts spread evenly.

    A visitor whose answer is late acts again as soon as it is there, and that act counts from when it was
    due. Meanwhile somebody else comes once a second, looks at the page and leaves. What is not answered when
    the time is over is waited for; what is not asked by then, never is.
    """
    told = Told([[] for _ in range(visitors)])
    async with AsyncExitStack() as visits:
        there = await _arrived(visits, port, visitors, told)
        begins_s = monotonic()
        ends_s = begins_s + lasting_s
        async with asyncio.TaskGroup() as group:
            for number, visitor in there:
                starts_s = begins_s + every_s * number / visitors
                group.create_task(_acting(visitor, act, number, (starts_s, ends_s, every_s), told))
            group.create_task(_coming(port, ends_s, told))
        told.lasted_s = monotonic() - begins_s
    return told


async def _arrived(
    visits: AsyncExitStack, port: int, visitors: int, told: Told
) -> Sequence[tuple[int, Visitor]]:
    """The visitors whose page is open, each with a number; the others are among the errors."""
    a_few = asyncio.Semaphore(_OPENING_AT_ONCE)

    async def arrive(number: int) -> tuple[int, Visitor] | None:
        async with a_few:
            try:
                visitor = await visits.enter_async_context(visiting(port))
                await visitor.open()
            except VisitFailedError as exc:
                told.errors.append(f"not opened: {exc}")
                return None
            return number, visitor

    arrived = await asyncio.gather(*(arrive(number) for number in range(visitors)))
    return [one for one in arrived if one is not None]


async def _acting(
    visitor: Visitor, act: Act, number: int, times_s: tuple[float, float, float], told: Told
) -> None:
    due_s, ends_s, every_s = times_s
    turn = number
    while due_s < ends_s and monotonic() < ends_s:
        await asyncio.sleep(max(0.0, due_s - monotonic()))
        try:
            await act(visitor, turn)
        except VisitFailedError as exc:
            told.errors.append(str(exc))
            return
        told.acts[number].append(monotonic() - due_s)
        due_s += every_s
        turn += 1


async def _coming(port: int, ends_s: float, told: Told) -> None:
    """Somebody new once a second, whether or not those before have seen the page yet."""

    async def look() -> None:
        began_s = monotonic()
        try:
            async with visiting(port) as visitor:
                await visitor.open()
        except VisitFailedError as exc:
            told.errors.append(f"newcomer: {exc}")
        else:
            told.first_pages.append(monotonic() - began_s)

    async with asyncio.TaskGroup() as group:
        while monotonic() < ends_s:
            group.create_task(look())
            await asyncio.sleep(_NEWCOMER_EVERY_S)


def places() -> list[str]:
    """ZIP codes of Minnesota where people live, in an order that is the same in every run."""
    with (SHIPPED.gazetteer / ZIPS).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["state"] == "MN" and row["kind"] == "standard"]
    zips = [row["zip"] for row in rows]
    random.Random(_SEED).shuffle(zips)  # noqa: S311 - for a repeatable order
    return zips


def search(zips: Sequence[str]) -> Act:
    """Searches, now and then another need, a card and a pin: what people do on the finder."""

    async def act(visitor: Visitor, turn: int) -> Response:
        match turn % 6:
            case 3:
                return await visitor.choose_need((turn // 6 + 1) % 3)
            case 4:
                return await visitor.choose_a_card(turn)
            case 5:
                return await visitor.click_a_pin(turn)
            case _:
                return await visitor.submit(zips[turn * 7 % len(zips)])

    return act


async def type_a_word(visitor: Visitor, turn: int) -> Response:
    """Type into a page's only text box."""
    return await visitor.submit(f"word-{turn}")
