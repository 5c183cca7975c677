"""The parts of a referral sheet, all of them already in words. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass


def plain(text: str) -> str:
    """Text on one line, with spaces where it has line breaks, control characters or invisible marks.

    Marks that reverse the reading direction would make a reader see other words than the record holds.
    """
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


@dataclass(frozen=True, slots=True)
class SheetFact:
    """A label and what is known, in one or more lines.

    `may_clip` says that a rendering short of room may leave off their ends, `in_english` that they are the
    directory's own sentences, which stay in English on a sheet in any language.
    """

    label: str
    lines: tuple[str, ...]
    may_clip: bool = False
    in_english: bool = False


@dataclass(frozen=True, slots=True)
class SheetSite:
    """One site: its part in the plan, its title, and its facts in the order to read them."""

    part: str
    title: str
    facts: tuple[SheetFact, ...]


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A table whose rows have a cell for each of `columns`; the first cell names the row.

    `notes` are sentences below it.
    """

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"a row of {self.heading} has not {len(self.columns)} cells")


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """A criterion: `mark` is "met", "not met" or "not answered", `finding` the same as shown."""

    mark: str
    finding: str
    text: str
    detail: str | None


@dataclass(frozen=True, slots=True)
class CriteriaTable:
    """The criteria, with a sentence that counts the findings and one that says what they are not."""

    heading: str
    columns: tuple[str, str]
    rows: tuple[CriterionRow, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """Sentences, or items of a list, under a heading; `note` is about them all."""

    heading: str
    items: tuple[str, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Warnings:
    """What to clear up before a patient travels: the site as a label, then the sentences about it."""

    heading: str
    items: tuple[SheetFact, ...]


@dataclass(frozen=True, slots=True)
class BlankGroup:
    """Labels of ruled lines that are filled in by hand."""

    heading: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetLink:
    """A link to the same plan, what it is called, and what its QR code is to those who cannot see it."""

    url: str
    label: str
    alt: str
