"""The history: every version byte for byte, none rewritten, none hidden by a damaged one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locator.staff.publishing.history import (
    History,
    HistoryDamagedError,
    HistoryUnwritableError,
    Kind,
    RecordTooLongError,
    Tip,
    UnknownVersionError,
    Version,
    VersionRecord,
    is_id,
    next_id,
    sha256_of,
    sha256_start,
)
from tests.support.history_samples import ONE, PUBLISHED, THREE, TWO, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    (tmp_path / "history").mkdir()
    return Desk(tmp_path)


def keep(desk: Desk, *contents: bytes) -> list[Version]:
    versions = []
    for content in contents:
        desk.clock.turn(1)
        versions.append(desk.history.record(content, PUBLISHED))
    return versions


def test_a_missing_folder_is_an_empty_history(tmp_path: Path) -> None:
    history = History(tmp_path / "none")
    assert history.versions().readable == ()
    assert history.tip() is None


def test_a_version_keeps_its_bytes_and_all_that_was_said_of_it(desk: Desk) -> None:
    keep(desk, ONE)
    entry = VersionRecord("Fake Editor", "moved", Kind.PUBLISHED, ("I asked.", "It is so."), "Fake Approver")
    version = desk.history.record(TWO, entry)
    newest, first = desk.versions()
    assert newest == version
    assert (newest.who, newest.why, newest.kind) == ("Fake Editor", "moved", Kind.PUBLISHED)
    assert (newest.reasons, newest.approved_by) == (("I asked.", "It is so."), "Fake Approver")
    assert (newest.when, newest.sha256) == (desk.clock.at, sha256_of(TWO))
    assert (newest.parent, first.parent) == (first.id, None)
    assert desk.history.content(newest.id) == TWO
    assert desk.history.content(first.id) == ONE


def test_a_version_is_two_plain_files(desk: Desk) -> None:
    (version,) = keep(desk, ONE)
    files = desk.files()
    assert set(files) == {f"history/{version.id}.csv", f"history/{version.id}.json"}
    assert files[f"history/{version.id}.csv"] == ONE
    record = json.loads(files[f"history/{version.id}.json"])
    assert record["id"] == version.id
    assert record["when"] == "2026-11-22T15:01:03Z"
    assert record["kind"] == "published"


def test_nothing_that_was_recorded_is_written_again(desk: Desk) -> None:
    keep(desk, ONE, TWO)
    before = desk.files()
    keep(desk, THREE, ONE)
    after = desk.files()
    assert {name: after[name] for name in before} == before
    assert len(after) == len(before) + 4


def test_versions_of_one_instant_and_one_content_stay_apart_and_in_order(desk: Desk) -> None:
    ids = [desk.history.record(content, PUBLISHED).id for content in (ONE, TWO, ONE, TWO, ONE)]
    assert ids == sorted(set(ids))
    assert [version.id for version in desk.versions()] == ids[::-1]


def test_a_clock_turned_back_neither_reorders_the_versions_nor_is_hidden(desk: Desk) -> None:
    first = desk.history.record(ONE, PUBLISHED)
    desk.clock.turn(-3600)
    second = desk.history.record(TWO, PUBLISHED)
    assert second.id > first.id
    assert second.when == desk.clock.at
    assert desk.history.tip() == Tip(second.id, second.sha256)


MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(MOMENTS, MOMENTS)
def test_ids_grow_whatever_the_clock_says(one: datetime, other: datetime) -> None:
    first = next_id(one, sha256_of(ONE), after="")
    second = next_id(other, sha256_of(TWO), after=first)
    assert is_id(first)
    assert is_id(second)
    assert second.partition("-")[0] > first.partition("-")[0]
    assert sha256_start(second) == sha256_of(TWO)[:8]


def test_a_limit_gives_the_newest(desk: Desk) -> None:
    kept = keep(desk, ONE, TWO, THREE)
    assert desk.history.versions(limit=2).readable == (kept[2], kept[1])


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"{}", b" " * 200_000])
def test_a_damaged_record_is_told_and_hides_no_other(desk: Desk, content: bytes) -> None:
    one, two, three = keep(desk, ONE, TWO, THREE)
    (desk.data / "history" / f"{two.id}.json").write_bytes(content)
    found = desk.history.versions()
    assert found.readable == (three, one)
    assert found.damaged == (two.id,)
    assert desk.history.content(two.id) == TWO
    with pytest.raises(HistoryDamagedError):
        desk.history.version(two.id)


def test_a_record_under_the_id_of_another_is_damaged(desk: Desk) -> None:
    one, two = keep(desk, ONE, TWO)
    folder = desk.data / "history"
    (folder / f"{two.id}.json").write_bytes((folder / f"{one.id}.json").read_bytes())
    assert desk.history.versions().damaged == (two.id,)


def test_a_damaged_newest_record_still_tells_which_bytes_were_in_service(desk: Desk) -> None:
    _, two = keep(desk, ONE, TWO)
    (desk.data / "history" / f"{two.id}.json").write_bytes(b"")
    assert desk.history.tip() == Tip(two.id, sha256_of(TWO)[:8])


def test_files_that_are_no_versions_are_left_out(desk: Desk) -> None:
    (version,) = keep(desk, ONE)
    for name in ("views.json", "notes.json", "..json", f"x{version.id}.json", f"{version.id}.txt"):
        (desk.data / "history" / name).write_text("{}", encoding="utf-8")
    assert desk.history.versions().readable == (version,)
    assert desk.history.versions().damaged == ()


@pytest.mark.parametrize("damage", [b"", ONE[:-1], TWO, b"x" * 6_000_000])
def test_damaged_bytes_are_never_given_out(desk: Desk, damage: bytes) -> None:
    (version,) = keep(desk, ONE)
    (desk.data / "history" / f"{version.id}.csv").write_bytes(damage)
    with pytest.raises(HistoryDamagedError, match=version.id):
        desk.history.content(version.id)


def test_another_version_with_the_same_bytes_stands_in_for_a_damaged_one(desk: Desk) -> None:
    first, _, _ = keep(desk, ONE, TWO, ONE)
    (desk.data / "history" / f"{first.id}.csv").unlink()
    assert desk.history.content(first.id) == ONE


@pytest.mark.parametrize(
    "version_id", ["", "../clinics", "20261122T150102000000Z-00000000", "views", "*", "\0", "x\n"]
)
def test_an_id_that_is_none_is_unknown_and_reads_no_other_file(desk: Desk, version_id: str) -> None:
    keep(desk, ONE)
    desk.path.write_bytes(TWO)
    with pytest.raises(UnknownVersionError):
        desk.history.content(version_id)
    with pytest.raises(UnknownVersionError):
        desk.history.version(version_id)


@pytest.mark.parametrize("why", ["\udcff broken", "ünï \u202e", "a\nb", '"}', ""])
def test_any_reason_can_be_kept(desk: Desk, why: str) -> None:
    desk.history.record(ONE, VersionRecord("Fake", why, Kind.PUBLISHED))
    (version,) = desk.versions()
    assert version.why == why.replace("\udcff", "?")


def test_more_than_can_be_read_back_is_refused_with_nothing_kept(desk: Desk) -> None:
    with pytest.raises(RecordTooLongError):
        desk.history.record(ONE, VersionRecord("Fake", "x" * 100_001, Kind.PUBLISHED))
    assert desk.files() == {}


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "history").write_text("a file", encoding="utf-8")
    with pytest.raises(HistoryUnwritableError, match="File exists"), History(tmp_path / "history").locked():
        pytest.fail("there is no folder")
    with pytest.raises(HistoryUnwritableError), History(tmp_path / "none" / "history").locked():
        pytest.fail("there is no folder above")


def test_a_version_that_was_begun_is_no_version_yet(desk: Desk) -> None:
    keep(desk, ONE)
    begun = desk.history.begin(TWO, PUBLISHED)
    assert [version.sha256 for version in desk.versions()] == [sha256_of(ONE)]
    with pytest.raises(UnknownVersionError):
        desk.history.content(begun.id)


def test_one_that_a_stopped_process_left_is_completed_where_it_is_in_service(desk: Desk) -> None:
    keep(desk, ONE)
    begun = desk.history.begin(TWO, PUBLISHED)
    desk.history.settle(sha256_of(TWO))
    assert desk.versions()[0] == begun
    assert not list(desk.data.rglob("*.pending"))


@pytest.mark.parametrize("in_service", [sha256_of(ONE), sha256_of(THREE), None])
def test_one_that_a_stopped_process_left_is_kept_as_interrupted_where_it_is_not(
    desk: Desk, in_service: str | None
) -> None:
    (one,) = keep(desk, ONE)
    begun = desk.history.begin(TWO, PUBLISHED)
    desk.history.settle(in_service)
    desk.history.settle(in_service)
    assert [(version.id, version.kind) for version in desk.versions()] == [
        (begun.id, Kind.INTERRUPTED),
        (one.id, Kind.PUBLISHED),
    ]
    assert desk.history.tip() == Tip(one.id, one.sha256)
    assert desk.history.content(begun.id) == TWO
    assert not list(desk.data.rglob("*.pending"))


@pytest.mark.parametrize("kind", [Kind.FIRST, Kind.OUTSIDE])
def test_what_was_seen_in_service_is_completed_though_it_no_longer_is(desk: Desk, kind: Kind) -> None:
    begun = desk.history.begin(TWO, VersionRecord(None, "", kind))
    desk.history.settle(sha256_of(ONE))
    assert desk.versions() == (begun,)


def test_a_stop_while_an_interrupted_version_is_recorded_does_no_harm(desk: Desk) -> None:
    begun = desk.history.begin(TWO, PUBLISHED)
    pending = desk.data / "history" / f"{begun.id}.pending"
    left = pending.read_bytes()
    desk.history.settle(None)
    recorded = desk.files()
    pending.write_bytes(left)
    desk.history.settle(sha256_of(TWO))
    assert desk.files() == recorded


def test_a_version_that_was_withdrawn_leaves_nothing(desk: Desk) -> None:
    before = desk.files()
    desk.history.withdraw(desk.history.begin(TWO, PUBLISHED))
    assert desk.files() == before


def test_half_written_files_are_swept(desk: Desk) -> None:
    keep(desk, ONE)
    before = desk.files()
    (desk.data / "history" / ".20261122T150102000000Z-00000000.csv.new").write_bytes(b"half")
    other = desk.data / "history" / ".views.json.new"
    other.write_bytes(b"somebody else's")
    desk.history.settle(sha256_of(ONE))
    assert desk.files() == before | {"history/.views.json.new": b"somebody else's"}
