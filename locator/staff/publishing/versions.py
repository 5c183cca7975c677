"""What the history says of one version of the clinic file, and how that is written down."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from locator.errors import LocatorError
from locator.language import gettext as _
from locator.language import marked as N_

MAX_RECORD_BYTES: Final = 100_000
_ID: Final = re.compile(r"\d{8}T\d{12}Z-[0-9a-f]{8}")
_ID_TIME: Final = "%Y%m%dT%H%M%S%fZ"
_START: Final = 8


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


def sha256_of(content: bytes) -> str:
    """The SHA-256 of the bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def is_id(text: str) -> bool:
    """Whether the text has the form of a version's id, and so cannot name any other file."""
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
