"""What a Nominatim needs of the machine: Debian's packages, and its own in an environment of their own."""

from __future__ import annotations

import os
import platform
import shutil
from pathlib import Path
from typing import Final

from scripts.nominatim.steps import StepFailedError, run_step

REQUIREMENTS: Final = Path(__file__).resolve().parents[2] / "requirements-nominatim.lock"
DEBIAN_PYTHON: Final = "/usr/bin/python3"
"""python3-icu is made for it, and every account may run it; the Python that runs this may be neither."""

PACKAGES: Final = (
    "postgresql",
    "postgresql-postgis",
    "postgresql-postgis-scripts",
    "osm2pgsql",
    "python3-venv",
    "python3-icu",  # from PyPI it would have to be compiled
)
NOT_HERE: Final = (
    "A Nominatim to test against can be installed only as root and on Debian 12 or newer, "
    "or a system made from it: run this in such a container."
)
_APT_TIMEOUT_S: Final = 400.0
_PIP_TIMEOUT_S: Final = 200.0
_TIMEOUT_S: Final = 60.0


def install_packages() -> None:
    """Install those of Debian's packages that are missing; a database server this starts is stopped again.

    Raises StepFailedError where that cannot be done.
    """
    if os.geteuid() != 0 or not _is_debian():
        raise StepFailedError(NOT_HERE)
    missing = sorted(set(PACKAGES) - _installed())
    if not missing:
        return
    print("Installing", *missing, "...", flush=True)
    running_before = _running_clusters()
    _apt_get("update")
    _apt_get("install", "--yes", "--no-install-recommends", *missing)
    for version, name in _running_clusters() - running_before:
        run_step(["pg_ctlcluster", version, name, "stop"], timeout_s=_TIMEOUT_S, environ=dict(os.environ))


def install_nominatim(venv: Path) -> None:
    """Make the environment `venv` and install Nominatim in it, at the versions the project pins."""
    print("Installing Nominatim ...", flush=True)
    make_venv = [DEBIAN_PYTHON, "-m", "venv", "--system-site-packages", str(venv)]
    run_step(make_venv, timeout_s=_TIMEOUT_S, environ=dict(os.environ))
    pip = [str(venv / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
    install = [*pip, "install", "--require-hashes", "--only-binary=:all:", f"--requirement={REQUIREMENTS}"]
    run_step(install, timeout_s=_PIP_TIMEOUT_S, environ=dict(os.environ))


def _is_debian() -> bool:
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return False
    return "debian" in (release["ID"], *release.get("ID_LIKE", "").split()) and bool(shutil.which("apt-get"))


def _installed() -> frozenset[str]:
    """The names of all packages that are installed."""
    query = ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\\n"]
    lines = run_step(query, timeout_s=_TIMEOUT_S, environ=dict(os.environ)).splitlines()
    return frozenset(name for name, status in map(str.split, lines) if status == "installed")


def _running_clusters() -> frozenset[tuple[str, str]]:
    """Version and name of each of the machine's own PostgreSQL clusters that is running."""
    if shutil.which("pg_lsclusters") is None:
        return frozenset()
    listing = run_step(["pg_lsclusters", "--no-header"], timeout_s=_TIMEOUT_S, environ=dict(os.environ))
    clusters = (line.split() for line in listing.splitlines())
    return frozenset((version, name) for version, name, _port, status, *_ in clusters if "online" in status)


def _apt_get(*arguments: str) -> None:
    environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    patience = f"-oDPkg::Lock::Timeout={_TIMEOUT_S:.0f}"
    run_step(["apt-get", "-qq", patience, *arguments], timeout_s=_APT_TIMEOUT_S, environ=environ)
