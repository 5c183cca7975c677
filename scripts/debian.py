"""Debian's packages, installed where this account may do so without being asked for anything."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from typing import Final

_SIZE: Final = re.compile(r"\d\s?[kMG]?B\b")


def may_install(environ: Mapping[str, str]) -> bool:
    """Whether there is an apt-get here that this account may use: as root, or by a sudo that asks nothing."""
    return _apt_get(environ) is not None


def install(*packages: str, environ: Mapping[str, str]) -> bool:
    """Install the packages, and say beforehand on standard error which and how much; whether it was done.

    They land outside of the project, so nothing is installed unannounced. If this account may not install at
    all, nothing is said; if it fails, apt's own last words.
    """
    apt_get = _apt_get(environ)
    if apt_get is None:
        return False
    asked = ["install", "--no-install-recommends", *packages]
    print(f"Installing Debian packages, outside of this project: {' '.join(packages)}", file=sys.stderr)
    if not _done([*apt_get, "-qq", "update"], environ):
        return False
    would = _run([*apt_get, "--assume-no", *asked], environ)
    for line in filter(_SIZE.search, would.stdout.splitlines() if would else ()):
        print(f"  {line.strip()}", file=sys.stderr)
    return _done([*apt_get, "-qq", "--yes", *asked], environ)


def _apt_get(environ: Mapping[str, str]) -> list[str] | None:
    """The words that run apt-get with the rights it needs."""
    path = environ.get("PATH")
    apt_get, sudo = shutil.which("apt-get", path=path), shutil.which("sudo", path=path)
    if apt_get is None:
        return None
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", apt_get]
    if os.geteuid() == 0:
        return quiet
    answer = _run([sudo, "-n", "true"], environ) if sudo else None
    return [str(sudo), "-n", *quiet] if answer and answer.returncode == 0 else None


def _done(command: list[str], environ: Mapping[str, str]) -> bool:
    answer = _run(command, environ)
    if answer and answer.returncode == 0:
        return True
    last_words = answer.stderr.strip().splitlines()[-1:] if answer else []
    print("  That failed.", *last_words, file=sys.stderr)
    return False


def _run(command: list[str], environ: Mapping[str, str]) -> subprocess.CompletedProcess[str] | None:
    """What the command answered, or None if it could not be started."""
    try:
        return subprocess.run(  # noqa: S603 - written in this file, but for the names of packages
            command, env=dict(environ), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    except OSError:
        return None
