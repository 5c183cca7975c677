"""Runs of the match command."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from locator.cli.matching.matcher import Counts
from locator.cli.matching.nearby import ADDED
from locator.cli.matching.rows import open_table
from locator.cli.matching.run import Outputs, Run, TableOptions
from locator.geocoding.types import PostalAddress
from locator.progress import Progress
from locator.sites import Located, NotLocated, Origin, PlaceAnswer, Precision
from tests.support.samples import MINNEAPOLIS

OPTIONS = TableOptions({}, "drg_")


# Some twenty blocks of the size they are read in, and in each some rows that are set aside.
ROWS = 120_000


class StoppedError(Exception):
    """Stands for what ends a run early."""


def clock(stops_at: float = float("inf"), meanwhile: Callable[[], object] | None = None) -> Iterator[float]:
    """Seconds that pass; at the given one the run is stopped, or something else happens meanwhile."""
    for second in count():
        if second == stops_at:
            if meanwhile is None:
                raise StoppedError
            meanwhile()
        yield float(second)


def place(address: PostalAddress) -> PlaceAnswer:
    zip_code = address.zip_code or ""
    if zip_code.endswith("13"):
        return NotLocated("We do not know that place.")
    return Located(Origin(f"ZIP {zip_code}", MINNEAPOLIS, Precision.ZIP, 0.0, "test gazetteer"))


def near(origin: Origin) -> list[str]:
    return [origin.label, *[""] * (len(ADDED) - 1)]


class Job:
    """A table in a folder of its own, and the files that are to be made of it."""

    def __init__(self, folder: Path, content: bytes | None) -> None:
        """A new folder, or with no content the one that is there."""
        self.folder = folder
        self.table = folder / "table.csv"
        if content is not None:
            folder.mkdir()
            self.table.write_bytes(content)
        self.matched = folder / "out.csv"
        self.aside = folder / "out.rejected.csv"

    def run(
        self,
        ticks: Iterator[float] | None = None,
        *,
        options: TableOptions = OPTIONS,
        screen: io.StringIO | None = None,
    ) -> Counts:
        """The whole of it as the command does it; the clock is looked at after every block."""
        seconds = ticks or clock()
        with open_table(self.table) as table, Outputs(self.matched, self.aside) as outputs:
            progress = Progress(screen, lambda: next(seconds), line_every_s=5.0)
            return Run(table, options, place, near).carry_out(outputs, progress)

    def results(self) -> tuple[bytes, bytes]:
        """What both files hold; there is nothing else beside the table."""
        assert sorted(path.name for path in self.folder.iterdir()) == [
            "out.csv",
            "out.rejected.csv",
            "table.csv",
        ]
        return self.matched.read_bytes(), self.aside.read_bytes()

    def is_hidden(self) -> bool:
        """Whether there is no file of the output yet."""
        return not (self.matched.exists() or self.aside.exists())

    def left_over(self) -> list[str]:
        """What is there besides the table and the output."""
        named = {self.table, self.matched, self.aside}
        return sorted(path.name for path in self.folder.iterdir() if path not in named)


def table() -> bytes:
    """A table of ZIP codes, longer than a block."""
    rows = (f"{number},{55_000 + number % 400}\n" for number in range(ROWS))
    return b"id,zip\n" + "".join(rows).encode()
