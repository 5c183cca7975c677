"""The two files that a run writes: under their own names once both are whole, and not before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from locator.cli.matching.errors import OutputError
from locator.files import sync_file, sync_folder, temporary_file

# Addresses are personal, wherever the table came from.
_OWNER_ONLY: Final = 0o600


class Outputs:
    """The file of matched rows and the file of rows set aside. Use it in a `with`.

    Both are written as hidden temporary files beside their names. What a killed run left there is removed by
    the next run with the same names. Raises OutputError in place of OSError, and FileBusyError while another
    run writes the same files.
    """

    def __init__(self, matched: Path, aside: Path) -> None:
        self._paths = (matched, aside)
        self._open = ExitStack()
        self._files: list[tuple[IO[bytes], Path]] = []

    def __enter__(self) -> Self:
        with self._named_errors(), ExitStack() as stack:
            self._files = [
                stack.enter_context(temporary_file(path, mode=_OWNER_ONLY)) for path in self._paths
            ]
            self._open = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._named_errors():
            self._open.close()

    def write(self, matched: bytes, aside: bytes) -> None:
        """Append to both."""
        with self._named_errors():
            for (file, _), content in zip(self._files, (matched, aside), strict=True):
                file.write(content)

    def publish(self) -> None:
        """Give both files their names, in place of whatever had them.

        The matched rows come last: where their file is new, the other is too.
        """
        with self._named_errors():
            for file, _ in self._files:
                sync_file(file)
            for (_, temporary), path in reversed(list(zip(self._files, self._paths, strict=True))):
                temporary.replace(path)
                sync_folder(path.parent)

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as exc:
            raise OutputError(
                f"{self._paths[0].name} or what belongs to it cannot be written: {exc.strerror}."
                " When that is mended, run the command again."
            ) from exc
