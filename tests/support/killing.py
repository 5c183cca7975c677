"""Processes ended by the signal that nothing can catch."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path


def kill_after_lines(lines: int, script: str, *arguments: str, root: Path) -> None:
    """Run the script, which never ends by itself, and kill it as soon as it has printed so many lines.

    It goes by what the script has done, not by the clock, so that a fast machine and a slow one do the same.
    """
    command = [sys.executable, "-c", script, *arguments]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            for _ in range(lines):
                assert process.stdout.readline()
        finally:
            process.kill()
    assert process.returncode == -signal.SIGKILL
