"""A copy of the whole project for tests that change it, as an operator has it: a git checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.servers import ROOT

_PARTS = (
    ".gitignore",
    ".streamlit",
    "Makefile",
    "app.py",
    "data",
    "locator",
    "locator.example.toml",
    "pages",
    "pyproject.toml",
    "scripts",
)


def project_copy(folder: Path) -> Path:
    """A copy of what the app needs to run, committed, with nobody's settings in it."""
    return Path(shutil.copytree(_committed().name, folder))


@cache
def _committed() -> TemporaryDirectory[str]:
    """The copy that all others are copied from; it goes as this process ends."""
    made = TemporaryDirectory(prefix="project-")
    folder = Path(made.name)
    for name in (*_PARTS, *(path.name for path in ROOT.glob("requirements*"))):
        source = ROOT / name
        if source.is_dir():
            # What is compiled comes along, or each command in a copy would compile the whole app; not what
            # another process is writing just now, which has another name until it is whole.
            ignored = shutil.ignore_patterns("history", "secrets.toml", "*.pyc.*")
            shutil.copytree(source, folder / name, ignore=ignored)
        else:
            shutil.copy2(source, folder / name)
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit_all(folder, "As downloaded")
    return made


def git(folder: Path, *arguments: str) -> str:
    """What git prints; it takes no settings but the copy's own, and no failure."""
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(
        ["git", "-c", "user.name=Fake Operator", "-c", "user.email=op@example.org", *arguments],
        cwd=folder,
        env=os.environ | alone,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def commit_all(folder: Path, why: str) -> str:
    """Commit everything that is not ignored; the commit's name."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", why)
    return git(folder, "rev-parse", "HEAD").strip()


def locator_command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m locator` in the copy, with the copy's code and settings."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("LOCATOR_") and k != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-m", "locator", *arguments],
        cwd=folder,
        env=inherited,
        capture_output=True,
        text=True,
        check=False,
    )
