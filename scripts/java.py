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

NONE_TO_BE_HAD = (
    "The check of the HTML needs a Java, and none could be found or installed. "
    "Install one (on Debian: apt-get install default-jre-headless) or name it: make test JAVA=/path/to/java"
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
    if path or environ.get("JAVA") or not shutil.which("apt-get", path=environ.get("PATH")):
        return path
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    apt_get = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    install = [*apt_get, "install", "-y", "--no-install-recommends", "default-jre-headless"]
    print(f"Installing Java: {' '.join(install)}", file=sys.stderr)
    done = all(_succeeds(command) for command in ([*apt_get, "update"], install))
    return find(environ) if done else None


def _succeeds(command: list[str]) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - written above
    except OSError:
        return False
    return done.returncode == 0


if __name__ == "__main__":
    found = find_or_install(os.environ)
    if found is None:
        sys.exit(NONE_TO_BE_HAD)
    print(found)
