"""What a service has answered, safe on disk before the next question is asked."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from pydantic import TypeAdapter, ValidationError

from locator.errors import LocatorError
from locator.files import open_descriptor, sync_folder
from locator.geocoding import Found


class JournalBusyError(LocatorError):
    """Another run is at work on the same file."""


class JournalUnwritableError(LocatorError):
    """Answers cannot be kept, so none should be asked for."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a service offered for an address on a day; nothing if it did not know the address."""

    service: str
    address: str
    on: date
    found: tuple[Found, ...]


_LINE: Final = TypeAdapter(Answered)


def journal_path(path: Path) -> Path:
    """Where the answers for this clinic file are kept: hidden, in the same folder."""
    return path.with_name(f".{path.name}.geocoding.jsonl")


class Journal:
    """The answers for one clinic file, a line of JSON each; held by one process at a time.

    Each is on disk when `add` returns. A line that a crash tore is dropped at the next opening, as is one
    that cannot be read. Use it in a `with`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        self._answers: dict[tuple[str, str], Answered] = {}

    def __enter__(self) -> Self:
        self._file = self._locked()
        self._load(self._file)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def answer(self, service: str, address: str, *, since: date) -> Answered | None:
        """The service's newest answer for the address, unless it is from before `since`."""
        response = self._answers.get((service, address))
        return response if response is not None and response.on >= since else None

    def add(self, response: Answered) -> None:
        """Keep an answer; it is on disk when this returns."""
        if self._file is None:
            raise ValueError("the journal is not open")
        self._file.write(_LINE.dump_json(response) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._answers[response.service, response.address] = response

    def discard(self) -> None:
        """Remove the file: nothing in it is needed any more."""
        self._path.unlink(missing_ok=True)
        sync_folder(self._path.parent)

    def _locked(self) -> IO[bytes]:
        while True:
            try:
                file = os.fdopen(open_descriptor(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND), "a+b")
            except OSError as exc:
                raise JournalUnwritableError(
                    f"{self._path.name} cannot be written beside the clinic file: {exc.strerror}"
                ) from exc
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if self._path.exists() and os.path.samestat(os.fstat(file.fileno()), self._path.stat()):
                    sync_folder(self._path.parent)
                    return file
            except BlockingIOError as exc:
                file.close()
                raise JournalBusyError(
                    "another run is at work on this file: wait until it has ended"
                ) from exc
            # The run that held the lock removed the file between our opening and locking it.
            file.close()

    def _load(self, file: IO[bytes]) -> None:
        file.seek(0)
        content = file.read()
        whole = content.rfind(b"\n") + 1
        file.truncate(whole)
        for line in content[:whole].splitlines():
            try:
                response = _LINE.validate_json(line)
            except ValidationError:
                continue
            self._answers[response.service, response.address] = response
