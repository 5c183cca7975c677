"""What one trial found, beside what it had to find."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: what was tried, what came of it, the aim, and what the figure means."""

    what: str
    measured: str
    aim: str
    met: bool
    means: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows beside the figures, where each trial has more to tell; every row is as long as the head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The figures of one kind of trial, what of it a reader must know, and perhaps a table of the trials."""

    title: str
    figures: tuple[Figure, ...]
    remark: str = ""
    table: Table | None = None


def of_all(what: str, good: int, tried: int, *, means: str, at_least: int = 1) -> Figure:
    """A figure that is met where every one of at least `at_least` tries came out right."""
    aim = f"all of at least {at_least:,}"
    return Figure(what, f"{good:,} of {tried:,}", aim, good == tried >= at_least, means)


def at_most(what: str, found: int, most: int, *, means: str) -> Figure:
    """A figure that is met by `most` or fewer."""
    return Figure(what, f"{found:,}", "none" if most == 0 else f"{most:,} or fewer", found <= most, means)
