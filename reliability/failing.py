"""A disk that is full, and folders in which nothing may be written."""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path
from typing import Final

from reliability.children import become_nobody, refusal
from reliability.figures import Section, of_all
from reliability.workspace import Workspace, clinics, new_workspace

FULL_DISKS: Final = 60
_NEW: Final = clinics("Fake New")
# What may not be written to: the folder of the clinic file, that of its history, or both.
READ_ONLY: Final = (("data", "history"), ("data",), ("history",))


def full_disks(count: int) -> int:
    """How many saves on a disk with room for a part of the file alone were told, and changed nothing."""
    told = 0
    for step in range(count):
        with new_workspace(clinics()) as workspace:
            told += _changes_nothing(workspace, _Full(workspace, len(_NEW) * step // count))
    return told


def read_only_folders() -> int:
    """How many of READ_ONLY were told when publishing was tried there, and left as they were."""
    told = 0
    for names in READ_ONLY:
        with new_workspace(clinics()) as workspace:
            modes = {"data": workspace.data, "history": workspace.history.folder}
            for name, folder in modes.items():
                folder.chmod(0o555 if name in names else 0o777)
            told += _changes_nothing(workspace, _ReadOnly(workspace))
            for folder in modes.values():
                folder.chmod(0o755)
    return told


class _Full:
    """Publishing where no file may grow past `room` bytes, which fails as a full disk does."""

    def __init__(self, workspace: Workspace, room: int) -> None:
        self._workspace = workspace
        self._room = room

    def __call__(self) -> None:
        """Publish, in a process of its own."""
        sha256 = self._workspace.writer.load().sha256
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self._room, self._room))
        self._workspace.writer.publish(sha256, _NEW, who="Fake", why="")


class _ReadOnly:
    """Publishing as an account that may not write there."""

    def __init__(self, workspace: Workspace) -> None:
        self._data = workspace.data
        self._sha256 = workspace.writer.load().sha256

    def __call__(self) -> None:
        """Publish, in a process of its own."""
        os.chdir(self._data)
        become_nobody()
        Workspace(Path()).writer.publish(self._sha256, _NEW, who="Fake", why="")


def _changes_nothing(workspace: Workspace, work: _Full | _ReadOnly) -> bool:
    before = workspace.files()
    said = refusal(work)
    return "cannot be written" in said and workspace.files() == before and workspace.history_is_whole()


def section() -> Section:
    """The figures of disks and folders."""
    means = "the save was refused with the reason, and every file was byte for byte as before."
    return Section(
        "Disks that fail",
        (
            of_all(
                "saves on a disk that fills up after so many bytes",
                full_disks(FULL_DISKS),
                FULL_DISKS,
                at_least=FULL_DISKS,
                means=f"{means} The room left went from nothing to nearly the whole file.",
            ),
            of_all(
                "saves where the folder, its history or both may only be read",
                read_only_folders(),
                len(READ_ONLY),
                at_least=len(READ_ONLY),
                means=f"{means} Tried as an account without rights, as root may write anywhere.",
            ),
        ),
    )
