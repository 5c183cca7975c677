"""A word that is nowhere until a test types it, and the files in which it is found afterwards."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

# A canary must not be found by what tools keep of themselves, nor in what other tests have written.
_SKIPPED: Final = frozenset(
    (
        ".git",
        ".venv",
        ".venvs",
        "releases",
        "node_modules",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".hypothesis",
    )
)


def canary() -> str:
    """A word that no place has, drawn anew each time, so that no file holds it, not even a compiled one."""
    return "Canary" + "".join(secrets.choice("jkqvwxz") for _ in range(10))


def files_with(text: str, *folders: Path) -> list[Path]:
    """The files under the folders that hold the text, leaving out tools' own and other tests' places."""
    found = []
    for folder in folders:
        for where, subfolders, names in os.walk(folder):
            subfolders[:] = [name for name in subfolders if name not in _SKIPPED]
            found += [path for name in names if text.encode() in _content(path := Path(where, name))]
    return found


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:  # other tests run at the same time, and clear up after themselves
        return b""
