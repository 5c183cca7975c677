"""The figures as one Markdown page."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from reliability.figures import Figure, Section

_HEAD: Final = """\
# Reliability

Written by `make reliability`, which tries all of this anew and replaces this page. It ends with an error if
one aim is not met. Every clinic, person and password in it is made up."""


def all_met(sections: Iterable[Section]) -> bool:
    """Whether every figure met its aim."""
    return all(figure.met for section in sections for figure in section.figures)


def render(sections: Sequence[Section], *, on: date, run_s: float) -> str:
    """The page, from one run that took `run_s` seconds."""
    run = (
        f"Last run on {on.isoformat()}: {run_s:.0f} seconds on {os.cpu_count() or 1} cores,"
        f" {platform.system()} {platform.machine()}, Python {platform.python_version()}."
    )
    return "\n\n".join([_HEAD, run, *map(_section, sections)]) + "\n"


def _section(section: Section) -> str:
    head = ("what was tried", "measured", "aim", "met")
    rows = [
        (figure.what, figure.measured, figure.aim, "yes" if figure.met else "**no**")
        for figure in section.figures
    ]
    figures = _table(head, rows) if rows else ""
    meanings = "\n".join(map(_meaning, section.figures))
    trials = _table(section.table.head, section.table.rows) if section.table else ""
    return "\n\n".join(filter(None, (f"## {section.title}", figures, meanings, section.remark, trials)))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    """A text that cannot end its cell or its row."""
    return " ".join(text.replace("|", "\\|").split())


def _meaning(figure: Figure) -> str:
    return f"- **{figure.what}**: {figure.means}"
