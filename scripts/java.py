"""Print the path of a Java that runs: the one named, one found on the machine, or one installed now.

The Nu Html Checker is a Java program. Everything but the path goes to standard error. Exits 1 with one line
where none can be had.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from typing import Final

from scripts import debian

PACKAGE: Final = "default-jre-headless"
NONE_TO_BE_HAD: Final = (
    "The check of the HTML needs a Java, and none could be found or installed. "
    f"Install one (on Debian: apt-get install {PACKAGE}) or name it: make test JAVA=/path/to/java"
)


def find(environ: Mapping[str, str]) -> str | None:
    """The path of a Java here that starts, or None; if JAVA names one, only that is tried."""
    path = environ.get("JAVA") or shutil.which("java", path=environ.get("PATH"))
    return path if path and runs(path) else None


def runs(path: str) -> bool:
    """Whether it is a program that says its version: a stub that offers to install one is not."""
    try:
        answer = subprocess.run(  # noqa: S603 - the path is the caller's own choice
            [path, "-version"], capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and b"version" in answer.stderr


def find_or_install(environ: Mapping[str, str]) -> str | None:
    """A Java that runs, installed if there is none and JAVA names none; None if none can be had."""
    path = find(environ)
    if path or environ.get("JAVA"):
        return path
    return find(environ) if debian.install(PACKAGE, environ=environ) else None


if __name__ == "__main__":
    found = find_or_install(os.environ)
    if found is None:
        sys.exit(NONE_TO_BE_HAD)
    print(found)
