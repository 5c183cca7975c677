"""What every test gets: no network beyond this machine, no settings of anybody's, a Chromium or a failure."""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from pytest_socket import socket_allow_hosts

from scripts.chromium import NONE_TO_BE_HAD, find
from tests.support.parts_of_pages import keep_what_was_not_drawn_again, read_installed_packages_once
from tests.support.servers import RunningServer, running_app

pytest_plugins = ["pytester", "tests.support.process_guard", "tests.support.shipped_copy"]

LOOPBACK = ["127.0.0.1", "::1"]

# Each run tries the same examples, and a busy machine does not fail one for being slow.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
# Of `make check`: --hypothesis-profile=quick.
settings.register_profile("quick", settings.get_profile("repeatable"), max_examples=10)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Before a test's fixtures are made: connections to anywhere but this machine fail from here on."""
    socket_allow_hosts(LOOPBACK, allow_unix_socket=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse tests that share an id, as pytest-xdist would run only the first of them and say nothing."""
    for item in items:
        # Schemathesis 4.32 puts the operation into the name, and pytest 9.2 does not take it from there.
        if operation := getattr(item, "operation_label", None):
            item._id = item._id.with_params(operation)  # noqa: SLF001 - nothing public sets it
    times = Counter(item.nodeid for item in items)
    if shared := [nodeid for nodeid, count in times.items() if count > 1]:
        raise pytest.UsageError(f"More than one test has the id {', '.join(shared)}")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep the garbage collector from what is there before the first test, which all stays until the last.

    It is far more than any test makes, and would be looked through again and again.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _nobodys_own_settings() -> Iterator[None]:
    # Whoever runs the tests may run an app of theirs from the same shell.
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("LOCATOR_")]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session", autouse=True)
def _installed_packages_are_read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        read_installed_packages_once(patch)
        yield


@pytest.fixture(autouse=True)
def _pages_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_what_was_not_drawn_again(monkeypatch)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The Chromium that browser tests drive; without one they fail, they are never skipped."""
    path = find(os.environ)
    if path is None:
        pytest.fail(NONE_TO_BE_HAD, pytrace=False)
    return path


@pytest.fixture(scope="session")
def app_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The real app with the shipped data, on a free port of this machine, tiles off; shared by all tests."""
    with running_app(tmp_path_factory.mktemp("app") / "log.txt", {"LOCATOR_TILE_URL": "none"}) as server:
        yield server


@pytest.fixture
def project_root() -> Path:
    """The folder the project is in."""
    return Path(__file__).resolve().parent.parent
