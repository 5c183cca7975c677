"""Ctrl-C in a command ends it with one word and the exit code that a shell expects, whatever it was at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.commands import run

pytestmark = pytest.mark.process

# The interrupt comes from within, at the very moment the clinic list is opened: no clock decides when.
_INTERRUPTED = """
import os, signal, sys

def interrupt(event, arguments):
    if event == "open" and str(arguments[0]).endswith("clinics.csv"):
        os.kill(os.getpid(), signal.SIGINT)

# A test that is run in the background of a shell is deaf to interrupts, and so is what it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)
from locator.cli.main import main
sys.addaudithook(interrupt)
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    "command",
    [
        ("nearest", "55407"),
        ("nearest", "55407", "--json"),
        ("pair", "55407"),
        ("check",),
        ("evaluate", "addresses.csv"),
        ("export", "site"),
        ("match", "table.csv", "-o", "out.csv"),
    ],
    ids=" ".join,
)
def test_a_command_that_is_interrupted_says_so_and_leaves_nothing(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "addresses.csv").write_text("address,city,state,zip,latitude,longitude\n")
    (tmp_path / "table.csv").write_text("zip\n55407\n")
    before = sorted(tmp_path.iterdir())
    named = {"site", "addresses.csv", "table.csv", "out.csv"}
    arguments = [str(tmp_path / one) if one in named else one for one in command]
    done = run(*arguments, code=_INTERRUPTED)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Stopped.\n")
    assert sorted(tmp_path.iterdir()) == before
