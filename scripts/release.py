"""Make what is committed the next release, beside the one that runs, or go back to the one before.

    python -m scripts.release         make release: build it, try it, and let `current` lead to it
    python -m scripts.release back    make back: let `current` lead to the one before, without any network

A release is a folder in releases/ named after its commit: the code, a link to its environment in .venvs/, and
links to the operator's settings. The service runs from `current` and takes another release at its next start.
Whatever fails before the end leaves `current` as it is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import threading
import urllib.error
import urllib.request
from io import BytesIO
from pathlib import Path
from typing import Final

from scripts.environment import point, remove_all_but

ROOT: Final = Path(__file__).resolve().parent.parent
RELEASES: Final = ROOT / "releases"
CURRENT: Final = ROOT / "current"
PREVIOUS: Final = ROOT / "previous"
# The operator's own: each release reads the files of the folder around it.
SETTINGS: Final = (Path("locator.toml"), Path(".streamlit", "secrets.toml"))
# A service may still run from one that neither name leads to, until it is restarted.
KEPT: Final = 5
START_TIMEOUT_S: Final = 120.0
ANSWER_TIMEOUT_S: Final = 300.0
RESTART: Final = "Now: systemctl restart drg-locator"


class ReleaseError(Exception):
    """Nothing was changed for the service, and the text says why."""


def make() -> str:
    """Make a release of the commit that is checked out, try it, and make it current; what was done."""
    changed = _git("status", "--porcelain", "--untracked-files=no").decode().rstrip()
    if changed:
        raise ReleaseError(
            f"A release holds what is committed, and these files are changed here:\n{changed}\n"
            "What you and your staff change lives outside: python -m locator move-data (docs/deploy.md)."
        )
    commit = _git("rev-parse", "--short=12", "HEAD").decode().strip()
    release = RELEASES / commit
    is_new = not release.is_dir()
    if is_new:
        _write(release)
    # The same code may need another environment when the machine's Python has changed.
    point(release / ".venv", ROOT / ".venv")
    try:
        _try(release)
    except ReleaseError:
        if is_new:
            shutil.rmtree(release)
        raise
    release.touch()
    if CURRENT.resolve() != release.resolve():
        if CURRENT.is_symlink():
            point(PREVIOUS, CURRENT)
        point(CURRENT, release)
    _remove_old()
    return f"{commit} is the current release. {RESTART}"


def back() -> str:
    """Swap `current` and `previous`; what was done."""
    if not PREVIOUS.is_dir():
        raise ReleaseError("There is no release before the current one.")
    current, previous = CURRENT.resolve(), PREVIOUS.resolve()
    point(CURRENT, previous)
    point(PREVIOUS, current)
    return f"{previous.name} is the current release again. {RESTART}"


def _git(*arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, check=False)  # noqa: S603, S607
    except OSError as exc:
        raise ReleaseError(f"git cannot be run: {exc.strerror}") from exc
    if done.returncode:
        raise ReleaseError(done.stderr.decode(errors="replace").strip())
    return done.stdout


def _write(release: Path) -> None:
    """Put the committed files and the links into a folder that gets its name when all is there."""
    fresh = release.with_name(f".{release.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    with tarfile.open(fileobj=BytesIO(_git("archive", "HEAD"))) as archive:
        # Python 3.11 has it from 3.11.4 on; the archive is this repository's own.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(fresh)  # noqa: S202
    for name in SETTINGS:
        (fresh / name).symlink_to(os.path.relpath(ROOT / name, (fresh / name).parent))
    fresh.rename(release)


def _try(release: Path) -> None:
    """Start the release on a free port of this machine, and raise ReleaseError unless it answers."""
    python = release / ".venv" / "bin" / "python"
    # Staff sign in at the service alone; a second process is not to open its counts.
    closed = {"LOCATOR_STAFF__ACCOUNTS_FILE": "none"}
    server = subprocess.Popen(  # noqa: S603 - the release's own server
        [str(python), "scripts/serve.py", "--host", "127.0.0.1", "--port", "0"],
        cwd=release,
        env=os.environ | closed,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = []
    # One that hangs is ended, which ends its output too.
    too_long = threading.Timer(START_TIMEOUT_S, server.kill)
    too_long.start()
    with server:
        try:
            for line in server.stdout or ():
                said.append(line)
                if " is running at " in line:
                    url = line.split(" is running at ")[1].strip().rstrip("/")
                    _await_answers(url)
                    return
        finally:
            too_long.cancel()
            server.terminate()
    raise ReleaseError(f"The new release does not start:\n{''.join(said)}".rstrip())


def _await_answers(url: str) -> None:
    # No proxy that the operator's shell may be set up for.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for path in ("/readyz", "/"):
        try:
            opener.open(url + path, timeout=ANSWER_TIMEOUT_S).close()
        except urllib.error.HTTPError as exc:
            raise ReleaseError(
                f"The new release answers {path} with {exc.code}: {exc.read().decode()}"
            ) from exc
        except OSError as exc:
            raise ReleaseError(f"The new release does not answer {path}: {exc}") from exc


def _remove_old() -> None:
    """Remove the releases before the newest few, and the environments that no release or name leads to."""
    newest = sorted(
        (path for path in RELEASES.iterdir() if path.is_dir()), key=lambda path: -path.stat().st_mtime
    )
    remove_all_but(
        {*(path.resolve() for path in newest[:KEPT]), CURRENT.resolve(), PREVIOUS.resolve()}, RELEASES
    )
    environments = [(path / ".venv").resolve() for path in (ROOT, *RELEASES.iterdir())]
    remove_all_but(environments, (ROOT / ".venv").resolve().parent)


def main(arguments: list[str]) -> int:
    """Do what is asked; 1 with the reason on standard error where it cannot be."""
    os.umask(0o022)
    try:
        print(back() if arguments == ["back"] else make())
    except (ReleaseError, OSError) as exc:
        print(f"{exc}\nThe release that runs is as it was.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
