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
    Kind,
    RecordTooLongError,
    Tip,
    UnknownVersionError,
    Version,
    VersionRecord,
)
from locator.staff.publishing.records import (
    HistoryDamagedError,
    HistoryUnwritableError,
    is_id,
    next_id,
    sha256_of,
    sha256_start,
)
from tests.support.history_samples import ONE, PUBLISHED, THREE, TWO, Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "history").mkdir()
    return Workspace(tmp_path)


def keep(workspace: Workspace, *contents: bytes) -> list[Version]:
    versions = []
    for content in contents:
        workspace.clock.turn(1)
        versions.append(workspace.history.record(content, PUBLISHED))
    return versions


def test_a_missing_folder_is_an_empty_history(tmp_path: Path) -> None:
    history = History(tmp_path / "none")
    assert history.versions().readable == ()
    assert history.tip() is None


def test_a_version_keeps_its_bytes_and_all_that_was_said_of_it(workspace: Workspace) -> None:
    keep(workspace, ONE)
    entry = VersionRecord("Fake Editor", "moved", Kind.PUBLISHED, ("I asked.", "It is so."), "Fake Approver")
    version = workspace.history.record(TWO, entry)
    newest, first = workspace.versions()
    assert newest == version
    assert (newest.who, newest.why, newest.kind) == ("Fake Editor", "moved", Kind.PUBLISHED)
    assert (newest.reasons, newest.approved_by) == (("I asked.", "It is so."), "Fake Approver")
    assert (newest.when, newest.sha256) == (workspace.clock.at, sha256_of(TWO))
    assert (newest.parent, first.parent) == (first.id, None)
    assert workspace.history.content(newest.id) == TWO
    assert workspace.history.content(first.id) == ONE


def test_a_version_is_two_plain_files(workspace: Workspace) -> None:
    (version,) = keep(workspace, ONE)
    files = workspace.files()
    assert set(files) == {f"history/{version.id}.csv", f"history/{version.id}.json"}
    assert files[f"history/{version.id}.csv"] == ONE
    record = json.loads(files[f"history/{version.id}.json"])
    assert record["id"] == version.id
    assert record["when"] == "2026-11-22T15:01:03Z"
    assert record["kind"] == "published"


def test_nothing_that_was_recorded_is_written_again(workspace: Workspace) -> None:
    keep(workspace, ONE, TWO)
    before = workspace.files()
    keep(workspace, THREE, ONE)
    after = workspace.files()
    assert {name: after[name] for name in before} == before
    assert len(after) == len(before) + 4


def test_versions_of_one_instant_and_one_content_stay_apart_and_in_order(workspace: Workspace) -> None:
    ids = [workspace.history.record(content, PUBLISHED).id for content in (ONE, TWO, ONE, TWO, ONE)]
    assert ids == sorted(set(ids))
    assert [version.id for version in workspace.versions()] == ids[::-1]


def test_a_clock_turned_back_neither_reorders_the_versions_nor_is_hidden(workspace: Workspace) -> None:
    first = workspace.history.record(ONE, PUBLISHED)
    workspace.clock.turn(-3600)
    second = workspace.history.record(TWO, PUBLISHED)
    assert second.id > first.id
    assert second.when == workspace.clock.at
    assert workspace.history.tip() == Tip(second.id, second.sha256)


MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(MOMENTS, MOMENTS)
def test_ids_grow_whatever_the_clock_says(one: datetime, other: datetime) -> None:
    first = next_id(one, sha256_of(ONE), after="")
    second = next_id(other, sha256_of(TWO), after=first)
    assert is_id(first)
    assert is_id(second)
    assert second.partition("-")[0] > first.partition("-")[0]
    assert sha256_start(second) == sha256_of(TWO)[:8]


def test_a_limit_gives_the_newest(workspace: Workspace) -> None:
    kept = keep(workspace, ONE, TWO, THREE)
    assert workspace.history.versions(limit=2).readable == (kept[2], kept[1])


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"{}", b" " * 200_000])
def test_a_damaged_record_is_told_and_hides_no_other(workspace: Workspace, content: bytes) -> None:
    one, two, three = keep(workspace, ONE, TWO, THREE)
    (workspace.data / "history" / f"{two.id}.json").write_bytes(content)
    found = workspace.history.versions()
    assert found.readable == (three, one)
    assert found.damaged == (two.id,)
    assert workspace.history.content(two.id) == TWO
    with pytest.raises(HistoryDamagedError):
        workspace.history.version(two.id)


def test_a_record_under_the_id_of_another_is_damaged(workspace: Workspace) -> None:
    one, two = keep(workspace, ONE, TWO)
    folder = workspace.data / "history"
    (folder / f"{two.id}.json").write_bytes((folder / f"{one.id}.json").read_bytes())
    assert workspace.history.versions().damaged == (two.id,)


def test_a_damaged_newest_record_still_tells_which_bytes_were_in_service(workspace: Workspace) -> None:
    _, two = keep(workspace, ONE, TWO)
    (workspace.data / "history" / f"{two.id}.json").write_bytes(b"")
    assert workspace.history.tip() == Tip(two.id, sha256_of(TWO)[:8])


def test_files_that_are_no_versions_are_left_out(workspace: Workspace) -> None:
    (version,) = keep(workspace, ONE)
    for name in ("views.json", "notes.json", "..json", f"x{version.id}.json", f"{version.id}.txt"):
        (workspace.data / "history" / name).write_text("{}", encoding="utf-8")
    assert workspace.history.versions().readable == (version,)
    assert workspace.history.versions().damaged == ()


@pytest.mark.parametrize("damage", [b"", ONE[:-1], TWO, b"x" * 6_000_000])
def test_damaged_bytes_are_never_given_out(workspace: Workspace, damage: bytes) -> None:
    (version,) = keep(workspace, ONE)
    (workspace.data / "history" / f"{version.id}.csv").write_bytes(damage)
    with pytest.raises(HistoryDamagedError, match=version.id):
        workspace.history.content(version.id)


def test_another_version_with_the_same_bytes_stands_in_for_a_damaged_one(workspace: Workspace) -> None:
    first, _, _ = keep(workspace, ONE, TWO, ONE)
    (workspace.data / "history" / f"{first.id}.csv").unlink()
    assert workspace.history.content(first.id) == ONE


@pytest.mark.parametrize(
    "version_id", ["", "../clinics", "20261122T150102000000Z-00000000", "views", "*", "\0", "x\n"]
)
def test_an_id_that_is_none_is_unknown_and_reads_no_other_file(workspace: Workspace, version_id: str) -> None:
    keep(workspace, ONE)
    workspace.path.write_bytes(TWO)
    with pytest.raises(UnknownVersionError):
        workspace.history.content(version_id)
    with pytest.raises(UnknownVersionError):
        workspace.history.version(version_id)


@pytest.mark.parametrize("why", ["\udcff broken", "ünï \u202e", "a\nb", '"}', ""])
def test_any_reason_can_be_kept(workspace: Workspace, why: str) -> None:
    workspace.history.record(ONE, VersionRecord("Fake", why, Kind.PUBLISHED))
    (version,) = workspace.versions()
    assert version.why == why.replace("\udcff", "?")


def test_more_than_can_be_read_back_is_refused_with_nothing_kept(workspace: Workspace) -> None:
    with pytest.raises(RecordTooLongError):
        workspace.history.record(ONE, VersionRecord("Fake", "x" * 100_001, Kind.PUBLISHED))
    assert workspace.files() == {}


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "history").write_text("a file", encoding="utf-8")
    with pytest.raises(HistoryUnwritableError, match="File exists"), History(tmp_path / "history").locked():
        pytest.fail("there is no folder")
    with pytest.raises(HistoryUnwritableError), History(tmp_path / "none" / "history").locked():
        pytest.fail("there is no folder above")


def test_a_version_that_was_begun_is_no_version_yet(workspace: Workspace) -> None:
    keep(workspace, ONE)
    begun = workspace.history.begin(TWO, PUBLISHED)
    assert [version.sha256 for version in workspace.versions()] == [sha256_of(ONE)]
    with pytest.raises(UnknownVersionError):
        workspace.history.content(begun.id)


def test_one_that_a_stopped_process_left_is_completed_where_it_is_in_service(workspace: Workspace) -> None:
    keep(workspace, ONE)
    begun = workspace.history.begin(TWO, PUBLISHED)
    workspace.history.settle(sha256_of(TWO))
    assert workspace.versions()[0] == begun
    assert not list(workspace.data.rglob("*.pending"))


@pytest.mark.parametrize("in_service", [sha256_of(ONE), sha256_of(THREE), None])
def test_one_that_a_stopped_process_left_is_kept_as_interrupted_where_it_is_not(
    workspace: Workspace, in_service: str | None
) -> None:
    (one,) = keep(workspace, ONE)
    begun = workspace.history.begin(TWO, PUBLISHED)
    workspace.history.settle(in_service)
    workspace.history.settle(in_service)
    assert [(version.id, version.kind) for version in workspace.versions()] == [
        (begun.id, Kind.INTERRUPTED),
        (one.id, Kind.PUBLISHED),
    ]
    assert workspace.history.tip() == Tip(one.id, one.sha256)
    assert workspace.history.content(begun.id) == TWO
    assert not list(workspace.data.rglob("*.pending"))


@pytest.mark.parametrize("kind", [Kind.FIRST, Kind.OUTSIDE])
def test_what_was_seen_in_service_is_completed_though_it_no_longer_is(
    workspace: Workspace, kind: Kind
) -> None:
    begun = workspace.history.begin(TWO, VersionRecord(None, "", kind))
    workspace.history.settle(sha256_of(ONE))
    assert workspace.versions() == (begun,)


def test_a_stop_while_an_interrupted_version_is_recorded_does_no_harm(workspace: Workspace) -> None:
    begun = workspace.history.begin(TWO, PUBLISHED)
    pending = workspace.data / "history" / f"{begun.id}.pending"
    left = pending.read_bytes()
    workspace.history.settle(None)
    recorded = workspace.files()
    pending.write_bytes(left)
    workspace.history.settle(sha256_of(TWO))
    assert workspace.files() == recorded


def test_a_version_that_was_withdrawn_leaves_nothing(workspace: Workspace) -> None:
    before = workspace.files()
    workspace.history.withdraw(workspace.history.begin(TWO, PUBLISHED))
    assert workspace.files() == before


def test_half_written_files_are_swept(workspace: Workspace) -> None:
    keep(workspace, ONE)
    before = workspace.files()
    (workspace.data / "history" / ".20261122T150102000000Z-00000000.csv.new").write_bytes(b"half")
    other = workspace.data / "history" / ".views.json.new"
    other.write_bytes(b"somebody else's")
    workspace.history.settle(sha256_of(ONE))
    assert workspace.files() == before | {"history/.views.json.new": b"somebody else's"}
