"""How many instructions an operation takes, which is the same on a busy machine; counted by callgrind."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.counted import ONCE, TWICE
from tests.support.servers import ROOT

# It takes about 60 s where nothing else runs.
_TIMEOUT_S: Final = 600.0
_PROGRAMS: Final = ("valgrind", "vgdb")
_DUMP: Final = re.compile(r"^desc: Trigger: dump (\d+) (\w+)$.*^totals: (\d+)$", re.MULTILINE | re.DOTALL)
# Whatever makes one run differ from another, and whatever would split the work among threads.
_ALIKE: Final = {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Counted:
    """The instructions one operation takes, by one way of doing it."""

    what: str
    how: str
    instructions: float


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted, ours first among the ways to do the same; or why nothing could be."""

    counted: tuple[Counted, ...] = ()
    why_not: str | None = None


def run() -> Counts:
    """Count everything in a Python of its own, inside valgrind."""
    missing = [name for name in _PROGRAMS if shutil.which(name) is None]
    if missing:
        return Counts(why_not=f"{' and '.join(missing)} not installed here")
    with tempfile.TemporaryDirectory() as folder:
        try:
            said = _in_valgrind(Path(folder) / "counts", [sys.executable, "-m", "benchmarks.counted"])
        except subprocess.TimeoutExpired:
            return Counts(why_not=f"valgrind was not done within {_TIMEOUT_S:.0f} s")
        except subprocess.CalledProcessError as exc:
            last_words = (exc.stderr.strip().splitlines() or ["nothing"])[-1]
            return Counts(why_not=f"valgrind failed and said last: {last_words}")
        dumps = [path.read_text(encoding="utf-8") for path in Path(folder).iterdir()]
    return Counts(counted=tuple(per_operation(json.loads(said), totals(dumps))))


def section(counts: Counts) -> str:
    """The part of the report, in Markdown."""
    lines = [
        "## Instructions",
        "",
        "Counted by callgrind in a simulated processor, so it matters little what else runs. Each is the",
        "difference between doing it some times and doing it twice as often, so that starting costs nothing.",
        "Two runs agree to within 1 %. The geopy loop is counted on at most 100 sites and scaled up.",
        "",
    ]
    if counts.why_not is not None:
        return "\n".join([*lines, f"Not counted: {counts.why_not}."])
    lines += ["| what | how | instructions | ours over it |", "| --- | --- | --- | --- |"]
    first: dict[str, Counted] = {}
    for one in counts.counted:
        ours = first.setdefault(one.what, one)
        over = "1" if ours is one else f"{ours.instructions / one.instructions:.2g}"
        lines.append(f"| {one.what} | {one.how} | {one.instructions:,.0f} | {over} |")
    return "\n".join(lines)


def totals(dumps: Iterable[str]) -> dict[tuple[int, str], int]:
    """What callgrind's files hold, by the number and the round that each was asked for with."""
    found = (_DUMP.search(text) for text in dumps)
    return {(int(one[1]), one[2]): int(one[3]) for one in found if one}


def per_operation(
    operations: Sequence[tuple[str, str, int, float]], found: Mapping[tuple[int, str], int]
) -> Iterator[Counted]:
    """Instructions of each operation done once; `operations` are what, how, how many times, and a scale."""
    for number, (what, how, times, scale) in enumerate(operations):
        more = found[number, TWICE] - found[number, ONCE]
        yield Counted(what, how, more / times * scale)


def _in_valgrind(counts: Path, command: Sequence[str]) -> str:
    """What a command prints; callgrind's files begin with `counts`."""
    callgrind = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={counts}"]
    return subprocess.run(  # noqa: S603 - the command is this package's own
        [*callgrind, *command],
        cwd=ROOT,
        env=os.environ | _ALIKE,
        capture_output=True,
        text=True,
        check=True,
        timeout=_TIMEOUT_S,
    ).stdout
