"""A process killed at each step of publishing: one whole file in service, and a history that heals."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from locator.staff.people import Role, StaffMember
from locator.staff.publishing.history import Kind, UnknownVersionError, VersionRecord
from locator.staff.publishing.publishing import PublishedVersion
from locator.staff.publishing.records import sha256_of
from tests.support.history_samples import ONE, THREE, TWO, Workspace
from tests.support.killing import kill_after_lines

TOUCHES = {"open", "os.rename", "os.link", "os.remove", "os.mkdir"}
EDITOR = StaffMember("Fake Editor", Role.EDITOR)
APPROVER = StaffMember("Fake Approver", Role.APPROVER)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path / "made-up", lock_timeout_s=1.0)
    made.data.mkdir()
    made.path.write_bytes(ONE)
    return made


def killed_at(step: int, work: Callable[[], object], folder: Path) -> bool:
    """Do the work in a process of its own, killed before touch number `step` of a file; False if it ended.

    Whatever is to be on disk gets there by one of these touches: nothing lies between two of them but the
    writing of a temporary file that nobody else reads.
    """
    child = os.fork()
    if child == 0:
        left = step

        def count(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal left
            if event in TOUCHES and str(arguments[0]).startswith(str(folder)):
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        failed = True
        try:
            sys.addaudithook(count)
            work()
            failed = False
        finally:
            os._exit(failed)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def crashes(workspace: Workspace, work: Callable[[], object], *, at_least: int) -> Iterator[int]:
    """Do the work again and again from the same start, killed one touch later each time, to its end."""
    start = workspace.data.with_name("start")
    shutil.copytree(workspace.data, start)
    step = 0
    while killed_at(step, work, workspace.data):
        yield step
        shutil.rmtree(workspace.data)
        shutil.copytree(start, workspace.data)
        step += 1
    assert step >= at_least


def rubbish(workspace: Workspace) -> list[str]:
    """What only the middle of publishing may leave."""
    return [name for name in workspace.files() if name.endswith((".new", ".pending"))]


def history_is_whole(workspace: Workspace) -> bool:
    """Every version can be given back, and the newest in service is what is in service."""
    versions = workspace.history.versions()
    contents = [sha256_of(workspace.history.content(version.id)) for version in versions.readable]
    newest = next(version for version in versions.readable if version.kind is not Kind.INTERRUPTED)
    return (
        versions.damaged == ()
        and contents == [version.sha256 for version in versions.readable]
        and newest.sha256 == sha256_of(workspace.path.read_bytes())
    )


@pytest.mark.process
def test_publishing_killed_at_any_step_leaves_one_whole_version_and_says_who_made_it(
    workspace: Workspace,
) -> None:
    sha256 = workspace.load().sha256
    seen = set()
    for _ in crashes(
        workspace, lambda: workspace.writer.publish(sha256, TWO, who="Fake", why="to be killed"), at_least=15
    ):
        in_service = workspace.path.read_bytes()
        assert in_service in (ONE, TWO)
        loaded = workspace.load()
        assert loaded.raw == in_service
        assert rubbish(workspace) in ([], [".clinics.csv.new"])
        assert history_is_whole(workspace)
        newest = workspace.versions()[0]
        if in_service == TWO:
            assert (newest.kind, newest.who, newest.why) == (Kind.PUBLISHED, "Fake", "to be killed")
        # Whatever happened, the next save works.
        assert isinstance(
            workspace.writer.publish(loaded.sha256, THREE, who="Next", why=""), PublishedVersion
        )
        assert rubbish(workspace) == []
        assert history_is_whole(workspace)
        seen.add((in_service, tuple(workspace.kinds())))
    after = (Kind.PUBLISHED, Kind.FIRST)
    assert seen == {
        (ONE, after),
        (ONE, (Kind.PUBLISHED, Kind.INTERRUPTED, Kind.FIRST)),
        (TWO, (Kind.PUBLISHED, *after)),
    }


@pytest.mark.process
def test_a_first_look_killed_at_any_step_is_made_good_by_the_next(workspace: Workspace) -> None:
    for _ in crashes(workspace, workspace.load, at_least=10):
        assert workspace.path.read_bytes() == ONE
        workspace.load()
        assert workspace.kinds() == [Kind.FIRST]
        assert rubbish(workspace) == []
        assert history_is_whole(workspace)


@pytest.mark.process
def test_going_back_killed_at_any_step_after_a_change_outside_loses_neither(workspace: Workspace) -> None:
    first = workspace.load().version_id
    workspace.publish(TWO)
    workspace.path.write_bytes(THREE)
    for _ in crashes(workspace, lambda: workspace.writer.restore(first, who="Fake"), at_least=15):
        in_service = workspace.path.read_bytes()
        assert in_service in (ONE, THREE)
        workspace.load()
        assert history_is_whole(workspace)
        assert {version.sha256 for version in workspace.versions()} == {
            sha256_of(content) for content in (ONE, TWO, THREE)
        }
        kinds = [kind for kind in workspace.kinds() if kind is not Kind.INTERRUPTED]
        assert kinds[-3:] == [Kind.OUTSIDE, Kind.PUBLISHED, Kind.FIRST]
        assert (kinds[0] is Kind.RESTORED) == (in_service == ONE)


@pytest.mark.process
def test_a_file_that_was_gone_comes_back_whole_or_not_at_all(workspace: Workspace) -> None:
    first = workspace.load().version_id
    workspace.path.unlink()
    for _ in crashes(workspace, lambda: workspace.writer.restore(first, who="Fake"), at_least=15):
        assert not workspace.path.exists() or workspace.path.read_bytes() == ONE
        assert isinstance(workspace.writer.restore(first, who="Next"), PublishedVersion)
        assert history_is_whole(workspace)
        # A second name left by the killed process must not make the next save write into the file itself.
        with workspace.path.open("rb") as still_open:
            workspace.publish(TWO)
            assert still_open.read() == ONE


@pytest.mark.process
def test_an_approval_killed_at_any_step_can_be_given_again(workspace: Workspace) -> None:
    change = workspace.waiting.submit(TWO, base_sha256=workspace.load().sha256, by=EDITOR, why="a test")
    for _ in crashes(
        workspace,
        lambda: workspace.waiting.approve(change.id, by=APPROVER, writer=workspace.writer),
        at_least=20,
    ):
        if workspace.waiting.decision(change.id) is None:
            outcome = workspace.waiting.approve(change.id, by=APPROVER, writer=workspace.writer)
            assert isinstance(outcome, PublishedVersion)
        decision = workspace.waiting.decision(change.id)
        assert decision is not None
        assert decision.version_id is not None
        assert workspace.history.version(decision.version_id).approved_by == "Fake Approver"
        assert workspace.path.read_bytes() == TWO
        assert [version.kind for version in workspace.versions()].count(Kind.PUBLISHED) == 1
        assert workspace.waiting.undecided().readable == ()


def test_an_interrupted_version_can_be_put_into_service_later(workspace: Workspace) -> None:
    workspace.load()
    begun = workspace.history.begin(TWO, VersionRecord("Fake", "killed", Kind.PUBLISHED))
    with pytest.raises(UnknownVersionError):
        workspace.writer.restore(begun.id, who="Fake")
    workspace.load()
    assert isinstance(workspace.writer.restore(begun.id, who="Fake"), PublishedVersion)
    assert workspace.path.read_bytes() == TWO


# Publishes two versions in turn for ever, as fast as it can.
PUBLISH = """
import sys
from pathlib import Path
from tests.support.history_samples import ONE, TWO, Workspace
workspace = Workspace(Path(sys.argv[1]))
while True:
    for content in (TWO, ONE):
        print("once more", flush=True)
        workspace.publish(content)
"""


@pytest.mark.process
def test_a_process_killed_anywhere_while_it_holds_the_lock_frees_it(
    workspace: Workspace, project_root: Path
) -> None:
    workspace.load()
    for turn in range(8):
        kill_after_lines(1 + turn, PUBLISH, str(workspace.data), root=project_root)
        assert workspace.path.read_bytes() in (ONE, TWO)
        workspace.load()
        assert history_is_whole(workspace)
        assert rubbish(workspace) in ([], [".clinics.csv.new"])
