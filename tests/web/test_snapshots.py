"""A version of the directory is read and made ready once, whoever asks; nobody waits for a large one."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import pytest

from locator.settings import DataFiles
from locator.web.readiness import readiness_check
from locator.web.served.snapshots import Snapshot, Snapshots, shared_snapshots
from tests.support.clinic_files import BARE, OTHER, as_csv
from tests.support.servers import ROOT

TODAY = date(2026, 11, 22)
PATIENCE_S = 30.0


class Doors:
    """Counts how often each file of a folder is opened, and can hold up whoever opens one."""

    watched: ClassVar[Doors | None] = None

    def __init__(self, folder: Path) -> None:
        self.opened: Counter[str] = Counter()
        self.shut: dict[str, threading.Event] = {}
        self._folder = str(folder)

    def pass_through(self, opened: str) -> None:
        """Count a file of the folder, and wait while the door of that name is shut."""
        name = Path(opened).name
        if opened.startswith(self._folder):
            self.opened[name] += 1
            if name in self.shut:
                assert self.shut[name].wait(PATIENCE_S)


def _tell_doors(event: str, arguments: tuple[Any, ...]) -> None:
    # Python tells of every file it opens, in whatever way.
    if event == "open" and Doors.watched is not None and isinstance(arguments[0], str | Path):
        Doors.watched.pass_through(str(arguments[0]))


sys.addaudithook(_tell_doors)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "data" / "gazetteer", tmp_path / "gazetteer")
    (tmp_path / "clinics.csv").write_bytes(as_csv(BARE))
    return tmp_path


@pytest.fixture
def doors(data: Path) -> Iterator[Doors]:
    doors = Doors.watched = Doors(data)
    yield doors
    Doors.watched = None
    for door in doors.shut.values():
        door.set()


def write(data: Path, *rows: dict[str, str]) -> None:
    fresh = Path(data, "fresh.csv")
    fresh.write_bytes(as_csv(*rows))
    fresh.replace(Path(data, "clinics.csv"))


def ids(snapshot: Snapshot) -> list[str]:
    return [site.site_id for site in snapshot.served.sites]


def until(is_so: Callable[[], bool]) -> None:
    """Ask again and again, as visitors do; the test's time limit ends it."""
    pause = threading.Event()
    while not is_so():
        pause.wait(0.01)


def large(data: Path) -> Snapshots:
    """Snapshots to which every file is a large one."""
    return Snapshots(DataFiles(data), today=lambda: TODAY, at_once_bytes=0)


def test_whoever_asks_first_many_at_once_read_and_make_everything_once(data: Path, doors: Doors) -> None:
    snapshots = Snapshots(DataFiles(data), today=lambda: TODAY)
    with ThreadPoolExecutor(8) as many:
        found = list(many.map(lambda _: snapshots.current(), range(32)))
        made = list(many.map(lambda one: (one.places(), one.index(), one.points()), found))
    assert len(set(map(id, found))) == 1
    assert all(one[part] is made[0][part] for one in made for part in range(3))
    assert doors.opened["clinics.csv"] == 1
    assert doors.opened["zips.csv"] == 1


def test_pages_routes_and_the_readiness_check_share_one_reading(data: Path, doors: Doors) -> None:
    assert shared_snapshots(DataFiles(data)) is shared_snapshots(DataFiles(data))
    check = readiness_check(shared_snapshots(DataFiles(data)))
    answers = {check() for _ in range(5)}
    assert len(answers) == 1
    made = [shared_snapshots(DataFiles(data)).current().places() for _ in range(2)]
    assert made[0] is made[1]
    assert (doors.opened["clinics.csv"], doors.opened["zips.csv"]) == (1, 1)


def test_a_small_change_is_seen_at_the_next_question(data: Path, doors: Doors) -> None:
    snapshots = Snapshots(DataFiles(data), today=lambda: TODAY)
    before = snapshots.current()
    write(data, BARE, OTHER)
    after = snapshots.current()
    assert ids(after) == ["sample-one", "sample-two"]
    assert [site.site_id for site in after.index().unplaced] == ids(after)
    assert after.places() is not before.places()
    assert (doors.opened["clinics.csv"], doors.opened["zips.csv"]) == (2, 1)


def test_the_same_bytes_again_or_another_day_make_nothing_anew(data: Path) -> None:
    days = [TODAY, date(2026, 11, 23), date(2026, 11, 23)]
    snapshots = Snapshots(DataFiles(data), today=lambda: days[-1])
    before = snapshots.current()
    os.utime(data / "clinics.csv", ns=(1, 1))
    assert snapshots.current() is before
    days.append(date(2026, 11, 24))
    assert snapshots.current() is before


def test_a_broken_file_keeps_what_was_made_of_the_last_good_one(data: Path) -> None:
    snapshots = Snapshots(DataFiles(data), today=lambda: TODAY)
    before = snapshots.current()
    write(data, BARE | {"zip": "5"})
    after = snapshots.current()
    assert after.served.stale
    assert after.places() is before.places()


def test_while_a_large_file_is_read_everybody_is_served_the_version_before(data: Path, doors: Doors) -> None:
    snapshots = large(data)
    before = snapshots.current()
    doors.shut["clinics.csv"] = threading.Event()
    write(data, BARE, OTHER)
    # Each of these would wait for the shut door if it read the file itself.
    assert {id(snapshots.current()) for _ in range(20)} == {id(before)}
    doors.shut["clinics.csv"].set()
    until(lambda: snapshots.current() is not before)
    assert ids(snapshots.current()) == ["sample-one", "sample-two"]
    assert doors.opened["clinics.csv"] == 2


def test_a_large_version_is_not_served_before_its_places_are_ready(data: Path, doors: Doors) -> None:
    snapshots = large(data)
    before = snapshots.current()
    doors.shut["zips.csv"] = threading.Event()
    write(data, BARE, OTHER)
    until(lambda: snapshots.current() is before and doors.opened["zips.csv"] == 1)
    assert snapshots.current() is before
    doors.shut["zips.csv"].set()
    until(lambda: snapshots.current() is not before)
    assert doors.opened["zips.csv"] == 1


def test_a_large_version_that_cannot_be_made_ready_leaves_the_one_before_and_a_line_in_the_log(
    data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(Path(data, "gazetteer"))
    snapshots = large(data)
    before = snapshots.current()
    write(data, BARE, OTHER)
    until(lambda: snapshots.current() is before and "could not be put into service" in caplog.text)
    assert ids(snapshots.current()) == ["sample-one"]


def test_a_large_file_is_read_from_the_start_and_a_small_one_when_it_is_asked_for(
    data: Path, doors: Doors
) -> None:
    Snapshots(DataFiles(data), today=lambda: TODAY).begin()
    assert doors.opened["clinics.csv"] == 0
    snapshots = large(data)
    snapshots.begin()
    assert ids(snapshots.current()) == ["sample-one"]
    until(lambda: doors.opened["zips.csv"] == 1)
    assert doors.opened["clinics.csv"] == 1
