"""Putting a file in its place whole or not at all, whatever happens while it is written."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from locator.errors import LocatorError
from locator.files import open_file, read_file
from locator.language import gettext as _


class ChangedMeanwhileError(LocatorError):
    """Somebody else changed the file after it was read; it was left as it is."""


class FileBusyError(LocatorError):
    """Another process is putting a version of the same file in its place at this moment."""


def replace_file(path: Path, *, before: bytes, after: bytes) -> None:
    """Make the file's content `after` if it still is `before`; mode and, where allowed, owner are kept.

    A crash leaves either the old file or the new one, both whole, and at most a hidden temporary file beside
    it that the next call removes. Raises ChangedMeanwhileError, FileBusyError, or OSError where the folder
    cannot be written to.
    """
    try:
        with temporary_file(path) as (file, fresh):
            _keep_rights(file, path.stat())
            file.write(after)
            sync_file(file)
            # As late as can be: what is left is the instant between this look and the replacing.
            if read_file(path) != before:
                message = _("{file} was changed by somebody else meanwhile").format(file=path.name)
                raise ChangedMeanwhileError(message)
            fresh.replace(path)
    except FileNotFoundError as exc:
        message = _("{file} was removed by somebody else meanwhile").format(file=path.name)
        raise ChangedMeanwhileError(message) from exc
    sync_folder(path.parent)


def create_file(path: Path, content: bytes) -> None:
    """Make a new file, whole or not at all; FileExistsError if there is one, which is left as it is."""
    with temporary_file(path) as (file, fresh):
        file.write(content)
        sync_file(file)
        # Unlike a renaming, a second name cannot take the place of a file that is there.
        path.hardlink_to(fresh)
    sync_folder(path.parent)


def put_file(path: Path, content: bytes) -> None:
    """Make the file's content this, whatever was there, whole or not at all; FileBusyError or OSError."""
    with temporary_file(path) as (file, fresh):
        file.write(content)
        sync_file(file)
        fresh.replace(path)
    sync_folder(path.parent)


def sync_file(file: IO[bytes]) -> None:
    """Make sure that all that was written to the file outlasts a power cut."""
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make sure that new and removed names in the folder outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def temporary_file(path: Path, *, mode: int = 0o666) -> Iterator[tuple[IO[bytes], Path]]:
    """A new, empty, hidden file beside `path` and its name, for a caller that renames it once it is whole.

    It is removed at the end unless it was renamed; one that a killed process left is removed at the start.
    `mode` is narrowed by the umask. Raises FileBusyError while another caller writes a file for the same
    `path`, or OSError.
    """
    fresh = path.with_name(f".{path.name}.new")
    with _claimed(fresh, mode) as file:
        try:
            yield file, fresh
        finally:
            # Renamed away, the name may already be that of another process's file.
            if _is_at(file, fresh):
                fresh.unlink(missing_ok=True)


def _claimed(fresh: Path, mode: int) -> IO[bytes]:
    while True:
        try:
            # Always a new file: one that a crash left may be the clinic file itself under a second name.
            descriptor = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        except FileExistsError:
            _remove_abandoned(fresh)
            continue
        file = os.fdopen(descriptor, "wb")
        _lock(file, fresh)
        if _is_at(file, fresh):
            return file
        # Another process took it for abandoned between our opening and locking it.
        file.close()


def _remove_abandoned(fresh: Path) -> None:
    """Remove what a killed process left; FileBusyError if its maker is still at work."""
    with suppress(FileNotFoundError), open_file(fresh) as file:
        _lock(file, fresh)
        if _is_at(file, fresh):
            fresh.unlink()


def _lock(file: IO[bytes], fresh: Path) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as exc:
        file.close()
        name = fresh.name.removeprefix(".").removesuffix(".new")
        message = _("{file} is being written by another process: try again in a moment").format(file=name)
        raise FileBusyError(message) from exc


def _is_at(file: IO[bytes], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _keep_rights(file: IO[bytes], like: os.stat_result) -> None:
    # Only a privileged process may give a file away; the content matters more.
    with suppress(PermissionError):
        os.fchown(file.fileno(), like.st_uid, like.st_gid)
    os.fchmod(file.fileno(), stat.S_IMODE(like.st_mode))
