"""What each column of the directory means, as the dictionary beside it says: `data/README.md`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from locator.language import gettext as _

# | `column` | meaning | format | may be empty | example |
_ROW: Final = re.compile(
    r"^\| `(?P<column>[a-z_]+)` \| (?P<meaning>[^|]+) \| (?P<format>[^|]+) \| (?P<empty>[^|]+) \|"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One column, in the file's words: its meaning, what may stand in it, and whether it may be empty."""

    meaning: str
    allowed: str
    may_be_empty: bool

    @property
    def explained(self) -> str:
        """The meaning and what may stand there, in the language that holds now."""
        return ". ".join(_(text) for text in (self.meaning, self.allowed) if text)


def read_dictionary(text: str) -> dict[str, Entry]:
    """The entries of the first table of columns, by column; signs of Markdown are left out."""
    found: dict[str, Entry] = {}
    for line in text.splitlines():
        row = _ROW.match(line)
        if row and row["column"] not in found:
            plain = {name: row[name].replace("`", "").strip() for name in ("meaning", "format", "empty")}
            found[row["column"]] = Entry(plain["meaning"], plain["format"], plain["empty"] != "no")
    return found


def texts(dictionary: Mapping[str, Entry]) -> Iterator[str]:
    """Every text of the dictionary that is shown, for whoever translates it; one may come more than once."""
    for entry in dictionary.values():
        yield from filter(None, (entry.meaning, entry.allowed))
