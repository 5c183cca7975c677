"""Every version of the clinic file, in plain files: its bytes, and who put it there, when and why."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from locator.clinics import MAX_BYTES
from locator.errors import LocatorError
from locator.files import create_file, sync_folder
from locator.language import gettext as _
from locator.language import marked as N_
from locator.staff.publishing.records import (
    MAX_RECORD_BYTES,
    HistoryDamagedError,
    HistoryUnwritableError,
    RecordFolder,
    explained,
    is_id,
    next_id,
    sha256_of,
    sha256_start,
    storable,
)


class RecordTooLongError(LocatorError):
    """More was said of a version than is kept."""


class Kind(StrEnum):
    """How a version came to be.

    `first` is what was there when the history began, `outside` a change by hand, by git or another program.
    `interrupted` was about to be published or restored when its process was stopped, and was not in service
    when somebody looked next.
    """

    FIRST = "first"
    PUBLISHED = "published"
    RESTORED = "restored"
    OUTSIDE = "outside"
    INTERRUPTED = "interrupted"

    @property
    def words(self) -> str:
        """How it came to be, as a person reads it."""
        return _(_KINDS[self])


_KINDS: Final = {
    Kind.FIRST: N_("first"),
    Kind.PUBLISHED: N_("published"),
    Kind.RESTORED: N_("restored"),
    Kind.OUTSIDE: N_("outside"),
    Kind.INTERRUPTED: N_("interrupted"),
}


@dataclass(frozen=True, slots=True)
class Version:
    """What the history says of one version; ids are in the order of the versions, whatever the clock did.

    `who` is None for a change made outside, which nobody signs. `parent` is the version it took the place of,
    `reasons` what was said to the warnings it was published with, `approved_by` the second person where two
    are asked for.
    """

    id: str
    when: AwareDatetime
    who: str | None
    why: str
    kind: Kind
    parent: str | None
    sha256: str
    reasons: tuple[str, ...] = ()
    approved_by: str | None = None

    @property
    def reason_why(self) -> str:
        """Why, as the person wrote it; what was noted of a change that nobody signed, in words of today."""
        return self.why if self.who is not None or not self.why else _(self.why)


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """What is to be said of a new version; see Version."""

    who: str | None
    why: str
    kind: Kind
    reasons: tuple[str, ...] = ()
    approved_by: str | None = None


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions, newest first, and the ids of those whose record cannot be read."""

    readable: tuple[Version, ...]
    damaged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tip:
    """The newest version that was in service; of a damaged one, only the start of its SHA-256 is known."""

    id: str
    sha256_start: str


_RECORD: Final = TypeAdapter(Version)


def as_json(version: Version) -> bytes:
    """The version's record, fit to read. Raises RecordTooLongError."""
    record = _RECORD.dump_json(version, indent=2) + b"\n"
    if len(record) > MAX_RECORD_BYTES:
        raise RecordTooLongError(_("What is said of this version is too long: shorten the reasons."))
    return record


def parsed(record: bytes | None, version_id: str) -> Version | None:
    """The version that a record with this id describes; None where it is damaged or missing."""
    try:
        version = _RECORD.validate_json(record or b"")
    except ValidationError:
        return None
    fits = version.id == version_id and version.sha256.startswith(sha256_start(version_id))
    return version if fits else None


_LOCK_TIMEOUT_S: Final = 10.0
_SEEN_IN_SERVICE: Final = (Kind.FIRST, Kind.OUTSIDE)


class UnknownVersionError(LocatorError):
    """No version has this id."""


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
        self._records = RecordFolder(folder, lock_timeout_s=lock_timeout_s)

    def locked(self) -> AbstractContextManager[None]:
        """Nobody else writes to the history meanwhile; the folder is made if it is missing.

        Raises BusyError, or HistoryUnwritableError.
        """
        return self._records.locked()

    def versions(self, *, limit: int = 1_000) -> Versions:
        """The newest versions; a record that cannot be read hides no other."""
        records = {version_id: self._read(version_id) for version_id in self._records.ids(".json")[:limit]}
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
        alike = (
            other for other in self._records.ids(".csv") if sha256_start(other) == sha256_start(version_id)
        )
        for candidate in (version_id, *alike):
            raw = self._records.read(candidate, ".csv", most_bytes=MAX_BYTES)
            if raw is not None and sha256_of(raw).startswith(start):
                return raw
        message = _("The file of version {version} is damaged: choose another version.")
        raise HistoryDamagedError(message.format(version=version_id))

    def tip(self) -> Tip | None:
        """The newest version that was in service; None in an empty history."""
        for version_id in self._records.ids(".json"):
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
            id=next_id(when, sha256, after=max(self._records.ids(".json", ".pending", ".csv"), default="")),
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
                create_file(self._records.path(version.id, ".csv"), content)
                create_file(self._records.path(version.id, ".pending"), record)
        except HistoryUnwritableError:
            self.withdraw(version)
            raise
        return version

    def finish(self, version: Version) -> None:
        """Say that the version is in service. OSError if that cannot be written; `settle` will see to it."""
        self._records.path(version.id, ".pending").replace(self._records.path(version.id, ".json"))
        sync_folder(self.folder)

    def withdraw(self, version: Version) -> None:
        """Forget a version that did not go into service, where its maker is told so."""
        for suffix in (".pending", ".csv"):
            # What is left by a failing disk, `settle` records as interrupted.
            with suppress(OSError):
                self._records.path(version.id, suffix).unlink(missing_ok=True)

    def settle(self, in_service: str | None) -> None:
        """Complete what a stopped process left; `in_service` is the SHA-256 of the clinic file, if any.

        Raises HistoryUnwritableError.
        """
        with explained():
            for leftover in self.folder.glob(".*.new"):
                if is_id(leftover.name[1:].partition(".")[0]):
                    leftover.unlink(missing_ok=True)
            for version_id in self._records.ids(".pending"):
                self._settle_one(version_id, in_service)

    def _settle_one(self, version_id: str, in_service: str | None) -> None:
        pending, settled = (self._records.path(version_id, suffix) for suffix in (".pending", ".json"))
        version = parsed(self._records.read(version_id, ".pending"), version_id)
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

    def _must_know(self, version_id: str) -> None:
        if not (is_id(version_id) and self._records.path(version_id, ".json").exists()):
            message = _("There is no version {version}. The history lists those there are.")
            raise UnknownVersionError(message.format(version=version_id))

    def _read(self, version_id: str) -> Version | None:
        return parsed(self._records.read(version_id, ".json"), version_id)
