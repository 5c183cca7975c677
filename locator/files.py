"""Reading files that other people and programs put in place: regular ones only, and never without end."""

from __future__ import annotations

import os
import stat
from errno import EFBIG, EINVAL, EISDIR, ENXIO
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, Final, TextIO

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


class NotAFileError(OSError):
    """There is a folder, a pipe, a socket or a device where a file belongs; `strerror` says which."""


class FileTooLargeError(OSError):
    """The file is larger than whoever reads it takes; `strerror` says how much that is."""


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
