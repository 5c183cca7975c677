"""The finder in a browser."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.payloads import clinic_file
from tests.support.servers import ROOT


def shipped_rows() -> list[dict[str, str]]:
    """The rows of the shipped clinic file."""
    with (ROOT / "data" / "clinics.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def nearest(*arguments: str) -> dict[str, Any]:
    """What `python -m locator nearest ... --json` says."""
    said: dict[str, Any] = json.loads(_printed(arguments))
    return said


@cache
def _printed(arguments: tuple[str, ...]) -> str:
    """What the command prints of the shipped data: the same each time, and seconds in the making."""
    command = [sys.executable, "-m", "locator", "nearest", *arguments, "--json"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout


def data_with(folder: Path, changes: Mapping[str, Mapping[str, str]]) -> Path:
    """A copy of the data with some cells of the clinic file changed, by site_id and column."""
    data = shutil.copytree(ROOT / "data", folder / "data")
    rows = [{**row, **changes.get(row["site_id"], {})} for row in shipped_rows()]
    (data / "clinics.csv").write_bytes(clinic_file(rows))
    return data
