"""Small files that only this program's own user may read, each written whole or not at all."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from locator.atomic_write import sync_folder


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep other processes and threads that hold this folder waiting; it is made if it is not there.

    The lock is the system's own: it goes with the process that held it, however that one ended.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write_private(path: Path, content: bytes) -> None:
    """Make this the file's content, with mode 0600 and, where allowed, the folder's owner.

    A crash leaves the old file or the new one, both whole. Call it only while the folder is `held`.
    """
    fresh = path.with_name(f".{path.name}.new")
    folder = path.parent.stat()
    try:
        # One that a crash left behind may have another mode.
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            # Root sets up what the service's own user is to read.
            with suppress(PermissionError):
                os.fchown(file.fileno(), folder.st_uid, folder.st_gid)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    sync_folder(path.parent)
