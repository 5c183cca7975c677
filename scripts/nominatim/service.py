"""A Nominatim of one's own: a private database, an import without downloads, and its API on loopback."""

from __future__ import annotations

import http.client
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scripts.nominatim.cluster import ACCOUNT, cluster_environ, database_programs, running_cluster
from scripts.nominatim.install import install_nominatim
from scripts.nominatim.steps import UNPRIVILEGED, StepFailedError, run_step, running

LOOPBACK: Final = "127.0.0.1"
OWNER: Final = "nominatim"
READER: Final = "www-data"
"""The database role Nominatim's import lets read, and no more: its default name for it."""

_TIMEOUT_S: Final = 60.0
_IMPORT_TIMEOUT_S: Final = 300.0


@dataclass(frozen=True, slots=True)
class _Home:
    """The folder all of one Nominatim lives in; only `ACCOUNT` and root can look into it."""

    path: Path
    database_programs: Path

    @property
    def venv(self) -> Path:
        return self.path / "venv"

    @property
    def osm_file(self) -> Path:
        return self.path / "data.osm"

    def environ(self, role: str = OWNER) -> dict[str, str]:
        """All the variables a program of this Nominatim sees; `role` is who it is to the database."""
        database = cluster_environ(self.path, self.database_programs, role=role)
        dsn = f"pgsql:dbname=nominatim;host={database['PGHOST']};port={database['PGPORT']};user={role}"
        return {
            **database,
            "PATH": f"{self.venv / 'bin'}:{database['PATH']}",
            "NOMINATIM_DATABASE_DSN": dsn,
            "NOMINATIM_DATABASE_WEBUSER": READER,
            "NOMINATIM_IMPORT_STYLE": "address",
            "NOMINATIM_LANGUAGES": "en",
        }

    def run(self, *command: str, timeout_s: float = _TIMEOUT_S) -> None:
        """Run a command to its end in this folder, as `ACCOUNT`."""
        run_step([*UNPRIVILEGED, *command], timeout_s=timeout_s, environ=self.environ(), folder=self.path)


@contextmanager
def running_nominatim(osm_file: Path) -> Iterator[str]:
    """The URL of a Nominatim that knows `osm_file` and nothing else, until the block is left.

    Nothing of it is left behind then. Raises StepFailedError if it cannot be brought to run.
    """
    programs = database_programs()
    if programs is None:
        raise StepFailedError("There is no PostgreSQL with PostGIS here.")
    # Elsewhere the account may not get to it, or the database's socket may get too long a name.
    with tempfile.TemporaryDirectory(prefix="nominatim-", dir="/tmp") as folder:
        home = _Home(Path(folder), programs)
        shutil.chown(home.path, ACCOUNT)
        shutil.copyfile(osm_file, home.osm_file)
        home.osm_file.chmod(0o644)
        install_nominatim(home.venv)
        with running_cluster(home.path, home.environ()):
            print("Importing ...", flush=True)
            home.run("createuser", READER)
            # Offline, it makes do with what came with the package: country borders, no Wikipedia ranking.
            home.run(
                *("nominatim", "import", "--offline", "--no-partitions", "--no-updates"),
                *("--osm-file", str(home.osm_file)),
                timeout_s=_IMPORT_TIMEOUT_S,
            )
            with _running_api(home) as url:
                yield url


@contextmanager
def _running_api(home: _Home) -> Iterator[str]:
    """Nominatim's web API on a free port of this machine, reading the database with the reader's rights."""
    port = _free_port()
    with running(
        [
            *UNPRIVILEGED,
            *("uvicorn", "--factory", "nominatim_api.server.falcon.server:run_wsgi"),
            *("--host", LOOPBACK, "--port", str(port), "--no-access-log", "--log-level=warning"),
        ],
        is_ready=lambda: _answers(port),
        timeout_s=_TIMEOUT_S,
        environ=home.environ(READER),
        log=home.path / "api.log",
    ):
        yield f"http://{LOOPBACK}:{port}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
    try:
        connection.request("GET", "/status")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()
