"""Finding a browser for the tests: one that runs, or one clear line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.chromium import NO_DRIVER, NONE_TO_BE_HAD, find, find_or_install
from tests.support.programs import program
from tests.support.servers import ROOT

pytestmark = pytest.mark.process


def test_the_first_one_on_the_path_that_runs_is_taken(tmp_path: Path) -> None:
    program(tmp_path, "chromium", "echo 'not installed, try snap' >&2; exit 1")
    works = program(tmp_path, "google-chrome", "echo 'Google Chrome 555.0'")
    assert find({"PATH": str(tmp_path)}) == str(works)


def test_the_one_without_windows_is_taken_before_the_whole_browser(tmp_path: Path) -> None:
    program(tmp_path, "chromium", "echo 'Chromium 555.0'")
    light = program(tmp_path, "chromium-headless-shell", "echo 'Chromium 555.0'")
    assert find({"PATH": str(tmp_path)}) == str(light)


def test_one_that_is_named_wins(tmp_path: Path) -> None:
    program(tmp_path, "chromium", "echo 'Chromium 1'")
    named = program(tmp_path, "my-browser", "echo 'Chromium 2'")
    assert find({"PATH": str(tmp_path), "CHROMIUM": str(named)}) == str(named)


@pytest.mark.parametrize("script", ["exit 127", "echo 'Firefox 1'", None])
def test_a_named_one_that_is_none_is_never_replaced_by_another(tmp_path: Path, script: str | None) -> None:
    program(tmp_path, "chromium", "echo 'Chromium 1'")
    named = program(tmp_path, "my-browser", script) if script else tmp_path / "missing"
    assert find_or_install({"PATH": str(tmp_path), "CHROMIUM": str(named)}) is None


def test_where_none_can_be_had_there_is_one_line_and_a_failure(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.chromium"],
        cwd=ROOT,
        env={"PATH": str(tmp_path), "CHROMIUM": str(tmp_path / "missing")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines() == [NONE_TO_BE_HAD]


# A module that stands before the real Playwright, and fails as its Node.js does where a library is missing.
BROKEN = """
import sys
sys.exit("node: error while loading shared libraries: libatomic.so.1: cannot open shared object file")
"""


@pytest.fixture
def broken_playwright(tmp_path: Path) -> str:
    """Where Python finds a Playwright whose driver does not start."""
    package = tmp_path / "broken" / "playwright"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    for module in ("__main__.py", "sync_api.py"):
        (package / module).write_text(BROKEN)
    return str(package.parent)


def test_a_playwright_that_does_not_start_means_none_here(tmp_path: Path, broken_playwright: str) -> None:
    assert find({"PATH": str(tmp_path), "PYTHONPATH": broken_playwright}) is None


def test_a_browser_without_a_playwright_that_starts_is_one_line_and_a_failure(
    tmp_path: Path, broken_playwright: str
) -> None:
    program(tmp_path, "chromium", "echo 'Chromium 555.0'")
    done = subprocess.run(
        [sys.executable, "-m", "scripts.chromium"],
        cwd=ROOT,
        env={"PATH": str(tmp_path), "PYTHONPATH": broken_playwright},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(NO_DRIVER)
    assert line.endswith("libatomic.so.1: cannot open shared object file")
