"""A folder of records by id, in plain files: how versions are kept, and changes that wait for a decision."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from locator.errors import LocatorError
from locator.files import exclusive, read_file
from locator.language import gettext as _

MAX_RECORD_BYTES: Final = 100_000
_ID: Final = re.compile(r"\d{8}T\d{12}Z-[0-9a-f]{8}")
_ID_TIME: Final = "%Y%m%dT%H%M%S%fZ"
_START: Final = 8


class HistoryDamagedError(LocatorError):
    """A version cannot be given back as it was."""


class HistoryUnwritableError(LocatorError):
    """A version cannot be kept, so none may be put into service."""


class RecordFolder:
    """Files `ID.suffix` in one folder; none that is complete is ever changed.

    Reading needs no lock. Whoever writes holds `locked()` around all that belongs together.
    """

    def __init__(self, folder: Path, *, lock_timeout_s: float, with_parents: bool = False) -> None:
        self._folder = folder
        self._with_parents = with_parents
        self._lock_timeout_s = lock_timeout_s

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else writes to the folder meanwhile; it is made if it is missing.

        Raises BusyError, or HistoryUnwritableError.
        """
        with ExitStack() as stack:
            with explained():
                self._folder.mkdir(parents=self._with_parents, exist_ok=True)
                stack.enter_context(exclusive(self._folder / ".lock", timeout_s=self._lock_timeout_s))
            yield

    def ids(self, *suffixes: str) -> list[str]:
        """Ids of the files with one of these suffixes, newest first; other files are none of ours."""
        stems = {path.stem for suffix in suffixes for path in self._folder.glob(f"*{suffix}")}
        return sorted(filter(is_id, stems), reverse=True)

    def path(self, record_id: str, suffix: str) -> Path:
        """Where a file of this record is, or would be."""
        return self._folder / f"{record_id}{suffix}"

    def read(self, record_id: str, suffix: str, *, most_bytes: int = MAX_RECORD_BYTES) -> bytes | None:
        """As `read_at_most`, a file of this record."""
        return read_at_most(self.path(record_id, suffix), most_bytes)


def sha256_of(content: bytes) -> str:
    """The SHA-256 of the bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def is_id(text: str) -> bool:
    """Whether the text has the form of an id, and so cannot name any other file."""
    return _ID.fullmatch(text) is not None


def sha256_start(version_id: str) -> str:
    """The start of the SHA-256 of the version's bytes, as its id keeps it."""
    return version_id[-_START:]


def next_id(moment: datetime, sha256: str, *, after: str) -> str:
    """An id that sorts after `after`, another id or empty, even where the clock was turned back."""
    stamp, last = moment.astimezone(UTC).strftime(_ID_TIME), after.partition("-")[0]
    if stamp <= last:
        following = datetime.strptime(last, _ID_TIME).replace(tzinfo=UTC) + timedelta(microseconds=1)
        stamp = following.strftime(_ID_TIME)
    return f"{stamp}-{sha256[:_START]}"


def storable(text: str) -> str:
    """The text without what no file in UTF-8 can hold: the command line may pass on broken bytes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def read_at_most(path: Path, limit: int) -> bytes | None:
    """The file's bytes; None if it is missing, larger than `limit` bytes or cannot be read."""
    try:
        return read_file(path, most_bytes=limit)
    except OSError:
        return None


@contextmanager
def explained() -> Iterator[None]:
    """What the system says against writing, in a sentence. Raises HistoryUnwritableError."""
    try:
        yield
    except OSError as exc:
        reason = exc.strerror or _("unknown error")
        message = _(
            "The history beside the clinic file cannot be written: {reason}. The clinic file is as it was."
        )
        raise HistoryUnwritableError(message.format(reason=reason)) from exc
