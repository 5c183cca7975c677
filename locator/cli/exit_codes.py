"""What the exit code of every command says."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Shared by all commands; docs/cli.md and the commands' own pages say when each is returned.

    INTERRUPTED is what a shell gives a program that was ended by Ctrl+C (128 + SIGINT).
    """

    DONE = 0
    USAGE = 2
    NO_SUCH_PLACE = 3
    SERVICE_OUT = 4
    INVALID_DATA = 5
    NEEDS_A_LOOK = 6
    INTERRUPTED = 130
