"""Which part of a long list is shown: twenty at once, and the way on and back. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Self

PORTION: Final = 20
"""How many clinics a group shows at once."""
_MOST_DIGITS: Final = 6


class Part(StrEnum):
    """The groups of a list that are shown in portions, each by itself."""

    FITTING = "fitting"
    POSSIBLE = "possible"
    UNPLACED = "unplaced"


@dataclass(frozen=True, slots=True)
class Window:
    """The portion of a group that is shown: from `start` up to `stop`, which is left out, of `total`."""

    start: int
    stop: int
    total: int

    @property
    def number(self) -> int:
        """Which portion it is, the first being 1."""
        return self.start // PORTION + 1

    @property
    def portions(self) -> int:
        """How many there are."""
        return -(-self.total // PORTION)

    @property
    def before(self) -> int:
        """How many the portion before it has; 0 for the first."""
        return min(PORTION, self.start)

    @property
    def after(self) -> int:
        """How many the portion after it has; 0 for the last."""
        return min(PORTION, self.total - self.stop)


@dataclass(frozen=True, slots=True)
class Portions:
    """Which portion of each group is shown, the first being 0."""

    fitting: int = 0
    possible: int = 0
    unplaced: int = 0

    @property
    def reach(self) -> int:
        """How many of a group must be known to show any of these, and to say how many come after."""
        return PORTION * (2 + max(self.fitting, self.possible))

    def window(self, part: Part, total: int) -> Window:
        """What is shown of a group of this size; its last portion where there is none so far on."""
        last = max(0, (total - 1) // PORTION)
        start = PORTION * min(int(getattr(self, part)), last)
        return Window(start, min(start + PORTION, total), total)

    def turned(self, said: object) -> Self:
        """The portions after a button has said what it shows, as `shown_by` writes it; else the same."""
        part, _, portion = str(said).partition(" ")
        if (
            part not in set(Part)
            or not (portion.isascii() and portion.isdigit())
            or len(portion) > _MOST_DIGITS
        ):
            return self
        return replace(self, **{part: int(portion)})


def shown_by(part: Part, portion: int) -> str:
    """What a button says that shows this portion, the first being 0, of a group."""
    return f"{part} {portion}"
