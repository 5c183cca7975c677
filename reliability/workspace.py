"""A made-up clinic file with its history, in a folder of its own, and what must always hold of the two."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Final

from locator.staff.publishing import DirectoryWriter, History, Kind
from locator.staff.publishing.records import sha256_of
from tests.support.pin_samples import as_csv, pinned

TODAY: Final = date(2026, 11, 22)
ROWS: Final = 8


class Workspace:
    """One data folder; a `lock_timeout_s` that is short shows a lock that nobody frees."""

    def __init__(self, data: Path, *, lock_timeout_s: float = 2.0) -> None:
        self.data = data
        self.path = data / "clinics.csv"
        self.history = History(data / "history", lock_timeout_s=lock_timeout_s)
        self.writer = DirectoryWriter(self.path, self.history, lambda: TODAY)

    def files(self) -> dict[str, bytes]:
        """Every file under the folder but the lock, with its bytes."""
        every = (path for path in self.data.rglob("*") if path.is_file() and path.name != ".lock")
        return {str(path.relative_to(self.data)): path.read_bytes() for path in every}

    def unfinished(self) -> list[str]:
        """What only the middle of a save may leave in the folder or its history."""
        return [
            path.name
            for folder in (self.data, self.history.folder)
            for path in folder.glob("*")
            if path.suffix in {".new", ".pending"}
        ]

    def history_is_whole(self) -> bool:
        """Whether every version gives back its very bytes and the newest in service is the clinic file."""
        versions = self.history.versions(limit=10_000)
        in_service = [one for one in versions.readable if one.kind is not Kind.INTERRUPTED]
        return (
            not versions.damaged
            and bool(in_service)
            and in_service[0].sha256 == sha256_of(self.path.read_bytes())
            and all(sha256_of(self.history.content(one.id)) == one.sha256 for one in versions.readable)
        )


@contextmanager
def new_workspace(content: bytes, *, lock_timeout_s: float = 2.0) -> Iterator[Workspace]:
    """A workspace with this clinic file, whose history has begun; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="drg-reliability-") as folder:
        Path(folder).chmod(0o755)
        workspace = Workspace(Path(folder) / "data", lock_timeout_s=lock_timeout_s)
        workspace.data.mkdir()
        workspace.path.write_bytes(content)
        workspace.writer.load()
        yield workspace


def clinics(name: str = "Fake Clinic", *, filler: str = "") -> bytes:
    """A valid file of made-up clinics, all of this name; `filler` makes a column of its own long."""
    rows = [pinned(number, name=name) | {"filler": filler} for number in range(1, ROWS + 1)]
    columns = [*rows[0]] if filler else [column for column in rows[0] if column != "filler"]
    return as_csv(*rows, columns=columns)
