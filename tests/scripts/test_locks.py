"""What gets installed: pinned to the byte, the same for everybody, and what these tests run on."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path
from subprocess import CalledProcessError

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.lock import LOCKS, Lock, renew
from tests.support.programs import program
from tests.support.servers import ROOT

SHA256 = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def entries(path: Path) -> list[tuple[Requirement, list[str]]]:
    """Each requirement of a lock file, those of the one it builds on included, with its hashes."""
    found = []
    text = path.read_text("utf-8").replace("\\\n", " ")
    for line in (line.strip() for line in text.splitlines() if not line.strip().startswith("#")):
        if line.startswith("-r "):
            found += entries(path.with_name(line.removeprefix("-r ")))
        elif line:
            requirement, *hashes = re.split(r"\s+(?=--hash=)", line)
            found.append((Requirement(requirement), hashes))
    return found


@pytest.fixture(params=LOCKS, ids=lambda lock: lock.path)
def lock(request: pytest.FixtureRequest) -> Lock:
    chosen = request.param
    assert isinstance(chosen, Lock)
    return chosen


def test_every_package_has_one_version_and_hashes(lock: Lock) -> None:
    for requirement, hashes in entries(ROOT / lock.path):
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), requirement
        assert hashes, requirement
        assert all(SHA256.fullmatch(one) for one in hashes), requirement


def test_what_is_asked_for_is_what_is_locked(lock: Lock) -> None:
    locked = {canonicalize_name(each.name): str(each.specifier) for each, _ in entries(ROOT / lock.path)}
    asked = (ROOT / lock.requirements).read_text("utf-8").splitlines()
    for requirement in (Requirement(line) for line in asked if line and not line.startswith(("#", "-r"))):
        assert locked[canonicalize_name(requirement.name)] == str(requirement.specifier), "run: make lock"


def test_no_lock_says_where_to_fetch_from(lock: Lock) -> None:
    text = (ROOT / lock.path).read_text("utf-8")
    assert not re.search(r"://|@ |--(extra-)?index|--find-links|--trusted", text)


def test_these_tests_run_on_what_is_locked() -> None:
    for requirement, _ in entries(ROOT / "requirements-dev.lock"):
        if requirement.marker is None or requirement.marker.evaluate():
            installed = metadata.version(requirement.name)
            assert requirement.specifier.contains(installed), (requirement, installed)


# Stands for uv: keeps what was pinned before, and writes a line of its own and what uv adds of others.
UV = """
while [ "$1" != --output-file ]; do shift; done
cat "$2" > before 2>/dev/null
cat > "$2" <<'END'
fake-package==1 \\
    --hash=sha256:555
# The following packages were excluded from the output:
# fake-base
END
"""


@pytest.mark.process
def test_a_lock_names_what_it_builds_on_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").write_text("fake-base==1 \\\n    --hash=sha256:555\n")
    (tmp_path / "requirements-dev.lock").write_text("-r requirements.lock\nfake-package==0\n")
    renew(
        Lock("requirements-dev.txt", base="requirements.lock"),
        tmp_path,
        uv=program(tmp_path, "uv", UV),
        upgrade=False,
    )
    assert (tmp_path / "before").read_text().strip() == "fake-package==0"
    lines = (tmp_path / "requirements-dev.lock").read_text().splitlines()
    assert lines[1:] == ["-r requirements.lock", "fake-package==1 \\", "    --hash=sha256:555"]


@pytest.mark.process
def test_newest_versions_are_taken_only_when_asked_for(tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").write_text("fake-package==0\n")
    renew(Lock("requirements.txt"), tmp_path, uv=program(tmp_path, "uv", UV), upgrade=True)
    assert (tmp_path / "before").read_text() == ""


@pytest.mark.process
def test_requirements_that_contradict_each_other_leave_the_lock_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").write_text("fake-package==1\n")
    uv = program(tmp_path, "uv", "echo no solution >&2; exit 1")
    with pytest.raises(CalledProcessError):
        renew(Lock("requirements.txt"), tmp_path, uv=uv, upgrade=False)
    assert (tmp_path / "requirements.lock").read_text() == "fake-package==1\n"
