"""A matching run killed by the signal that nothing can catch, or out of room on the disk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.killing import kill_after_lines
from tests.support.match_runs import ROWS, Job

pytestmark = pytest.mark.process

# Prints a line with each block, and does not end by itself.
RUN = """
import signal, sys
from itertools import count
from pathlib import Path
from tests.support.match_runs import Job

def ticks():
    for second in count():
        print("block", flush=True)
        yield float(second)

Job(Path(sys.argv[1]), None).run(ticks())
signal.pause()
"""
# Waits for good once the first block is written.
RUN_AND_WAIT = """
import signal, sys
from pathlib import Path
from tests.support.match_runs import Job, clock

def wait():
    print("began", flush=True)
    signal.pause()

Job(Path(sys.argv[1]), None).run(clock(stops_at=1, meanwhile=wait))
"""
# No file may grow beyond as many bytes as are given.
RUN_SHORT_OF_ROOM = """
import resource, sys
from pathlib import Path
from tests.support.match_runs import Job

resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
Job(Path(sys.argv[1]), None).run()
"""


def table() -> bytes:
    rows = (f"{number},{55_000 + number % 400}\n" for number in range(ROWS))
    return b"id,zip\n" + "".join(rows).encode()


@pytest.mark.parametrize("blocks", [1, 5, 20])
def test_a_killed_run_leaves_nothing_that_looks_like_a_result_and_the_next_cleans_up(
    tmp_path: Path, project_root: Path, blocks: int
) -> None:
    whole, job = Job(tmp_path / "whole", table()), Job(tmp_path / "killed", table())
    whole.run()
    for _ in range(2):
        kill_after_lines(blocks, RUN, str(job.folder), root=project_root)
        # Whatever is there under its own name is whole.
        for path, expected in zip((job.matched, job.aside), whole.results(), strict=True):
            assert not path.exists() or path.read_bytes() == expected
        assert all(name.startswith(".") for name in job.left_over())
    job.run()
    assert job.results() == whole.results()


def test_what_a_killed_run_left_is_for_its_owner_alone(tmp_path: Path, project_root: Path) -> None:
    job = Job(tmp_path / "killed", table())
    kill_after_lines(1, RUN_AND_WAIT, str(job.folder), root=project_root)
    assert job.is_hidden()
    assert job.left_over() == [".out.csv.new", ".out.rejected.csv.new"]
    assert {(job.folder / name).stat().st_mode & 0o777 for name in job.left_over()} == {0o600}
    job.run()
    assert job.left_over() == []


def test_a_disk_that_is_full_is_told_and_nothing_is_left(tmp_path: Path, project_root: Path) -> None:
    whole, job = Job(tmp_path / "whole", table()), Job(tmp_path / "full", table())
    whole.run()
    room = len(whole.results()[0]) // 2
    command = [sys.executable, "-c", RUN_SHORT_OF_ROOM, str(job.folder), str(room)]
    stopped = subprocess.run(command, cwd=project_root, capture_output=True, text=True, check=False)
    assert stopped.returncode == 1
    assert (
        "UnwritableError: out.csv or what belongs to it cannot be written: File too large." in stopped.stderr
    )
    assert job.is_hidden()
    assert job.left_over() == []
    assert job.run().rows == ROWS
    assert job.results() == whole.results()
