"""A copy of the shipped data for a test to change."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from tests.support.servers import ROOT


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped data that the app and the command line read instead."""
    copy = tmp_path / "data"
    shutil.copytree(ROOT / "data", copy)
    monkeypatch.setenv("LOCATOR_DATA_DIR", str(copy))
    return copy


@pytest.fixture
def few_places(data_dir: Path) -> None:
    """Leave a hundred ZIPs, cities and places elsewhere in the copy, for what places every one of them."""
    for name in ("zips.csv", "cities.csv", "elsewhere.csv"):
        path = data_dir / "gazetteer" / name
        path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[:101]), "utf-8")


def put_ahead_of_the_clock(data_dir: Path) -> None:
    """Give every clinic's row a day that no clock has reached, as files have where the clock is behind."""
    path = data_dir / "clinics.csv"
    with path.open(encoding="utf-8", newline="") as file:
        ids = [row["site_id"] for row in csv.DictReader(file)]
    for site_id in ids:
        rewrite(data_dir, site_id, as_of="2999-01-01")


def rewrite(data_dir: Path, site_id: str, **cells: str) -> None:
    """Change cells of one clinic's row."""
    path = data_dir / "clinics.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["site_id"] == site_id:
            row.update(cells)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
