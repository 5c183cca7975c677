"""What continuous integration runs: on a Python as it comes, whatever the machine's own habits are."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.programs import program
from tests.support.servers import ROOT

pytestmark = pytest.mark.process


def test_no_habit_of_the_machine_reaches_python_and_its_way_to_the_packages_stays(tmp_path: Path) -> None:
    program(tmp_path, "make", f'echo "make $*" >> {tmp_path}/made; env > {tmp_path}/environment')
    habits = {
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONOPTIMIZE": "2",
        "PYTHONWARNINGS": "ignore",
        "PYTHONHASHSEED": "5",
        "PYTHONUNBUFFERED": "1",
        "PYTEST_ADDOPTS": "--maxfail=1",
    }
    ways = {"PIP_CERT": "/fake/cert.pem", "PIP_FIND_LINKS": "/fake/wheels", "SSL_CERT_FILE": "/fake/cert.pem"}
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [str(ROOT / ".ci" / "run")],
        env={**os.environ, **habits, **ways, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "made").read_text().splitlines() == ["make test", "make test-nominatim"]
    kept = dict(line.partition("=")[::2] for line in (tmp_path / "environment").read_text().splitlines())
    assert habits.keys().isdisjoint(kept)
    assert ways.items() <= kept.items()
