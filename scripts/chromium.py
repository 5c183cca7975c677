"""Print the path of a Chromium that runs: the one named, one found on the machine, or one installed now.

Everything but the path goes to standard error. Exits 1 with one line where none can be had, or where what
steers it for the tests, Playwright, does not start.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from scripts import debian

# The one without windows first: it does the same on the page in three quarters of the time.
NAMES: Final = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
DRIVER_LIBRARY: Final = "libatomic1"
"""What Playwright's own Node.js needs, whichever browser it steers, and a minimal Debian lacks."""

PACKAGES: Final = (NAMES[0], DRIVER_LIBRARY)
NONE_TO_BE_HAD: Final = (
    "The browser tests need a Chromium, and none could be found or installed. "
    f"Install one (on Debian: apt-get install {' '.join(PACKAGES)}) or name it: "
    "make test CHROMIUM=/path/to/chromium"
)
NO_DRIVER: Final = (
    "The browser tests need Playwright, which does not start here. "
    f"Install what it lacks (on Debian: apt-get install {DRIVER_LIBRARY}). It said: "
)
_TIMEOUT_S: Final = 60
# Run as a process of its own: a driver that cannot start must not end this one, whatever way it fails.
_SAY_WHERE: Final = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def find(environ: Mapping[str, str]) -> str | None:
    """The path of a Chromium here that starts, or None; if CHROMIUM names one, only that is tried."""
    named = environ.get("CHROMIUM")
    candidates = [named] if named else _on_this_machine(environ)
    return next((path for path in candidates if runs(path)), None)


def runs(path: str) -> bool:
    """Whether it is a program that says its version: a stub or a browser without its libraries is not."""
    answer = _answer([path, "--version"])
    return answer is not None and answer.returncode == 0 and "Chrom" in answer.stdout


def _on_this_machine(environ: Mapping[str, str]) -> Iterator[str]:
    for name in NAMES:
        if path := shutil.which(name, path=environ.get("PATH")):
            yield path
    yield from _from_playwright(environ)


def _from_playwright(environ: Mapping[str, str]) -> Iterator[str]:
    """Where Playwright keeps its own Chromium, if it is installed, starts and has one."""
    if _has_playwright():
        answer = _answer([sys.executable, "-c", _SAY_WHERE], environ)
        if answer and answer.returncode == 0 and Path(answer.stdout.strip()).is_file():
            yield answer.stdout.strip()


def _has_playwright() -> bool:
    return importlib.util.find_spec("playwright") is not None


def find_or_install_debians(environ: Mapping[str, str]) -> str | None:
    """A Chromium that runs; Debian's is installed if there is none, CHROMIUM names none, and it may be."""
    path = find(environ)
    if path or environ.get("CHROMIUM"):
        return path
    for name in NAMES[:2]:
        if debian.install(name, DRIVER_LIBRARY, environ=environ) and (path := find(environ)):
            return path
    return None


def find_or_install(environ: Mapping[str, str]) -> str | None:
    """The same, with Playwright's own Chromium as the last resort; None if none can be had."""
    path = find_or_install_debians(environ)
    if path or environ.get("CHROMIUM") or not _has_playwright():
        return path
    print("Installing Playwright's Chromium, in its folder outside of this project", file=sys.stderr)
    with_libraries = ["--with-deps"] if debian.may_install(environ) else []
    install = [sys.executable, "-m", "playwright", "install", *with_libraries, "chromium"]
    _answer(install, environ, timeout_s=None)
    return find(environ)


def driver_fault(environ: Mapping[str, str]) -> str | None:
    """Why Playwright does not start, in its last words; None if it does."""
    fault = _driver_fault(environ)
    if fault is not None and debian.install(DRIVER_LIBRARY, environ=environ):
        fault = _driver_fault(environ)
    return fault


def _driver_fault(environ: Mapping[str, str]) -> str | None:
    answer = _answer([sys.executable, "-m", "playwright", "--version"], environ)
    if answer is None:
        return "it did not answer"
    said = answer.stderr.strip().splitlines() or ["nothing"]
    return None if answer.returncode == 0 else said[-1]


def _answer(
    command: list[str], environ: Mapping[str, str] | None = None, timeout_s: float | None = _TIMEOUT_S
) -> subprocess.CompletedProcess[str] | None:
    """What the command answered; None if it could not be started or did not end in time."""
    env = None if environ is None else dict(environ)
    try:
        return subprocess.run(  # noqa: S603 - written here, or the caller's own choice
            command, env=env, capture_output=True, text=True, errors="replace", timeout=timeout_s, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None


def main() -> None:
    """Print where it is."""
    found = find_or_install(os.environ)
    if found is None:
        sys.exit(NONE_TO_BE_HAD)
    fault = driver_fault(os.environ)
    if fault is not None:
        sys.exit(NO_DRIVER + fault)
    print(found)


if __name__ == "__main__":
    main()
