"""The table that is read: a file, or what comes in on standard input, which cannot be read again."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from locator.matching.errors import TableUnreadableError


@dataclass(frozen=True, slots=True)
class Table:
    """An open table; of one that cannot be read again, size and digest are not known beforehand."""

    name: str
    file: IO[bytes]
    size: int | None
    digest: str
    _before: os.stat_result

    @property
    def can_be_read_again(self) -> bool:
        """Whether a run over it can be gone on with."""
        return self.size is not None

    def check_unchanged(self) -> None:
        """Raise TableUnreadableError if the file was written to since it was opened."""
        now = os.fstat(self.file.fileno())
        was = self._before
        if self.can_be_read_again and (now.st_size, now.st_mtime_ns) != (was.st_size, was.st_mtime_ns):
            raise TableUnreadableError(
                f"{self.name} changed while it was read. Begin again without --resume."
            )


@contextmanager
def opened(path: Path | None) -> Iterator[Table]:
    """The table at `path`, or on standard input for None; raises TableUnreadableError."""
    name = path.name if path else "standard input"
    try:
        with path.open("rb") if path else os.fdopen(os.dup(sys.stdin.fileno()), "rb") as file:
            before = os.fstat(file.fileno())
            is_file = path is not None and path.is_file()
            digest = hashlib.file_digest(file, "sha256").hexdigest() if is_file else ""
            if is_file:
                file.seek(0)
            yield Table(name, file, before.st_size if is_file else None, digest, before)
    except OSError as exc:
        raise TableUnreadableError(f"{name} cannot be read: {exc.strerror}") from exc
