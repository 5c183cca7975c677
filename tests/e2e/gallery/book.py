"""docs/gallery.md: each state with its heading, what is seen, and its picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from tests.e2e.gallery.kinds import Sheet, State
from tests.support.servers import ROOT

BOOK: Final = ROOT / "docs" / "gallery.md"
PICTURES: Final = ROOT / "docs" / "gallery"
SUFFIX: Final = ".webp"
README_PICTURES: Final = {
    "find-results": ROOT / "docs" / "images" / "finder.png",
    "refer-pairs": ROOT / "docs" / "images" / "refer.png",
}
"""By the state's name: the README shows it as it is on a desktop, in light."""

FIRST_SECONDS: Final = "first-seconds"
FIRST_SECONDS_BARE: Final = "first-seconds-bare"
"""The pictures that `make vitals` writes, for docs/benchmarks.md: the finder, and a bare Streamlit page."""

_OPENING: Final = """\
# Gallery

Every state of every page, made by `make gallery` in a real Chromium with the data that is shipped, or with a
changed copy of it where a state needs one. Each picture shows, from left to right: a phone (390 pixels wide)
in light and in dark, and a desktop (1280 pixels wide) in light and in dark. A long page is shown down to a
limit, and a state farther down begins where it is. The street map is turned off, so that the built-in map is
seen. Staff, their changes and the exact address are made up.
"""


def picture_name(state: State) -> str:
    """The file name of a state's picture."""
    return f"{state.name}{SUFFIX}"


def picture_names(states: Iterable[State]) -> set[str]:
    """The file names of all pictures there are: of the states, and those that `make vitals` writes."""
    others = (FIRST_SECONDS, FIRST_SECONDS_BARE)
    return {picture_name(state) for state in states} | {f"{name}{SUFFIX}" for name in others}


def text(states: Iterable[State]) -> str:
    """The whole page, the states in their order under the headings of their parts."""
    return "\n".join([_OPENING, *_parts(states)])


def _parts(states: Iterable[State]) -> Iterator[str]:
    for part, of_part in groupby(states, lambda state: state.part):
        yield f"## {part}\n"
        for state in of_part:
            picture = f"![{_alt(state)}]({PICTURES.name}/{picture_name(state)})"
            yield f"### {state.title}\n\n{state.sentence}\n\n{picture}\n"


def _alt(state: State) -> str:
    where = "on paper" if isinstance(state, Sheet) else "on a phone and a desktop, in light and in dark"
    return f"{state.title}, {where}"


def write(states: Iterable[State], book: Path = BOOK) -> None:
    """Replace the page."""
    book.write_text(text(states), encoding="utf-8")
