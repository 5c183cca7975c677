"""What is no regular file is refused at once, wherever a file is read: nothing waits or reads on for ever."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from locator.cli.exit_codes import Exit
from locator.cli.main import main
from locator.clinics.reading import LastGoodDirectory, read_directory
from locator.errors import LocatorError
from locator.files import (
    BY_HAND_BYTES,
    FileTooLargeError,
    NotAFileError,
    open_file,
    read_file,
    read_text,
    replace_file,
)
from locator.geocoding.pins.asking import Journal
from locator.geocoding.places.gazetteer import load_gazetteer
from locator.language import languages
from locator.presentation.overview import read_overview
from locator.presentation.translation_review import review_of
from locator.referral.content import read_content
from locator.settings import DataFiles
from locator.settings.loading import load_settings
from locator.staff.feedback.reports import Complaint, ComplaintCounts
from locator.staff.feedback.views import ViewCounts
from locator.staff.publishing.history import History
from locator.staff.publishing.publishing import DirectoryWriter
from locator.staff.publishing.records import read_at_most
from locator.staff.sign_in.accounts import Accounts
from locator.staff.sign_in.lockout import Lockout
from locator.web.readiness import readiness_check
from locator.web.routes import NotReady
from locator.web.served.snapshots import Snapshots
from tests.support.fake_hasher import FakeHasher
from tests.support.servers import ROOT

TODAY = date(2026, 11, 22)


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_folder(path: Path) -> None:
    path.mkdir()


def a_device(path: Path) -> None:
    # One that never comes to an end.
    path.symlink_to("/dev/zero")


def a_socket(path: Path) -> None:
    # The name of a socket is bounded, and a test's folder may be deep.
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(path.name)
    finally:
        os.chdir(before)


KINDS = {
    "it is a pipe, not a file": a_pipe,
    "it is a folder, not a file": a_folder,
    "it is a device, not a file": a_device,
    "it is a socket, not a file": a_socket,
}
_IDS = [put.__name__ for put in KINDS.values()]
every_kind = pytest.mark.parametrize(("said", "put"), KINDS.items(), ids=_IDS)
whatever = pytest.mark.parametrize("put", KINDS.values(), ids=_IDS)


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped data, which the command line reads too."""
    folder = Path(shutil.copytree(ROOT / "data", tmp_path / "data"))
    monkeypatch.setenv("LOCATOR_DATA_DIR", str(folder))
    return folder


@every_kind
def test_what_is_no_file_is_refused_with_what_it_is(
    tmp_path: Path, said: str, put: Callable[[Path], None]
) -> None:
    path = tmp_path / "clinics.csv"
    put(path)
    for read in (open_file, read_file, read_text):
        with pytest.raises(NotAFileError) as refused:
            read(path)
        assert refused.value.strerror == said
    link = tmp_path / "link"
    link.symlink_to(path)
    with pytest.raises(NotAFileError):
        read_file(link)


def test_a_file_behind_a_link_is_read_and_one_that_is_missing_is_still_missing(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree\n")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert read_file(tmp_path / "link") == b"\xef\xbb\xbfone\r\ntwo\rthree\n"
    assert read_text(tmp_path / "link", encoding="utf-8-sig") == "one\ntwo\nthree\n"
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "none")


def test_a_file_is_read_up_to_the_limit_and_no_further(tmp_path: Path) -> None:
    path = tmp_path / "long.toml"
    path.write_bytes(b"#" * BY_HAND_BYTES)
    assert len(read_file(path, most_bytes=BY_HAND_BYTES)) == BY_HAND_BYTES
    path.write_bytes(b"#" * (BY_HAND_BYTES + 1))
    with pytest.raises(FileTooLargeError) as refused:
        read_file(path, most_bytes=BY_HAND_BYTES)
    assert refused.value.strerror == "it is larger than 1 MB"


def test_a_pipe_put_in_place_of_a_file_between_a_look_and_the_opening_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clinics.csv"
    path.write_bytes(b"")
    assert path.is_file()
    path.unlink()
    # With somebody at its other end, whose bytes must not be taken for the file's.
    a_pipe(path)
    end = os.open(path, os.O_RDWR)
    try:
        os.write(end, b"site_id\n")
        with pytest.raises(NotAFileError):
            read_file(path)
    finally:
        os.close(end)


@every_kind
def test_a_directory_that_is_no_file_is_a_problem_and_the_last_good_one_stays(
    data_dir: Path, said: str, put: Callable[[Path], None]
) -> None:
    path = data_dir / "clinics.csv"
    served = LastGoodDirectory(path, today=lambda: TODAY)
    good = served.current()
    path.unlink()
    put(path)
    (problem,) = read_directory(path, today=TODAY).problems
    assert str(problem) == f"clinics.csv cannot be read: {said}"
    assert served.current().sites == good.sites
    assert served.current().stale
    assert isinstance(readiness_check(Snapshots(DataFiles(data_dir)))(), NotReady)


READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "settings": ("locator.toml", lambda path: load_settings(path.parent, {})),
    "overview": ("overview.md", read_overview),
    "referral": ("referral.toml", read_content),
    "reviews": ("translation-reviews.toml", lambda path: review_of(languages()[-1], path)),
    "ZIP codes": ("gazetteer/zips.csv", lambda path: load_gazetteer(path.parent)),
    "other places": ("gazetteer/elsewhere.csv", lambda path: load_gazetteer(path.parent)),
    "accounts": ("accounts.json", lambda path: Accounts(path, FakeHasher()).all()),
    "publishing": (
        "clinics.csv",
        lambda path: DirectoryWriter(path, History(path.parent / "history"), lambda: TODAY).load(),
    ),
    "journal": ("answers", lambda path: Journal(path).__enter__()),
}


@every_kind
@pytest.mark.parametrize(("name", "read"), READERS.values(), ids=READERS)
def test_every_reader_refuses_it_in_a_sentence(
    data_dir: Path, name: str, read: Callable[[Path], object], said: str, put: Callable[[Path], None]
) -> None:
    path = data_dir / name
    path.unlink(missing_ok=True)
    put(path)
    with pytest.raises(LocatorError) as refused:
        read(path)
    assert said in str(refused.value)
    assert path.name in str(refused.value) or "accounts file" in str(refused.value)
    assert str(path.parent) not in str(refused.value)


@whatever
def test_records_that_are_no_files_count_as_unreadable(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, put: Callable[[Path], None]
) -> None:
    path = tmp_path / "history" / "reports.json"
    path.parent.mkdir()
    put(path)
    assert read_at_most(path, 1_000) is None
    assert ViewCounts(path).counts() == {}
    assert ComplaintCounts(path, today=lambda: TODAY).open() == {}
    assert "could not be read" in caplog.text


@every_kind
def test_a_lock_that_is_no_file_keeps_nobody_waiting(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, said: str, put: Callable[[Path], None]
) -> None:
    put(tmp_path / ".reports.json.lock")
    assert not ComplaintCounts(tmp_path / "reports.json", today=lambda: TODAY).add(
        "fake-one", next(iter(Complaint))
    )
    assert said in caplog.text


@every_kind
def test_what_lies_where_a_new_version_is_written_is_left_and_refused(
    tmp_path: Path, said: str, put: Callable[[Path], None]
) -> None:
    path = tmp_path / "clinics.csv"
    path.write_bytes(b"before")
    put(tmp_path / ".clinics.csv.new")
    with pytest.raises(NotAFileError) as refused:
        replace_file(path, before=b"before", after=b"after")
    assert refused.value.strerror == said
    assert path.read_bytes() == b"before"


@whatever
def test_the_key_of_the_sign_in_counts_must_be_a_file(tmp_path: Path, put: Callable[[Path], None]) -> None:
    put(tmp_path / "sign-in-tries.key")
    with pytest.raises(LocatorError):
        Lockout(tmp_path)


@every_kind
@pytest.mark.parametrize("command", ["check", "publish", "evaluate"])
def test_a_command_says_so_in_one_line(
    data_dir: Path, capsys: pytest.CaptureFixture[str], command: str, said: str, put: Callable[[Path], None]
) -> None:
    path = data_dir.parent / "mine.csv"
    put(path)
    why = ["--why", "a test"] if command == "publish" else []
    assert main([command, str(path), *why]) != Exit.DONE
    told = capsys.readouterr()
    assert said in told.out + told.err
    assert "Traceback" not in told.err


@every_kind
def test_an_export_without_its_base_map_says_so(
    data_dir: Path, capsys: pytest.CaptureFixture[str], said: str, put: Callable[[Path], None]
) -> None:
    path = data_dir / "gazetteer" / "basemap.geojson"
    path.unlink()
    put(path)
    assert main(["export", str(data_dir.parent / "site")]) != Exit.DONE
    assert f"basemap.geojson cannot be read: {said}" in capsys.readouterr().err
