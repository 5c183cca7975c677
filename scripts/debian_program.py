"""A program that the tests need and Debian has: found, or installed where this account may do so."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from scripts import debian


@dataclass(frozen=True, slots=True)
class DebianProgram:
    """Its name, the package it is in, and how it says its version.

    Asked with `option`, one that runs says `word` on `stream`. An environment variable with the name in
    capitals may name the one to take. `none_to_be_had` is said where there is none.
    """

    name: str
    package: str
    option: str
    word: bytes
    stream: Literal["stdout", "stderr"]
    none_to_be_had: str

    @property
    def variable(self) -> str:
        """The environment variable that may name the one to take."""
        return self.name.upper()

    def find(self, environ: Mapping[str, str]) -> str | None:
        """The path of one here that runs, or None; if the variable names one, only that is tried."""
        path = environ.get(self.variable) or shutil.which(self.name, path=environ.get("PATH"))
        return path if path and self.runs(path) else None

    def runs(self, path: str) -> bool:
        """Whether it is a program that says its version: a stub that offers to install one is not."""
        try:
            answer = subprocess.run(  # noqa: S603 - the path is the caller's own choice
                [path, self.option], capture_output=True, timeout=60, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        said: bytes = getattr(answer, self.stream)
        return answer.returncode == 0 and self.word in said

    def find_or_install(self, environ: Mapping[str, str]) -> str | None:
        """One that runs, installed if there is none and none is named; None if none can be had."""
        path = self.find(environ)
        if path or environ.get(self.variable):
            return path
        return self.find(environ) if debian.install(self.package, environ=environ) else None

    def print_path(self) -> None:
        """Print the path of one that runs; exit with one line where none can be had."""
        found = self.find_or_install(os.environ)
        if found is None:
            sys.exit(self.none_to_be_had)
        print(found)
