"""Attacks by mere numbers: sockets that say nothing, requests that never end, and many visits at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import Final

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from benchmarks.visitor import websocket
from reliability.strangers.bystanders import ATTACKER
from reliability.strangers.target import Outcome, Target

_PER_S: Final = 100
_HALF_SENT_PER_S: Final = 150
_HOLD_S: Final = 4.0
_PATIENCE_S: Final = 10.0
_HALF_SENT: Final = 1_100
_VISITS: Final = 1_024
_FIRST_PAGE: Final = BackMsg(rerun_script=ClientState()).SerializeToString()


def idle(count: int, sources: Sequence[str] = (ATTACKER,)) -> Callable[[Target], Awaitable[Outcome]]:
    """Open websockets and say nothing."""

    async def run(target: Target) -> Outcome:
        got = await _held(target, count, sources, per_s=_PER_S, first_message=None)
        whence = "one address" if len(sources) == 1 else f"{len(sources)} addresses"
        return Outcome(f"{count:,} websockets of {whence}, {_PER_S} a second, held for {_HOLD_S:.0f} s", got)

    return run


def visits(sources: Sequence[str], per_s: int) -> Callable[[Target], Awaitable[Outcome]]:
    """Open websockets that each ask for a page, which costs the server a thread and some work."""

    async def run(target: Target) -> Outcome:
        threads = asyncio.create_task(_most_threads(target.server.process_id))
        try:
            got = await _held(target, _VISITS, sources, per_s=per_s, first_message=_FIRST_PAGE)
        finally:
            threads.cancel()
        whence = "one address" if len(sources) == 1 else f"{len(sources)} addresses"
        outcome = Outcome(f"{_VISITS:,} visits of {whence}, {per_s} a second, each asks for a page", got)
        outcome.facts.append(f"at most {await threads} threads")
        return outcome

    return run


async def half_sent(target: Target) -> Outcome:
    """Requests of which a byte comes every second: their heads, or the bodies after whole heads."""
    got: Counter[str] = Counter()
    slots = asyncio.Semaphore(100)

    async def one(number: int) -> None:
        await asyncio.sleep(number / _HALF_SENT_PER_S)
        begin = _HEAD if number % 2 else _BODY
        try:
            async with slots:
                reader, writer = await asyncio.wait_for(
                    asyncio.open_connection("127.0.0.1", target.port, local_addr=(ATTACKER, 0)),
                    _PATIENCE_S,
                )
        except (OSError, TimeoutError) as exc:
            got[type(exc).__name__] += 1
            return
        try:
            got[await _trickle(reader, writer, begin)] += 1
        except OSError:
            got["closed"] += 1
        finally:
            writer.close()

    await asyncio.gather(*map(one, range(_HALF_SENT)))
    return Outcome(
        f"{_HALF_SENT:,} requests of one address, {_HALF_SENT_PER_S} a second: half with slow"
        f" heads, half with slow bodies, a byte a second for {_SLOW_S} s",
        got,
    )


_SLOW_S: Final = 8
_HEAD: Final = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
_BODY: Final = (
    b"POST /staff/sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 4000\r\n\r\n"
)


async def _trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, begin: bytes) -> str:
    """How a request ended of which so much is sent at once and the rest byte by byte."""
    writer.write(begin)
    answer = asyncio.create_task(reader.read(64))
    for _ in range(_SLOW_S):
        done, _pending = await asyncio.wait([answer], timeout=1.0)
        if done:
            line = answer.result()
            return f"answered {line[9:12].decode(errors='replace')}" if line else "closed"
        writer.write(b"x")
    answer.cancel()
    return "still open"


async def _held(
    target: Target, count: int, sources: Sequence[str], *, per_s: int, first_message: bytes | None
) -> Counter[str]:
    """Open so many websockets, hold them, and count how each ended or that it is open still."""
    got: Counter[str] = Counter()
    held: list[ClientConnection] = []
    async with AsyncExitStack() as stack:

        async def one(number: int) -> None:
            await asyncio.sleep(number / per_s)
            source = sources[number % len(sources)]
            try:
                connection = await stack.enter_async_context(
                    websocket(target.port, source=source, open_timeout_s=_PATIENCE_S)
                )
                if first_message is not None:
                    await connection.send(first_message)
            except InvalidStatus as exc:
                got[f"refused {exc.response.status_code}"] += 1
            except ConnectionClosed as exc:
                got[f"closed {exc.rcvd.code if exc.rcvd else 1006}"] += 1
            except (WebSocketException, OSError, TimeoutError) as exc:
                got[type(exc).__name__] += 1
            else:
                held.append(connection)
                draining.append(asyncio.create_task(_drain(connection)))

        draining: list[asyncio.Task[None]] = []
        await asyncio.gather(*map(one, range(count)))
        await asyncio.sleep(_HOLD_S)
        got += Counter("still open" if one.close_code is None else f"closed {one.close_code}" for one in held)
        for task in draining:
            task.cancel()
        for connection in held:
            # A farewell of a thousand sockets, each waited for, would go on long after the attack.
            connection.transport.abort()
    return got


async def _drain(connection: ClientConnection) -> None:
    try:
        while True:
            await connection.recv(decode=False)
    except ConnectionClosed:
        return


async def _most_threads(process_id: int) -> int:
    process, most = psutil.Process(process_id), 0
    try:
        while True:
            most = max(most, process.num_threads())
            await asyncio.sleep(0.1)
    except asyncio.CancelledError:
        return most
