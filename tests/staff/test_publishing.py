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
    FileBusyError,
    create_file,
    exclusive,
    put_file,
    replace_file,
)
from locator.staff.publishing.history import (
    HistoryDamagedError,
    HistoryUnwritableError,
    Kind,
    UnknownVersionError,
    sha256_of,
)
from locator.staff.publishing.publishing import DirectoryWriter, Outdated, PublishedVersion, Refused
from tests.support.clinic_files import BARE, as_csv
from tests.support.history_samples import BAD, ONE, THREE, TODAY, TWO, Desk, named
from tests.support.restarting import restart
from tests.support.shipped_copy import rewrite


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path / "made-up")
    made.data.mkdir()
    made.path.write_bytes(ONE)
    return made


def served(desk: Desk) -> LastGoodDirectory:
    return LastGoodDirectory(desk.path, today=lambda: TODAY)


def name_served(directory: LastGoodDirectory) -> str:
    (site,) = directory.current().sites
    return site.name


def test_the_first_look_keeps_what_is_there_and_later_ones_add_nothing(desk: Desk) -> None:
    loaded = desk.load()
    (first,) = desk.versions()
    assert (loaded.raw, loaded.sha256, loaded.version_id) == (ONE, sha256_of(ONE), first.id)
    assert (first.kind, first.who, loaded.problems) == (Kind.FIRST, None, ())
    before = desk.files()
    assert desk.load() == loaded
    assert desk.files() == before


def test_a_change_made_outside_is_recorded_at_the_next_look(desk: Desk) -> None:
    first = desk.load()
    desk.path.write_bytes(TWO)
    loaded = desk.load()
    outside = desk.versions()[0]
    assert (outside.kind, outside.parent, outside.id) == (Kind.OUTSIDE, first.version_id, loaded.version_id)
    assert desk.history.content(outside.id) == loaded.raw == TWO
    assert desk.kinds() == [Kind.OUTSIDE, Kind.FIRST]


def test_a_change_made_outside_that_breaks_the_file_is_recorded_with_its_problems_told(desk: Desk) -> None:
    desk.load()
    desk.path.write_bytes(BAD)
    loaded = desk.load()
    assert [(problem.line, problem.column) for problem in loaded.problems] == [(2, "zip")]
    assert desk.kinds()[0] is Kind.OUTSIDE


def test_a_damaged_record_of_what_is_in_service_is_not_taken_for_a_change_outside(desk: Desk) -> None:
    version_id = desk.publish(TWO)
    (desk.data / "history" / f"{version_id}.json").write_bytes(b"")
    assert desk.load().version_id == version_id
    assert len(desk.versions()) == 1


def test_a_missing_file_is_told_and_can_be_restored(desk: Desk) -> None:
    loaded = desk.load()
    desk.path.unlink()
    with pytest.raises(DirectoryInvalidError, match=r"clinics\.csv is gone"):
        desk.load()
    with pytest.raises(DirectoryInvalidError):
        desk.writer.publish(loaded.sha256, TWO, who="Fake", why="")
    assert isinstance(desk.writer.restore(loaded.version_id, who="Fake"), PublishedVersion)
    assert desk.path.read_bytes() == ONE


def test_a_file_too_large_to_keep_is_never_replaced(desk: Desk) -> None:
    version_id = desk.load().version_id
    desk.path.write_bytes(b"x" * 80_000_001)
    with pytest.raises(DirectoryInvalidError, match="larger than 80 MB"):
        desk.load()
    with pytest.raises(DirectoryInvalidError):
        desk.writer.restore(version_id, who="Fake", force=True)
    assert desk.path.stat().st_size == 80_000_001


def test_what_is_published_is_in_service_byte_for_byte_and_in_the_history(desk: Desk) -> None:
    loaded = desk.load()
    odd = b"\xef\xbb\xbf" + TWO.replace(b"\n", b"\r\n")
    outcome = desk.writer.publish(loaded.sha256, odd, who="Fake Editor", why="moved", reasons=("I asked.",))
    newest = desk.versions()[0]
    assert outcome == PublishedVersion(newest.id)
    assert desk.path.read_bytes() == desk.history.content(newest.id) == odd
    assert (newest.who, newest.why, newest.reasons) == ("Fake Editor", "moved", ("I asked.",))
    assert (newest.kind, newest.parent) == (Kind.PUBLISHED, loaded.version_id)
    assert {path.name for path in desk.data.iterdir()} == {"clinics.csv", "history"}


def test_the_files_rights_are_kept(desk: Desk) -> None:
    desk.path.chmod(0o640)
    desk.publish(TWO)
    assert stat.S_IMODE(desk.path.stat().st_mode) == 0o640


def test_a_file_with_a_problem_is_refused_with_every_problem_and_nothing_changes(desk: Desk) -> None:
    sha256 = desk.load().sha256
    before = desk.files()
    worse = as_csv(BARE | {"zip": "5", "phone": "call us"})
    outcome = desk.writer.publish(sha256, worse, who="Fake", why="")
    assert isinstance(outcome, Refused)
    assert {problem.column for problem in outcome.problems} == {"zip", "phone"}
    assert desk.files() == before


def test_the_second_of_two_editors_sees_the_firsts_change_and_loses_nothing(desk: Desk) -> None:
    mine = theirs = desk.load()
    assert isinstance(desk.writer.publish(theirs.sha256, TWO, who="First", why=""), PublishedVersion)
    outcome = desk.writer.publish(mine.sha256, THREE, who="Second", why="")
    assert outcome == Outdated(TWO, sha256_of(TWO))
    assert desk.path.read_bytes() == TWO
    assert isinstance(desk.writer.publish(outcome.sha256, THREE, who="Second", why=""), PublishedVersion)
    assert [version.who for version in desk.versions()] == ["Second", "First", None]


def test_a_change_made_outside_since_it_was_loaded_is_shown_and_recorded(desk: Desk) -> None:
    sha256 = desk.load().sha256
    desk.path.write_bytes(TWO)
    outcome = desk.writer.publish(sha256, THREE, who="Fake", why="")
    assert outcome == Outdated(TWO, sha256_of(TWO))
    assert desk.kinds() == [Kind.OUTSIDE, Kind.FIRST]


def test_publishing_what_is_in_service_already_adds_nothing(desk: Desk) -> None:
    sha256 = desk.load().sha256
    version_id = desk.publish(TWO)
    assert desk.writer.publish(sha256, TWO, who="Fake", why="") == PublishedVersion(version_id)
    assert len(desk.versions()) == 2


def test_editors_at_once_lose_no_save_and_miss_no_conflict(desk: Desk) -> None:
    desk.load()
    done: list[str] = []

    def edit(editor: int) -> None:
        for turn in range(5):
            content = named(f"Fake {editor} {turn}")
            while True:
                loaded = desk.load()
                outcome = desk.writer.publish(loaded.sha256, content, who=f"{editor}", why=f"{turn}")
                if isinstance(outcome, PublishedVersion):
                    done.append(outcome.version_id)
                    break

    editors = [threading.Thread(target=edit, args=(editor,)) for editor in range(4)]
    for editor in editors:
        editor.start()
    for editor in editors:
        editor.join()
    versions = desk.versions()
    assert len(versions) == 21
    assert sorted(done) == sorted(version.id for version in versions[:-1])
    # Each took the place of the one before it, so nobody's change was overwritten unseen.
    assert [version.parent for version in versions[:-1]] == [version.id for version in versions[1:]]
    assert desk.history.content(versions[0].id) == desk.path.read_bytes()


def test_any_version_comes_back_byte_for_byte_and_the_way_there_is_kept(desk: Desk) -> None:
    odd = b"\xef\xbb\xbf" + ONE.replace(b"\n", b"\r\n").rstrip()
    desk.path.write_bytes(odd)
    first = desk.load().version_id
    desk.publish(TWO)
    outcome = desk.writer.restore(first, who="Fake Approver", why="it was right")
    newest = desk.versions()[0]
    assert outcome == PublishedVersion(newest.id)
    assert desk.path.read_bytes() == odd
    assert (newest.kind, newest.who, newest.why) == (Kind.RESTORED, "Fake Approver", "it was right")
    assert desk.kinds() == [Kind.RESTORED, Kind.PUBLISHED, Kind.FIRST]


def test_what_was_changed_outside_just_before_going_back_is_kept(desk: Desk) -> None:
    first = desk.load().version_id
    desk.path.write_bytes(TWO)
    desk.writer.restore(first, who="Fake")
    assert desk.kinds() == [Kind.RESTORED, Kind.OUTSIDE, Kind.FIRST]
    assert desk.history.content(desk.versions()[1].id) == TWO


def test_a_version_in_which_todays_rules_find_problems_comes_back_only_by_force(desk: Desk) -> None:
    desk.path.write_bytes(BAD)
    bad = desk.load().version_id
    desk.publish(TWO)
    outcome = desk.writer.restore(bad, who="Fake")
    assert isinstance(outcome, Refused)
    assert [problem.column for problem in outcome.problems] == ["zip"]
    assert desk.path.read_bytes() == TWO
    assert isinstance(desk.writer.restore(bad, who="Fake", force=True), PublishedVersion)
    assert desk.path.read_bytes() == BAD


def test_an_unknown_or_damaged_version_changes_nothing(desk: Desk) -> None:
    first = desk.load().version_id
    desk.publish(TWO)
    with pytest.raises(UnknownVersionError):
        desk.writer.restore("20200101T000000000000Z-00000000", who="Fake")
    (desk.data / "history" / f"{first}.csv").write_bytes(THREE)
    with pytest.raises(HistoryDamagedError):
        desk.writer.restore(first, who="Fake", force=True)
    assert desk.path.read_bytes() == TWO


def test_while_somebody_else_publishes_one_is_told_to_wait(desk: Desk) -> None:
    desk.load()
    desk.lock_timeout_s = 0
    with exclusive(desk.data / "history" / ".lock", timeout_s=0), pytest.raises(BusyError):
        desk.load()
    desk.load()


def test_a_missing_history_begins_anew(desk: Desk) -> None:
    desk.publish(TWO)
    shutil.rmtree(desk.data / "history")
    desk.load()
    assert desk.kinds() == [Kind.FIRST]


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
def test_a_folder_that_may_only_be_read_is_told_and_left_as_it_is(desk: Desk) -> None:
    sha256 = desk.load().sha256
    before = desk.files()
    desk.data.chmod(0o555)
    (desk.data / "history").chmod(0o555)

    def publish() -> None:
        as_nobody(desk.data)
        desk.data = Path()
        desk.writer.publish(sha256, TWO, who="Fake", why="")

    said = in_child(publish)
    desk.data.chmod(0o755)
    (desk.data / "history").chmod(0o755)
    assert said.startswith("HistoryUnwritableError: ")
    assert "Permission denied. The clinic file is as it was." in said
    assert desk.files() == before


@pytest.mark.process
def test_a_history_that_may_be_written_beside_a_file_that_may_not_keeps_no_trace_of_the_try(
    desk: Desk,
) -> None:
    sha256 = desk.load().sha256
    before = desk.files()
    desk.data.chmod(0o555)
    (desk.data / "history").chmod(0o777)

    def publish() -> None:
        as_nobody(desk.data)
        desk.data = Path()
        desk.writer.publish(sha256, TWO, who="Fake", why="")

    said = in_child(publish)
    desk.data.chmod(0o755)
    assert said == "NotPublishedError: clinics.csv cannot be written: Permission denied. It is as it was."
    assert desk.files() == before


@pytest.mark.process
@pytest.mark.parametrize("room", [0, 10, 300])
def test_a_full_disk_is_told_and_leaves_everything_as_it_was(desk: Desk, room: int) -> None:
    sha256 = desk.load().sha256
    before = desk.files()
    assert len(TWO) > 300

    def publish() -> None:
        # Past the limit, writing fails as on a full disk.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        desk.writer.publish(sha256, TWO, who="Fake", why="")

    said = in_child(publish)
    assert said.startswith("HistoryUnwritableError: ")
    assert "File too large" in said
    assert desk.files() == before
    desk.publish(TWO)


def test_a_file_that_is_being_replaced_by_another_process_is_left_alone(desk: Desk) -> None:
    with exclusive(desk.data / ".clinics.csv.new", timeout_s=0):
        with pytest.raises(FileBusyError, match=r"clinics\.csv is being written"):
            replace_file(desk.path, before=ONE, after=TWO)
        assert desk.path.read_bytes() == ONE
    replace_file(desk.path, before=ONE, after=TWO)
    assert desk.path.read_bytes() == TWO


def test_what_a_killed_process_left_is_never_written_into(desk: Desk) -> None:
    left = desk.data / ".clinics.csv.new"
    left.hardlink_to(desk.path)
    with desk.path.open("rb") as still_open:
        replace_file(desk.path, before=ONE, after=TWO)
        assert still_open.read() == ONE
    assert desk.path.read_bytes() == TWO
    assert not left.exists()


def test_a_file_changed_or_removed_meanwhile_is_not_replaced(desk: Desk) -> None:
    with pytest.raises(ChangedMeanwhileError, match="changed"):
        replace_file(desk.path, before=THREE, after=TWO)
    assert desk.path.read_bytes() == ONE
    desk.path.unlink()
    with pytest.raises(ChangedMeanwhileError, match="removed"):
        replace_file(desk.path, before=ONE, after=TWO)
    assert list(desk.data.iterdir()) == []


def test_a_new_file_never_takes_the_place_of_one_that_is_there(desk: Desk) -> None:
    with pytest.raises(FileExistsError):
        create_file(desk.path, TWO)
    assert desk.path.read_bytes() == ONE
    create_file(desk.data / "new.csv", TWO)
    put_file(desk.path, THREE)
    assert desk.files() == {"clinics.csv": THREE, "new.csv": TWO}


def test_what_is_published_is_served_at_the_next_look(desk: Desk) -> None:
    directory = served(desk)
    assert name_served(directory) == "Fake One"
    first = desk.load().version_id
    desk.publish(TWO)
    assert name_served(directory) == "Fake Two"
    desk.writer.restore(first, who="Fake")
    assert name_served(directory) == "Fake One"


@pytest.mark.parametrize("broken", [BAD, THREE[: len(THREE) // 2], b"", None])
def test_a_file_broken_outside_leaves_the_published_one_in_service_until_it_is_restored(
    desk: Desk, broken: bytes | None
) -> None:
    directory = served(desk)
    version_id = desk.publish(TWO)
    assert name_served(directory) == "Fake Two"
    if broken is None:
        desk.path.unlink()
    else:
        desk.path.write_bytes(broken)
    assert name_served(directory) == "Fake Two"
    assert directory.current().stale
    assert directory.current().problems
    assert isinstance(desk.writer.restore(version_id, who="Fake"), PublishedVersion)
    assert not directory.current().stale


@pytest.fixture
def _a_server_of_its_own() -> Iterator[None]:
    restart()
    yield
    restart()


@pytest.mark.usefixtures("_a_server_of_its_own")
def test_an_open_page_shows_what_was_published_at_its_next_run(data_dir: Path, project_root: Path) -> None:
    desk = Desk(data_dir)
    app = AppTest.from_file(str(project_root / "pages" / "shell.py"), default_timeout=60).run()
    before, after = data_dir / "clinics.csv", data_dir / "elsewhere" / "clinics.csv"
    after.parent.mkdir()
    after.write_bytes(before.read_bytes())
    rewrite(after.parent, "edina", name="Fake New Name")
    assert "Fake New Name" not in cards_of(app)
    writer = DirectoryWriter(desk.path, desk.history, lambda: TODAY)
    outcome = writer.publish(writer.load().sha256, after.read_bytes(), who="Fake", why="")
    assert isinstance(outcome, PublishedVersion)
    assert "Fake New Name" in cards_of(app.run())


def cards_of(app: AppTest) -> str:
    return " ".join(one.proto.json for one in app.get("bidi_component"))


def test_a_history_that_cannot_be_kept_stops_the_publishing(desk: Desk) -> None:
    (desk.data / "history").write_text("a file", encoding="utf-8")
    with pytest.raises(HistoryUnwritableError):
        desk.writer.publish(sha256_of(ONE), TWO, who="Fake", why="")
    assert desk.path.read_bytes() == ONE
