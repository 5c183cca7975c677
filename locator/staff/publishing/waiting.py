"""Changes that wait for a second person, kept in plain files, and what became of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from locator.errors import LocatorError
from locator.files import create_file
from locator.language import gettext as _
from locator.staff.imports import MAX_UPLOAD_BYTES
from locator.staff.people import StaffMember
from locator.staff.publishing.publishing import DirectoryWriter, Outdated, PublishedVersion, Refused
from locator.staff.publishing.records import (
    MAX_RECORD_BYTES,
    HistoryDamagedError,
    RecordFolder,
    explained,
    is_id,
    next_id,
    sha256_of,
    storable,
)

_LOCK_TIMEOUT_S: Final = 15.0


class NotAllowedError(LocatorError):
    """The person may not decide on the change."""


class NotWaitingError(LocatorError):
    """There is no such change, or it was decided already."""


class ChangeRefusedError(LocatorError):
    """The change cannot be kept for approval."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change that somebody submitted: bytes to take the place of those with `base_sha256`.

    `reasons` is what was said to the warnings it was submitted with.
    """

    id: str
    when: AwareDatetime
    who: str
    why: str
    base_sha256: str
    sha256: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a change: published as `version_id`, or, where that is None, rejected for `why`."""

    change_id: str
    when: AwareDatetime
    who: str
    why: str
    version_id: str | None


@dataclass(frozen=True, slots=True)
class Undecided:
    """The changes nobody has decided on, oldest first, and the ids of those that cannot be read."""

    readable: tuple[Change, ...]
    damaged: tuple[str, ...]


_CHANGE: Final = TypeAdapter(Change)
_DECISION: Final = TypeAdapter(Decision)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Waiting:
    """The changes in one folder: `ID.csv` and `ID.json`, and `ID.decision` once somebody has decided.

    No file is ever changed. Safe among threads and processes. Raises HistoryUnwritableError where the folder
    cannot be written to, BusyError where somebody else is at it for long.
    """

    def __init__(
        self,
        folder: Path,
        *,
        now: Callable[[], datetime] = _utc_now,
        lock_timeout_s: float = _LOCK_TIMEOUT_S,
    ) -> None:
        self._records = RecordFolder(folder, lock_timeout_s=lock_timeout_s, with_parents=True)
        self._now = now

    def submit(
        self, new: bytes, *, base_sha256: str, by: StaffMember, why: str, reasons: tuple[str, ...] = ()
    ) -> Change:
        """Keep a change until another person decides on it. Raises ChangeRefusedError if it is too large."""
        when, sha256 = self._now(), sha256_of(new)
        with self._records.locked():
            newest = max(self._records.ids(".csv"), default="")
            change = Change(
                id=next_id(when, sha256, after=newest),
                when=when,
                who=by.name,
                why=storable(why),
                base_sha256=base_sha256,
                sha256=sha256,
                reasons=tuple(storable(reason) for reason in reasons),
            )
            record = _CHANGE.dump_json(change, indent=2) + b"\n"
            if len(new) > MAX_UPLOAD_BYTES or len(record) > MAX_RECORD_BYTES:
                raise ChangeRefusedError(_("The change, or what is said of it, is too long to be kept."))
            with explained():
                create_file(self._records.path(change.id, ".csv"), new)
                create_file(self._records.path(change.id, ".json"), record)
        return change

    def undecided(self) -> Undecided:
        """The changes that wait; one that cannot be read hides no other."""
        ids = reversed(self._records.ids(".json"))
        changes = {change_id: self._read(change_id) for change_id in ids if not self._is_decided(change_id)}
        return Undecided(
            tuple(change for change in changes.values() if change is not None),
            tuple(change_id for change_id, change in changes.items() if change is None),
        )

    def decision(self, change_id: str) -> Decision | None:
        """What became of a change; None while it waits. Raises HistoryDamagedError."""
        if not (is_id(change_id) and self._is_decided(change_id)):
            return None
        try:
            raw = self._records.read(change_id, ".decision")
            return _DECISION.validate_json(raw or b"")
        except ValidationError as exc:
            message = _("What became of change {change} cannot be read.").format(change=change_id)
            raise HistoryDamagedError(message) from exc

    def content(self, change_id: str) -> bytes:
        """The change's bytes. Raises NotWaitingError, or HistoryDamagedError if they are not as submitted."""
        return self._content(self._waiting(change_id))

    def approve(
        self, change_id: str, *, by: StaffMember, writer: DirectoryWriter
    ) -> PublishedVersion | Outdated | Refused:
        """Publish a change in its author's name. What cannot be published now stays waiting.

        Raises NotAllowedError for somebody who is no approver, or is the change's author, and as `content`
        and `DirectoryWriter.publish` do.
        """
        if not by.may_publish:
            raise NotAllowedError(_("Only an approver may approve a change."))
        with self._records.locked():
            change = self._waiting(change_id)
            if _is_author(by, change):
                raise NotAllowedError(_("Your own change waits for another person's approval."))
            outcome = writer.publish(
                change.base_sha256,
                self._content(change),
                who=change.who,
                why=change.why,
                reasons=change.reasons,
                approved_by=by.name,
            )
            # A stop in between is no harm: bytes that are in service count as published at the next try.
            if isinstance(outcome, PublishedVersion):
                self._decide(change, by, "", outcome.version_id)
        return outcome

    def reject(self, change_id: str, *, by: StaffMember, why: str) -> Decision:
        """Keep a change out of service for a reason; its author may do that too.

        Raises NotAllowedError for anybody else who is no approver, and where no reason is given.
        """
        if not why.strip():
            raise NotAllowedError(_("Say why the change is rejected."))
        with self._records.locked():
            change = self._waiting(change_id)
            if not (by.may_publish or _is_author(by, change)):
                raise NotAllowedError(_("Only an approver, or who submitted it, may reject a change."))
            return self._decide(change, by, why, None)

    def _decide(self, change: Change, by: StaffMember, why: str, version_id: str | None) -> Decision:
        decision = Decision(change.id, self._now(), by.name, storable(why), version_id)
        with explained():
            create_file(
                self._records.path(change.id, ".decision"), _DECISION.dump_json(decision, indent=2) + b"\n"
            )
        return decision

    def _waiting(self, change_id: str) -> Change:
        if not (is_id(change_id) and self._records.path(change_id, ".json").exists()):
            raise NotWaitingError(_("No change {change} waits for approval.").format(change=change_id))
        decision = self.decision(change_id)
        if decision is not None:
            rejected = _("This change was rejected by {name} already.")
            approved = _("This change was approved by {name} already.")
            message = rejected if decision.version_id is None else approved
            raise NotWaitingError(message.format(name=decision.who))
        change = self._read(change_id)
        if change is None:
            message = _("The record of change {change} cannot be read.").format(change=change_id)
            raise HistoryDamagedError(message)
        return change

    def _content(self, change: Change) -> bytes:
        raw = self._records.read(change.id, ".csv", most_bytes=MAX_UPLOAD_BYTES)
        if raw is None or sha256_of(raw) != change.sha256:
            message = _("The file of change {change} is damaged: it has to be made again.")
            raise HistoryDamagedError(message.format(change=change.id))
        return raw

    def _read(self, change_id: str) -> Change | None:
        try:
            change = _CHANGE.validate_json(self._records.read(change_id, ".json") or b"")
        except ValidationError:
            return None
        return change if change.id == change_id else None

    def _is_decided(self, change_id: str) -> bool:
        return self._records.path(change_id, ".decision").exists()


def _is_author(person: StaffMember, change: Change) -> bool:
    # Names are what people sign in by, and a sign-in may not care for capitals.
    return person.name.strip().casefold() == change.who.strip().casefold()
