"""Tests say by their marks what they need, and are held to it: `make check` runs what starts no process.

A process is a browser, a server, or any command. Python itself reports each that starts.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from typing import Any, Final

import pytest

# What of https://docs.python.org/3/library/audit_events.html starts a process.
_EVENTS: Final = frozenset(
    {"subprocess.Popen", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system"}
)
# The fixtures that several modules share and that start one. The others' users say so themselves.
_BROWSERS: Final = frozenset({"chromium_path"})
_SERVERS: Final = frozenset({"app_server", "start_app"})
NOT_SAID: Final = "starts a process, and `make check` would wait for it: mark it with pytest.mark.process"
IN_VAIN: Final = "starts no process: without its mark pytest.mark.process, `make check` runs it too"

# All of this run; a test's own are those from where it began.
_started: list[str] = []
_BEGAN: Final = pytest.StashKey[int]()
# The fixtures, by name and by where they hold, that started a process when they were made.
_starters: set[tuple[str, str]] = set()


def _marks(item: pytest.Item) -> set[str]:
    """What a test says that `make check` would wait for."""
    return {mark.name for mark in item.iter_markers()} & {"browser", "fuzzer", "process"}


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if event in _EVENTS:
        _started.append(f"{event} {arguments[0]!r}" if arguments else event)


sys.addaudithook(_hear)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marks known."""
    for line in (
        "browser: drives a real Chromium; set by itself",
        "process: starts a process, such as a server or a command of its own",
        "fuzzer: has a fuzzer make up its questions; set by itself",
    ):
        config.addinivalue_line("markers", line)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what can be seen before a test runs, and begin with the modules that wait for processes.

    The quick ones come last: with several workers, none is left alone with a long module at the end.
    """
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if fixtures & _BROWSERS:
            item.add_marker("browser")
        if fixtures & _SERVERS:
            item.add_marker("process")
        if "schemathesis" in vars(getattr(item, "module", None) or object):
            item.add_marker("fuzzer")
    long = {item.path for item in items if _marks(item)}
    items.sort(key=lambda item: item.path not in long)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None, Any, Any]:
    """Remember a fixture that starts a process: those who come later only use it."""
    before = len(_started)
    try:
        return (yield)
    finally:
        if len(_started) > before:
            _starters.add((fixturedef.argname, fixturedef.baseid))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """Begin to count before the first fixture is made."""
    item.stash[_BEGAN] = len(_started)
    yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Fail a test that did well otherwise, and whose mark is not true."""
    yield
    fixtures = getattr(item, "fixturenames", ())
    own = _started[item.stash[_BEGAN] :]
    starts = bool(own) or any(name in fixtures and item.nodeid.startswith(base) for name, base in _starters)
    if starts and not _marks(item):
        pytest.fail(f"{item.nodeid} {NOT_SAID} ({', '.join(own) or 'in a fixture'})", pytrace=False)
    # The mark of a test with many examples stands for all of them.
    if not starts and "process" in _marks(item) and not hasattr(item, "callspec"):
        pytest.fail(f"{item.nodeid} {IN_VAIN}", pytrace=False)
