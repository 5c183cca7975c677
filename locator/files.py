"""Reading, writing and locking files safely.

Reading accepts regular files only, up to a maximum size, whoever put them there. Writing is atomic:
all or nothing, whatever happens. Locks exclude all other processes and threads that change the same files.
"""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from errno import EFBIG, EINVAL, EISDIR, ENXIO
from io import TextIOWrapper
from pathlib import Path
from typing import IO, BinaryIO, Final, TextIO

from locator.errors import LocatorError
from locator.language import gettext as _
from locator.language import marked as N_

MOST_BYTES: Final = 100_000_000
"""No file of this project is larger; one that is was put there by mistake."""

BY_HAND_BYTES: Final = 1_000_000
"""No file that a person writes by hand, such as settings or a page's text, is larger."""

_KINDS: Final = (
    (stat.S_ISDIR, N_("it is a folder, not a file")),
    (stat.S_ISFIFO, N_("it is a pipe, not a file")),
    (stat.S_ISSOCK, N_("it is a socket, not a file")),
)
_DEVICE: Final = N_("it is a device, not a file")
# All that may differ is the wait: to open a pipe waits for its other end, and a terminal may become ours.
_NEVER_WAITING: Final = os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_LOOK_AGAIN_AFTER_S: Final = 0.02


class NotAFileError(OSError):
    """There is a folder, a pipe, a socket or a device where a file belongs; `strerror` says which."""


class FileTooLargeError(OSError):
    """The file is larger than its reader accepts; `strerror` says what the maximum is."""


class ChangedMeanwhileError(LocatorError):
    """Somebody else changed the file after it was read; it was left as it is."""


class BusyError(LocatorError):
    """Somebody else is changing the same files and did not end in time."""


def open_file(path: Path) -> BinaryIO:
    """The regular file at `path`, or that a link there leads to, open for reading.

    Anything else raises NotAFileError at once: to open a pipe would wait for a writer, and a device may give
    bytes without end. Raises OSError as `open` does.
    """
    return os.fdopen(open_descriptor(path, os.O_RDONLY), "rb")


def open_text(path: Path, *, encoding: str, errors: str = "strict") -> TextIO:
    """As `open_file`, for text whose line ends are left as they are."""
    return TextIOWrapper(open_file(path), encoding=encoding, errors=errors, newline="")


def read_file(path: Path, *, most_bytes: int = MOST_BYTES) -> bytes:
    """All bytes of a regular file; FileTooLargeError if there are more than `most_bytes`.

    Raises NotAFileError as `open_file`, and OSError as `open`.
    """
    with open_file(path) as file:
        # One byte over the limit shows that the file is too large, whatever size the system says it has.
        raw = file.read(most_bytes + 1)
    if len(raw) > most_bytes:
        size = _("it is larger than {megabytes} MB").format(megabytes=f"{most_bytes / 1_000_000:g}")
        raise FileTooLargeError(EFBIG, size, str(path))
    return raw


def read_text(path: Path, *, encoding: str = "utf-8", most_bytes: int = MOST_BYTES) -> str:
    """As `read_file`, decoded, and every line end a line feed; UnicodeDecodeError as `bytes.decode`."""
    text = read_file(path, most_bytes=most_bytes).decode(encoding)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def open_descriptor(path: Path, flags: int, mode: int = 0o666) -> int:
    """As `os.open`, for a regular file, or for one that the flags let it make.

    Raises NotAFileError for anything else, and as `os.open`.
    """
    try:
        descriptor = os.open(path, flags | _NEVER_WAITING, mode)
    except OSError as exc:
        # Sockets cannot be opened, nor devices that are not there; the system's words for it tell nobody.
        if exc.errno in {ENXIO, EISDIR}:
            raise _not_a_file(path.stat().st_mode, path) from exc
        raise
    # What was opened is looked at, and not its name, which may by now be that of something else.
    opened = os.fstat(descriptor).st_mode
    if stat.S_ISREG(opened):
        return descriptor
    os.close(descriptor)
    raise _not_a_file(opened, path)


def _not_a_file(mode: int, path: Path) -> NotAFileError:
    what = next((words for is_kind, words in _KINDS if is_kind(mode)), _DEVICE)
    return NotAFileError(EINVAL, _(what), str(path))


def replace_file(path: Path, *, before: bytes, after: bytes) -> None:
    """Make the file's content `after` if it still is `before`; mode and, where allowed, owner are kept.

    A crash leaves either the old file or the new one, both whole, and at most a hidden temporary file beside
    it that the next call removes. Raises ChangedMeanwhileError, BusyError, or OSError where the folder
    cannot be written to.
    """
    try:
        with _whole(path, after, grant=lambda file: _keep_rights(file, path.stat())) as fresh:
            # As late as can be: what is left is the instant between this look and the replacing.
            if read_file(path) != before:
                message = _("{file} was changed by somebody else meanwhile").format(file=path.name)
                raise ChangedMeanwhileError(message)
            fresh.replace(path)
    except FileNotFoundError as exc:
        message = _("{file} was removed by somebody else meanwhile").format(file=path.name)
        raise ChangedMeanwhileError(message) from exc


def create_file(path: Path, content: bytes) -> None:
    """Make a new file, whole or not at all; FileExistsError if there is one, which is left as it is."""
    with _whole(path, content) as fresh:
        # Unlike a renaming, a second name cannot take the place of a file that is there.
        path.hardlink_to(fresh)


def put_file(path: Path, content: bytes) -> None:
    """Make the file's content this, whatever was there, whole or not at all; BusyError or OSError."""
    with _whole(path, content) as fresh:
        fresh.replace(path)


def write_private(path: Path, content: bytes) -> None:
    """As `put_file`, for this program's own user alone: mode 0600 and, where allowed, the folder's owner."""
    with _whole(path, content, mode=0o600, grant=lambda file: _give_away(file, path.parent.stat())) as fresh:
        fresh.replace(path)


@contextmanager
def _whole(
    path: Path,
    content: bytes,
    *,
    mode: int = 0o666,
    grant: Callable[[IO[bytes]], None] = lambda _file: None,
) -> Iterator[Path]:
    """A hidden file beside `path` that holds all of the content and outlasts a power cut, to be put in place.

    Who may read it is settled by `mode` and `grant` before anything is in it. Raises as `temporary_file`.
    """
    with temporary_file(path, mode=mode) as (file, fresh):
        grant(file)
        file.write(content)
        sync_file(file)
        yield fresh
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
    `mode` is narrowed by the umask. Raises BusyError while another caller writes a file for the same
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
    """Remove what a killed process left; BusyError if its maker is still at work."""
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
        raise BusyError(message) from exc


def _is_at(file: IO[bytes], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _keep_rights(file: IO[bytes], like: os.stat_result) -> None:
    _give_away(file, like)
    os.fchmod(file.fileno(), stat.S_IMODE(like.st_mode))


def _give_away(file: IO[bytes], like: os.stat_result) -> None:
    # Only a privileged process may, as root does who sets up what the service's own user is to read.
    with suppress(PermissionError):
        os.fchown(file.fileno(), like.st_uid, like.st_gid)


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


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Exclude other processes and threads that hold this folder; it is created if missing.

    The lock is the operating system's: it is released when the process that holds it ends, however it ends.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
