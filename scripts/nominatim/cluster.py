"""A PostgreSQL of one's own: a new cluster in a folder, which ends with the block it was started for."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from scripts.nominatim.steps import UNPRIVILEGED, run_step, running

ACCOUNT: Final = "nobody"
"""Whose the folder becomes where root starts the cluster."""

_DATABASES: Final = Path("/usr/lib/postgresql")
_SOCKET_NUMBER: Final = "5432"
_TIMEOUT_S: Final = 60.0


def database_programs() -> Path | None:
    """The programs of the newest PostgreSQL with PostGIS, where Debian puts them; None if there is none."""
    versions = (path for path in _DATABASES.glob("*/bin") if postgis_control(path.parent.name).exists())
    return max(versions, key=lambda path: float(path.parent.name), default=None)


def cluster_environ(folder: Path, programs: Path, *, role: str) -> dict[str, str]:
    """All the variables a program of the cluster in `folder` needs; `role` is who it is to the database."""
    return {
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "PATH": f"{programs}:/usr/bin:/bin",
        "PGHOST": str(folder),
        "PGPORT": _SOCKET_NUMBER,
        "PGUSER": role,
    }


@contextmanager
def running_cluster(folder: Path, environ: Mapping[str, str]) -> Iterator[None]:
    """A new cluster that only a socket in `folder` leads to: no port, not even on loopback.

    It belongs to the role in `environ`, is run by an account that is not root's, and asks for no password.
    Raises StepFailedError if it cannot be brought to run.
    """
    data = folder / "database"
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        # What a crash would lose is thrown away anyway; compiling queries costs more than these queries.
        "fsync": "off",
        "jit": "off",
    }
    settings = [f"-c{name}={value}" for name, value in options.items()]
    as_nobody = _as_nobody(folder)
    make = ["initdb", "--no-sync", "--auth=trust", "--encoding=UTF8", f"--username={environ['PGUSER']}"]
    run_step([*as_nobody, *make, str(data)], timeout_s=_TIMEOUT_S, environ=environ, folder=folder)
    with running(
        [*as_nobody, "postgres", "-D", str(data), *settings],
        is_ready=lambda: _answers(environ),
        timeout_s=_TIMEOUT_S,
        environ=environ,
        log=folder / "postgres.log",
    ):
        yield


def _as_nobody(folder: Path) -> tuple[str, ...]:
    """What goes in front of a command, as PostgreSQL refuses to run as root; hands root's folder over."""
    if os.geteuid() != 0:
        return ("setpriv", "--pdeathsig=INT", "--")
    shutil.chown(folder, ACCOUNT)
    return UNPRIVILEGED


def _answers(environ: Mapping[str, str]) -> bool:
    asked = ["pg_isready", "--quiet"]
    return subprocess.run(asked, env=environ, check=False, timeout=_TIMEOUT_S).returncode == 0  # noqa: S603


def postgis_control(release: str) -> Path:
    """Where what describes the PostGIS for this release of PostgreSQL is, if it is installed."""
    return Path(f"/usr/share/postgresql/{release}/extension/postgis.control")
