"""Print the path of a Chromium that runs: the one named, one found on the machine, or one installed now.

Everything but the path goes to standard error. Exits 1 with one line where none can be had.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

# The one without windows first: it does the same on the page in three quarters of the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NONE_TO_BE_HAD = (
    "The browser tests need a Chromium, and none could be found or installed. "
    "Install one (on Debian: apt-get install chromium) or name it: make test CHROMIUM=/path/to/chromium"
)


def find(environ: Mapping[str, str]) -> str | None:
    """The path of a Chromium here that starts, or None; if CHROMIUM names one, only that is tried."""
    named = environ.get("CHROMIUM")
    candidates = [named] if named else _on_this_machine(environ)
    return next((path for path in candidates if runs(path)), None)


def runs(path: str) -> bool:
    """Whether it is a program that says its version: a stub or a browser without its libraries is not."""
    try:
        answer = subprocess.run(  # noqa: S603 - the path is the caller's own choice
            [path, "--version"], capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and b"Chrom" in answer.stdout


def _on_this_machine(environ: Mapping[str, str]) -> Iterator[str]:
    for name in NAMES:
        if path := shutil.which(name, path=environ.get("PATH")):
            yield path
    yield from _from_playwright()


def _from_playwright() -> Iterator[str]:
    """Where Playwright keeps its own Chromium, if it has one."""
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - not needed where a browser is found
    except ImportError:
        return
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if Path(path).exists():
        yield path


def install_attempts() -> Iterator[list[list[str]]]:
    """The ways to install one, each as commands: the distribution's where allowed, then Playwright's."""
    root = os.geteuid() == 0
    sudo = [] if root else ["sudo", "-n"]
    may_install = root or _succeeds(["sudo", "-n", "true"])
    if shutil.which("apt-get") and may_install:
        apt_get = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
        for package in NAMES[:2]:
            yield [[*apt_get, "update"], [*apt_get, "install", "-y", "--no-install-recommends", package]]
    with_libraries = ["--with-deps"] if may_install else []
    yield [[sys.executable, "-m", "playwright", "install", *with_libraries, "chromium"]]


def _succeeds(command: list[str]) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - written above
    except OSError:
        return False
    return done.returncode == 0


def find_or_install(environ: Mapping[str, str]) -> str | None:
    """A Chromium that runs, installed if there is none and CHROMIUM names none; None if none can be had."""
    path = find(environ)
    if path or environ.get("CHROMIUM"):
        return path
    for commands in install_attempts():
        print(f"Installing Chromium: {' '.join(commands[-1])}", file=sys.stderr)
        if all(_succeeds(command) for command in commands) and (path := find(environ)):
            return path
    return None


if __name__ == "__main__":
    found = find_or_install(os.environ)
    if found is None:
        sys.exit(NONE_TO_BE_HAD)
    print(found)
