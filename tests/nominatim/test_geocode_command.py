"""`python -m locator geocode`, run as an operator runs it, against the real Nominatim."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from locator.clinics.search import distance_m
from locator.sites import Coordinate
from tests.nominatim import town

pytestmark = [pytest.mark.process, pytest.mark.nominatim]

ROOT = Path(__file__).resolve().parents[2]
PIN_CELLS = ("latitude", "longitude", "pin_source", "pin_precision", "pin_address")
DONE, NEEDS_A_LOOK = 0, 6

Rows = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Bench:
    """A copy of the clinic file, and the settings that lead the command to the real Nominatim."""

    path: Path
    environ: Mapping[str, str]

    def run(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        """The command's exit code, and what it printed as JSON."""
        command = [sys.executable, "-m", "locator", "geocode", str(self.path), "--json", *arguments]
        ended = subprocess.run(
            command, cwd=ROOT, env=self.environ, capture_output=True, text=True, check=False, timeout=100
        )
        printed: dict[str, Any] = json.loads(ended.stdout or f'{{"error": {json.dumps(ended.stderr)}}}')
        return ended.returncode, printed

    def rows(self) -> Rows:
        """The file's rows by clinic."""
        with self.path.open(encoding="utf-8", newline="") as file:
            return {row["site_id"]: row for row in csv.DictReader(file)}

    def edit(self, *site_ids: str, **cells: str) -> None:
        """Put these cells into the rows of these clinics."""
        rows = self.rows()
        for site_id in site_ids:
            rows[site_id].update(cells)
        with self.path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(next(iter(rows.values()))))
            writer.writeheader()
            writer.writerows(rows.values())


@pytest.fixture
def bench(tmp_path: Path, nominatim_domain: str) -> Bench:
    path = tmp_path / "clinics.csv"
    path.write_bytes(town.CLINICS_CSV.read_bytes())
    others = {name: value for name, value in os.environ.items() if not name.startswith("LOCATOR_")}
    service = {
        "LOCATOR_CLINIC_GEOCODER__SERVICE": "nominatim",
        "LOCATOR_CLINIC_GEOCODER__ARGUMENTS__DOMAIN": nominatim_domain,
        "LOCATOR_CLINIC_GEOCODER__ARGUMENTS__SCHEME": "http",
        "LOCATOR_CLINIC_GEOCODER__REQUESTS_PER_SECOND": "100",
    }
    return Bench(path, others | service)


@pytest.fixture
def unpinned(bench: Bench) -> Bench:
    """The clinic file with no pin left in it."""
    bench.edit(*bench.rows(), **dict.fromkeys(PIN_CELLS, ""))
    return bench


def flags(printed: dict[str, Any]) -> dict[str, list[str]]:
    return {row["site_id"]: [flag["flag"] for flag in row["flags"]] for row in printed["rows"]}


def test_a_dry_run_knows_every_clinic_and_touches_nothing(unpinned: Bench) -> None:
    before = unpinned.path.read_bytes()
    code, printed = unpinned.run("--dry-run")
    assert code == DONE
    assert flags(printed) == {site.site_id: [] for site in town.clinics()}
    assert not any(row["written"] for row in printed["rows"])
    assert unpinned.path.read_bytes() == before


def test_every_clinic_without_a_pin_gets_one_where_the_map_has_it(unpinned: Bench) -> None:
    before = unpinned.rows()
    code, printed = unpinned.run()
    assert code == DONE
    assert any("OpenStreetMap" in note for note in printed["notes"])
    after = unpinned.rows()
    for site in town.clinics():
        row = after[site.site_id]
        pin = Coordinate(float(row["latitude"]), float(row["longitude"]))
        assert distance_m(pin, town.clinic_house(site).point) < 1
        assert row["pin_precision"] == "address"
        assert {**row, **dict.fromkeys(PIN_CELLS, "")} == before[site.site_id]


def test_a_second_run_has_nothing_to_do(unpinned: Bench) -> None:
    unpinned.run()
    before = unpinned.path.read_bytes()
    code, printed = unpinned.run()
    assert (code, printed["rows"]) == (DONE, [])
    assert unpinned.path.read_bytes() == before


def test_a_clinic_that_moves_house_waits_for_a_look_and_is_written_when_accepted(bench: Bench) -> None:
    old = bench.rows()["chaska"]
    bench.edit("chaska", street="12 Nonesuch Ln")
    code, printed = bench.run()
    assert (code, flags(printed)) == (NEEDS_A_LOOK, {"chaska": ["moved_far"]})
    assert bench.rows()["chaska"]["latitude"] == old["latitude"]
    code, _ = bench.run("--accept", "chaska")
    row = bench.rows()["chaska"]
    pin = Coordinate(float(row["latitude"]), float(row["longitude"]))
    assert code == DONE
    assert distance_m(pin, town.TWINS[0].point) < 1


def test_a_house_between_two_mapped_ones_is_pinned_as_known_to_its_street(bench: Bench) -> None:
    house = town.between(town.ROW, 148)
    bench.edit("edina", street=f"{house.number} {house.street}", **dict.fromkeys(PIN_CELLS, ""))
    code, _ = bench.run()
    row = bench.rows()["edina"]
    assert (code, row["pin_precision"]) == (DONE, "street")


def test_an_address_it_does_not_know_is_said_and_gets_no_pin(bench: Bench) -> None:
    bench.edit("delano", street="99 No Such Rd", **dict.fromkeys(PIN_CELLS, ""))
    code, printed = bench.run()
    assert (code, flags(printed)) == (NEEDS_A_LOOK, {"delano": ["not_found"]})
    assert bench.rows()["delano"]["latitude"] == ""
