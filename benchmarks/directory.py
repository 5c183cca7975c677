"""A directory of 8 to 100,000 clinics on the server: read, made ready, searched by name, published anew.

Beside it stands pandas.read_csv on the same bytes, told to keep every cell as text. It checks nothing: what
it takes is what remains once no cell, no row and not the whole file needs to be right.
"""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pandas as pd

from benchmarks.timing import Spread, interleaved, ratios, spread, timed_us
from locator.clinics import ServedDirectory, SiteIndex, parse_directory
from locator.geocoding.places import Gazetteer, OfflinePlaces, load_gazetteer
from locator.language import current
from locator.publication import MEDIA_TYPES, Part, document, in_order
from locator.settings import SHIPPED, Practice, Settings
from locator.sites import Site
from locator.staff.publishing import DirectoryWriter, History, PublishedVersion
from locator.staff.publishing.records import sha256_of
from locator.staff.sign_in import StaffAccess
from locator.web.first_document import Asked, FinderQuestion, Sources, finder, whole_document
from locator.web.served.snapshots import DerivedIndexes, Snapshot
from tests.support.made_up_directory import directory_csv
from tests.support.servers import ROOT

SIZES: Final = (8, 1_000, 10_000, 100_000)
PANDAS: Final = "pandas.read_csv, nothing checked"
READ: Final = "read and check"
PARTS: Final = (
    READ,
    PANDAS,
    "index for distances",
    "places by name",
    "find a clinic by its title",
    "first document",
    "first part of all four documents",
    "publish: check, keep, replace",
)
_TODAY: Final = date(2026, 11, 22)
# The largest takes half a minute a round.
_ROUNDS: Final = {8: 9, 1_000: 5, 10_000: 3, 100_000: 2}
_MEMORY: Final = """
import sys
from pathlib import Path
from datetime import date
from locator.clinics.reading import read_directory
from locator.settings import DataFiles
from locator.web.served.snapshots import Snapshots
from locator.geocoding.places.offline import OfflinePlaces
from locator.clinics.search import SiteIndex
def used_mb():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6
gazetteer = Snapshots(DataFiles(Path(sys.argv[2]))).gazetteer()
before = used_mb()
sites = read_directory(Path(sys.argv[1]), today=date(2026, 11, 22)).sites
read = used_mb()
kept = OfflinePlaces(gazetteer, sites), SiteIndex(sites)
print(read - before, used_mb() - before)
"""


@dataclass(frozen=True, slots=True)
class Scale:
    """One size of directory: the file in bytes, each of PARTS in milliseconds, and memory in MB.

    `read_ratio` is our reading over that of pandas, round by round.
    """

    sites: int
    file_bytes: int
    parts_ms: dict[str, Spread]
    read_ratio: Spread
    read_mb: float
    ready_mb: float


def run() -> list[Scale]:
    """Measure every size, the smallest first; the clinics are made up and the same in every run."""
    gazetteer = load_gazetteer(SHIPPED.gazetteer)
    return [_scale(size, gazetteer) for size in SIZES]


def section(scales: Iterable[Scale]) -> str:
    """The part of the report, in Markdown."""
    found = list(scales)
    heads = ["", *(f"{one.sites:,}" for one in found)]
    rows = [["the file", *(f"{one.file_bytes / 1e6:.3g} MB" for one in found)]]
    rows += [[part, *(_time(one.parts_ms[part]) for one in found)] for part in PARTS]
    rows.append(["reading, ours over pandas", *(f"{one.read_ratio.median:.1f}" for one in found)])
    rows.append(["memory of the clinics", *(f"{one.read_mb:,.0f} MB" for one in found)])
    rows.append(["memory with index and places", *(f"{one.ready_mb:,.0f} MB" for one in found)])
    lines = [
        "## A large directory on the server",
        "",
        "Made-up clinics, by how many there are. All but the search by title happens once a version. A large",
        "file is read in the background, while everybody is served the previous version.",
        "",
        *(f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *rows)),
    ]
    return "\n".join(lines)


def _time(took: Spread) -> str:
    # What takes seconds needs no tenths of a millisecond.
    return f"{took.median / 1000:.1f} s" if took.median >= 1_000 else f"{took.median:.3g} ms"


def _scale(size: int, gazetteer: Gazetteer) -> Scale:
    raw = directory_csv(size)
    sites = parse_directory(raw, today=_TODAY).sites
    with TemporaryDirectory() as folder:
        parts = {
            **_readings(raw),
            **_makings(sites, gazetteer),
            PARTS[-1]: _publishing(Path(folder), raw),
        }
        took = interleaved(parts, rounds=_ROUNDS[size])
        read_mb, ready_mb = _memory_mb(Path(folder) / "clinics.csv")
    times = {name: spread(ms) for name, ms in took.items()}
    return Scale(size, len(raw), times, ratios(took[READ], took[PANDAS]), read_mb, ready_mb)


def _readings(raw: bytes) -> dict[str, Callable[[int], float]]:
    return {
        READ: _ms(lambda: parse_directory(raw, today=_TODAY)),
        PANDAS: _ms(lambda: pd.read_csv(io.BytesIO(raw), dtype=str, keep_default_na=False)),
    }


def _makings(sites: tuple[Site, ...], gazetteer: Gazetteer) -> dict[str, Callable[[int], float]]:
    places = OfflinePlaces(gazetteer, sites)
    served = ServedDirectory(sites, "v1", None)
    snapshot = Snapshot(served, DerivedIndexes(served, lambda: gazetteer))
    # It is drawn from an index that is there already.
    snapshot.index()
    sources = Sources(Settings(), lambda: snapshot, StaffAccess(), lambda: None)
    by = Practice("Fake Practice", "612-555-0100", None, "fake1")
    title = sites[len(sites) // 2].title
    makings: tuple[Callable[[], object], ...] = (
        lambda: SiteIndex(sites),
        lambda: OfflinePlaces(gazetteer, sites),
        lambda: places.locate(title),
        lambda: _first_document(sources),
        lambda: [document(name, Part.of(in_order(sites)), by) for name in MEDIA_TYPES],
    )
    return {name: _ms(making) for name, making in zip(PARTS[2:-1], makings, strict=True)}


def _first_document(sources: Sources) -> str:
    question, asked = FinderQuestion(), Asked("", current())
    inside = finder.body(question, finder.answer(question, sources), asked, sources)
    return whole_document(inside, asked, sources.settings)


def _publishing(folder: Path, raw: bytes) -> Callable[[int], float]:
    """Put a version that differs by a line into service, as staff do, the history included."""
    path = folder / "clinics.csv"
    path.write_bytes(raw)
    writer = DirectoryWriter(path, History(folder / "history"), lambda: _TODAY)
    writer.load()

    def one_round(number: int) -> float:
        before = path.read_bytes()
        after = raw + b"\n" * (number + 1)
        outcome, took_us = timed_us(
            lambda new: writer.publish(sha256_of(before), new, who="Fake Person", why="a measurement"),
            after,
        )
        if not isinstance(outcome, PublishedVersion):
            raise TypeError(f"not published: {outcome}")
        return took_us / 1000

    return one_round


def _memory_mb(path: Path) -> tuple[float, float]:
    """What a process of its own grows by: with the clinics read, and with all made ready too."""
    command = [sys.executable, "-c", _MEMORY, str(path), str(SHIPPED.shipped)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    read_mb, ready_mb = map(float, done.stdout.split())
    return read_mb, ready_mb


def _ms(run_once: Callable[[], object]) -> Callable[[int], float]:
    def one_round(_number: int) -> float:
        return timed_us(lambda _: run_once(), None)[1] / 1000

    return one_round
