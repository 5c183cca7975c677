"""Pin everything that the requirements files pull in, with hashes: `make lock`.

Beside each requirements file stands a lock file, which is what gets installed. It holds for every Python that
the project runs on and for every system, and names no index. What is pinned already is kept, unless --upgrade
asks for the newest that fit. One that builds on another starts from it and names only what it adds.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
OLDEST_PYTHON: Final = "3.11"
_PINNED: Final = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
_LEFT_OUT: Final = "# The following packages were excluded"
# For all systems at once, and without a word of the index that was asked.
_RESOLVE: Final = (
    *("pip", "compile", "--quiet", "--no-config", "--universal", "--python-version", OLDEST_PYTHON),
    *("--generate-hashes", "--no-header", "--no-emit-index-url", "--annotation-style", "line"),
)


@dataclass(frozen=True, slots=True)
class Lock:
    """A requirements file, and the lock file beside it that its own builds on, if any.

    `provided` names what is there without pip, so that it is never installed.
    """

    requirements: str
    base: str | None = None
    provided: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The lock file, seen from the project's root."""
        return self.requirements.removesuffix(".txt") + ".lock"


LOCKS: Final = (
    Lock("requirements.txt"),
    Lock("requirements-dev.txt", base="requirements.lock"),
    Lock("requirements-bench.txt", base="requirements-dev.lock"),
    Lock("requirements-nominatim.txt", provided=("pyicu",)),
    Lock("scripts/requirements-gazetteer.txt"),
    Lock("scripts/requirements-fonts.txt"),
    Lock("scripts/requirements-build.txt"),
    Lock("scripts/requirements-uv.txt"),
)


def renew(lock: Lock, root: Path, *, uv: Path, upgrade: bool) -> None:
    """Write one lock file anew, once all is known. CalledProcessError if the requirements contradict."""
    path = root / lock.path
    with tempfile.TemporaryDirectory() as scratch:
        draft = Path(scratch) / path.name
        if path.exists() and not upgrade:
            # A version pinned there is kept. Its base is given apart, below.
            draft.write_text(re.sub(r"^-r .*$", "", path.read_text("utf-8"), flags=re.MULTILINE), "utf-8")
        subprocess.run(  # noqa: S603 - every word is written in this file
            [str(uv), *_RESOLVE, lock.requirements, "--output-file", str(draft), *_scope(lock, root)],
            cwd=root,
            check=True,
        )
        pins = draft.read_text("utf-8").partition(_LEFT_OUT)[0].strip()
    head = [f"# Made from {lock.requirements} by 'make lock', for Python {OLDEST_PYTHON} and newer."]
    if lock.base:
        head.append(f"-r {lock.base}")
    path.write_text("\n".join([*head, pins, ""]), "utf-8")


def _scope(lock: Lock, root: Path) -> list[str]:
    """What the lock builds on, as limits, and all that it therefore need not name again."""
    known = list(lock.provided)
    limits = []
    base = lock.base
    while base:
        known += _PINNED.findall((root / base).read_text("utf-8"))
        limits += ["--constraint", base]
        base = next(other.base for other in LOCKS if other.path == base)
    return [*limits, *(word for name in known for word in ("--no-emit-package", name))]


def main(arguments: list[str] | None = None) -> int:
    """Renew all of them, in the order in which they build on each other."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    upgrade = parser.parse_args(arguments).upgrade
    for lock in LOCKS:
        try:
            renew(lock, ROOT, uv=Path(sys.executable).with_name("uv"), upgrade=upgrade)
        except subprocess.CalledProcessError:
            print(f"{lock.requirements} could not be resolved; {lock.path} is as it was.", file=sys.stderr)
            return 1
        print(f"{lock.path} is up to date with {lock.requirements}.")
    print("Run make test before you commit them.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
