"""Reports of a wrong listing: counted by clinic, kind and day, bounded, and with nothing of who made them."""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.errors import LocatorError
from locator.files import exclusive
from locator.staff.feedback.reports import Complaint, ComplaintCount, ComplaintCounts, read_choice

TODAY = date(2026, 11, 22)
HOUR_S = 3600.0


@dataclass
class Calendar:
    """A day and seconds that pass when a test says so."""

    day: date = TODAY
    at_s: float = 0.0

    def today(self) -> date:
        """The day it is."""
        return self.day

    def clock_s(self) -> float:
        """The seconds so far."""
        return self.at_s


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history" / "reports.json"


def reports_of(path: Path, calendar: Calendar) -> ComplaintCounts:
    return ComplaintCounts(path, today=calendar.today, clock_s=calendar.clock_s)


@pytest.fixture
def reports(path: Path, calendar: Calendar) -> ComplaintCounts:
    return reports_of(path, calendar)


def test_the_file_holds_clinic_kind_day_and_count_and_nothing_else(
    path: Path, reports: ComplaintCounts
) -> None:
    for complaint in (Complaint.MOVED, Complaint.CLOSED, Complaint.MOVED):
        assert reports.add("fake-a", complaint)
    assert json.loads(path.read_bytes()) == {
        "fake-a": [
            {"complaint": "closed", "day": "2026-11-22", "count": 1},
            {"complaint": "moved", "day": "2026-11-22", "count": 2},
        ]
    }


def test_open_reports_are_each_clinics_own_by_day_and_in_the_order_of_the_list(
    reports: ComplaintCounts, calendar: Calendar
) -> None:
    yesterday = TODAY - timedelta(days=1)
    reports.add("fake-a", Complaint.CLOSED)
    calendar.day = yesterday
    for complaint in reversed(Complaint):
        reports.add("fake-a", complaint)
    reports.add("fake-b", Complaint.OTHER)
    assert reports.open().get("fake-a", ()) == (
        *(ComplaintCount(complaint, yesterday, 1) for complaint in Complaint),
        ComplaintCount(Complaint.CLOSED, TODAY, 1),
    )
    assert reports.open().get("fake-b", ()) == (ComplaintCount(Complaint.OTHER, yesterday, 1),)
    assert reports.open().get("fake-c", ()) == ()
    assert set(reports.open()) == {"fake-a", "fake-b"}


def test_settled_reports_are_gone_and_those_of_other_clinics_stay(reports: ComplaintCounts) -> None:
    reports.add("fake-a", Complaint.CLOSED)
    reports.add("fake-a", Complaint.MOVED)
    reports.add("fake-b", Complaint.CLOSED)
    reports.settle("fake-a")
    assert reports.open() == {"fake-b": (ComplaintCount(Complaint.CLOSED, TODAY, 1),)}


def test_a_report_that_came_after_staff_looked_stays_open(reports: ComplaintCounts) -> None:
    reports.add("fake-a", Complaint.CLOSED)
    reports.add("fake-a", Complaint.MOVED)
    seen = reports.open().get("fake-a", ())
    reports.add("fake-a", Complaint.CLOSED)
    reports.settle("fake-a", seen)
    assert reports.open().get("fake-a", ()) == (ComplaintCount(Complaint.CLOSED, TODAY, 1),)


def test_settling_twice_takes_nothing_from_the_next_report(reports: ComplaintCounts) -> None:
    reports.add("fake-a", Complaint.CLOSED)
    seen = reports.open().get("fake-a", ())
    reports.settle("fake-a", seen)
    reports.settle("fake-a", seen)
    reports.add("fake-a", Complaint.CLOSED)
    assert reports.open().get("fake-a", ()) == (ComplaintCount(Complaint.CLOSED, TODAY, 1),)


def test_reports_outlive_a_restart_and_add_up_among_processes(path: Path, calendar: Calendar) -> None:
    one, other = reports_of(path, calendar), reports_of(path, calendar)
    for reports in (one, other, one):
        assert reports.add("fake-a", Complaint.CLOSED)
    assert other.open().get("fake-a", ()) == (ComplaintCount(Complaint.CLOSED, TODAY, 3),)


def test_the_31st_report_of_an_hour_is_refused_and_that_is_logged_once(
    reports: ComplaintCounts, calendar: Calendar, caplog: pytest.LogCaptureFixture
) -> None:
    assert [reports.add("fake-a", Complaint.CLOSED) for _ in range(33)] == [True] * 30 + [False] * 3
    calendar.at_s = HOUR_S - 1
    assert not reports.add("fake-b", Complaint.CLOSED)
    assert len(caplog.records) == 1
    assert "fake" not in caplog.text
    assert reports.open() == {"fake-a": (ComplaintCount(Complaint.CLOSED, TODAY, 30),)}


def test_reports_are_taken_again_as_those_of_an_hour_ago_pass(
    reports: ComplaintCounts, calendar: Calendar
) -> None:
    reports.add("fake-a", Complaint.CLOSED)
    calendar.at_s = 10
    for _ in range(29):
        reports.add("fake-a", Complaint.CLOSED)
    calendar.at_s = HOUR_S
    assert reports.add("fake-a", Complaint.CLOSED)
    assert not reports.add("fake-a", Complaint.CLOSED)
    calendar.at_s = HOUR_S + 10
    assert reports.add("fake-a", Complaint.CLOSED)


def test_a_full_file_lets_go_of_the_oldest_days_and_keeps_the_newest(
    path: Path, reports: ComplaintCounts, calendar: Calendar
) -> None:
    path.parent.mkdir()
    days = [TODAY - timedelta(days=ago) for ago in range(1, 2_001)]
    entries = [{"complaint": "closed", "day": str(day), "count": 1} for day in days]
    path.write_text(json.dumps({"fake-a": entries}), encoding="utf-8")
    assert reports.add("z" * 60, Complaint.NOT_DONE_HERE)
    kept = [report.day for report in reports.open().get("fake-a", ())]
    assert kept == sorted(days)[1:]
    assert reports.open().get("z" * 60, ()) == (ComplaintCount(Complaint.NOT_DONE_HERE, calendar.day, 1),)


def test_a_folder_that_cannot_be_written_refuses_reports_and_is_logged_once(
    path: Path, reports: ComplaintCounts, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.write_text("a file", encoding="utf-8")
    assert not reports.add("fake-a", Complaint.CLOSED)
    assert not reports.add("fake-a", Complaint.CLOSED)
    assert len(caplog.records) == 1
    assert "fake" not in caplog.text
    path.parent.unlink()
    assert reports.add("fake-a", Complaint.CLOSED)


def test_staff_are_told_when_settling_cannot_be_written(path: Path, reports: ComplaintCounts) -> None:
    path.parent.write_text("a file", encoding="utf-8")
    with pytest.raises(LocatorError, match="cannot be written"):
        reports.settle("fake-a")


def test_while_another_process_keeps_the_file_nothing_is_lost_or_settled(
    path: Path, reports: ComplaintCounts
) -> None:
    reports.add("fake-a", Complaint.CLOSED)
    with exclusive(path.with_name(".reports.json.lock"), timeout_s=0):
        assert not reports.add("fake-a", Complaint.CLOSED)
        with pytest.raises(LocatorError):
            reports.settle("fake-a")
    assert reports.open().get("fake-a", ()) == (ComplaintCount(Complaint.CLOSED, TODAY, 1),)


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b'{"fake-a": [{"complaint": "made up", "day": "2026-11-22", "count": 1}]}',
        b'{"fake-a": [{"complaint": "closed", "day": "2026-11-22", "count": 0}]}',
        b" " * 1_000_001,
    ],
)
def test_a_damaged_file_counts_as_empty_and_is_logged_once(
    path: Path, reports: ComplaintCounts, caplog: pytest.LogCaptureFixture, damage: bytes
) -> None:
    path.parent.mkdir()
    path.write_bytes(damage)
    with caplog.at_level(logging.WARNING):
        assert reports.open() == {}
        assert reports.add("fake-b", Complaint.MOVED)
    assert reports.open() == {"fake-b": (ComplaintCount(Complaint.MOVED, TODAY, 1),)}
    assert len(caplog.records) == 1
    assert "begin anew" in caplog.text


def test_a_missing_file_is_no_report_and_no_trouble(
    reports: ComplaintCounts, caplog: pytest.LogCaptureFixture
) -> None:
    assert reports.open() == {}
    assert caplog.records == []


def test_reports_from_many_threads_miss_none(reports: ComplaintCounts) -> None:
    def report() -> None:
        for _ in range(5):
            reports.add("fake-a", Complaint.CLOSED)

    visitors = [threading.Thread(target=report) for _ in range(4)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert reports.open().get("fake-a", ()) == (ComplaintCount(Complaint.CLOSED, TODAY, 20),)


def test_what_a_button_sends_is_its_clinic_and_complaint() -> None:
    for complaint in Complaint:
        assert read_choice(f"fake-a {complaint}", {"fake-a"}) == ("fake-a", complaint)


@given(
    st.one_of(
        st.none(),
        st.integers(),
        st.text(),
        st.lists(st.text()),
        st.dictionaries(st.text(), st.text()),
        st.sampled_from(
            [
                "fake-a",
                "fake-a made-up",
                "fake-a CLOSED",
                "fake-a closed ",
                " fake-a closed",
                "fake-b closed",
                "closed",
                " closed",
                "../fake-a closed",
                ["fake-a", "closed"],
                {"fake-a": "closed"},
            ]
        ),
    )
)
def test_what_no_button_sends_is_no_choice(sent: object) -> None:
    assert read_choice(sent, {"fake-a"}) is None


def test_each_complaint_has_words_of_its_own() -> None:
    words = {complaint.words for complaint in Complaint}
    assert len(words) == len(Complaint) == 6
    assert all(words)
