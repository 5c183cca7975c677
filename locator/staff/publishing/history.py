"""Every version of the clinic file, in plain files: its bytes, and who put it there, when and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from locator.clinics import MAX_BYTES
from locator.errors import LocatorError
from locator.files import create_file, exclusive, read_file, sync_folder
from locator.language import gettext as _
from locator.staff.publishing.versions import (
    MAX_RECORD_BYTES,
    Kind,
    Tip,
    Version,
    VersionRecord,
    Versions,
    as_json,
    is_id,
    next_id,
    parsed,
    sha256_of,
    sha256_start,
    storable,
)

_LOCK_TIMEOUT_S: Final = 10.0
_SEEN_IN_SERVICE: Final = (Kind.FIRST, Kind.OUTSIDE)


class UnknownVersionError(LocatorError):
    """No version has this id."""


class HistoryDamagedError(LocatorError):
    """A version cannot be given back as it was."""


class HistoryUnwritableError(LocatorError):
    """A version cannot be kept, so none may be put into service."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class History:
    """The versions kept in one folder; nothing that was recorded is ever changed.

    A version is `ID.csv` and `ID.json`. While it is being put into service, its record is `ID.pending`.
    Reading needs no lock. Whoever writes holds `locked()` around all that belongs together.
    """

    def __init__(
        self,
        folder: Path,
        *,
        now: Callable[[], datetime] = _utc_now,
        lock_timeout_s: float = _LOCK_TIMEOUT_S,
    ) -> None:
        self.folder = folder
        self._now = now
        self._lock_timeout_s = lock_timeout_s

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else writes to the history meanwhile; the folder is made if it is missing.

        Raises BusyError, or HistoryUnwritableError.
        """
        with ExitStack() as stack:
            with explained():
                self.folder.mkdir(exist_ok=True)
                stack.enter_context(exclusive(self.folder / ".lock", timeout_s=self._lock_timeout_s))
            yield

    def versions(self, *, limit: int = 1_000) -> Versions:
        """The newest versions; a record that cannot be read hides no other."""
        records = {version_id: self._read(version_id) for version_id in self._ids(".json")[:limit]}
        return Versions(
            tuple(version for version in records.values() if version is not None),
            tuple(version_id for version_id, version in records.items() if version is None),
        )

    def version(self, version_id: str) -> Version:
        """What the history says of this version. Raises UnknownVersionError or HistoryDamagedError."""
        self._must_know(version_id)
        version = self._read(version_id)
        if version is None:
            message = _("The record of version {version} cannot be read.").format(version=version_id)
            raise HistoryDamagedError(message)
        return version

    def content(self, version_id: str) -> bytes:
        """The version's bytes, just as they were: compared with their SHA-256 before they are given out.

        Where its file is damaged, another version with the same bytes stands in. Raises UnknownVersionError
        or HistoryDamagedError.
        """
        self._must_know(version_id)
        version = self._read(version_id)
        start = version.sha256 if version else sha256_start(version_id)
        alike = (other for other in self._ids(".csv") if sha256_start(other) == sha256_start(version_id))
        for candidate in (version_id, *alike):
            raw = read_at_most(self.folder / f"{candidate}.csv", MAX_BYTES)
            if raw is not None and sha256_of(raw).startswith(start):
                return raw
        message = _("The file of version {version} is damaged: choose another version.")
        raise HistoryDamagedError(message.format(version=version_id))

    def tip(self) -> Tip | None:
        """The newest version that was in service; None in an empty history."""
        for version_id in self._ids(".json"):
            version = self._read(version_id)
            if version is None:
                return Tip(version_id, sha256_start(version_id))
            if version.kind is not Kind.INTERRUPTED:
                return Tip(version_id, version.sha256)
        return None

    def record(self, content: bytes, entry: VersionRecord) -> Version:
        """Keep a version that is in service already. Raises HistoryUnwritableError."""
        version = self.begin(content, entry)
        with explained():
            self.finish(version)
        return version

    def begin(self, content: bytes, entry: VersionRecord) -> Version:
        """Keep a version that is about to go into service; `finish` or `withdraw` is to follow.

        Raises HistoryUnwritableError, with nothing kept.
        """
        sha256, tip = sha256_of(content), self.tip()
        when = self._now()
        version = Version(
            id=next_id(when, sha256, after=self._newest_id()),
            when=when,
            who=None if entry.who is None else storable(entry.who),
            why=storable(entry.why),
            kind=entry.kind,
            parent=tip.id if tip else None,
            sha256=sha256,
            reasons=tuple(storable(reason) for reason in entry.reasons),
            approved_by=entry.approved_by,
        )
        record = as_json(version)
        try:
            with explained():
                create_file(self.folder / f"{version.id}.csv", content)
                create_file(self.folder / f"{version.id}.pending", record)
        except HistoryUnwritableError:
            self.withdraw(version)
            raise
        return version

    def finish(self, version: Version) -> None:
        """Say that the version is in service. OSError if that cannot be written; `settle` will see to it."""
        (self.folder / f"{version.id}.pending").replace(self.folder / f"{version.id}.json")
        sync_folder(self.folder)

    def withdraw(self, version: Version) -> None:
        """Forget a version that did not go into service, where its maker is told so."""
        for suffix in (".pending", ".csv"):
            # What is left by a failing disk, `settle` records as interrupted.
            with suppress(OSError):
                (self.folder / f"{version.id}{suffix}").unlink(missing_ok=True)

    def settle(self, in_service: str | None) -> None:
        """Complete what a stopped process left; `in_service` is the SHA-256 of the clinic file, if any.

        Raises HistoryUnwritableError.
        """
        with explained():
            for leftover in self.folder.glob(".*.new"):
                if is_id(leftover.name[1:].partition(".")[0]):
                    leftover.unlink(missing_ok=True)
            for version_id in self._ids(".pending"):
                self._settle_one(version_id, in_service)

    def _settle_one(self, version_id: str, in_service: str | None) -> None:
        pending, settled = (self.folder / f"{version_id}{suffix}" for suffix in (".pending", ".json"))
        version = parsed(read_at_most(pending, MAX_RECORD_BYTES), version_id)
        if version is None:
            # Not to be understood, so left for a person to look at.
            return
        if settled.exists():
            pending.unlink()
        elif version.sha256 == in_service or version.kind in _SEEN_IN_SERVICE:
            self.finish(version)
        else:
            create_file(settled, as_json(replace(version, kind=Kind.INTERRUPTED)))
            pending.unlink()

    def _newest_id(self) -> str:
        """The last id given, in whatever state; empty if there is none."""
        return max(
            (version_id for suffix in (".json", ".pending", ".csv") for version_id in self._ids(suffix)),
            default="",
        )

    def _ids(self, suffix: str) -> list[str]:
        """Ids of the files with this suffix, newest first; other files are none of ours."""
        ids = (path.stem for path in self.folder.glob(f"*{suffix}"))
        return sorted((stem for stem in ids if is_id(stem)), reverse=True)

    def _must_know(self, version_id: str) -> None:
        if not (is_id(version_id) and (self.folder / f"{version_id}.json").exists()):
            message = _("There is no version {version}. The history lists those there are.")
            raise UnknownVersionError(message.format(version=version_id))

    def _read(self, version_id: str) -> Version | None:
        return parsed(read_at_most(self.folder / f"{version_id}.json", MAX_RECORD_BYTES), version_id)


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
