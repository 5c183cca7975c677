"""Attacks that ask for much work, for what is somebody else's, or through what should be closed."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlencode
from uuid import uuid4

import httpx
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest, BackMsg, DeferredFileRequestPayload
from streamlit.proto.Common_pb2 import FileURLsRequest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed

from benchmarks.visitor import VisitFailedError, Visitor, visiting
from reliability.strangers.bystanders import ATTACKER
from reliability.strangers.target import Outcome, Target, browser
from tests.support.servers import ROOT

_SHEETS: Final = 300
_VICTIM: Final = "127.0.0.9"
_ZIPS: Final = ("55407", "55101", "55318", "55901", "56001")
_API_CLIENTS: Final = 45
_DOCUMENTS: Final = ("sites.geojson", "clinics.csv", "clinics.jsonld", "clinics.fhir.json")
_UPLOADS: Final = 40
_UPLOAD_BYTES: Final = 1_000_000
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
# What the pages need of Streamlit's own routes; whatever else it has is to be refused.
_NEEDED: Final = re.compile(
    r"|/(_stcore/(health|host-config|stream|bidi-components/.*)|component/.*|media/.*|static/.*)?"
)
_HELD_S: Final = 4.0


async def sheets(target: Target) -> Outcome:
    """One visit asks for its sheet again and again without waiting for it."""
    got: Counter[str] = Counter()
    try:
        async with visiting(target.port, source=ATTACKER) as visitor:
            await _plan(visitor, target, _ZIPS[0])
            message = _sheet_request(visitor)
            for _ in range(_SHEETS):
                await visitor.connection.send(message)
            got += await _sheet_answers(visitor, _SHEETS, within_s=5.0)
    except (VisitFailedError, ConnectionClosed) as exc:
        got[f"visit ended: {str(exc)[:40]}"] += 1
    return Outcome(f"{_SHEETS} requests for one visit's sheet, at once", got)


async def guessed_sheets(target: Target) -> Outcome:
    """Make somebody else's sheets on a server of one's own, and ask for them where they were made."""
    if target.twin is None:
        raise ValueError("this attack needs a second server")
    got: Counter[str] = Counter()
    addresses = []
    for zip_code in _ZIPS:
        async with visiting(target.twin.port) as attacker:
            await _plan(attacker, target, zip_code)
            addresses.append(await _sheet(attacker))
    for zip_code, guess in zip(_ZIPS, addresses, strict=True):
        async with visiting(target.port, source=_VICTIM) as victim:
            await _plan(victim, target, zip_code)
            own = await _sheet(victim)
            got[f"own sheet {await _status(target, own, _VICTIM)}"] += 1
            got[f"guess {await _status(target, guess, ATTACKER)}"] += 1
    outcome = Outcome(f"{len(_ZIPS)} ZIP codes tried for the sheets of {len(_ZIPS)} visits", got)
    outcome.check(f"{got['guess 200']} sheets guessed", is_right=not got["guess 200"])
    outcome.check(f"{got['own sheet 200']} own sheets given", is_right=got["own sheet 200"] == len(_ZIPS))
    return outcome


async def api_documents(target: Target) -> Outcome:
    """Programs that each begin to read a large directory elsewhere, so that no part serves two."""
    got: Counter[str] = Counter()
    longest_s = 0.0

    async def one(number: int) -> None:
        nonlocal longest_s
        name, after = _DOCUMENTS[number % len(_DOCUMENTS)], f"fake-{number * 2_003:06d}"
        address = f"http://127.0.0.1:{target.port}/api/v1/{name}?after={after}"
        began_s = time.monotonic()
        got[await _answered("GET", address, ATTACKER)] += 1
        longest_s = max(longest_s, time.monotonic() - began_s)

    await asyncio.gather(*map(one, range(_API_CLIENTS)))
    outcome = Outcome(f"{_API_CLIENTS} clients at once, each another part of 100,000 clinics", got)
    outcome.facts.append(f"the last answer after {longest_s:.1f} s")
    return outcome


async def uploads(target: Target) -> Outcome:
    """Files from somebody who is not signed in, to the addresses that Streamlit gives for them."""
    got: Counter[str] = Counter()
    addresses = [f"/_stcore/upload_file/{uuid4()}/{uuid4()}"]
    # A browser that sends a folder names each file with its path in there.
    with suppress(VisitFailedError, ConnectionClosed, TimeoutError):
        async with visiting(target.port, source=ATTACKER) as visitor:
            await visitor.open()
            names = ["folder/a.csv", "../../a.csv", "a.csv"]
            request = FileURLsRequest(request_id="x", file_names=names, session_id=visitor.session_id)
            await visitor.connection.send(BackMsg(file_urls_request=request).SerializeToString())
            addresses += await _file_addresses(visitor)
    for number in range(_UPLOADS):
        path = addresses[number % len(addresses)]
        body = b"x" * _UPLOAD_BYTES
        got[await _answered("PUT", f"http://127.0.0.1:{target.port}{path}", ATTACKER, body)] += 1
    outcome = Outcome(f"{_UPLOADS} files of 1 MB to {len(addresses)} addresses, one after the other", got)
    taken = sum(count for answer, count in got.items() if answer.startswith("2"))
    outcome.check(f"{taken} files taken", is_right=taken == 0)
    return outcome


async def closed_routes(target: Target) -> Outcome:
    """Every route of the installed Streamlit that no page needs, by every method."""
    paths = [path for path in streamlit_routes() if not _NEEDED.fullmatch(path)]
    got: Counter[str] = Counter()
    open_ones = []
    for path in paths:
        for method in _METHODS:
            answer = await _answered(method, f"http://127.0.0.1:{target.port}{path}", ATTACKER)
            got[answer] += 1
            if not answer.startswith("4"):
                open_ones.append(f"{method} {path} {answer}")
            await asyncio.sleep(0.01)
    outcome = Outcome(f"{len(paths)} routes by {len(_METHODS)} methods, up to 100 a second", got)
    told = f": {', '.join(open_ones[:6])}" if open_ones else ""
    outcome.check(f"{len(open_ones)} open{told}", is_right=not open_ones)
    return outcome


async def pipe_for_overview(target: Target) -> Outcome:
    """A named pipe in the place of the overview, which nobody ever writes to."""
    return await _with_pipe(target, "overview.md")


async def pipe_for_clinics(target: Target) -> Outcome:
    """The same for the list of clinics."""
    return await _with_pipe(target, "clinics.csv")


async def clock_behind(target: Target) -> Outcome:
    """A list whose dates are all years after the server's clock, as after a reset of the clock."""
    path = target.data / "clinics.csv"
    kept = path.read_bytes()
    ahead = re.sub(rb"\b20(\d\d)-(\d\d)\b", rb"29\1-\2", kept)
    try:
        _put(path, ahead)
        await asyncio.sleep(_HELD_S)
        readiness = await _answer(f"http://127.0.0.1:{target.port}/readyz")
    finally:
        _put(path, kept)
    text = readiness.text.lower()
    outcome = Outcome(f"for {_HELD_S:.0f} s a list dated 900 years ahead of the clock", Counter())
    outcome.got[f"readyz {readiness.status_code}"] += 1
    outcome.check(
        "readyz tells of the clock" if "clock" in text else "readyz does not tell of the clock",
        is_right="clock" in text,
    )
    log = target.server.log.read_text(errors="replace").lower()
    outcome.check("in the log" if "clock" in log else "not in the log", is_right="clock" in log)
    return outcome


async def _with_pipe(target: Target, name: str) -> Outcome:
    path = target.data / name
    kept = path.read_bytes()
    pipe = path.with_name("pipe")
    os.mkfifo(pipe)
    got: Counter[str] = Counter()
    try:
        pipe.replace(path)
        await asyncio.sleep(_HELD_S)
        readiness = await _answer(f"http://127.0.0.1:{target.port}/readyz", timeout_s=5.0)
        got[f"readyz {readiness.status_code}"] += 1
    except httpx.HTTPError as exc:
        got[f"readyz {type(exc).__name__}"] += 1
    finally:
        _release(path)
        _put(path, kept)
    return Outcome(f"a named pipe in the place of {name} for {_HELD_S:.0f} s", got)


def _release(pipe: Path) -> None:
    """Let go whoever waits for somebody to write, so that what follows is not the same attack still."""
    with suppress(OSError):
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))


def _put(path: Path, content: bytes) -> None:
    new = path.with_name("new")
    new.write_bytes(content)
    new.replace(path)


def streamlit_routes() -> list[str]:
    """The paths of all routes of the installed Streamlit, with something in the place of each parameter."""
    told = subprocess.run(
        [sys.executable, "-m", "reliability.strangers.routes"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [re.sub(r"\{[^}]*\}", "x", path) for path in json.loads(told.stdout)]


async def _plan(visitor: Visitor, target: Target, zip_code: str) -> None:
    """The referral page with a plan from this ZIP code; the address told is the attacked server's."""
    query = urlencode({"from": zip_code})
    await visitor.open("refer", query, url=f"{target.server.url}/refer?{query}")


def _sheet_request(visitor: Visitor) -> bytes:
    wanted = DeferredFileRequestPayload(file_id=visitor.deferred_file("pdf"))
    request = BackendOperationRequest(
        request_id=str(uuid4()), session_id=visitor.session_id, deferred_file=wanted
    )
    raw: bytes = BackMsg(backend_operation_request=request).SerializeToString()
    return raw


async def _sheet(visitor: Visitor) -> str:
    """The path of a visit's own sheet."""
    await visitor.connection.send(_sheet_request(visitor))
    async with asyncio.timeout(30):
        while True:
            message = ForwardMsg.FromString(await visitor.connection.recv(decode=False))
            if message.WhichOneof("type") == "backend_operation_response":
                return str(message.backend_operation_response.deferred_file.url)


async def _sheet_answers(visitor: Visitor, count: int, *, within_s: float) -> Counter[str]:
    got: Counter[str] = Counter()
    with suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            while got.total() < count:
                message = ForwardMsg.FromString(await visitor.connection.recv(decode=False))
                if message.WhichOneof("type") == "backend_operation_response":
                    told = message.backend_operation_response
                    got["sheet" if told.deferred_file.url else f"refused: {told.error_msg[:40]}"] += 1
    if got.total() < count:
        got["not answered"] += count - got.total()
    return got


async def _file_addresses(visitor: Visitor) -> list[str]:
    async with asyncio.timeout(5):
        while True:
            message = ForwardMsg.FromString(await visitor.connection.recv(decode=False))
            if message.WhichOneof("type") == "file_urls_response":
                return [one.upload_url for one in message.file_urls_response.file_urls]


async def _status(target: Target, path: str, source: str) -> str:
    return await _answered("GET", f"http://127.0.0.1:{target.port}{path}", source) if path else "none"


async def _answered(method: str, address: str, source: str, body: bytes | None = None) -> str:
    """The status, or how it went without one."""
    try:
        async with browser(source, timeout_s=30.0) as client:
            return str((await client.request(method, address, content=body)).status_code)
    except httpx.HTTPError as exc:
        return type(exc).__name__


async def _answer(address: str, *, timeout_s: float = 20.0) -> httpx.Response:
    async with browser(_VICTIM, timeout_s=timeout_s) as client:
        return await client.get(address)
