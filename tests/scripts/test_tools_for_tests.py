"""What the tests need of the machine: looked for first, announced if installed, one line if out of reach."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from reliability.children import become_nobody
from scripts import chromium, debian, java, text_browser
from scripts.tools_for_tests import missing
from tests.support.programs import program
from tests.support.servers import ROOT

pytestmark = pytest.mark.process

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root installs without a sudo")
# Installs what it is told to as programs that say their version, and keeps what it was asked for.
APT_GET = """
echo "$*" >> {folder}/asked
case "$*" in
*--assume-no*) echo "Need to get 55.5 MB of archives."; exit 1;;
*install*)
    for word; do
        case $word in
        chromium*) printf '#!/bin/sh\\necho Chromium 555\\n' > {folder}/$word; chmod 755 {folder}/$word;;
        w3m) printf '#!/bin/sh\\necho w3m version 555\\n' > {folder}/w3m; chmod 755 {folder}/w3m;;
        *jre*) printf '#!/bin/sh\\necho version 555 >&2\\n' > {folder}/java; chmod 755 {folder}/java;;
        esac
    done;;
esac
"""

W3M = "echo 'w3m version 555'"


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A folder of programs that holds what a minimal system has, and no apt-get, sudo, Java or browser."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "cat", "chmod", "cksum", "cut", "env", "expand", "make", "sed", "test", "touch"):
        if found := shutil.which(name):
            (folder / name).symlink_to(found)
    return folder


@AS_ROOT
def test_browsers_java_and_playwrights_library_are_installed_and_named_beforehand(
    bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program(bare, "apt-get", APT_GET.format(folder=bare))
    assert missing({"PATH": str(bare)}) is None
    said = capsys.readouterr().err
    assert "outside of this project: default-jre-headless" in said
    assert "outside of this project: chromium-headless-shell libatomic1" in said
    assert "outside of this project: w3m" in said
    assert said.count("Need to get 55.5 MB") == 3
    asked = (bare / "asked").read_text()
    assert asked.count("--yes install") == 3


@AS_ROOT
def test_a_package_that_cannot_be_installed_leaves_apts_own_words(
    bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program(bare, "apt-get", "echo 'E: no such fake package' >&2; exit 100")
    assert not debian.install("fake-package", environ={"PATH": str(bare)})
    assert "E: no such fake package" in capsys.readouterr().err


def test_where_all_is_there_nothing_is_said_or_installed(
    bare: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program(bare, "apt-get", APT_GET.format(folder=bare))
    program(bare, "chromium", "echo 'Chromium 555.0'")
    program(bare, "java", "echo 'version 555' >&2")
    program(bare, "w3m", W3M)
    assert missing({"PATH": str(bare)}) is None
    assert capsys.readouterr() == ("", "")
    assert not (bare / "asked").exists()


def test_without_java_the_line_names_only_java(bare: Path) -> None:
    program(bare, "chromium", "echo 'Chromium 555.0'")
    program(bare, "w3m", W3M)
    assert missing({"PATH": str(bare)}) == java.NONE_TO_BE_HAD


def test_without_a_text_browser_the_line_names_only_that(bare: Path) -> None:
    program(bare, "chromium", "echo 'Chromium 555.0'")
    program(bare, "java", "echo 'version 555' >&2")
    assert missing({"PATH": str(bare)}) == text_browser.NONE_TO_BE_HAD
    # What is named and is none is not looked for elsewhere.
    program(bare, "w3m", W3M)
    assert missing({"PATH": str(bare), "W3M": "/nowhere/w3m"}) == text_browser.NONE_TO_BE_HAD


def test_a_browser_that_is_named_and_is_none_is_told_at_once(bare: Path) -> None:
    program(bare, "java", "echo 'version 555' >&2")
    program(bare, "w3m", W3M)
    assert missing({"PATH": str(bare), "CHROMIUM": str(bare / "missing")}) == chromium.NONE_TO_BE_HAD


def test_a_browser_alone_may_still_come_with_playwright(bare: Path) -> None:
    program(bare, "java", "echo 'version 555' >&2")
    program(bare, "w3m", W3M)
    assert missing({"PATH": str(bare)}) is None


def test_where_nothing_can_be_installed_one_line_says_it_and_nothing_is_set_up(
    bare: Path, tmp_path: Path
) -> None:
    # Without the packages of the tests, as a machine's own Python is.
    program(bare, "python3", f'exec {sys.executable} -S "$@"')
    venv = tmp_path / "venv"
    done = subprocess.run(
        ["make", "--silent", "test", f"VENV={venv}"],
        cwd=ROOT,
        env={"PATH": str(bare)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    line, verdict = done.stderr.splitlines()
    assert "default-jre-headless w3m chromium-headless-shell libatomic1" in line
    assert "make test JAVA=/path/to/java W3M=/path/to/w3m CHROMIUM=/path/to/chromium" in line
    assert verdict.startswith("make: ***")
    assert verdict.endswith("Error 1")
    assert [path.name for path in tmp_path.iterdir()] == ["bin"]


@AS_ROOT
@pytest.mark.parametrize(("sudo", "may"), [(None, False), ("exit 1", False), ("exit 0", True)])
def test_who_is_not_root_installs_only_by_a_sudo_that_asks_nothing(sudo: str | None, *, may: bool) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o755)
        program(folder, "apt-get", "exit 0")
        if sudo:
            program(folder, "sudo", sudo)
        child = os.fork()
        if child == 0:
            become_nobody()
            os._exit(debian.may_install({"PATH": made}))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == may
