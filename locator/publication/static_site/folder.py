"""Putting a folder of files in its place whole or not at all, and never in the place of somebody else's."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from locator.errors import LocatorError
from locator.files import BusyError, read_text, sync_folder

MARKER: Final = "files.txt"
"""Lists the files that were written, and says by its first line that the folder may be written anew."""

_FIRST_LINE: Final = "DRG Locator: a saved copy. The next export replaces this folder and all that is in it."
_HERE: Final = -100
_EXCHANGE: Final = 2


class NotOurFolderError(LocatorError):
    """There is something in the folder that no export wrote; it was left as it is."""


def replace_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make the folder hold just these files, by their paths in it, and a list of them.

    It is written beside the old one and takes its place at once. A crash leaves the old folder or the new
    one, whole, and at most a hidden folder beside it that the next call removes. Raises NotOurFolderError for
    a folder with anything else in it, BusyError while another call is at work beside it, or OSError.
    """
    place = folder.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh, old = place.with_name(f".{place.name}.new"), place.with_name(f".{place.name}.old")
    with _alone_in(place.parent):
        if old.is_dir() and not place.exists():
            old.rename(place)
        refuse_others(place)
        _remove(fresh, old)
        try:
            _write(fresh, {**files, MARKER: _marker(files)})
            _take_place(fresh, place, old)
            sync_folder(place.parent)
        finally:
            _remove(fresh, old)


@contextmanager
def _alone_in(parent: Path) -> Iterator[None]:
    """Hold the folder's lock, which only exports take; BusyError if one has it."""
    descriptor = os.open(parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as exc:
        raise BusyError(f"Another export is at work in {parent}: try again in a moment.") from exc
    finally:
        os.close(descriptor)


def refuse_others(folder: Path) -> None:
    """Raise NotOurFolderError unless the place is free, an empty folder, or holds what an export listed.

    OSError where no folder can be made, for something in the way to it is a file.
    """
    place = folder.resolve()
    around = next(parent for parent in place.parents if os.path.lexists(parent))
    if not around.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(around))
    if not os.path.lexists(place):
        return
    if not place.is_dir():
        raise NotOurFolderError(f"{place} is a file, not a folder. Name another folder.")
    found = {path.relative_to(place).as_posix() for path in place.rglob("*") if not path.is_dir()}
    foreign = sorted(found - _listed(place / MARKER))
    if foreign:
        raise NotOurFolderError(
            f"{place} holds {foreign[0]}, which no export wrote, so nothing was changed. Name an empty"
            " folder, or move that file away."
        )


def _listed(marker: Path) -> set[str]:
    try:
        first, *names = read_text(marker).splitlines()
    except (OSError, UnicodeDecodeError, ValueError):
        return set()
    return {MARKER, *names} if first == _FIRST_LINE else set()


def _marker(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{line}\n" for line in (_FIRST_LINE, *sorted(files))).encode()


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    for inner in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        sync_folder(inner)


def _take_place(fresh: Path, place: Path, old: Path) -> None:
    """Give the fresh folder the place's name; what was there is then under one of the other two names."""
    if not place.exists():
        fresh.rename(place)
    elif not _exchanged(fresh, place):
        # Some file systems, mostly those over a network, cannot: for an instant the place is empty, and a
        # call that is killed then leaves the old folder to be put back by the next.
        place.rename(old)
        fresh.rename(place)


def _exchanged(one: Path, other: Path) -> bool:
    """Swap two names in one step, by Linux's renameat2; False where the system cannot."""
    swap = getattr(ctypes.CDLL(None), "renameat2", None)
    return swap is not None and swap(_HERE, bytes(one), _HERE, bytes(other), _EXCHANGE) == 0


def _remove(*folders: Path) -> None:
    for folder in folders:
        if folder.is_dir():
            shutil.rmtree(folder)
