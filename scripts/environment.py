"""Let the name of the environment lead to another one, in one step; both are whole before and after.

    python -m scripts.environment .venv .venvs/1234567890

Each environment keeps a folder of its own, because a server goes on loading files from the one it began with.
Those that nothing leads to any more are removed.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path


def point(link: Path, target: Path) -> None:
    """Make the link lead to the target, whatever it led to, with no moment at which it leads nowhere."""
    fresh = link.with_name(f".{link.name}.new")
    fresh.unlink(missing_ok=True)
    # Relative, so that the whole project can be moved.
    fresh.symlink_to(os.path.relpath(target.resolve(), link.parent.resolve()))
    fresh.replace(link)


def use(link: Path, environment: Path) -> None:
    """Give the environment that name; the one that had it is kept for the way back, older ones are not."""
    before = link.resolve() if link.is_symlink() else None
    if before == environment.resolve():
        return
    if link.is_dir() and not link.is_symlink():
        # Made before each environment had a folder of its own.
        before = environment.with_name("earlier").resolve()
        shutil.rmtree(before, ignore_errors=True)
        link.rename(before)
    point(link, environment)
    # What a release runs from is led to by that release.
    releases = [path.resolve() for path in link.parent.glob("releases/*/.venv")]
    remove_all_but([link.resolve(), *([before] if before else []), *releases], environment.parent)


def remove_all_but(kept: Iterable[Path], folder: Path) -> None:
    """Remove the folders in `folder` that are not among `kept`."""
    kept = set(kept)
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink() and path.resolve() not in kept:
            shutil.rmtree(path)


if __name__ == "__main__":
    use(Path(sys.argv[1]), Path(sys.argv[2]))
