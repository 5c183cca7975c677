"""Putting a folder in its place: whole or not at all, and never over what an export did not write."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from locator.files import BusyError
from locator.publication.static_site.folder import MARKER, NotOurFolderError, replace_folder
from tests.support.killing import kill_after_lines
from tests.support.servers import ROOT

OLD = {"index.html": b"old", "assets/a.js": b"old", "assets/gone.js": b"old"}
NEW = {"index.html": b"new", "assets/a.js": b"new", "assets/b/c.js": b"new"}
# Writes the new folder again and again, until it is killed.
OVER_AND_OVER = """
import sys
from pathlib import Path
from locator.publication.static_site.folder import replace_folder
while True:
    for text in (b"one", b"two"):
        print("once more", flush=True)
        replace_folder(Path(sys.argv[1]), {f"{n}.txt": text for n in range(30)})
"""


def content(folder: Path) -> dict[str, bytes]:
    """All files but the list of them."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != MARKER)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("before", ["missing", "empty", "ours", "in a new parent"])
def test_the_folder_holds_just_the_new_files_and_nothing_is_left_beside_it(
    tmp_path: Path, before: str
) -> None:
    folder = tmp_path / "new" / "site" if before == "in a new parent" else tmp_path / "site"
    if before == "empty":
        folder.mkdir()
    if before == "ours":
        replace_folder(folder, OLD)
    replace_folder(folder, NEW)
    assert content(folder) == NEW
    assert [path.name for path in folder.parent.iterdir()] == ["site"]
    assert (folder / MARKER).read_text().splitlines()[1:] == sorted(NEW)


@pytest.mark.parametrize("name", ["mine.txt", "assets/mine.js", ".hidden"])
def test_a_file_that_no_export_wrote_is_never_removed(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "site"
    replace_folder(folder, OLD)
    (folder / name).write_text("mine")
    with pytest.raises(NotOurFolderError, match=name):
        replace_folder(folder, NEW)
    assert content(folder) == {**OLD, name: b"mine"}


def test_somebody_elses_folder_or_file_is_left_alone(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / MARKER).write_text("a list of theirs\nindex.html\n")
    (theirs / "index.html").write_text("theirs")
    for place in (theirs, theirs / "index.html"):
        with pytest.raises(NotOurFolderError):
            replace_folder(place, NEW)
    assert content(theirs) == {"index.html": b"theirs"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["theirs"]


def test_an_export_that_fails_leaves_the_old_one_whole(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    replace_folder(folder, OLD)
    with pytest.raises(OSError, match="File name too long"):
        replace_folder(folder, {**NEW, "x" * 300: b"cannot be"})
    assert content(folder) == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_what_a_killed_export_left_is_put_right_by_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    replace_folder(folder, OLD)
    folder.rename(tmp_path / ".site.old")
    (tmp_path / ".site.new").mkdir()
    (tmp_path / ".site.new" / "index.html").write_text("half")
    replace_folder(folder, NEW)
    assert content(folder) == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_link_to_the_folder_stays_a_link(tmp_path: Path) -> None:
    replace_folder(tmp_path / "real", OLD)
    (tmp_path / "site").symlink_to(tmp_path / "real")
    replace_folder(tmp_path / "site", NEW)
    assert (tmp_path / "site").is_symlink()
    assert content(tmp_path / "real") == NEW


def test_two_exports_into_one_place_do_not_mix(tmp_path: Path) -> None:
    replace_folder(tmp_path / "site", OLD)
    descriptor = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with pytest.raises(BusyError, match="Another export"):
        replace_folder(tmp_path / "site", NEW)
    os.close(descriptor)
    assert content(tmp_path / "site") == OLD


@pytest.mark.process
def test_killed_at_any_moment_the_folder_is_one_export_or_the_other(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    wholes = [{f"{n}.txt": text for n in range(30)} for text in (b"one", b"two")]
    replace_folder(folder, wholes[0])
    for tries in range(8):
        kill_after_lines(1 + tries, OVER_AND_OVER, str(folder), root=ROOT)
        assert content(folder) in wholes
    replace_folder(folder, NEW)
    assert content(folder) == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
