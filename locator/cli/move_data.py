"""The command `python -m locator move-data DIR`: what staff change leaves the folder that updates replace."""

from __future__ import annotations

import argparse
import filecmp
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Final

from locator.cli.exit_codes import Exit
from locator.errors import LocatorError
from locator.files import create_file, read_file, replace_file, sync_folder
from locator.installation import IS_CHECKOUT, PROJECT_ROOT
from locator.settings import CLINICS, FILE_NAME, HISTORY, DataFiles, load_settings
from locator.staff.publishing import History

SETTING: Final = "local_data_dir"

_OWN_LINE: Final = re.compile(rf"^[ \t]*{SETTING}[ \t]*=.*$", re.MULTILINE)


class _CannotMoveError(LocatorError):
    """The data stay where they are, and the text says why."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `move-data` to the commands of the command line."""
    move = commands.add_parser(
        "move-data",
        help="move what staff change to a folder that updates leave alone",
        description=(
            f"Moves {CLINICS}, its history and whatever else was changed in the data folder into DIR, and"
            f" sets {SETTING} in {FILE_NAME}. Stop the service first. After an interruption, run it again."
        ),
    )
    move.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder outside the project")
    move.set_defaults(run=run)


def run(options: argparse.Namespace) -> Exit:
    """Move the data into the folder that `options` names; the exit code says if anything needs a look."""
    if not IS_CHECKOUT:
        sys.stderr.write("This is for a checkout of the project, whose folder updates replace.\n")
        return Exit.USAGE
    files = load_settings().data_files
    source, target = files.shipped, options.folder.absolute()
    if why_not := _why_not(files, target):
        sys.stderr.write(f"{why_not}\n")
        return Exit.USAGE
    try:
        with History(source / HISTORY).locked() if (source / HISTORY).is_dir() else nullcontext():
            changed = _changed_names(source)
            names = _own_names(source, changed or set())
            is_tracked = changed is not None
            if files.local is None:
                if not is_tracked:
                    sys.stderr.write(_ask_for_others(source, target))
                _copy_all(source, target, names)
                _write_setting(PROJECT_ROOT / FILE_NAME, target)
            remaining = [name for name in names if not _clear(source, target, name, is_tracked=is_tracked)]
    except OSError as exc:
        raise _CannotMoveError(
            f"{exc.filename or target}: {exc.strerror}. Nothing is lost: mend that and run the command again."
        ) from exc
    owner = target.stat()
    sys.stdout.write(
        f"{target} holds what staff change: {', '.join(sorted(p.name for p in target.iterdir()))}.\n"
        f"It belongs to user {owner.st_uid}, group {owner.st_gid}, as the folder around it does.\n"
        f'{FILE_NAME} says {SETTING} = "{target}"; it counts from the next start of the service.\n'
    )
    sys.stderr.writelines(f"{source / name}: {_LEFT}\n" for name in remaining)
    return Exit.NEEDS_A_LOOK if remaining else Exit.DONE


_LEFT: Final = (
    "left as it is, because the new folder does not hold the same. It is no longer used: bring over what you"
    " need from it, then remove it (a file of the project: git restore)."
)


def _why_not(files: DataFiles, target: Path) -> str | None:
    """Why the data cannot be moved there, in a sentence; None if nothing speaks against it."""
    if files.local is not None and files.local.resolve() != target.resolve():
        return (
            f"{SETTING} is {files.local} already. To move it again, stop the service, move that folder, and"
            f" change the setting in {FILE_NAME}."
        )
    if files.local is not None and not (files.local / CLINICS).is_file():
        return f"{SETTING} is {files.local}, but there is no {CLINICS} in it: bring it back from a backup."
    if target.resolve().is_relative_to(PROJECT_ROOT):
        return f"{target} is inside the project's folder, which updates replace. Name a folder outside of it."
    if target.resolve().is_relative_to(files.shipped.resolve()):
        return f"{target} is inside {files.shipped}, the folder to move out of. Name a folder outside of it."
    if not target.parent.is_dir():
        return f"The folder {target.parent} does not exist: make it first, owned by the service's user."
    return None


def _changed_names(source: Path) -> set[str] | None:
    """What in the folder is not as git has it, by its first name; None where git cannot tell."""
    tracked = _git(source, "diff", "--name-only", "-z", "--relative", "HEAD", "--", ".")
    untracked = _git(source, "ls-files", "-z", "--others", "--", ".")
    if tracked is None or untracked is None:
        return None
    return {path.split("/", 1)[0] for path in (tracked + untracked).split("\0") if path}


def _git(folder: Path, *arguments: str) -> str | None:
    """What git prints; None if there is no git, or it fails."""
    try:
        process = subprocess.run(  # noqa: S603 - every argument is written in this module
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - wherever the operator has it
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return None
    return process.stdout if process.returncode == 0 else None


def _own_names(source: Path, changed: set[str]) -> list[str]:
    """What belongs to the operator: the clinic list and its history, always, and whatever was changed."""
    names = {CLINICS, HISTORY, *changed}
    return sorted(name for name in names if os.path.lexists(source / name))


def _ask_for_others(source: Path, target: Path) -> str:
    return (
        f"git could not say which files of {source} were changed: only {CLINICS} and {HISTORY} are taken."
        f" If you changed others, such as overview.md, copy them to {target} too.\n"
    )


def _copy_all(source: Path, target: Path, names: Sequence[str]) -> None:
    """Give the target a copy of each, all at once; a target that holds just these already is left alone."""
    if target.is_dir() and any(target.iterdir()):
        if all(_is_same(source / name, target / name) for name in names):
            return
        raise _CannotMoveError(f"{target} is not empty, and nothing in it was changed. Name a new folder.")
    fresh = target.with_name(f".{target.name}.new")
    if fresh.is_dir():
        # Only a run of this command that was interrupted leaves that, and its source is still whole.
        shutil.rmtree(fresh)
    fresh.mkdir()
    for name in names:
        _copy(source / name, fresh / name)
        if not _is_same(source / name, fresh / name):
            raise _CannotMoveError(f"{source / name} changed while it was copied. Stop the service first.")
    shutil.copystat(source, fresh)
    _own_and_sync(fresh, target.parent.stat())
    fresh.rename(target)
    sync_folder(target.parent)


def _copy(source: Path, copy: Path) -> None:
    if source.is_dir() and not source.is_symlink():
        shutil.copytree(source, copy, symlinks=True)
    else:
        shutil.copy2(source, copy, follow_symlinks=False)


def _is_same(one: Path, other: Path) -> bool:
    """Whether both hold the same, to the last byte of the last file below them."""
    if one.is_symlink() or not one.is_dir():
        with suppress(OSError):
            return filecmp.cmp(one, other, shallow=False)
        return False
    return other.is_dir() and all(_is_same(path, other / path.name) for path in one.iterdir())


def _own_and_sync(folder: Path, owner: os.stat_result) -> None:
    """Give the folder and all in it to that owner, where allowed, and make it outlast a power cut."""
    for path in (folder, *_below(folder)):
        # Root sets up what the service's own user is to change.
        with suppress(PermissionError):
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
        if not path.is_symlink():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _below(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from _below(path)


def _write_setting(file: Path, target: Path) -> None:
    """Set the folder in the settings file and change nothing else there, or raise _CannotMoveError."""
    line = f"{SETTING} = {json.dumps(str(target))}"
    # In a release, the file is a link to the operator's own.
    file = file.resolve()
    try:
        before = read_file(file)
    except FileNotFoundError:
        create_file(file, f"{line}\n".encode())
        return
    text = before.decode()
    match = _OWN_LINE.search(text)
    # A key in the first line is never inside a table.
    after = text[: match.start()] + line + text[match.end() :] if match else f"{line}\n{text}"
    try:
        is_right = tomllib.loads(after) == tomllib.loads(text) | {SETTING: str(target)}
    except tomllib.TOMLDecodeError:
        is_right = False
    if not is_right:
        raise _CannotMoveError(
            f"The data are in {target}, but {FILE_NAME} could not be changed. Write this line at its top, and"
            f" run the command again:\n{line}"
        )
    replace_file(file, before=before, after=after.encode())


def _clear(source: Path, target: Path, name: str, *, is_tracked: bool) -> bool:
    """Remove the old copy of what the new folder holds byte for byte; False if it does not hold that.

    A file of the project becomes again what it was when it was downloaded, so that the next update finds
    nothing changed.
    """
    path = source / name
    if not _is_same(path, target / name):
        # The list that was downloaded stays for whoever tries the project without settings.
        return name == CLINICS and not (is_tracked and _is_changed(source, name))
    if is_tracked and _git(source, "ls-files", "--", name):
        _git(source, "restore", "--source=HEAD", "--staged", "--worktree", "--", name)
        return not _is_changed(source, name)
    if path.is_dir():
        shutil.rmtree(path)
    elif is_tracked:
        path.unlink()
    return True


def _is_changed(source: Path, name: str) -> bool:
    """Whether git knows this of a file of the project; where git fails, it counts as changed."""
    return _git(source, "diff", "--name-only", "HEAD", "--", name) != ""
