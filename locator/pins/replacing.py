"""Putting a new version of a file in the place of the old one, whole or not at all."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from locator.errors import LocatorError


class ChangedMeanwhileError(LocatorError):
    """Somebody else changed the file after it was read; it was left as it is."""


def replace_file(path: Path, *, before: bytes, after: bytes) -> None:
    """Make the file's content `after` if it still is `before`; mode and, where allowed, owner are kept.

    A crash leaves either the old file or the new one, both whole, and at most a hidden temporary file beside
    it that the next call overwrites. Only one process at a time may call this for a path. Raises
    ChangedMeanwhileError, or OSError where the folder cannot be written to.
    """
    fresh = path.with_name(f".{path.name}.new")
    try:
        _write(fresh, after, like=path.stat())
        # As late as can be: what is left is the instant between this look and the replacing.
        if path.read_bytes() != before:
            raise ChangedMeanwhileError(f"{path.name} was changed by somebody else meanwhile")
        fresh.replace(path)
    except FileNotFoundError as exc:
        raise ChangedMeanwhileError(f"{path.name} was removed by somebody else meanwhile") from exc
    finally:
        fresh.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make sure that new and removed names in the folder outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, content: bytes, *, like: os.stat_result) -> None:
    with path.open("wb") as file:
        # Only a privileged process may give a file away; the content matters more.
        with suppress(PermissionError):
            os.fchown(file.fileno(), like.st_uid, like.st_gid)
        os.fchmod(file.fileno(), stat.S_IMODE(like.st_mode))
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
