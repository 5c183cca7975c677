"""Fair comparison on a machine that is not quiet: contestants take turns, each round is compared alone."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter_ns
from typing import TypeVar

_T = TypeVar("_T")
_Made = TypeVar("_Made")
_Name = TypeVar("_Name")


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle and the ends of several measurements of one thing."""

    median: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """Median, smallest and largest of one or more values."""
    return Spread(statistics.median(values), min(values), max(values))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ours beside a baseline, and ours over it, round by round."""

    ours: Spread
    baseline: Spread
    ratio: Spread


def compare(ours: Sequence[float], theirs: Sequence[float]) -> Comparison:
    """Both hold one value a round."""
    return Comparison(spread(ours), spread(theirs), ratios(ours, theirs))


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Ours over theirs, round by round: below 1, ours took less. Both hold one value a round."""
    return spread([mine / other for mine, other in zip(ours, theirs, strict=True)])


def interleaved(
    contestants: Mapping[_Name, Callable[[int], _Made]], *, rounds: int
) -> dict[_Name, list[_Made]]:
    """What each contestant answers when called with each round's number, all of them in every round.

    The order turns by one from round to round, and runs backwards after each full turn, so that none always
    comes after the same other.
    """
    names = list(contestants)
    answers: dict[_Name, list[_Made]] = {name: [] for name in names}
    for number in range(rounds):
        start = number % len(names)
        turned = names[start:] + names[:start]
        for name in turned if number // len(names) % 2 == 0 else reversed(turned):
            answers[name].append(contestants[name](number))
    return answers


def median_us(run: Callable[[_T], object], inputs: Sequence[_T]) -> float:
    """The median time of `run` over the inputs, each timed by itself, in microseconds."""
    return statistics.median(timed_us(run, value)[1] for value in inputs)


def timed_us(run: Callable[[_T], _Made], value: _T) -> tuple[_Made, float]:
    """What one call returns, and how long it took in microseconds."""
    start_ns = perf_counter_ns()
    made = run(value)
    return made, (perf_counter_ns() - start_ns) / 1000
