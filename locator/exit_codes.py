"""What the exit code of every command says."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What the exit code says."""

    FOUND = 0
    USAGE = 2
    NO_SUCH_PLACE = 3
    SERVICE_OUT = 4
    INVALID_DATA = 5
    NEEDS_A_LOOK = 6
