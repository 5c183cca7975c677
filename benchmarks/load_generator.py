"""Load from many visitors who act at fixed times: one that waits for its last response acts late."""

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

Action = Callable[[Visitor, int], Awaitable[Response]]


@dataclass(slots=True)
class LoadResult:
    """The waits of all visitors, in seconds.

    `waits` has, for each visitor, the time from when each action was due until the page had shown its result;
    `first_pages` how long newcomers waited for their first page.
    """

    waits: list[list[float]]
    first_pages: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    lasted_s: float = 0.0


async def generate_load(
    port: int, action: Action, *, visitors: int, lasting_s: float, every_s: float = EVERY_S
) -> LoadResult:
    """Open this many pages, then have each visitor act every `every_s` seconds, with evenly spread starts.

    A visitor whose response is late acts again as soon as it arrives, and that action counts from when it was
    due. Meanwhile a newcomer opens the page every second, looks at it and leaves. Actions begun in time are
    waited for; no action begins after the end.
    """
    result = LoadResult([[] for _ in range(visitors)])
    async with AsyncExitStack() as visits:
        there = await _open_pages(visits, port, visitors, result)
        begins_s = monotonic()
        ends_s = begins_s + lasting_s
        async with asyncio.TaskGroup() as group:
            for number, visitor in there:
                starts_s = begins_s + every_s * number / visitors
                group.create_task(
                    _act_repeatedly(visitor, action, number, (starts_s, ends_s, every_s), result)
                )
            group.create_task(_newcomers(port, ends_s, result))
        result.lasted_s = monotonic() - begins_s
    return result


async def _open_pages(
    visits: AsyncExitStack, port: int, visitors: int, result: LoadResult
) -> Sequence[tuple[int, Visitor]]:
    """The visitors whose page opened, each with a number; the others are recorded as errors."""
    a_few = asyncio.Semaphore(_OPENING_AT_ONCE)

    async def arrive(number: int) -> tuple[int, Visitor] | None:
        async with a_few:
            try:
                visitor = await visits.enter_async_context(visiting(port))
                await visitor.open()
            except VisitFailedError as exc:
                result.errors.append(f"not opened: {exc}")
                return None
            return number, visitor

    arrived = await asyncio.gather(*(arrive(number) for number in range(visitors)))
    return [one for one in arrived if one is not None]


async def _act_repeatedly(
    visitor: Visitor, action: Action, number: int, times_s: tuple[float, float, float], result: LoadResult
) -> None:
    due_s, ends_s, every_s = times_s
    turn = number
    while due_s < ends_s and monotonic() < ends_s:
        await asyncio.sleep(max(0.0, due_s - monotonic()))
        try:
            await action(visitor, turn)
        except VisitFailedError as exc:
            result.errors.append(str(exc))
            return
        result.waits[number].append(monotonic() - due_s)
        due_s += every_s
        turn += 1


async def _newcomers(port: int, ends_s: float, result: LoadResult) -> None:
    """A newcomer once a second, whether or not the previous ones have seen the page yet."""

    async def look() -> None:
        began_s = monotonic()
        try:
            async with visiting(port) as visitor:
                await visitor.open()
        except VisitFailedError as exc:
            result.errors.append(f"newcomer: {exc}")
        else:
            result.first_pages.append(monotonic() - began_s)

    async with asyncio.TaskGroup() as group:
        while monotonic() < ends_s:
            group.create_task(look())
            await asyncio.sleep(_NEWCOMER_EVERY_S)


def shuffled_zips() -> list[str]:
    """ZIP codes of Minnesota where people live, in an order that is the same in every run."""
    with (SHIPPED.gazetteer / ZIPS).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["state"] == "MN" and row["kind"] == "standard"]
    zips = [row["zip"] for row in rows]
    random.Random(_SEED).shuffle(zips)  # noqa: S311 - for a repeatable order
    return zips


def search(zips: Sequence[str]) -> Action:
    """Searches, now and then another need, a card and a pin: what people do on the finder."""

    async def action(visitor: Visitor, turn: int) -> Response:
        match turn % 6:
            case 3:
                return await visitor.choose_need((turn // 6 + 1) % 3)
            case 4:
                return await visitor.choose_a_card(turn)
            case 5:
                return await visitor.click_a_pin(turn)
            case _:
                return await visitor.submit(zips[turn * 7 % len(zips)])

    return action


async def type_a_word(visitor: Visitor, turn: int) -> Response:
    """Type into a page's only text box."""
    return await visitor.submit(f"word-{turn}")
