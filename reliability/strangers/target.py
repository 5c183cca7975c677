"""The server that is attacked, and what an attack came to."""

from __future__ import annotations

import resource
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.support.fake_geocoder import FakeGeocoder
from tests.support.servers import RunningServer


@dataclass(frozen=True, slots=True)
class Target:
    """A running server, the data it serves and, where an attack needs them, what else it works with.

    `twin` is another server of the same clinics, which an attacker has to themselves.
    """

    server: RunningServer
    data: Path
    geocoder: FakeGeocoder | None = None
    twin: RunningServer | None = None

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.server.port


@dataclass(slots=True)
class Outcome:
    """What an attack did, what it got for it, and what came of it that must not.

    `done` says with counts and rates what was done. `got` counts answers, closings and refusals.
    `wrongs` says what must not be, one sentence each; `facts` what was measured and is as it should be.
    """

    done: str
    got: Counter[str] = field(default_factory=Counter)
    wrongs: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)

    def check(self, what: str, *, is_right: bool) -> None:
        """Note a fact, among the wrongs if it is not as it should be."""
        (self.facts if is_right else self.wrongs).append(what)


@dataclass(frozen=True, slots=True)
class Attack:
    """An attack by its name; it is over when `run` returns."""

    name: str
    run: Callable[[Target], Awaitable[Outcome]]


def browser(source: str, *, timeout_s: float = 20.0) -> httpx.AsyncClient:
    """Something that speaks HTTP from this address and keeps no connection for the next request."""
    # Nothing here is encrypted, and reading all certificates for each client would take from the server.
    transport = httpx.AsyncHTTPTransport(
        local_address=source, verify=False, limits=httpx.Limits(max_keepalive_connections=0)
    )
    return httpx.AsyncClient(transport=transport, timeout=timeout_s)


@contextmanager
def many_files() -> Iterator[None]:
    """Let this process have as many sockets as the system allows, but no server that was started before."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # macOS calls its hard limit infinite and takes no such number.
    most = hard if sys.platform != "darwin" else 10_240
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
