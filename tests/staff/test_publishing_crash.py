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
from locator.staff.publishing.history import Kind, UnknownVersionError, VersionRecord, sha256_of
from locator.staff.publishing.publishing import PublishedVersion
from tests.support.history_samples import ONE, THREE, TWO, Desk
from tests.support.killing import kill_after_lines

TOUCHES = {"open", "os.rename", "os.link", "os.remove", "os.mkdir"}
EDITOR = StaffMember("Fake Editor", Role.EDITOR)
APPROVER = StaffMember("Fake Approver", Role.APPROVER)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path / "made-up", lock_timeout_s=1.0)
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


def crashes(desk: Desk, work: Callable[[], object], *, at_least: int) -> Iterator[int]:
    """Do the work again and again from the same start, killed one touch later each time, to its end."""
    start = desk.data.with_name("start")
    shutil.copytree(desk.data, start)
    step = 0
    while killed_at(step, work, desk.data):
        yield step
        shutil.rmtree(desk.data)
        shutil.copytree(start, desk.data)
        step += 1
    assert step >= at_least


def rubbish(desk: Desk) -> list[str]:
    """What only the middle of publishing may leave."""
    return [name for name in desk.files() if name.endswith((".new", ".pending"))]


def history_is_whole(desk: Desk) -> bool:
    """Every version can be given back, and the newest in service is what is in service."""
    versions = desk.history.versions()
    contents = [sha256_of(desk.history.content(version.id)) for version in versions.readable]
    newest = next(version for version in versions.readable if version.kind is not Kind.INTERRUPTED)
    return (
        versions.damaged == ()
        and contents == [version.sha256 for version in versions.readable]
        and newest.sha256 == sha256_of(desk.path.read_bytes())
    )


@pytest.mark.process
def test_publishing_killed_at_any_step_leaves_one_whole_version_and_says_who_made_it(desk: Desk) -> None:
    sha256 = desk.load().sha256
    seen = set()
    for _ in crashes(
        desk, lambda: desk.writer.publish(sha256, TWO, who="Fake", why="to be killed"), at_least=15
    ):
        in_service = desk.path.read_bytes()
        assert in_service in (ONE, TWO)
        loaded = desk.load()
        assert loaded.raw == in_service
        assert rubbish(desk) in ([], [".clinics.csv.new"])
        assert history_is_whole(desk)
        newest = desk.versions()[0]
        if in_service == TWO:
            assert (newest.kind, newest.who, newest.why) == (Kind.PUBLISHED, "Fake", "to be killed")
        # Whatever happened, the next save works.
        assert isinstance(desk.writer.publish(loaded.sha256, THREE, who="Next", why=""), PublishedVersion)
        assert rubbish(desk) == []
        assert history_is_whole(desk)
        seen.add((in_service, tuple(desk.kinds())))
    after = (Kind.PUBLISHED, Kind.FIRST)
    assert seen == {
        (ONE, after),
        (ONE, (Kind.PUBLISHED, Kind.INTERRUPTED, Kind.FIRST)),
        (TWO, (Kind.PUBLISHED, *after)),
    }


@pytest.mark.process
def test_a_first_look_killed_at_any_step_is_made_good_by_the_next(desk: Desk) -> None:
    for _ in crashes(desk, desk.load, at_least=10):
        assert desk.path.read_bytes() == ONE
        desk.load()
        assert desk.kinds() == [Kind.FIRST]
        assert rubbish(desk) == []
        assert history_is_whole(desk)


@pytest.mark.process
def test_going_back_killed_at_any_step_after_a_change_outside_loses_neither(desk: Desk) -> None:
    first = desk.load().version_id
    desk.publish(TWO)
    desk.path.write_bytes(THREE)
    for _ in crashes(desk, lambda: desk.writer.restore(first, who="Fake"), at_least=15):
        in_service = desk.path.read_bytes()
        assert in_service in (ONE, THREE)
        desk.load()
        assert history_is_whole(desk)
        assert {version.sha256 for version in desk.versions()} == {
            sha256_of(content) for content in (ONE, TWO, THREE)
        }
        kinds = [kind for kind in desk.kinds() if kind is not Kind.INTERRUPTED]
        assert kinds[-3:] == [Kind.OUTSIDE, Kind.PUBLISHED, Kind.FIRST]
        assert (kinds[0] is Kind.RESTORED) == (in_service == ONE)


@pytest.mark.process
def test_a_file_that_was_gone_comes_back_whole_or_not_at_all(desk: Desk) -> None:
    first = desk.load().version_id
    desk.path.unlink()
    for _ in crashes(desk, lambda: desk.writer.restore(first, who="Fake"), at_least=15):
        assert not desk.path.exists() or desk.path.read_bytes() == ONE
        assert isinstance(desk.writer.restore(first, who="Next"), PublishedVersion)
        assert history_is_whole(desk)
        # A second name left by the killed process must not make the next save write into the file itself.
        with desk.path.open("rb") as still_open:
            desk.publish(TWO)
            assert still_open.read() == ONE


@pytest.mark.process
def test_an_approval_killed_at_any_step_can_be_given_again(desk: Desk) -> None:
    change = desk.waiting.submit(TWO, base_sha256=desk.load().sha256, by=EDITOR, why="a test")
    for _ in crashes(
        desk, lambda: desk.waiting.approve(change.id, by=APPROVER, writer=desk.writer), at_least=20
    ):
        if desk.waiting.decision(change.id) is None:
            outcome = desk.waiting.approve(change.id, by=APPROVER, writer=desk.writer)
            assert isinstance(outcome, PublishedVersion)
        decision = desk.waiting.decision(change.id)
        assert decision is not None
        assert decision.version_id is not None
        assert desk.history.version(decision.version_id).approved_by == "Fake Approver"
        assert desk.path.read_bytes() == TWO
        assert [version.kind for version in desk.versions()].count(Kind.PUBLISHED) == 1
        assert desk.waiting.undecided().readable == ()


def test_an_interrupted_version_can_be_put_into_service_later(desk: Desk) -> None:
    desk.load()
    begun = desk.history.begin(TWO, VersionRecord("Fake", "killed", Kind.PUBLISHED))
    with pytest.raises(UnknownVersionError):
        desk.writer.restore(begun.id, who="Fake")
    desk.load()
    assert isinstance(desk.writer.restore(begun.id, who="Fake"), PublishedVersion)
    assert desk.path.read_bytes() == TWO


# Publishes two versions in turn for ever, as fast as it can.
PUBLISH = """
import sys
from pathlib import Path
from tests.support.history_samples import Desk, ONE, TWO
desk = Desk(Path(sys.argv[1]))
while True:
    for content in (TWO, ONE):
        print("once more", flush=True)
        desk.publish(content)
"""


@pytest.mark.process
def test_a_process_killed_anywhere_while_it_holds_the_lock_frees_it(desk: Desk, project_root: Path) -> None:
    desk.load()
    for turn in range(8):
        kill_after_lines(1 + turn, PUBLISH, str(desk.data), root=project_root)
        assert desk.path.read_bytes() in (ONE, TWO)
        desk.load()
        assert history_is_whole(desk)
        assert rubbish(desk) in ([], [".clinics.csv.new"])
