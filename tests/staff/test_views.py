"""Counting what is shown first: counts alone, written seldom, and never at a visitor's cost."""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from locator.files import exclusive
from locator.staff.feedback.views import ViewCounts

TODAY = date(2026, 11, 22)


@dataclass
class Clock:
    """Seconds that pass when a test says so."""

    at_s: float = 0.0

    def __call__(self) -> float:
        """The seconds so far."""
        return self.at_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history" / "views.json"


def counter(path: Path, clock: Clock) -> ViewCounts:
    return ViewCounts(path, today=lambda: TODAY, clock_s=clock)


def show(views: ViewCounts, *site_ids: str) -> None:
    for site_id in site_ids:
        views.shown_first(site_id)


def written(path: Path) -> object:
    return json.loads(path.read_bytes())["shown_first"]


def test_the_file_holds_counts_and_the_day_they_began_and_nothing_else(path: Path, clock: Clock) -> None:
    views = counter(path, clock)
    show(views, "fake-a", "fake-b", "fake-a")
    views.flush()
    assert json.loads(path.read_bytes()) == {
        "since": "2026-11-22",
        "shown_first": {"fake-a": 2, "fake-b": 1},
    }


def test_counts_are_known_at_once_and_written_at_most_once_a_minute(path: Path, clock: Clock) -> None:
    views = counter(path, clock)
    clock.at_s = 59
    show(views, "fake-a")
    assert not path.exists()
    assert views.counts() == {"fake-a": 1}
    clock.at_s = 60
    show(views, "fake-a")
    assert written(path) == {"fake-a": 2}
    clock.at_s = 119
    show(views, "fake-a", "fake-b")
    assert written(path) == {"fake-a": 2}
    assert views.counts() == {"fake-a": 3, "fake-b": 1}


def test_counting_goes_on_after_a_restart_from_the_day_it_began(path: Path, clock: Clock) -> None:
    first = counter(path, clock)
    show(first, "fake-a")
    first.flush()
    second = ViewCounts(path, today=lambda: date(2026, 12, 1), clock_s=clock)
    show(second, "fake-a")
    second.flush()
    assert second.counts() == {"fake-a": 2}
    assert json.loads(path.read_bytes())["since"] == "2026-11-22"


def test_two_processes_add_to_one_file(path: Path, clock: Clock) -> None:
    one, other = counter(path, clock), counter(path, clock)
    for views in (one, other):
        show(views, "fake-a")
        views.flush()
    assert one.counts() == other.counts() == {"fake-a": 2}


def test_nothing_new_leaves_the_file_alone(path: Path, clock: Clock) -> None:
    counter(path, clock).flush()
    assert not path.exists()


def test_a_folder_that_cannot_be_written_is_logged_once_and_loses_no_count(
    path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.write_text("a file", encoding="utf-8")
    views = counter(path, clock)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            clock.at_s += 60
            show(views, "fake-a")
    assert len(caplog.records) == 1
    assert "fake-a" not in caplog.text
    assert views.counts() == {"fake-a": 3}
    path.parent.unlink()
    views.flush()
    assert written(path) == {"fake-a": 3}


def test_while_another_process_writes_nobody_waits_or_complains(
    path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.mkdir()
    views = counter(path, clock)
    clock.at_s = 60
    with exclusive(path.with_name(".views.json.lock"), timeout_s=0):
        show(views, "fake-a")
    assert not path.exists()
    assert caplog.records == []
    views.flush()
    assert written(path) == {"fake-a": 1}


@pytest.mark.parametrize(
    "damage", [b"", b"{", b'{"since": "x"}', b'{"since": "2026-11-22", "shown_first": {"fake-a": -1}}']
)
def test_a_damaged_file_begins_anew_and_is_logged(
    path: Path, clock: Clock, caplog: pytest.LogCaptureFixture, damage: bytes
) -> None:
    path.parent.mkdir()
    path.write_bytes(damage)
    views = counter(path, clock)
    assert views.counts() == {}
    show(views, "fake-b")
    views.flush()
    assert written(path) == {"fake-b": 1}
    assert "begin anew" in caplog.text


def test_counting_from_many_threads_misses_none(path: Path, clock: Clock) -> None:
    views = counter(path, clock)

    def count() -> None:
        for _ in range(200):
            clock.at_s += 7
            show(views, "fake-a")

    visitors = [threading.Thread(target=count) for _ in range(4)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    views.flush()
    assert views.counts() == {"fake-a": 800}
