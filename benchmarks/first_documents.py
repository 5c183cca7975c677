"""Many first documents with a search in each, from one process beside the server's: how long people wait.

Fifty people at once, each from an address of their own, take the document and send its form, again and again
without a pause: half with scripts, which are sent parts, half without, who are sent a whole document. Then
what one document and one search take of the server's processor, beside a visit of Streamlit's page.
"""

from __future__ import annotations

import asyncio
import statistics
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from http import HTTPStatus
from time import perf_counter
from typing import Final

import httpx

from benchmarks.load_generator import shuffled_zips
from benchmarks.machine import load_average
from benchmarks.pages import our_server
from benchmarks.server_time import processor_ms
from benchmarks.timing import Spread, interleaved, spread
from benchmarks.visitor import visiting
from locator.web.first_document import FRAGMENT_HEADER
from tests.support.servers import RunningServer

VISITS: Final = 1_000
AT_ONCE: Final = 50
AIM_MS: Final = 100.0
DOCUMENT: Final = "first document"
PARTS: Final = "search, parts"
WHOLE: Final = "search, whole document"
STREAMLIT: Final = "visit of Streamlit's page"
_PATIENCE_S: Final = 60.0
_ROUNDS: Final = 8
_ACTS: Final = 10

Waits = dict[str, list[float]]
# Milliseconds of the server's processor, and the bytes of the answer where they are counted.
_Taken = tuple[float, int | None]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one of a kind takes of the server's processor, and how many bytes its answer has."""

    what: str
    processor_ms: Spread
    sent_bytes: float | None


@dataclass(slots=True)
class FirstDocuments:
    """The waits in milliseconds by what was waited for, what went wrong, and what each costs the server."""

    waits_ms: Waits = field(default_factory=lambda: {DOCUMENT: [], PARTS: [], WHOLE: []})
    errors: Counter[str] = field(default_factory=Counter)
    lasted_s: float = 0.0
    server_ms: float = 0.0
    load: float = 0.0
    costs: Sequence[Cost] = ()

    @property
    def is_met(self) -> bool:
        """Whether nothing failed and 95 of 100 of each kind took less than the aim."""
        return not self.errors and all(_p95(waits) < AIM_MS for waits in self.waits_ms.values())


def run(visits: int = VISITS, at_once: int = AT_ONCE) -> FirstDocuments:
    """All of it, on one server that has answered each kind before."""
    with our_server() as server:
        asyncio.run(_many(server, FirstDocuments(), 2 * at_once, at_once))
        found = FirstDocuments()
        before_ms = processor_ms(server)
        asyncio.run(_many(server, found, visits, at_once))
        found.server_ms = processor_ms(server) - before_ms
        found.load = load_average()
        found.costs = _costs(server)
    return found


async def _many(server: RunningServer, found: FirstDocuments, visits: int, at_once: int) -> None:
    zips = shuffled_zips()
    began_s = perf_counter()

    async def person(number: int) -> None:
        # The server counts the searches of each address.
        async with _browser(server, f"127.0.2.{number + 1}") as browser:
            for visit in range(number, visits, at_once):
                kind = PARTS if visit % 2 else WHOLE
                await _waited(found, DOCUMENT, _document(browser))
                await _waited(found, kind, _search(browser, kind, zips[visit % len(zips)]))

    await asyncio.gather(*map(person, range(at_once)))
    found.lasted_s = perf_counter() - began_s


def _browser(server: RunningServer, source: str) -> httpx.AsyncClient:
    # Nothing here is encrypted, and reading all certificates for each client would take from the server.
    transport = httpx.AsyncHTTPTransport(local_address=source, verify=False)
    return httpx.AsyncClient(transport=transport, base_url=server.url, timeout=_PATIENCE_S)


async def _waited(found: FirstDocuments, what: str, answer: Awaitable[httpx.Response]) -> None:
    began_s = perf_counter()
    try:
        await answer
    except (httpx.HTTPError, _WrongAnswerError) as exc:
        found.errors[f"{what}: {exc or type(exc).__name__}"] += 1
    else:
        found.waits_ms[what].append((perf_counter() - began_s) * 1000)


class _WrongAnswerError(Exception):
    """What came is not what was asked for."""


async def _document(browser: httpx.AsyncClient) -> httpx.Response:
    return _checked(await browser.get("/"), 'id="start"')


async def _search(browser: httpx.AsyncClient, kind: str, place: str) -> httpx.Response:
    headers = {FRAGMENT_HEADER: "yes"} if kind == PARTS else {}
    answer = await browser.post("/", data={"place": place, "find": "yes"}, headers=headers)
    return _checked(answer, f"ZIP {place}")


def _checked(answer: httpx.Response, text: str) -> httpx.Response:
    if answer.status_code != HTTPStatus.OK:
        raise _WrongAnswerError(str(answer.status_code))
    if text not in answer.text:
        raise _WrongAnswerError("an answer to something else")
    return answer


def _costs(server: RunningServer) -> list[Cost]:
    """One person after the other, each kind in turn, as a processor shared with others has slow moments."""
    zips = shuffled_zips()
    with asyncio.Runner() as runner:

        def measuring(
            act: Callable[[httpx.AsyncClient, str], Awaitable[int | None]],
        ) -> Callable[[int], list[_Taken]]:
            async def one_round(number: int) -> list[_Taken]:
                taken = []
                async with AsyncExitStack() as stack:
                    browser = await stack.enter_async_context(_browser(server, f"127.0.3.{number + 1}"))
                    for turn in range(_ACTS):
                        before_ms = processor_ms(server)
                        size = await act(browser, zips[(number * _ACTS + turn) % len(zips)])
                        taken.append((processor_ms(server) - before_ms, size))
                return taken

            return lambda number: runner.run(one_round(number))

        acts = {
            DOCUMENT: measuring(lambda browser, _: _size(_document(browser))),
            PARTS: measuring(lambda browser, place: _size(_search(browser, PARTS, place))),
            WHOLE: measuring(lambda browser, place: _size(_search(browser, WHOLE, place))),
            STREAMLIT: measuring(lambda _browser, _place: _streamlit(server)),
        }
        taken = interleaved(acts, rounds=1 + _ROUNDS)
    # The first round warms up.
    return [_cost(what, [one for each in rounds[1:] for one in each]) for what, rounds in taken.items()]


async def _size(answer: Awaitable[httpx.Response]) -> int:
    return (await answer).num_bytes_downloaded


async def _streamlit(server: RunningServer) -> None:
    """What a browser asks of the websocket until the page is whole; its 120 files are left out."""
    async with visiting(server.port) as visitor:
        await visitor.open()


def _cost(what: str, taken: Sequence[_Taken]) -> Cost:
    sizes = [size for _, size in taken if size is not None]
    return Cost(what, spread([ms for ms, _ in taken]), statistics.median(sizes) if sizes else None)


def _p95(waits_ms: Sequence[float]) -> float:
    """The smallest wait that 95 of 100 do not exceed; not a number where there is none."""
    ordered = sorted(waits_ms)
    return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)] if ordered else float("nan")


_HOW: Final = """\
{visits:,} first documents with a search in each, by {at_once} people at once, each from an address of their
own, without a pause between one and the next: half of them are sent the parts that a search changes, as with
scripts, half a whole document, as without. Another process of this machine plays them all. Here {people:,}
documents and their searches took {lasted_s:.1f} s, and {server_s:.1f} s of the server's processor; load
average {load:.1f}."""
_COSTS: Final = """\
What one takes of the server's processor when nobody else is there; a visit of Streamlit's page is what it
sends over its websocket until that is whole, without the files that a browser fetches for it."""


def section(found: FirstDocuments) -> str:
    """The part of the report, in Markdown."""
    people = len(found.waits_ms[DOCUMENT])
    lines = [
        "## First documents",
        "",
        _HOW.format(
            visits=VISITS,
            at_once=AT_ONCE,
            people=people,
            lasted_s=found.lasted_s,
            server_s=found.server_ms / 1000,
            load=found.load,
        ),
        "",
        "| what | p50 | p95 | longest | aim | met |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_waits_row(what, waits) for what, waits in found.waits_ms.items()]
    errors = ", ".join(f"{count} {error}" for error, count in found.errors.items()) or "none"
    lines += [
        "",
        f"Errors: {errors}.",
        "",
        _COSTS,
        "",
        "| what | processor | over a visit of Streamlit's page | sent |",
        "|---|---|---|---|",
    ]
    beside_ms = next(cost.processor_ms.median for cost in found.costs if cost.what == STREAMLIT)
    lines += [_cost_row(cost, beside_ms) for cost in found.costs]
    return "\n".join(lines)


def _waits_row(what: str, waits_ms: Sequence[float]) -> str:
    p95_ms = _p95(waits_ms)
    p50_ms, longest_ms = (statistics.median(waits_ms), max(waits_ms)) if waits_ms else (p95_ms, p95_ms)
    met = "yes" if p95_ms < AIM_MS else "**no**"
    cells = (what, *(f"{ms:,.0f} ms" for ms in (p50_ms, p95_ms, longest_ms)), f"under {AIM_MS:.0f} ms", met)
    return "| " + " | ".join(cells) + " |"


def _cost_row(cost: Cost, beside_ms: float) -> str:
    of_all = cost.processor_ms
    sent = "" if cost.sent_bytes is None else f"{cost.sent_bytes / 1000:.1f} kB"
    spent = f"{of_all.median:.1f} ms ({of_all.low:.1f} to {of_all.high:.1f})"
    return f"| {cost.what} | {spent} | {of_all.median / beside_ms:.2f} | {sent} |"


if __name__ == "__main__":
    print(section(run()))
