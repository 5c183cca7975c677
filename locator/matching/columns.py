"""Which cells of a table say where a row is. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from locator.matching.errors import ColumnsUnfitError

PARTS: Final = ("address", "city", "state", "zip")
"""What says where a row is; a header may call each something else."""

_PLACING: Final = ("address", "city", "zip")


@dataclass(frozen=True, slots=True)
class Columns:
    """How many cells a row has, and at which of them those of PARTS are that the table has, in that order."""

    width: int
    at: Mapping[str, int]


def find_columns(header: Sequence[str], asked: Mapping[str, str]) -> Columns:
    """The columns of a header; small and capital letters are the same.

    `asked` says what the header calls some of PARTS; these must be there, the others are found by their own
    name if they are. Raises ColumnsUnfitError, whose text holds nothing of the header: where a table has
    none, a person's address stands in its place.
    """
    found = [_folded(name) for name in header]
    at: dict[str, int] = {}
    for part in PARTS:
        name = asked.get(part, part)
        count = found.count(_folded(name))
        if count > 1:
            raise ColumnsUnfitError(
                f"The table has more than one column {name}: give each a name of its own."
            )
        if count == 1:
            at[part] = found.index(_folded(name))
        elif part in asked:
            raise ColumnsUnfitError(f"The table's first line has no column {name}.")
    if not any(part in at for part in _PLACING):
        raise ColumnsUnfitError(
            "The table's first line names no column address, city or zip."
            " Where they have other names, give those with --address, --city, --state and --zip."
        )
    return Columns(len(header), at)


def refuse_taken(header: Sequence[str], added: Collection[str], prefix: str) -> None:
    """Raise ColumnsUnfitError if the table has a column of a name that is to be added."""
    own = set(map(_folded, header))
    taken = [name for name in added if _folded(name) in own]
    if taken:
        raise ColumnsUnfitError(
            f"The table already has a column {taken[0]}, and new ones begin with {prefix}."
            " Give another beginning with --prefix."
        )


def _folded(name: str) -> str:
    return name.strip().casefold()
