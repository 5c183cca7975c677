"""One at a time among all processes and threads that change the same files."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from locator.errors import LocatorError
from locator.files import open_descriptor
from locator.language import gettext as _

_LOOK_AGAIN_AFTER_S: Final = 0.02


class BusyError(LocatorError):
    """Somebody else is changing the same files and did not end in time."""


@contextmanager
def exclusive(lock: Path, *, timeout_s: float) -> Iterator[None]:
    """Hold the lock file, which is made if missing, until the block ends.

    The system frees it when its holder ends, in whatever way. Not to be taken twice by one holder. Raises
    BusyError after `timeout_s` seconds, or OSError where the file cannot be opened.
    """
    # For reading only: the file may belong to another account that ran the command line.
    descriptor = open_descriptor(lock, os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        _wait_for(descriptor, time.monotonic() + timeout_s)
        yield
    finally:
        os.close(descriptor)


def _wait_for(descriptor: int, until_s: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            if time.monotonic() >= until_s:
                raise BusyError(
                    _("Somebody else is publishing at this moment. Try again in a minute.")
                ) from exc
            time.sleep(_LOOK_AGAIN_AFTER_S)
        else:
            return
