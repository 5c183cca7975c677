"""Changes that wait for a second person, kept in plain files, and what became of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from locator.errors import LocatorError
from locator.files import create_file, exclusive
from locator.language import gettext as _
from locator.staff.imports import MAX_UPLOAD_BYTES
from locator.staff.people import StaffMember
from locator.staff.publishing.history import (
    MAX_RECORD_BYTES,
    HistoryDamagedError,
    explained,
    is_id,
    next_id,
    read_at_most,
    sha256_of,
    storable,
)
from locator.staff.publishing.publishing import DirectoryWriter, Outdated, PublishedVersion, Refused

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
        self._folder = folder
        self._now = now
        self._lock_timeout_s = lock_timeout_s

    def submit(
        self, new: bytes, *, base_sha256: str, by: StaffMember, why: str, reasons: tuple[str, ...] = ()
    ) -> Change:
        """Keep a change until another person decides on it. Raises ChangeRefusedError if it is too large."""
        when, sha256 = self._now(), sha256_of(new)
        with self._locked():
            newest = max((path.stem for path in self._folder.glob("*.csv") if is_id(path.stem)), default="")
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
                create_file(self._file(change.id, ".csv"), new)
                create_file(self._file(change.id, ".json"), record)
        return change

    def undecided(self) -> Undecided:
        """The changes that wait; one that cannot be read hides no other."""
        ids = sorted(path.stem for path in self._folder.glob("*.json") if is_id(path.stem))
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
            raw = read_at_most(self._file(change_id, ".decision"), MAX_RECORD_BYTES)
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
        with self._locked():
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
        with self._locked():
            change = self._waiting(change_id)
            if not (by.may_publish or _is_author(by, change)):
                raise NotAllowedError(_("Only an approver, or who submitted it, may reject a change."))
            return self._decide(change, by, why, None)

    def _decide(self, change: Change, by: StaffMember, why: str, version_id: str | None) -> Decision:
        decision = Decision(change.id, self._now(), by.name, storable(why), version_id)
        with explained():
            create_file(self._file(change.id, ".decision"), _DECISION.dump_json(decision, indent=2) + b"\n")
        return decision

    def _waiting(self, change_id: str) -> Change:
        if not (is_id(change_id) and self._file(change_id, ".json").exists()):
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
        raw = read_at_most(self._file(change.id, ".csv"), MAX_UPLOAD_BYTES)
        if raw is None or sha256_of(raw) != change.sha256:
            message = _("The file of change {change} is damaged: it has to be made again.")
            raise HistoryDamagedError(message.format(change=change.id))
        return raw

    def _read(self, change_id: str) -> Change | None:
        try:
            change = _CHANGE.validate_json(
                read_at_most(self._file(change_id, ".json"), MAX_RECORD_BYTES) or b""
            )
        except ValidationError:
            return None
        return change if change.id == change_id else None

    def _is_decided(self, change_id: str) -> bool:
        return self._file(change_id, ".decision").exists()

    def _file(self, change_id: str, suffix: str) -> Path:
        return self._folder / f"{change_id}{suffix}"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with ExitStack() as stack:
            with explained():
                self._folder.mkdir(parents=True, exist_ok=True)
                stack.enter_context(exclusive(self._folder / ".lock", timeout_s=self._lock_timeout_s))
            yield


def _is_author(person: StaffMember, change: Change) -> bool:
    # Names are what people sign in by, and a sign-in may not care for capitals.
    return person.name.strip().casefold() == change.who.strip().casefold()
