"""A file that grows under a hidden name, and takes its own when it is whole."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from locator.replacing import FileBusyError


class PartFile:
    """The file that is to be `path`, held by one process at a time and for its owner's eyes alone.

    Use it in a `with`; what was written stays for the next time, and no write is held back in memory.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part = path.with_name(f".{path.name}.part")
        self._descriptor = -1

    def __enter__(self) -> Self:
        self._descriptor = self._claimed()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)

    @property
    def size(self) -> int:
        """Bytes that are there."""
        return os.fstat(self._descriptor).st_size

    def cut(self, size: int) -> None:
        """Forget what was written beyond `size` bytes, and write on from there."""
        os.ftruncate(self._descriptor, size)
        os.lseek(self._descriptor, size, os.SEEK_SET)

    def write(self, content: bytes) -> None:
        """Write on; an OSError may leave a part of it."""
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def sync(self) -> None:
        """Make sure that what was written outlasts a power cut."""
        os.fsync(self._descriptor)

    def publish(self) -> None:
        """Give the file its own name, in place of whatever had it."""
        self._part.replace(self.path)

    def discard(self) -> None:
        """Remove the hidden file."""
        self._part.unlink(missing_ok=True)

    def _claimed(self) -> int:
        while True:
            descriptor = os.open(self._part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.path.samestat(os.fstat(descriptor), self._part.stat()):
                    return descriptor
            except FileNotFoundError:
                pass
            except BlockingIOError as exc:
                os.close(descriptor)
                raise FileBusyError(
                    f"{self.path.name} is being written by another run: wait for it."
                ) from exc
            # The run that held it gave it its name between our opening and locking it.
            os.close(descriptor)
