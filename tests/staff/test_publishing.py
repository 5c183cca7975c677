"""Publishing and going back: nothing lost without a word, nothing invalid in service, no restart needed."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from locator.clinics.reading import LastGoodDirectory
from locator.errors import DirectoryInvalidError, LocatorError
from locator.files import (
    BusyError,
    ChangedMeanwhileError,
    create_file,
    exclusive,
    put_file,
    replace_file,
)
from locator.staff.publishing.history import Kind, UnknownVersionError
from locator.staff.publishing.publishing import DirectoryWriter, Outdated, PublishedVersion, Refused
from locator.staff.publishing.records import HistoryDamagedError, HistoryUnwritableError, sha256_of
from tests.support.clinic_files import BARE, as_csv
from tests.support.history_samples import BAD, ONE, THREE, TODAY, TWO, Workspace, named
from tests.support.restarting import restart
from tests.support.shipped_copy import rewrite


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path / "made-up")
    made.data.mkdir()
    made.path.write_bytes(ONE)
    return made


def served(workspace: Workspace) -> LastGoodDirectory:
    return LastGoodDirectory(workspace.path, today=lambda: TODAY)


def name_served(directory: LastGoodDirectory) -> str:
    (site,) = directory.current().sites
    return site.name


def test_the_first_look_keeps_what_is_there_and_later_ones_add_nothing(workspace: Workspace) -> None:
    loaded = workspace.load()
    (first,) = workspace.versions()
    assert (loaded.raw, loaded.sha256, loaded.version_id) == (ONE, sha256_of(ONE), first.id)
    assert (first.kind, first.who, loaded.problems) == (Kind.FIRST, None, ())
    before = workspace.files()
    assert workspace.load() == loaded
    assert workspace.files() == before


def test_a_change_made_outside_is_recorded_at_the_next_look(workspace: Workspace) -> None:
    first = workspace.load()
    workspace.path.write_bytes(TWO)
    loaded = workspace.load()
    outside = workspace.versions()[0]
    assert (outside.kind, outside.parent, outside.id) == (Kind.OUTSIDE, first.version_id, loaded.version_id)
    assert workspace.history.content(outside.id) == loaded.raw == TWO
    assert workspace.kinds() == [Kind.OUTSIDE, Kind.FIRST]


def test_a_change_made_outside_that_breaks_the_file_is_recorded_with_its_problems_told(
    workspace: Workspace,
) -> None:
    workspace.load()
    workspace.path.write_bytes(BAD)
    loaded = workspace.load()
    assert [(problem.line, problem.column) for problem in loaded.problems] == [(2, "zip")]
    assert workspace.kinds()[0] is Kind.OUTSIDE


def test_a_damaged_record_of_what_is_in_service_is_not_taken_for_a_change_outside(
    workspace: Workspace,
) -> None:
    version_id = workspace.publish(TWO)
    (workspace.data / "history" / f"{version_id}.json").write_bytes(b"")
    assert workspace.load().version_id == version_id
    assert len(workspace.versions()) == 1


def test_a_missing_file_is_told_and_can_be_restored(workspace: Workspace) -> None:
    loaded = workspace.load()
    workspace.path.unlink()
    with pytest.raises(DirectoryInvalidError, match=r"clinics\.csv is gone"):
        workspace.load()
    with pytest.raises(DirectoryInvalidError):
        workspace.writer.publish(loaded.sha256, TWO, who="Fake", why="")
    assert isinstance(workspace.writer.restore(loaded.version_id, who="Fake"), PublishedVersion)
    assert workspace.path.read_bytes() == ONE


def test_a_file_too_large_to_keep_is_never_replaced(workspace: Workspace) -> None:
    version_id = workspace.load().version_id
    workspace.path.write_bytes(b"x" * 80_000_001)
    with pytest.raises(DirectoryInvalidError, match="larger than 80 MB"):
        workspace.load()
    with pytest.raises(DirectoryInvalidError):
        workspace.writer.restore(version_id, who="Fake", force=True)
    assert workspace.path.stat().st_size == 80_000_001


def test_what_is_published_is_in_service_byte_for_byte_and_in_the_history(workspace: Workspace) -> None:
    loaded = workspace.load()
    odd = b"\xef\xbb\xbf" + TWO.replace(b"\n", b"\r\n")
    outcome = workspace.writer.publish(
        loaded.sha256, odd, who="Fake Editor", why="moved", reasons=("I asked.",)
    )
    newest = workspace.versions()[0]
    assert outcome == PublishedVersion(newest.id)
    assert workspace.path.read_bytes() == workspace.history.content(newest.id) == odd
    assert (newest.who, newest.why, newest.reasons) == ("Fake Editor", "moved", ("I asked.",))
    assert (newest.kind, newest.parent) == (Kind.PUBLISHED, loaded.version_id)
    assert {path.name for path in workspace.data.iterdir()} == {"clinics.csv", "history"}


def test_the_files_rights_are_kept(workspace: Workspace) -> None:
    workspace.path.chmod(0o640)
    workspace.publish(TWO)
    assert stat.S_IMODE(workspace.path.stat().st_mode) == 0o640


def test_a_file_with_a_problem_is_refused_with_every_problem_and_nothing_changes(
    workspace: Workspace,
) -> None:
    sha256 = workspace.load().sha256
    before = workspace.files()
    worse = as_csv(BARE | {"zip": "5", "phone": "call us"})
    outcome = workspace.writer.publish(sha256, worse, who="Fake", why="")
    assert isinstance(outcome, Refused)
    assert {problem.column for problem in outcome.problems} == {"zip", "phone"}
    assert workspace.files() == before


def test_the_second_of_two_editors_sees_the_firsts_change_and_loses_nothing(workspace: Workspace) -> None:
    mine = theirs = workspace.load()
    assert isinstance(workspace.writer.publish(theirs.sha256, TWO, who="First", why=""), PublishedVersion)
    outcome = workspace.writer.publish(mine.sha256, THREE, who="Second", why="")
    assert outcome == Outdated(TWO, sha256_of(TWO))
    assert workspace.path.read_bytes() == TWO
    assert isinstance(workspace.writer.publish(outcome.sha256, THREE, who="Second", why=""), PublishedVersion)
    assert [version.who for version in workspace.versions()] == ["Second", "First", None]


def test_a_change_made_outside_since_it_was_loaded_is_shown_and_recorded(workspace: Workspace) -> None:
    sha256 = workspace.load().sha256
    workspace.path.write_bytes(TWO)
    outcome = workspace.writer.publish(sha256, THREE, who="Fake", why="")
    assert outcome == Outdated(TWO, sha256_of(TWO))
    assert workspace.kinds() == [Kind.OUTSIDE, Kind.FIRST]


def test_publishing_what_is_in_service_already_adds_nothing(workspace: Workspace) -> None:
    sha256 = workspace.load().sha256
    version_id = workspace.publish(TWO)
    assert workspace.writer.publish(sha256, TWO, who="Fake", why="") == PublishedVersion(version_id)
    assert len(workspace.versions()) == 2


def test_editors_at_once_lose_no_save_and_miss_no_conflict(workspace: Workspace) -> None:
    workspace.load()
    done: list[str] = []

    def edit(editor: int) -> None:
        for turn in range(5):
            content = named(f"Fake {editor} {turn}")
            while True:
                loaded = workspace.load()
                outcome = workspace.writer.publish(loaded.sha256, content, who=f"{editor}", why=f"{turn}")
                if isinstance(outcome, PublishedVersion):
                    done.append(outcome.version_id)
                    break

    editors = [threading.Thread(target=edit, args=(editor,)) for editor in range(4)]
    for editor in editors:
        editor.start()
    for editor in editors:
        editor.join()
    versions = workspace.versions()
    assert len(versions) == 21
    assert sorted(done) == sorted(version.id for version in versions[:-1])
    # Each took the place of the one before it, so nobody's change was overwritten unseen.
    assert [version.parent for version in versions[:-1]] == [version.id for version in versions[1:]]
    assert workspace.history.content(versions[0].id) == workspace.path.read_bytes()


def test_any_version_comes_back_byte_for_byte_and_the_way_there_is_kept(workspace: Workspace) -> None:
    odd = b"\xef\xbb\xbf" + ONE.replace(b"\n", b"\r\n").rstrip()
    workspace.path.write_bytes(odd)
    first = workspace.load().version_id
    workspace.publish(TWO)
    outcome = workspace.writer.restore(first, who="Fake Approver", why="it was right")
    newest = workspace.versions()[0]
    assert outcome == PublishedVersion(newest.id)
    assert workspace.path.read_bytes() == odd
    assert (newest.kind, newest.who, newest.why) == (Kind.RESTORED, "Fake Approver", "it was right")
    assert workspace.kinds() == [Kind.RESTORED, Kind.PUBLISHED, Kind.FIRST]


def test_what_was_changed_outside_just_before_going_back_is_kept(workspace: Workspace) -> None:
    first = workspace.load().version_id
    workspace.path.write_bytes(TWO)
    workspace.writer.restore(first, who="Fake")
    assert workspace.kinds() == [Kind.RESTORED, Kind.OUTSIDE, Kind.FIRST]
    assert workspace.history.content(workspace.versions()[1].id) == TWO


def test_a_version_in_which_todays_rules_find_problems_comes_back_only_by_force(workspace: Workspace) -> None:
    workspace.path.write_bytes(BAD)
    bad = workspace.load().version_id
    workspace.publish(TWO)
    outcome = workspace.writer.restore(bad, who="Fake")
    assert isinstance(outcome, Refused)
    assert [problem.column for problem in outcome.problems] == ["zip"]
    assert workspace.path.read_bytes() == TWO
    assert isinstance(workspace.writer.restore(bad, who="Fake", force=True), PublishedVersion)
    assert workspace.path.read_bytes() == BAD


def test_an_unknown_or_damaged_version_changes_nothing(workspace: Workspace) -> None:
    first = workspace.load().version_id
    workspace.publish(TWO)
    with pytest.raises(UnknownVersionError):
        workspace.writer.restore("20200101T000000000000Z-00000000", who="Fake")
    (workspace.data / "history" / f"{first}.csv").write_bytes(THREE)
    with pytest.raises(HistoryDamagedError):
        workspace.writer.restore(first, who="Fake", force=True)
    assert workspace.path.read_bytes() == TWO


def test_while_somebody_else_publishes_one_is_told_to_wait(workspace: Workspace) -> None:
    workspace.load()
    workspace.lock_timeout_s = 0
    with exclusive(workspace.data / "history" / ".lock", timeout_s=0), pytest.raises(BusyError):
        workspace.load()
    workspace.load()


def test_a_missing_history_begins_anew(workspace: Workspace) -> None:
    workspace.publish(TWO)
    shutil.rmtree(workspace.data / "history")
    workspace.load()
    assert workspace.kinds() == [Kind.FIRST]


def in_child(work: Callable[[], object]) -> str:
    """What the LocatorError said that the work in a process of its own raised; empty if it raised none."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        said = "another error"
        try:
            work()
            said = ""
        except LocatorError as exc:
            said = f"{type(exc).__name__}: {exc}"
        finally:
            os.write(writer, said.encode())
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read().decode()
    os.waitpid(child, 0)
    return said


def as_nobody(folder: Path) -> None:
    """Go on as an account that may not write here; root may write anywhere."""
    os.chdir(folder)
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)


@pytest.mark.process
def test_a_folder_that_may_only_be_read_is_told_and_left_as_it_is(workspace: Workspace) -> None:
    sha256 = workspace.load().sha256
    before = workspace.files()
    workspace.data.chmod(0o555)
    (workspace.data / "history").chmod(0o555)

    def publish() -> None:
        as_nobody(workspace.data)
        workspace.data = Path()
        workspace.writer.publish(sha256, TWO, who="Fake", why="")

    said = in_child(publish)
    workspace.data.chmod(0o755)
    (workspace.data / "history").chmod(0o755)
    assert said.startswith("HistoryUnwritableError: ")
    assert "Permission denied. The clinic file is as it was." in said
    assert workspace.files() == before


@pytest.mark.process
def test_a_history_that_may_be_written_beside_a_file_that_may_not_keeps_no_trace_of_the_try(
    workspace: Workspace,
) -> None:
    sha256 = workspace.load().sha256
    before = workspace.files()
    workspace.data.chmod(0o555)
    (workspace.data / "history").chmod(0o777)

    def publish() -> None:
        as_nobody(workspace.data)
        workspace.data = Path()
        workspace.writer.publish(sha256, TWO, who="Fake", why="")

    said = in_child(publish)
    workspace.data.chmod(0o755)
    assert said == "NotPublishedError: clinics.csv cannot be written: Permission denied. It is as it was."
    assert workspace.files() == before


@pytest.mark.process
@pytest.mark.parametrize("room", [0, 10, 300])
def test_a_full_disk_is_told_and_leaves_everything_as_it_was(workspace: Workspace, room: int) -> None:
    sha256 = workspace.load().sha256
    before = workspace.files()
    assert len(TWO) > 300

    def publish() -> None:
        # Past the limit, writing fails as on a full disk.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        workspace.writer.publish(sha256, TWO, who="Fake", why="")

    said = in_child(publish)
    assert said.startswith("HistoryUnwritableError: ")
    assert "File too large" in said
    assert workspace.files() == before
    workspace.publish(TWO)


def test_a_file_that_is_being_replaced_by_another_process_is_left_alone(workspace: Workspace) -> None:
    with exclusive(workspace.data / ".clinics.csv.new", timeout_s=0):
        with pytest.raises(BusyError, match=r"clinics\.csv is being written"):
            replace_file(workspace.path, before=ONE, after=TWO)
        assert workspace.path.read_bytes() == ONE
    replace_file(workspace.path, before=ONE, after=TWO)
    assert workspace.path.read_bytes() == TWO


def test_what_a_killed_process_left_is_never_written_into(workspace: Workspace) -> None:
    left = workspace.data / ".clinics.csv.new"
    left.hardlink_to(workspace.path)
    with workspace.path.open("rb") as still_open:
        replace_file(workspace.path, before=ONE, after=TWO)
        assert still_open.read() == ONE
    assert workspace.path.read_bytes() == TWO
    assert not left.exists()


def test_a_file_changed_or_removed_meanwhile_is_not_replaced(workspace: Workspace) -> None:
    with pytest.raises(ChangedMeanwhileError, match="changed"):
        replace_file(workspace.path, before=THREE, after=TWO)
    assert workspace.path.read_bytes() == ONE
    workspace.path.unlink()
    with pytest.raises(ChangedMeanwhileError, match="removed"):
        replace_file(workspace.path, before=ONE, after=TWO)
    assert list(workspace.data.iterdir()) == []


def test_a_new_file_never_takes_the_place_of_one_that_is_there(workspace: Workspace) -> None:
    with pytest.raises(FileExistsError):
        create_file(workspace.path, TWO)
    assert workspace.path.read_bytes() == ONE
    create_file(workspace.data / "new.csv", TWO)
    put_file(workspace.path, THREE)
    assert workspace.files() == {"clinics.csv": THREE, "new.csv": TWO}


def test_what_is_published_is_served_at_the_next_look(workspace: Workspace) -> None:
    directory = served(workspace)
    assert name_served(directory) == "Fake One"
    first = workspace.load().version_id
    workspace.publish(TWO)
    assert name_served(directory) == "Fake Two"
    workspace.writer.restore(first, who="Fake")
    assert name_served(directory) == "Fake One"


@pytest.mark.parametrize("broken", [BAD, THREE[: len(THREE) // 2], b"", None])
def test_a_file_broken_outside_leaves_the_published_one_in_service_until_it_is_restored(
    workspace: Workspace, broken: bytes | None
) -> None:
    directory = served(workspace)
    version_id = workspace.publish(TWO)
    assert name_served(directory) == "Fake Two"
    if broken is None:
        workspace.path.unlink()
    else:
        workspace.path.write_bytes(broken)
    assert name_served(directory) == "Fake Two"
    assert directory.current().stale
    assert directory.current().problems
    assert isinstance(workspace.writer.restore(version_id, who="Fake"), PublishedVersion)
    assert not directory.current().stale


@pytest.fixture
def _a_server_of_its_own() -> Iterator[None]:
    restart()
    yield
    restart()


@pytest.mark.usefixtures("_a_server_of_its_own")
def test_an_open_page_shows_what_was_published_at_its_next_run(data_dir: Path, project_root: Path) -> None:
    workspace = Workspace(data_dir)
    app = AppTest.from_file(str(project_root / "pages" / "shell.py"), default_timeout=60).run()
    before, after = data_dir / "clinics.csv", data_dir / "elsewhere" / "clinics.csv"
    after.parent.mkdir()
    after.write_bytes(before.read_bytes())
    rewrite(after.parent, "edina", name="Fake New Name")
    assert "Fake New Name" not in cards_of(app)
    writer = DirectoryWriter(workspace.path, workspace.history, lambda: TODAY)
    outcome = writer.publish(writer.load().sha256, after.read_bytes(), who="Fake", why="")
    assert isinstance(outcome, PublishedVersion)
    assert "Fake New Name" in cards_of(app.run())


def cards_of(app: AppTest) -> str:
    return " ".join(one.proto.json for one in app.get("bidi_component"))


def test_a_history_that_cannot_be_kept_stops_the_publishing(workspace: Workspace) -> None:
    (workspace.data / "history").write_text("a file", encoding="utf-8")
    with pytest.raises(HistoryUnwritableError):
        workspace.writer.publish(sha256_of(ONE), TWO, who="Fake", why="")
    assert workspace.path.read_bytes() == ONE
