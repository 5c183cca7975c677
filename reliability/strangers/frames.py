"""Attacks that send over the websocket what no page of ours sends."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

from streamlit.proto.BackMsg_pb2 import BackendOperationRequest, BackMsg, DeferredFileRequestPayload
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import FileURLsRequest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from benchmarks.visitor import VisitFailedError, Visitor, visiting, websocket
from reliability.strangers.bystanders import ATTACKER, MANY
from reliability.strangers.target import Outcome, Target

_GIT_FRAMES: Final = 2_000
_FORGED: Final = "CRITICAL forged: this line is no server's"
_TYPES_OF_PAGES: Final = frozenset({"rerun_script", "file_urls_request", "backend_operation_request"})
_HOUR_LIMIT: Final = 30
_REPORTING_VISITS: Final = 23
_COMPLAINTS: Final = ("closed", "moved", "wrong-phone")
_ADDRESSES: Final = 20
_FILES: Final = 30
_ASKING_VISITS: Final = 12
_ASKING_S: Final = 4.0
_KIB: Final = 1024
_CLOSED_WITHIN_S: Final = 3.0


async def git_info(target: Target) -> Outcome:
    """16 KB that ask for the state of the source code."""
    frames = [BackMsg(load_git_info=True).SerializeToString()] * _GIT_FRAMES
    got = await _send(target, frames, per_s=None, most_sockets=1)
    outcome = Outcome(f"{_GIT_FRAMES:,} frames of load_git_info down one socket, at once", got)
    outcome.check(f"git told {got['git_info_changed']:,} times", is_right=not got["git_info_changed"])
    return outcome


async def clearing(target: Target) -> Outcome:
    """Wipe what all visitors share, and report more than the server takes in an hour."""
    got = await _send(target, [BackMsg(clear_cache=True).SerializeToString()], per_s=None, most_sockets=1)
    sent = 0
    for turn in range(_REPORTING_VISITS):
        async with _visit(target, got) as visitor:
            await visitor.open()
            for number, complaint in enumerate(_COMPLAINTS):
                cards = visitor.cards()
                await visitor.report(cards[(turn + number) % len(cards)], complaint)
                sent += 1
            await _clear(visitor)
    accepted = _reports(target.data)
    outcome = Outcome(f"{sent} reports by {_REPORTING_VISITS} visits, clear_cache after each", got)
    outcome.check(f"{accepted} reports accepted", is_right=accepted <= _HOUR_LIMIT)
    return outcome


async def street_rate(target: Target) -> Outcome:
    """Wipe what holds the street service to one request a second, and ask it for many addresses at once."""
    geocoder = target.geocoder
    if geocoder is None:
        raise ValueError("this attack needs a street service")
    before, got = len(geocoder.arrivals), Counter[str]()
    everybody_is_there = asyncio.Barrier(_ADDRESSES)

    async def ask(number: int) -> None:
        async with _visit(target, got, MANY[number]) as visitor:
            await visitor.open()
            await visitor.read()
            visitor.tick()
            await everybody_is_there.wait()
            await asyncio.sleep(number / 20)
            async with _visit(target, got) as wiping:
                await _clear(wiping)
            await visitor.submit(f"{number + 1} Nowhere Street, Minneapolis MN 55407")

    await asyncio.gather(*map(ask, range(_ADDRESSES)))
    times_s = sorted(one.at_s for one in list(geocoder.arrivals)[before:])
    span_s = times_s[-1] - times_s[0] if times_s else 0.0
    outcome = Outcome(f"{_ADDRESSES} addresses in a second, clear_cache before each", got)
    # One a second; one more, as what was sent in time may arrive late.
    outcome.check(
        f"the service was asked {len(times_s)} times in {span_s:.1f} s",
        is_right=0 < len(times_s) <= span_s + 2,
    )
    return outcome


async def unknown_types(target: Target) -> Outcome:
    """Every message type of the installed Streamlit that no page sends, and what is no message of its."""
    types = [field for field in BackMsg.DESCRIPTOR.fields if field.name not in _TYPES_OF_PAGES]
    frames = [_of_type(field.name) for field in types]
    operations = [
        BackMsg(backend_operation_request=_operation(field.name)).SerializeToString()
        for field in BackendOperationRequest.DESCRIPTOR.oneofs_by_name["payload"].fields
        if field.name != "deferred_file"
    ]
    # No message at all, a field that there is not, and no protocol buffer.
    foreign = [b"", b"\xfa\x3e\x02hi", b"\xff" * 40]
    every = [*frames, *operations, *foreign]
    got = await _send(target, every * 10, per_s=60, most_sockets=len(every) * 10)
    return _each_closed(Outcome(f"{len(every)} kinds of message, each 10 times, 60 a second", got))


async def large_frames(target: Target) -> Outcome:
    """Frames larger than any page sends."""
    frames = [padded(size) for size in (64 * _KIB + 1, 1_000_000) for _ in range(20)]
    got = await _send(target, frames, per_s=10, most_sockets=len(frames))
    return _each_closed(Outcome("20 frames of 64 KiB and a byte, 20 of 1 MB, 10 a second", got))


async def text_frames(target: Target) -> Outcome:
    """Text where the protocol has bytes."""
    got = await _send(target, ["text"] * 200, per_s=50, most_sockets=200)
    return _each_closed(Outcome("200 text frames, 50 a second, a socket each where it is closed", got))


async def forged_lines(target: Target) -> Outcome:
    """Line ends in whatever the server might log."""
    got, sent = Counter[str](), 0
    for _ in range(10):
        async with _visit(target, got) as visitor:
            await visitor.open()
            frames = list(_with_line_ends(visitor.session_id)) * 10
            ended = asyncio.create_task(_end(visitor.connection, got, within_s=2.0))
            try:
                for frame in frames:
                    await visitor.connection.send(frame)
                    sent += 1
                    await asyncio.sleep(0.005)
            except ConnectionClosed:
                pass
            await ended
    log = target.server.log.read_text(errors="replace")
    forged = sum(line.startswith(_FORGED) for line in log.splitlines())
    outcome = Outcome(f"{sent} messages with line ends in their texts, 10 sockets, 200 a second", got)
    outcome.check(f"{forged} forged log lines", is_right=forged == 0)
    return outcome


async def made_up_files(target: Target) -> Outcome:
    """Ask for files that there are not, each of which Streamlit has a traceback for."""
    got: Counter[str] = Counter()

    async def ask() -> int:
        sent = 0
        async with _visit(target, got) as visitor:
            await visitor.open()
            ended = asyncio.create_task(_end(visitor.connection, got, within_s=_ASKING_S))
            while sent < _FILES and not ended.done():
                await visitor.connection.send(_file_request(uuid4().hex, visitor.session_id))
                sent += 1
            await ended
        return sent

    sent = sum(await asyncio.gather(*(ask() for _ in range(_ASKING_VISITS))))
    return Outcome(
        f"{sent} made-up files asked for by {_ASKING_VISITS} visits, within {_ASKING_S:.0f} s", got
    )


async def pings(target: Target) -> Outcome:
    """Pings without end."""
    got, each, per_s = Counter[str](), 4_000, 1_000

    async def flood() -> int:
        sent = 0
        async with _visit(target, got) as visitor:
            await visitor.open()
            ended = asyncio.create_task(_end(visitor.connection, got, within_s=each / per_s + 1))
            try:
                for number in range(each):
                    await visitor.connection.ping(f"{number:0125}")
                    sent += 1
                    if number % 20 == 0:
                        await asyncio.sleep(20 / per_s)
            except ConnectionClosed:
                pass
            await ended
        return sent

    sent = sum(await asyncio.gather(flood(), flood()))
    return Outcome(f"{sent:,} pings of 125 bytes by 2 sockets, {2 * per_s:,} a second", got)


def _each_closed(outcome: Outcome) -> Outcome:
    """The outcome, where no socket may stay open that has sent such a thing."""
    still_open = outcome.got["still open"]
    outcome.check(f"{still_open} sockets not closed", is_right=not still_open)
    return outcome


def _with_line_ends(session_id: str) -> Iterable[bytes]:
    text = f"x\r\n{_FORGED}\n{_FORGED}"
    bare = BackendOperationRequest(request_id=text, session_id=session_id)
    elsewhere = BackendOperationRequest(request_id=text, session_id=text)
    files = FileURLsRequest(request_id=text, file_names=[text], session_id=text)
    page = ClientState(page_script_hash=text, query_string=text, fragment_id=text, page_name=text)
    yield _file_request(text, session_id, request_id=text)
    for message in (
        BackMsg(rerun_script=page),
        BackMsg(file_urls_request=files),
        BackMsg(backend_operation_request=elsewhere),
        BackMsg(backend_operation_request=bare),
    ):
        yield message.SerializeToString()


def _file_request(file_id: str, session_id: str, *, request_id: str = "x") -> bytes:
    wanted = DeferredFileRequestPayload(file_id=file_id)
    request = BackendOperationRequest(request_id=request_id, session_id=session_id, deferred_file=wanted)
    raw: bytes = BackMsg(backend_operation_request=request).SerializeToString()
    return raw


def _of_type(name: str) -> bytes:
    message = BackMsg()
    setattr(message, name, True)
    raw: bytes = message.SerializeToString()
    return raw


def _operation(payload: str) -> BackendOperationRequest:
    request = BackendOperationRequest(request_id="x", session_id="x")
    getattr(request, payload).SetInParent()
    return request


def padded(size: int) -> bytes:
    """A message of a type that pages send, of exactly so many bytes."""
    state = WidgetState(id="x", string_value="")
    room = size
    while True:
        state.string_value = "x" * room
        widgets = WidgetStates(widgets=[state])
        raw: bytes = BackMsg(rerun_script=ClientState(widget_states=widgets)).SerializeToString()
        if len(raw) <= size:
            return raw
        room -= len(raw) - size


def _reports(data: Path) -> int:
    """How many reports the server has kept."""
    path = data / "history" / "reports.json"
    if not path.exists():
        return 0
    kept = json.loads(path.read_text(encoding="utf-8"))
    return sum(report["count"] for reports in kept.values() for report in reports)


@asynccontextmanager
async def _visit(target: Target, got: Counter[str], source: str = ATTACKER) -> AsyncIterator[Visitor]:
    """A visit by an attacker; what ends it early is counted, and is no error."""
    try:
        async with visiting(target.port, source=source, patience_s=20.0) as visitor:
            yield visitor
    except VisitFailedError as exc:
        got[f"visit ended: {str(exc)[:40]}"] += 1


async def _clear(visitor: Visitor) -> None:
    try:
        await visitor.connection.send(BackMsg(clear_cache=True).SerializeToString())
        await visitor.connection.ping()
    except ConnectionClosed as exc:
        raise VisitFailedError("closed") from exc


async def _send(
    target: Target, frames: Sequence[bytes | str], *, per_s: float | None, most_sockets: int
) -> Counter[str]:
    """Send all, down another socket when one was closed, and count what came back and how each ended.

    The first socket is a visit that has drawn its page; the others only connect.
    """
    got, pending = Counter[str](), list(reversed(frames))
    for number in range(most_sockets):
        if not pending:
            break
        try:
            async with websocket(target.port, source=ATTACKER, open_timeout_s=20.0) as connection:
                got["sockets"] += 1
                if number == 0:
                    await connection.send(BackMsg(rerun_script=ClientState()).SerializeToString())
                    await asyncio.sleep(0.5)
                ended = asyncio.create_task(_end(connection, got, within_s=None))
                try:
                    while pending and not ended.done():
                        await connection.send(pending.pop())
                        got["sent"] += 1
                        await asyncio.sleep(1 / per_s if per_s else 0)
                except ConnectionClosed:
                    pass
                await asyncio.wait([ended], timeout=_CLOSED_WITHIN_S)
                if not ended.done():
                    ended.cancel()
                    got["still open"] += 1
        except InvalidStatus as exc:
            got[f"refused {exc.response.status_code}"] += 1
        except (WebSocketException, OSError, TimeoutError) as exc:
            got[type(exc).__name__] += 1
    return got


async def _end(connection: ClientConnection, got: Counter[str], *, within_s: float | None) -> None:
    """Read until the server closes, counting what it sends; or until so many seconds are over."""
    try:
        async with asyncio.timeout(within_s):
            while True:
                raw = await connection.recv(decode=False)
                kind = ForwardMsg.FromString(raw).WhichOneof("type")
                if kind == "git_info_changed":
                    got[kind] += 1
    except TimeoutError:
        got["still open"] += 1
    except ConnectionClosed:
        got[f"closed {connection.close_code}"] += 1
