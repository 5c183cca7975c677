"""The two files a run writes: begun, gone on with after a kill at any moment, and named only when whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from locator.matching.checkpoints import Checkpoint, Identity, Position, as_bytes, checkpoint_of
from locator.matching.errors import NotResumableError, OutputError
from locator.matching.part_file import PartFile
from locator.replacing import put_file, sync_folder

_AGAIN: Final = "Begin again without --resume."


class Outputs:
    """Matched rows and rows set aside. Use it in a `with`.

    Every OSError comes out as an OutputError; what was kept stays, so that the run can be gone on with.
    """

    def __init__(self, matched: Path, aside: Path, identity: Identity) -> None:
        self._matched = PartFile(matched)
        self._aside = PartFile(aside)
        self._identity = identity
        self._kept = matched.with_name(f".{matched.name}.resume")
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with self._told():
            self._open.enter_context(self._matched)
            try:
                self._open.enter_context(self._aside)
            except BaseException:
                self._open.close()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def is_unfinished(self) -> bool:
        """Whether an earlier run left something to go on from."""
        return self._kept.exists()

    def begin(self) -> None:
        """Forget what an earlier run left."""
        with self._told():
            # First of all: it must never speak of files that are no longer what it says.
            self._kept.unlink(missing_ok=True)
            sync_folder(self._kept.parent)
            self._matched.cut(0)
            self._aside.cut(0)

    def go_on(self) -> Checkpoint:
        """Go back to where the unfinished run was last kept; NotResumableError where that cannot be."""
        with self._told():
            kept = checkpoint_of(self._kept.read_bytes(), self._identity)
            if kept.is_complete:
                return kept
            for part, size in ((self._matched, kept.matched_size), (self._aside, kept.aside_size)):
                if part.size < size:
                    raise NotResumableError(f"The unfinished output is no longer there. {_AGAIN}")
                part.cut(size)
        return kept

    def write(self, matched: bytes, aside: bytes) -> None:
        """Write on in both."""
        with self._told():
            self._matched.write(matched)
            self._aside.write(aside)

    def keep(self, position: Position, *, is_complete: bool = False) -> None:
        """Make sure of all that was written, and that a later run can go on from here."""
        with self._told():
            self._matched.sync()
            self._aside.sync()
            sizes = self._matched.size, self._aside.size
            put_file(self._kept, as_bytes(Checkpoint(self._identity, position, *sizes, is_complete)))

    def finish(self) -> None:
        """Give both files their names, the matched rows last: where they are, the run is complete.

        Only after what was kept is complete.
        """
        with self._told():
            for part in (self._aside, self._matched):
                if part.size:
                    part.publish()
                else:
                    # It has its name already: a run was killed right then, and this is a new empty file.
                    part.discard()
            sync_folder(self._aside.path.parent)
            sync_folder(self._matched.path.parent)
            self._kept.unlink(missing_ok=True)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as exc:
            raise OutputError(
                f"{self._matched.path.name} or what belongs to it cannot be written: {exc.strerror}."
                " When that is mended, the same command with --resume goes on."
            ) from exc
