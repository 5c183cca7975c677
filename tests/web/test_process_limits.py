"""How many pages the system's limits suffice for, and what is said where they do not."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from locator.web.process_limits import (
    MOST_FILES,
    files_for,
    most_threads,
    shortcomings,
    threads_for,
    visits_that_fit,
)
from tests.support.servers import ROOT


@pytest.fixture
def _as_superuser(monkeypatch: pytest.MonkeyPatch) -> None:
    # Another user's own limit depends on the machine.
    monkeypatch.setattr("os.geteuid", lambda: 0)


def test_where_all_suffices_nothing_is_said() -> None:
    assert shortcomings(400, files=files_for(400), threads=threads_for(400)) == []
    assert shortcomings(400, files=files_for(400), threads=None) == []


def test_what_does_not_suffice_is_said_with_what_to_raise_and_what_is_left() -> None:
    (line,) = shortcomings(400, files=1024, threads=None)
    assert line.startswith(
        f"most_visits = 400 needs {files_for(400)} open files (LimitNOFILE, ulimit -n) and has 1024"
    )
    fitting = visits_that_fit(400, files=1024, threads=None)
    assert f"only {fitting} pages" in line
    assert files_for(fitting) <= 1024 < files_for(fitting + 1)
    both = shortcomings(400, files=1024, threads=200)
    assert ["threads" in one for one in both] == [False, True]
    assert "(TasksMax, ulimit -u) and has 200" in both[1]


def test_the_unit_files_limits_suffice_for_the_default() -> None:
    unit = dict(
        line.split("=", 1)
        for line in (ROOT / "docs/deploy.md").read_text().splitlines()
        if line.count("=") == 1
    )
    assert shortcomings(400, files=int(unit["LimitNOFILE"]), threads=int(unit["TasksMax"])) == []
    assert unit["LimitCORE"] == unit["MemorySwapMax"] == "0"


def test_however_little_there_is_one_page_may_be_open() -> None:
    assert visits_that_fit(400, files=16, threads=8) == 1
    assert visits_that_fit(1, files=16, threads=8) == 1


@pytest.mark.parametrize(
    ("cgroup", "where", "told", "most"),
    [
        ("0::/a/b\n", "a", "700\n", 700),
        ("0::/a/b\n", "a/b", "max\n", None),
        ("9:pids:/a\n1:cpu:/b\n", "pids/a", "55", 55),
        ("nonsense", "a", "5", None),
        ("0::/\n", "", "33", 33),
    ],
)
@pytest.mark.usefixtures("_as_superuser")
def test_the_threads_a_control_group_allows_are_found(
    tmp_path: Path, cgroup: str, where: str, told: str, most: int | None
) -> None:
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text(cgroup)
    folder = tmp_path / "sys/fs/cgroup" / where
    folder.mkdir(parents=True)
    (folder / "pids.max").write_text(told)
    assert most_threads(tmp_path) == most


@pytest.mark.usefixtures("_as_superuser")
def test_where_nothing_is_known_of_threads_nothing_is_assumed(tmp_path: Path) -> None:
    assert most_threads(tmp_path) is None


@pytest.mark.process
def test_the_soft_limit_of_open_files_is_raised_to_what_is_allowed() -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = 2000 if hard == resource.RLIM_INFINITY else min(hard, 2000)
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (200, %d));"
        "from locator.web.process_limits import raise_open_files;"
        "print(raise_open_files(), resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code % wanted], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(min(wanted, MOST_FILES))] * 2
