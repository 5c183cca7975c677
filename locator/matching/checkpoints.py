"""How far a run has come, as it is kept beside the output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pydantic import TypeAdapter, ValidationError

from locator.matching.errors import NotResumableError
from locator.matching.matcher import Counts

_AGAIN: Final = "Begin again without --resume."


@dataclass(frozen=True, slots=True)
class Identity:
    """What the output follows from, as digests: the table, the data beside it, and the options."""

    table: str
    data: str
    options: str


@dataclass(frozen=True, slots=True)
class Position:
    """Where reading goes on, and what was counted up to there."""

    offset: int
    line: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A point from which a run can be gone on with; `is_complete` when only the files' names are missing.

    The sizes are those of the two outputs, in bytes, when all rows before the position were written. Nothing
    of the table itself is in it.
    """

    identity: Identity
    position: Position
    matched_size: int
    aside_size: int
    is_complete: bool = False


_CHECKPOINT: Final = TypeAdapter(Checkpoint)


def as_bytes(checkpoint: Checkpoint) -> bytes:
    """The checkpoint as JSON."""
    return _CHECKPOINT.dump_json(checkpoint)


def checkpoint_of(content: bytes, identity: Identity) -> Checkpoint:
    """The checkpoint in a file; NotResumableError if it cannot be read or belongs to another run."""
    try:
        found = _CHECKPOINT.validate_json(content, strict=True)
    except ValidationError as exc:
        raise NotResumableError(f"What was kept of the unfinished run is damaged. {_AGAIN}") from exc
    for name, before, now in (
        ("table", found.identity.table, identity.table),
        ("clinic directory or other data", found.identity.data, identity.data),
        ("options of the command", found.identity.options, identity.options),
    ):
        if before != now:
            raise NotResumableError(f"The {name} changed since the unfinished run. {_AGAIN}")
    return found
