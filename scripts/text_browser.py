"""Find w3m, a browser that shows text and runs no script, or install it, for the tests without scripts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from typing import Final

from scripts import debian

PACKAGE: Final = "w3m"
NONE_TO_BE_HAD: Final = (
    "The tests of pages without scripts need w3m, and it could neither be found nor installed. "
    f"Install it (on Debian: apt-get install {PACKAGE}) or name it: make test W3M=/path/to/w3m"
)


def find(environ: Mapping[str, str]) -> str | None:
    """The path of a w3m here that starts, or None; if W3M names one, only that is tried."""
    path = environ.get("W3M") or shutil.which("w3m", path=environ.get("PATH"))
    return path if path and runs(path) else None


def runs(path: str) -> bool:
    """Whether it is a program that says its version."""
    try:
        answer = subprocess.run(  # noqa: S603 - the path is the caller's own choice
            [path, "-version"], capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and b"w3m" in answer.stdout


def find_or_install(environ: Mapping[str, str]) -> str | None:
    """A w3m that runs, installed if there is none and W3M names none; None if none can be had."""
    path = find(environ)
    if path or environ.get("W3M"):
        return path
    return find(environ) if debian.install(PACKAGE, environ=environ) else None


if __name__ == "__main__":
    found = find_or_install(os.environ)
    if found is None:
        sys.exit(NONE_TO_BE_HAD)
    print(found)
