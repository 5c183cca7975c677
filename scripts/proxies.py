"""Say which of the two web servers of docs/deploy.md are here to be tried, and fetch those that are not.

They are only unpacked, into a folder of the environment: nothing is installed on the machine, and nothing
starts. Where one cannot be had, its tests are skipped, and say so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

NAMES: Final = ("nginx", "caddy")
UNPACKED: Final = Path(sys.prefix) / "proxies"


def find(name: str) -> str | None:
    """The path of the web server, on this machine or unpacked, if it runs."""
    folders = [os.environ.get("PATH", ""), "/usr/sbin", f"{UNPACKED}/usr/sbin", f"{UNPACKED}/usr/bin"]
    path = shutil.which(name, path=os.pathsep.join(folders))
    return path if path and runs(path) else None


def runs(path: str) -> bool:
    """Whether it is a program that says its version: one without its libraries is not."""
    option = "-v" if Path(path).name == "nginx" else "version"
    return _succeeds([path, option])


def why_not(name: str) -> str:
    """What to do where a web server cannot be had, in a sentence."""
    return f"{name} could be neither found nor fetched, so its example in docs/deploy.md is not tried."


def fetch(name: str) -> None:
    """Unpack Debian's package of it, where there is apt-get; any failure leaves things as they are."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return
    print(f"Fetching {name} to try its example in docs/deploy.md: apt-get download {name}", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        download = ["apt-get", "-qq", "download", name]
        if not _succeeds(download, folder):
            # On a fresh machine there are no lists of packages yet, and only root may get them.
            _succeeds(["apt-get", "-qq", "update"])
            _succeeds(download, folder)
        for package in Path(folder).glob("*.deb"):
            _succeeds(["dpkg-deb", "--extract", str(package), str(UNPACKED)])


def _succeeds(command: list[str], folder: str | None = None) -> bool:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)  # noqa: S603 - ours
    except OSError:
        return False
    return done.returncode == 0


if __name__ == "__main__":
    for wanted in NAMES:
        if find(wanted) is None:
            fetch(wanted)
        print(f"{wanted}: {find(wanted) or why_not(wanted)}")
