"""A matching run killed by the signal that nothing can catch, or out of room, and gone on with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_match_run import ONE_RUN, ROWS, Job
from tests.test_pins_crash import kill_after_first_line

# Says "began" when the first block is written, and then goes on as fast as it can.
RUN = """
import sys
from pathlib import Path
from tests.test_match_run import Job, clock

job = Job(Path(sys.argv[1]), None)
job.run(clock(stops_at=1, meanwhile=lambda: print("began", flush=True)), goes_on=job.is_unfinished())
"""
# No file may grow beyond as many bytes as are given.
RUN_SHORT_OF_ROOM = """
import resource, sys
from pathlib import Path
from tests.test_match_run import Job

resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
Job(Path(sys.argv[1]), None).run()
"""


def table() -> bytes:
    rows = (f"{number},{55_000 + number % 400}\n" for number in range(ROWS))
    return b"id,zip\n" + "".join(rows).encode()


@pytest.mark.parametrize("delay_s", [0.0, 0.02, 0.1])
def test_a_run_killed_again_and_again_ends_as_one_that_was_not(
    tmp_path: Path, project_root: Path, delay_s: float
) -> None:
    whole, job = Job(tmp_path / "whole", table()), Job(tmp_path / "killed", table())
    whole.run()
    for _ in range(2):
        kill_after_first_line(RUN, job.folder, project_root, delay_s)
        # Whatever is there under its own name is whole.
        for made, expected in zip((job.matched, job.aside), whole.results(), strict=True):
            assert not made.exists() or made.read_bytes() == expected
    job.run(goes_on=job.is_unfinished())
    assert job.results() == whole.results()


def test_a_disk_that_is_full_is_told_and_the_run_goes_on_when_there_is_room(
    tmp_path: Path, project_root: Path
) -> None:
    whole, job = Job(tmp_path / "whole", table()), Job(tmp_path / "full", table())
    whole.run()
    room = len(whole.results()[0]) // 2
    command = [sys.executable, "-c", RUN_SHORT_OF_ROOM, str(job.folder), str(room)]
    stopped = subprocess.run(command, cwd=project_root, capture_output=True, text=True, check=False)
    assert stopped.returncode == 1
    assert "OutputError: out.csv or what belongs to it cannot be written: File too large." in stopped.stderr
    assert job.is_hidden()
    assert job.is_unfinished()
    assert job.run(goes_on=True, identity=ONE_RUN).rows == ROWS
    assert job.results() == whole.results()
