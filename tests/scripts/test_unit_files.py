"""The unit files of docs/, taken from the pages: systemd understands every line, and the export may write."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.support.servers import ROOT

PYTHON = "/srv/drg-locator/current/.venv/bin/python"
UNITS = {
    name: text
    for page in ("deploy.md", "static-site.md")
    for name, text in re.findall(
        r"^`/etc/systemd/system/([a-z.-]+)`:\n\n```ini\n(.*?)^```",
        (ROOT / "docs" / page).read_text(encoding="utf-8"),
        re.DOTALL | re.MULTILINE,
    )
}
EXPORT = UNITS["drg-locator-export.service"]


def test_the_pages_have_the_units_that_they_speak_of() -> None:
    assert set(UNITS) == {"drg-locator.service", "drg-locator-export.service", "drg-locator-export.timer"}


@pytest.mark.process
def test_systemd_understands_every_line(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not here, so the unit files of docs/ were not checked by it.")
    for name, text in UNITS.items():
        # It looks for the program, which is where the operator installs it.
        (tmp_path / name).write_text(text.replace(PYTHON, sys.executable))
    done = subprocess.run(
        [program, "verify", "--man=no", *(str(tmp_path / name) for name in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in (done.stdout + done.stderr).splitlines() if "drg-locator" in line]
    assert ours == []


def test_every_folder_that_a_unit_may_write_to_is_one_that_a_page_makes_for_its_user() -> None:
    pages = "".join(
        (ROOT / "docs" / page).read_text(encoding="utf-8") for page in ("deploy.md", "static-site.md")
    )
    for text in UNITS.values():
        for folder in re.findall(r"^ReadWritePaths=(.*)$", text, re.MULTILINE):
            assert re.search(
                rf"^install -d -m 7\d\d -o drg-locator -g drg-locator {folder}$", pages, re.MULTILINE
            )


def _as_anybody(folder: Path) -> tuple[str, dict[str, Any]]:
    """A Python, and how to run it as a user whose folder this is and who has no rights elsewhere.

    Root has rights everywhere, so it becomes `nobody`, unless neither its own Python nor the system's can
    then read the project: the export is run as root after all, which tries the command but not the rights.
    """
    libraries = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": sysconfig.get_path("purelib")}
    ourselves: dict[str, Any] = {"cwd": ROOT, "env": libraries}
    if os.geteuid() != 0:
        return sys.executable, ourselves
    nobody = pwd.getpwnam("nobody")
    options = ourselves | {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    for python in (sys.executable, "/usr/bin/python3"):
        with suppress(OSError):
            if (
                subprocess.run([python, "-c", "import locator.cli.export"], check=False, **options).returncode
                == 0
            ):
                os.chown(folder, nobody.pw_uid, nobody.pw_gid)
                return python, options
    return sys.executable, ourselves


@pytest.mark.process
def test_the_export_as_its_user_writes_beside_its_folder_and_the_web_server_can_read_it() -> None:
    (command,) = re.findall(r"^ExecStart=(.*)$", EXPORT, re.MULTILINE)
    (writable,) = re.findall(r"^ReadWritePaths=(.*)$", EXPORT, re.MULTILINE)
    (umask,) = re.findall(r"^UMask=(.*)$", EXPORT, re.MULTILINE)
    # Not in pytest's folder, which pytest closes to all other users.
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        python, as_user = _as_anybody(folder)
        words = command.replace(PYTHON, python).replace(writable, made).split()
        for _again in range(2):
            done = subprocess.run(
                words, umask=int(umask, 8), capture_output=True, text=True, check=False, **as_user
            )
            assert done.returncode == 0, done.stderr
        assert [path.name for path in folder.iterdir()] == ["site"]
        for path in (folder / "site").rglob("*"):
            assert path.stat().st_mode & 0o004, path
