"""A process killed in the middle of its work, by the signal that nothing can catch."""

from __future__ import annotations

from pathlib import Path

import pytest

from locator.cli.exit_codes import Exit
from locator.geocoding.pins.asking import journal_path
from tests.support.geocode_runs import Bench
from tests.support.killing import kill_after_lines
from tests.support.pin_samples import FakeGeocoder, as_csv, cells_of, north, row

pytestmark = pytest.mark.process

# The third question is never answered; the run is killed while it waits.
RUN = """
import signal, sys
from tests.support.pin_samples import FakeGeocoder, house
from tests.support.geocode_runs import Bench
from pathlib import Path

def answer(address):
    if address.street.startswith("3 "):
        print("asked", flush=True)
        signal.pause()
    return house(address)

Bench(Path(sys.argv[1])).run(geocoder=FakeGeocoder(answer))
"""
# Replaces the file over and over, each time by the other of two contents.
REPLACE = """
import sys
from pathlib import Path
from locator.files import replace_file

path, one, other = Path(sys.argv[1]), b"a" * 3_000_000, b"b" * 3_000_000
if path.read_bytes() != one:
    one, other = other, one
while True:
    print("once more", flush=True)
    replace_file(path, before=one, after=other)
    one, other = other, one
"""


def test_a_killed_run_loses_nothing_it_found_and_the_next_goes_on_from_there(
    tmp_path: Path, project_root: Path
) -> None:
    bench = Bench(tmp_path / "clinics.csv")
    bench.path.write_bytes(as_csv(*(row(number) for number in range(1, 5))))
    before = bench.path.read_bytes()
    kill_after_lines(1, RUN, str(bench.path), root=project_root)
    assert bench.path.read_bytes() == before
    assert journal_path(bench.path).exists()
    geocoder = FakeGeocoder()
    assert bench.run(geocoder=geocoder) == Exit.DONE
    assert geocoder.asked == [f"{number} Nowhere St, Testville, MN 55999" for number in (3, 4)]
    latitudes = [cells["latitude"] for cells in cells_of(bench.path.read_bytes()).values()]
    assert latitudes == [f"{north(10.0 * number).lat_deg:.6f}" for number in range(1, 5)]
    assert list(tmp_path.iterdir()) == [bench.path]


def test_a_process_killed_while_it_replaces_the_file_leaves_one_whole_version(
    tmp_path: Path, project_root: Path
) -> None:
    path = tmp_path / "clinics.csv"
    whole = (b"a" * 3_000_000, b"b" * 3_000_000)
    path.write_bytes(whole[0])
    for turn in range(8):
        kill_after_lines(1 + turn, REPLACE, str(path), root=project_root)
        assert path.read_bytes() in whole
        assert {entry.name for entry in tmp_path.iterdir()} <= {path.name, f".{path.name}.new"}
