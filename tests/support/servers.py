"""Real servers for tests: started as people start them, on a free port, each ended by its own id."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
START_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that has answered: where it is, its process, and the file that holds all it printed."""

    url: str
    port: int
    process_id: int
    log: Path


@contextmanager
def running_app(
    log: Path, settings: Mapping[str, str] | None = None, *, await_path: str = "/readyz"
) -> Iterator[RunningServer]:
    """The project's own app with `LOCATOR_...` variables, from when `await_path` first answers 200."""
    command = [sys.executable, str(ROOT / "scripts" / "serve.py")]
    with running(command, log=log, settings=settings, await_path=await_path) as server:
        yield server


@contextmanager
def running(
    command: Sequence[str],
    *,
    log: Path,
    port_option: str = "--port",
    settings: Mapping[str, str] | None = None,
    await_path: str = "/healthz",
) -> Iterator[RunningServer]:
    """A server started by `command` on a free port; if it does not come to answer, its log is the failure.

    It starts in the folder the log is in, with no settings but `settings`.
    """
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, port_option, str(port)],
            cwd=log.parent,
            env=_environment(settings or {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    with process:
        try:
            url = f"http://127.0.0.1:{port}"
            _await_answer(url + await_path, process, log)
            yield RunningServer(url, port, process.pid, log)
        finally:
            _end(process)


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    """What is inherited, less anybody's own settings of the app."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("LOCATOR_", "STREAMLIT_"))}
    return inherited | {"PYTHONPATH": str(ROOT)} | dict(settings)


def free_port() -> int:
    """A port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _await_answer(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(url, timeout=5, trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"{url} did not answer; the server printed:\n{log.read_text(errors='replace')}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to stop, and insist if it does not."""
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
