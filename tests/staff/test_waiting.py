"""Changes that wait: published only by another person, never lost, never decided twice."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from locator.errors import LocatorError
from locator.files import BusyError, exclusive
from locator.staff.people import Role, StaffMember
from locator.staff.publishing.history import Kind
from locator.staff.publishing.publishing import Outdated, PublishedVersion, Refused
from locator.staff.publishing.records import HistoryDamagedError, HistoryUnwritableError, sha256_of
from locator.staff.publishing.waiting import Change, ChangeRefusedError, NotAllowedError, NotWaitingError
from tests.support.history_samples import BAD, ONE, THREE, TWO, Workspace

EDITOR = StaffMember("Fake Editor", Role.EDITOR)
OTHER_EDITOR = StaffMember("Fake Other Editor", Role.EDITOR)
APPROVER = StaffMember("Fake Approver", Role.APPROVER)
OTHER_APPROVER = StaffMember("Fake Other Approver", Role.APPROVER)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path)
    made.path.write_bytes(ONE)
    made.load()
    return made


def submit(workspace: Workspace, content: bytes = TWO, by: StaffMember = EDITOR) -> Change:
    workspace.clock.turn(1)
    return workspace.waiting.submit(
        content, base_sha256=workspace.load().sha256, by=by, why="moved", reasons=("I asked.",)
    )


def approve(
    workspace: Workspace, change: Change, by: StaffMember = APPROVER
) -> PublishedVersion | Outdated | Refused:
    return workspace.waiting.approve(change.id, by=by, writer=workspace.writer)


def test_a_submitted_change_waits_and_is_not_in_service(workspace: Workspace) -> None:
    change = submit(workspace)
    assert workspace.waiting.undecided().readable == (change,)
    assert (change.who, change.why, change.reasons) == ("Fake Editor", "moved", ("I asked.",))
    assert (change.when, change.base_sha256, change.sha256) == (
        workspace.clock.at,
        sha256_of(ONE),
        sha256_of(TWO),
    )
    assert workspace.waiting.content(change.id) == TWO
    assert workspace.waiting.decision(change.id) is None
    assert workspace.path.read_bytes() == ONE
    assert workspace.kinds() == [Kind.FIRST]


def test_a_change_waits_also_where_the_folder_of_the_history_went(workspace: Workspace) -> None:
    base_sha256 = workspace.load().sha256
    shutil.rmtree(workspace.history.folder)
    change = workspace.waiting.submit(TWO, base_sha256=base_sha256, by=EDITOR, why="moved")
    assert workspace.waiting.content(change.id) == TWO


def test_changes_wait_in_the_order_they_came(workspace: Workspace) -> None:
    changes = (submit(workspace, THREE), submit(workspace, TWO), submit(workspace, TWO))
    assert workspace.waiting.undecided().readable == changes


def test_another_person_who_is_an_approver_publishes_it_in_its_authors_name(workspace: Workspace) -> None:
    change = submit(workspace)
    workspace.clock.turn(60)
    outcome = approve(workspace, change)
    assert isinstance(outcome, PublishedVersion)
    assert workspace.path.read_bytes() == TWO
    version = workspace.history.version(outcome.version_id)
    assert (version.who, version.approved_by) == ("Fake Editor", "Fake Approver")
    assert (version.why, version.reasons, version.kind) == ("moved", ("I asked.",), Kind.PUBLISHED)
    decision = workspace.waiting.decision(change.id)
    assert decision is not None
    assert (decision.who, decision.when, decision.version_id) == (
        "Fake Approver",
        workspace.clock.at,
        outcome.version_id,
    )
    assert workspace.waiting.undecided().readable == ()


@pytest.mark.parametrize("by", [EDITOR, OTHER_EDITOR])
def test_an_editor_may_not_approve(workspace: Workspace, by: StaffMember) -> None:
    change = submit(workspace)
    with pytest.raises(NotAllowedError, match="approver"):
        approve(workspace, change, by)
    assert workspace.path.read_bytes() == ONE
    assert workspace.waiting.undecided().readable == (change,)


@pytest.mark.parametrize("name", ["Fake Approver", "fake approver", " Fake Approver "])
def test_nobody_approves_their_own_change_however_the_name_is_written(
    workspace: Workspace, name: str
) -> None:
    change = submit(workspace, by=APPROVER)
    with pytest.raises(NotAllowedError, match="another person"):
        approve(workspace, change, StaffMember(name, Role.APPROVER))
    assert workspace.path.read_bytes() == ONE
    assert isinstance(approve(workspace, change, OTHER_APPROVER), PublishedVersion)


def test_a_change_whose_base_is_gone_stays_waiting_and_the_newer_file_stays(workspace: Workspace) -> None:
    change = submit(workspace)
    workspace.publish(THREE)
    assert approve(workspace, change) == Outdated(THREE, sha256_of(THREE))
    assert workspace.path.read_bytes() == THREE
    assert workspace.waiting.undecided().readable == (change,)


def test_a_change_with_problems_stays_waiting(workspace: Workspace) -> None:
    change = submit(workspace, BAD)
    outcome = approve(workspace, change)
    assert isinstance(outcome, Refused)
    assert [problem.column for problem in outcome.problems] == ["zip"]
    assert workspace.waiting.undecided().readable == (change,)


@pytest.mark.parametrize("by", [APPROVER, EDITOR])
def test_an_approver_or_its_author_rejects_a_change_for_a_reason(
    workspace: Workspace, by: StaffMember
) -> None:
    change = submit(workspace)
    decision = workspace.waiting.reject(change.id, by=by, why="not so")
    assert workspace.waiting.decision(change.id) == decision
    assert (decision.who, decision.why, decision.version_id) == (by.name, "not so", None)
    assert workspace.waiting.undecided().readable == ()
    assert workspace.path.read_bytes() == ONE
    assert f"history/waiting/{change.id}.csv" in workspace.files()


def test_nobody_else_rejects_it_and_nobody_without_a_reason(workspace: Workspace) -> None:
    change = submit(workspace)
    with pytest.raises(NotAllowedError):
        workspace.waiting.reject(change.id, by=OTHER_EDITOR, why="not so")
    with pytest.raises(NotAllowedError, match="why"):
        workspace.waiting.reject(change.id, by=APPROVER, why=" ")
    assert workspace.waiting.undecided().readable == (change,)


def test_a_change_is_decided_once(workspace: Workspace) -> None:
    approved, rejected = submit(workspace), submit(workspace, THREE)
    approve(workspace, approved)
    workspace.waiting.reject(rejected.id, by=APPROVER, why="not so")
    for change, became in ((approved, "approved by Fake Approver"), (rejected, "rejected by Fake Approver")):
        before = workspace.files()
        with pytest.raises(NotWaitingError, match=became):
            approve(workspace, change, OTHER_APPROVER)
        with pytest.raises(NotWaitingError, match=became):
            workspace.waiting.reject(change.id, by=OTHER_APPROVER, why="late")
        with pytest.raises(NotWaitingError):
            workspace.waiting.content(change.id)
        assert workspace.files() == before


def test_two_who_decide_at_once_do_not_both(workspace: Workspace) -> None:
    change = submit(workspace)
    outcomes: list[str] = []

    def decide(number: int) -> None:
        try:
            if number % 2:
                workspace.waiting.reject(change.id, by=APPROVER, why="not so")
                outcomes.append("rejected")
            else:
                approve(workspace, change)
                outcomes.append("approved")
        except NotWaitingError:
            pass

    people = [threading.Thread(target=decide, args=(number,)) for number in range(6)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert len(outcomes) == 1
    assert workspace.path.read_bytes() == (TWO if outcomes == ["approved"] else ONE)


@pytest.mark.parametrize("change_id", ["", "../../clinics", "20200101T000000000000Z-00000000", "*"])
def test_an_id_that_is_none_is_told(workspace: Workspace, change_id: str) -> None:
    for ask in (
        lambda: workspace.waiting.content(change_id),
        lambda: workspace.waiting.reject(change_id, by=APPROVER, why="x"),
        lambda: workspace.waiting.approve(change_id, by=APPROVER, writer=workspace.writer),
    ):
        with pytest.raises(NotWaitingError):
            ask()


def test_a_damaged_change_is_told_and_hides_no_other(workspace: Workspace) -> None:
    one, two = submit(workspace), submit(workspace, THREE)
    (workspace.data / "history" / "waiting" / f"{one.id}.json").write_bytes(b"{")
    (workspace.data / "history" / "waiting" / f"{two.id}.csv").write_bytes(BAD)
    found = workspace.waiting.undecided()
    assert (found.readable, found.damaged) == ((two,), (one.id,))
    for change in (one, two):
        with pytest.raises(HistoryDamagedError):
            approve(workspace, change)
    assert workspace.path.read_bytes() == ONE


def test_a_damaged_decision_is_never_taken_for_none(workspace: Workspace) -> None:
    change = submit(workspace)
    workspace.waiting.reject(change.id, by=APPROVER, why="not so")
    (workspace.data / "history" / "waiting" / f"{change.id}.decision").write_bytes(b"{")
    assert workspace.waiting.undecided().readable == ()
    with pytest.raises(LocatorError):
        approve(workspace, change, OTHER_APPROVER)
    assert workspace.path.read_bytes() == ONE


def test_what_is_too_long_to_be_kept_is_refused_with_nothing_left(workspace: Workspace) -> None:
    before = workspace.files()
    for content, why in ((b"x" * 5_000_001, ""), (TWO, "x" * 100_001)):
        with pytest.raises(ChangeRefusedError):
            workspace.waiting.submit(content, base_sha256="", by=EDITOR, why=why)
    assert workspace.files() == before


def test_a_folder_in_use_or_not_to_be_written_is_told(workspace: Workspace) -> None:
    change = submit(workspace)
    workspace.lock_timeout_s = 0
    folder = workspace.data / "history" / "waiting"
    with exclusive(folder / ".lock", timeout_s=0), pytest.raises(BusyError):
        approve(workspace, change)
    folder.rename(folder.with_name("moved"))
    folder.write_text("a file", encoding="utf-8")
    with pytest.raises(HistoryUnwritableError):
        submit(workspace)
