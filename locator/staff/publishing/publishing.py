"""Publishing a new version of the clinic file, or restoring an old one, without losing any version."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from locator.clinics import MAX_BYTES, Problem, parse_directory
from locator.errors import DirectoryInvalidError, LocatorError
from locator.files import ChangedMeanwhileError, create_file, open_file, replace_file
from locator.language import gettext as _
from locator.language import marked as N_
from locator.staff.publishing.history import History, Kind, VersionRecord
from locator.staff.publishing.records import sha256_of

# Kept in English, and put into a reader's language where a version that nobody signed is shown.
_FIRST: Final = VersionRecord(None, N_("What was there when the history began."), Kind.FIRST)
_OUTSIDE: Final = VersionRecord(
    None, N_("Changed outside: by hand, by git or by another program."), Kind.OUTSIDE
)


class NotPublishedError(LocatorError):
    """The clinic file could not be written; it is as it was."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The clinic file as somebody begins to edit it."""

    raw: bytes
    sha256: str
    version_id: str
    today: date

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Its problems, if any; parsed at each call, since few callers need them."""
        return parse_directory(self.raw, today=self.today).problems


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """The bytes are in service, under this id of the history."""

    version_id: str


@dataclass(frozen=True, slots=True)
class Outdated:
    """Somebody else changed the file since it was loaded; `theirs` is in service and has this `sha256`."""

    theirs: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The rules of the directory found problems; nothing was changed."""

    problems: tuple[Problem, ...]


class DirectoryWriter:
    """The one way to change the clinic file that keeps its history.

    Safe among threads and processes. Stopped at any instant, it leaves one whole version in service and a
    history that the next call completes.
    """

    def __init__(self, path: Path, history: History, today: Callable[[], date]) -> None:
        self._path = path
        self._history = history
        self._today = today

    def load(self) -> Loaded:
        """The file as it is now, with what was changed outside recorded.

        Raises DirectoryInvalidError if there is none, BusyError, or HistoryUnwritableError.
        """
        with self._history.locked():
            raw = self._catch_up()
            if raw is None:
                raise self._missing()
            return Loaded(raw, sha256_of(raw), self._version_in_service(), self._today())

    def publish(  # noqa: PLR0913 - each is a fact of its own
        self,
        loaded_sha256: str,
        new: bytes,
        *,
        who: str,
        why: str,
        reasons: tuple[str, ...] = (),
        approved_by: str | None = None,
    ) -> PublishedVersion | Outdated | Refused:
        """Put `new` into service if it has no problem and the file still is the one that was loaded.

        Bytes that are in service already count as published. Raises as `load`, or NotPublishedError.
        """
        problems = parse_directory(new, today=self._today()).problems
        if problems:
            return Refused(problems)
        with self._history.locked():
            current = self._catch_up()
            if current is None:
                raise self._missing()
            if new != current and sha256_of(current) != loaded_sha256:
                return Outdated(current, sha256_of(current))
            try:
                return self._put(current, new, VersionRecord(who, why, Kind.PUBLISHED, reasons, approved_by))
            except ChangedMeanwhileError:
                return self._outdated()

    def restore(
        self, version_id: str, *, who: str, why: str = "", force: bool = False
    ) -> PublishedVersion | Refused:
        """Put this version's very bytes back into service, also where the file is gone.

        Bytes in which today's rules find problems are refused unless `force` is set. Raises
        UnknownVersionError, HistoryDamagedError, ChangedMeanwhileError, BusyError, HistoryUnwritableError or
        NotPublishedError.
        """
        content = self._history.content(version_id)
        problems = parse_directory(content, today=self._today()).problems
        if problems and not force:
            return Refused(problems)
        with self._history.locked():
            return self._put(self._catch_up(), content, VersionRecord(who, why, Kind.RESTORED))

    def _put(self, current: bytes | None, new: bytes, entry: VersionRecord) -> PublishedVersion:
        """Write ahead, replace, then say that it is done."""
        if new == current:
            return PublishedVersion(self._version_in_service())
        version = self._history.begin(new, entry)
        try:
            if current is None:
                create_file(self._path, new)
            else:
                replace_file(self._path, before=current, after=new)
        except LocatorError:
            self._history.withdraw(version)
            raise
        except OSError as exc:
            # The disk may fail after the new file has taken its place: then it is published all the same.
            if self._read() != new:
                self._history.withdraw(version)
                raise self._not_written(exc) from exc
        # It is published, whatever becomes of this; the next call completes the history.
        with suppress(OSError):
            self._history.finish(version)
        return PublishedVersion(version.id)

    def _catch_up(self) -> bytes | None:
        """The file as it is now, once the history knows it; None where there is no file."""
        raw = self._read()
        self._history.settle(None if raw is None else sha256_of(raw))
        if raw is None:
            return None
        tip = self._history.tip()
        if tip is None:
            self._history.record(raw, _FIRST)
        elif not sha256_of(raw).startswith(tip.sha256_start):
            self._history.record(raw, _OUTSIDE)
        return raw

    def _version_in_service(self) -> str:
        tip = self._history.tip()
        if tip is None:
            raise RuntimeError("the history was not brought up to the file")
        return tip.id

    def _outdated(self) -> Outdated:
        current = self._catch_up()
        if current is None:
            raise self._missing()
        return Outdated(current, sha256_of(current))

    def _read(self) -> bytes | None:
        try:
            with open_file(self._path) as file:
                raw = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as exc:
            reason = exc.strerror or _("unknown error")
            message = _("{file} cannot be read: {reason}").format(file=self._path.name, reason=reason)
            raise DirectoryInvalidError(message) from exc
        if len(raw) > MAX_BYTES:
            # The history could not keep it, and a version that is not kept must not be replaced.
            message = _(
                "{file} is larger than {megabytes} MB, which no list of clinics is:"
                " move it away, then restore a version."
            )
            raise DirectoryInvalidError(
                message.format(file=self._path.name, megabytes=MAX_BYTES // 1_000_000)
            )
        return raw

    def _missing(self) -> DirectoryInvalidError:
        message = _("{file} is gone: restore its last version.")
        return DirectoryInvalidError(message.format(file=self._path.name))

    def _not_written(self, cause: OSError) -> NotPublishedError:
        message = _("{file} cannot be written: {reason}. It is as it was.")
        reason = cause.strerror or _("unknown error")
        return NotPublishedError(message.format(file=self._path.name, reason=reason))
