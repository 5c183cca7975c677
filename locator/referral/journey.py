"""The visits of the therapy: how many, where each takes place, and why. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

EVALUATION_VISIT: Final = "evaluation"
PROGRAMMING_VISIT: Final = "programming"
MOST_TIMES: Final = 50
"""More visits of one kind than this are taken for a mistake."""


class VisitPlace(StrEnum):
    """At which of a pair's two sites a visit takes place."""

    EVALUATION = "evaluation"
    PROCEDURE = "procedure"


@dataclass(frozen=True, slots=True)
class Visit:
    """One kind of visit: where and how often, when, for what reason, and what all of that rests on.

    `basis` says which part the practice states and which is this project's own assumption.
    """

    visit_id: str
    name: str
    place: VisitPlace
    times: int
    when: str
    reason: str
    basis: str

    def __post_init__(self) -> None:
        if not 0 <= self.times <= MOST_TIMES:
            raise ValueError(f"not a number of visits from 0 to {MOST_TIMES}: {self.times}")


@dataclass(frozen=True, slots=True)
class Journey:
    """The visits in the order in which they come; each `visit_id` occurs once."""

    visits: tuple[Visit, ...]

    def __post_init__(self) -> None:
        ids = [visit.visit_id for visit in self.visits]
        if len(set(ids)) != len(ids):
            raise ValueError(f"a visit is named twice: {ids}")

    def times_at(self, place: VisitPlace) -> int:
        """How many visits take place at that one of the two sites."""
        return sum(visit.times for visit in self.visits if visit.place is place)

    def times_of(self, visit_id: str) -> int:
        """How often a visit takes place; 0 for one that is not part of this journey."""
        return sum(visit.times for visit in self.visits if visit.visit_id == visit_id)

    def with_times(self, visit_id: str, times: int) -> Journey:
        """The same journey with one kind of visit taking place `times` times.

        Raises ValueError for a number that cannot be meant; a visit it does not have changes nothing.
        """
        changed = (replace(v, times=times) if v.visit_id == visit_id else v for v in self.visits)
        return Journey(tuple(changed))

    def evaluation_only(self) -> Journey:
        """The evaluation alone, for those who do not yet know whether more will follow."""
        return Journey(tuple(visit for visit in self.visits if visit.visit_id == EVALUATION_VISIT))
