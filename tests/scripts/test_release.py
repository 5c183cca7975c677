"""An update as docs/deploy.md has it: the running service notices nothing; going back needs no network."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import threading
import venv
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import httpx
import pytest

from tests.support.project_copy import commit_all, project_copy
from tests.support.servers import RunningServer, running

# Several servers one after the other, each from nothing.
pytestmark = [pytest.mark.process, pytest.mark.timeout(600)]

TEMPLATE = Path("locator", "presentation", "templates", "first_body.html")


def environment(checkout: Path, name: str) -> Path:
    """An environment of its own that has every library of this one, and is the one in use."""
    folder = checkout / ".venvs" / name
    venv.create(folder, with_pip=False, symlinks=True)
    libraries = next((folder / "lib").glob("python*")) / "site-packages"
    (libraries / "all.pth").write_text(sysconfig.get_path("purelib") + "\n")
    (checkout / ".venv").unlink(missing_ok=True)
    (checkout / ".venv").symlink_to(f".venvs/{name}")
    return folder


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    copy = project_copy(tmp_path / "checkout")
    environment(copy, "1")
    return copy


def release(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    alone = {k: v for k, v in os.environ.items() if not k.startswith("LOCATOR_") and k != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-m", "scripts.release", *arguments],
        cwd=checkout,
        env=alone,
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def service(checkout: Path, log: Path) -> Iterator[RunningServer]:
    """The service as the unit file starts it: through the link."""
    command = [f"{checkout}/current/.venv/bin/python", f"{checkout}/current/scripts/serve.py"]
    with running(command, log=log, settings={"PYTHONPATH": ""}, await_path="/readyz") as server:
        yield server


class Asking:
    """Asks for the start page and the health check without end, and counts what comes back."""

    def __init__(self, server: RunningServer) -> None:
        self._server = server
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self.answers: Counter[tuple[str, int | str]] = Counter()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stop.set()
        self._thread.join()

    def _ask(self) -> None:
        with httpx.Client(base_url=self._server.url, trust_env=False, timeout=60) as client:
            while not self._stop.is_set():
                for path in ("/", "/refer?lang=es", "/assets/app/map.js", "/readyz"):
                    try:
                        self.answers[path, client.get(path).status_code] += 1
                    except httpx.HTTPError as exc:
                        self.answers[path, type(exc).__name__] += 1


def change(checkout: Path, words: str) -> str:
    """A new commit whose pages say something else."""
    path = checkout / TEMPLATE
    path.write_text(f"<!-- {words} -->\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    return commit_all(checkout, words)[:12]


def test_an_update_is_built_beside_and_going_back_needs_nothing(checkout: Path, tmp_path: Path) -> None:
    made = release(checkout)
    assert made.returncode == 0, made.stderr
    first = (checkout / "current").resolve()
    with service(checkout, tmp_path / "log") as server, Asking(server) as asking:
        environment(checkout, "2")
        second = change(checkout, "the second release")
        made = release(checkout)
        assert made.returncode == 0, made.stderr
        assert (checkout / "current").resolve() == checkout / "releases" / second
        # What runs is the first one still, whole: its code, its environment.
        assert Path(f"/proc/{server.process_id}/cwd").resolve() == first
        loaded = Path(f"/proc/{server.process_id}/maps").read_text()
        assert "the second release" not in httpx.get(server.url, trust_env=False).text
        assert f"{checkout}/current" not in loaded
    assert {status for _path, status in asking.answers} == {200}, asking.answers

    with service(checkout, tmp_path / "log") as server:
        assert "the second release" in httpx.get(server.url, trust_env=False).text

    (checkout / ".git").rename(tmp_path / "no-repository")
    gone_back = release(checkout, "back")
    assert gone_back.returncode == 0, gone_back.stderr
    assert (checkout / "current").resolve() == first
    with service(checkout, tmp_path / "log") as server:
        assert "the second release" not in httpx.get(server.url, trust_env=False).text


def test_a_release_that_does_not_answer_never_becomes_the_current_one(checkout: Path) -> None:
    assert release(checkout).returncode == 0
    first = (checkout / "current").resolve()
    for damage, words in (
        ("import no_such_package\n", "No module named 'no_such_package'"),
        ("raise SystemExit('a fault in the new version')\n", "a fault in the new version"),
    ):
        app = checkout / "app.py"
        before = app.read_text(encoding="utf-8")
        app.write_text(damage + before.replace("from __future__ import annotations\n", ""), encoding="utf-8")
        name = commit_all(checkout, "broken")[:12]
        failed = release(checkout)
        assert failed.returncode == 1
        assert words in failed.stderr
        assert failed.stderr.endswith("The release that runs is as it was.\n")
        assert (checkout / "current").resolve() == first
        assert not (checkout / "releases" / name).exists()
        app.write_text(before, encoding="utf-8")
    (checkout / "data" / "clinics.csv").write_text("nonsense\n")
    commit_all(checkout, "no clinics")
    failed = release(checkout)
    assert "answers /readyz with 503" in failed.stderr
    assert (checkout / "current").resolve() == first


def test_what_is_changed_here_and_would_be_missing_in_a_release_is_named(checkout: Path) -> None:
    with (checkout / "data" / "overview.md").open("a", encoding="utf-8") as file:
        file.write("Ours.\n")
    refused = release(checkout)
    assert refused.returncode == 1
    assert "data/overview.md" in refused.stderr
    assert "move-data" in refused.stderr
    assert not (checkout / "current").exists()


def test_every_release_has_the_operators_settings_and_few_are_kept(checkout: Path) -> None:
    (checkout / "locator.toml").write_text('practice_name = "Fake Practice"\n')
    for age in range(1, 8):
        old = checkout / "releases" / f"old-{age}"
        old.mkdir(parents=True)
        (checkout / ".venvs" / f"env-{age}").mkdir()
        (old / ".venv").symlink_to(f"../../.venvs/env-{age}")
        os.utime(old, (1_000_000 - age, 1_000_000 - age))
    # The oldest was gone back to: it runs, whatever its age.
    (checkout / "current").symlink_to("releases/old-7")
    made = release(checkout)
    assert made.returncode == 0, made.stderr
    name = (checkout / "current").resolve().name
    kept = {"old-1", "old-2", "old-3", "old-4", "old-7"}
    assert {path.name for path in (checkout / "releases").iterdir()} == {name, *kept}
    environments = {f"env-{old.removeprefix('old-')}" for old in kept}
    assert {path.name for path in (checkout / ".venvs").iterdir()} == {"1", *environments}
    assert (checkout / "previous").resolve().name == "old-7"
    assert (checkout / "current" / "locator.toml").read_text() == 'practice_name = "Fake Practice"\n'


def test_without_a_release_before_there_is_no_way_back(checkout: Path) -> None:
    refused = release(checkout, "back")
    assert refused.returncode == 1
    assert "no release before" in refused.stderr
