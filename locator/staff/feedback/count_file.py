"""A small file of counts that threads and processes change one after another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from locator.files import exclusive, put_file
from locator.staff.publishing import read_at_most

_MAX_BYTES: Final = 1_000_000
_Counts = TypeVar("_Counts")


class CountFile(Generic[_Counts]):
    """Counts of one shape as JSON; a file that is damaged or too large counts as one that is missing."""

    def __init__(self, path: Path, shape: TypeAdapter[_Counts]) -> None:
        self._path = path
        self._shape = shape

    @property
    def name(self) -> str:
        """The file's name, for the log."""
        return self._path.name

    def read(self) -> _Counts | None:
        """The counts as they are now; None if there are none that can be read."""
        raw = read_at_most(self._path, _MAX_BYTES)
        try:
            return None if raw is None else self._shape.validate_json(raw)
        except ValidationError:
            return None

    def is_there(self) -> bool:
        """Whether there is a file, be it damaged."""
        return self._path.exists()

    def change(self, changed: Callable[[_Counts | None], _Counts], *, wait_s: float) -> None:
        """Write what `changed` makes of the counts as they are, which nobody else changes meanwhile.

        Raises BusyError after `wait_s` seconds, FileBusyError, or OSError where it cannot be written.
        """
        self._path.parent.mkdir(exist_ok=True)
        with exclusive(self._path.with_name(f".{self._path.name}.lock"), timeout_s=wait_s):
            put_file(self._path, self._shape.dump_json(changed(self.read()), indent=2) + b"\n")
