"""The finder in a browser."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
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
    command = [sys.executable, "-m", "locator", "nearest", *arguments, "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def data_with(folder: Path, changes: Mapping[str, Mapping[str, str]]) -> Path:
    """A copy of the data with some cells of the clinic file changed, by site_id and column."""
    data = shutil.copytree(ROOT / "data", folder / "data")
    rows = [{**row, **changes.get(row["site_id"], {})} for row in shipped_rows()]
    (data / "clinics.csv").write_bytes(clinic_file(rows))
    return data
