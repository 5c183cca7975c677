"""Commands that must succeed and servers that must run, as an account that may do nothing else."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

UNPRIVILEGED: Final = (
    "setpriv",
    "--reuid=nobody",
    "--regid=nogroup",
    "--clear-groups",
    "--no-new-privs",
    # Should this process be killed, and so not come to clean up, what it started ends all the same.
    "--pdeathsig=INT",
    "--",
)
"""In front of a command: PostgreSQL refuses to run as root, and nothing else here needs to."""

_STOP_TIMEOUT_S: Final = 30.0
_POLL_S: Final = 0.2
_LOG_TAIL_CHARACTERS: Final = 4000


class StepFailedError(Exception):
    """A step on the way to a running Nominatim failed; the text names it and ends with what it printed."""


def run_step(
    command: Sequence[str], *, timeout_s: float, environ: Mapping[str, str], folder: Path | None = None
) -> str:
    """Run a command to its end in `folder` and return what it printed; raises StepFailedError."""
    try:
        return subprocess.run(  # noqa: S603 - the commands are this package's own
            command,
            cwd=folder,
            env=environ,
            umask=0o022,  # other accounts read what root installs
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=True,
            timeout=timeout_s,
        ).stdout
    except subprocess.CalledProcessError as exc:
        raise StepFailedError(f"{' '.join(command)} failed:\n{_tail(exc.output)}") from exc
    except subprocess.TimeoutExpired as exc:
        raise StepFailedError(f"{' '.join(command)} took longer than {timeout_s:.0f} s.") from exc


@contextmanager
def running(
    command: Sequence[str],
    *,
    is_ready: Callable[[], bool],
    timeout_s: float,
    environ: Mapping[str, str],
    log: Path,
) -> Iterator[None]:
    """A server from when it `is_ready`, run in the log's folder, until the block is left; it is then ended.

    Raises StepFailedError if it ends by itself before it is ready, or is not ready within `timeout_s`.
    """
    with log.open("wb") as output:
        # A session of its own: Ctrl-C reaches only this process, which ends the servers in their order.
        process = subprocess.Popen(  # noqa: S603 - the commands are this package's own
            command,
            cwd=log.parent,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    with process:
        try:
            _await(process, is_ready, time.monotonic() + timeout_s, log)
            yield
        finally:
            _end(process)


def _await(
    process: subprocess.Popen[bytes], is_ready: Callable[[], bool], deadline_s: float, log: Path
) -> None:
    while process.poll() is None and time.monotonic() < deadline_s:
        if is_ready():
            return
        time.sleep(_POLL_S)
    raise StepFailedError(f"{log.stem} did not start:\n{_tail(log.read_text(errors='replace'))}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the server to stop, and insist if it does not; all servers here take both signals to mean that."""
    for number in (signal.SIGINT, signal.SIGQUIT):
        process.send_signal(number)
        try:
            process.wait(timeout=_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            continue
        return
    process.kill()


def _tail(text: str) -> str:
    return text[-_LOG_TAIL_CHARACTERS:].strip()
