"""Finding a Java for the check of the HTML: one that runs, or one clear line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.java import NONE_TO_BE_HAD, find, find_or_install
from tests.support.programs import program
from tests.support.servers import ROOT

pytestmark = pytest.mark.process


def test_the_one_on_the_path_is_taken_if_it_runs(tmp_path: Path) -> None:
    java = program(tmp_path, "java", "echo 'openjdk version \"555\"' >&2")
    assert find({"PATH": str(tmp_path)}) == str(java)


@pytest.mark.parametrize("script", ["exit 1", "echo 'install me' >&2", None])
def test_a_stub_or_nothing_is_no_java(tmp_path: Path, script: str | None) -> None:
    if script:
        program(tmp_path, "java", script)
    assert find({"PATH": str(tmp_path)}) is None


def test_a_named_one_that_does_not_run_is_never_replaced_by_another(tmp_path: Path) -> None:
    program(tmp_path, "java", "echo 'openjdk version \"555\"' >&2")
    program(tmp_path, "apt-get", "exit 0")
    assert find_or_install({"PATH": str(tmp_path), "JAVA": str(tmp_path / "missing")}) is None


def test_where_none_can_be_had_there_is_one_line_and_a_failure(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.java"],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [NONE_TO_BE_HAD]
