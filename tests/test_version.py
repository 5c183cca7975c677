"""The version stands in pyproject.toml alone, and the changelog is in step with it."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from datetime import date

import pytest

from tests.support.servers import ROOT

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
# https://keepachangelog.com/en/1.1.0/
KINDS_OF_CHANGE = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def releases() -> list[tuple[str, str, str]]:
    """The version, date and text of each section from the top; unreleased work has no date."""
    heading = r"^## \[(?P<version>[^\]]+)\](?: - (?P<date>\S+))?\n"
    _, *parts = re.split(heading, CHANGELOG.partition("\n[Unreleased]: ")[0], flags=re.MULTILINE)
    return [(parts[at], parts[at + 1] or "", parts[at + 2]) for at in range(0, len(parts), 3)]


@pytest.mark.process
def test_the_command_prints_the_version_of_pyproject_toml() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "locator", "--version"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"drg-locator {VERSION}\n"


@pytest.mark.process
def test_the_version_stands_in_pyproject_toml_alone() -> None:
    where = ["app.py", "Makefile", "README.md", "locator", "pages", "scripts/*.py", "docs", "pyproject.toml"]
    written = rf"(^|[^0-9.]){re.escape(VERSION)}([^0-9.]|$)"
    listed = subprocess.run(
        ["git", "grep", "-I", "-n", "-E", written, "--", *where],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    (line,) = listed.stdout.splitlines()
    assert re.fullmatch(rf'pyproject\.toml:\d+:version = "{re.escape(VERSION)}"', line)


def test_the_changelog_tells_of_the_current_version_and_of_what_came_after() -> None:
    unreleased, latest, *_ = [version for version, _, _ in releases()]
    assert unreleased == "Unreleased"
    assert latest == VERSION


def test_the_changelog_lists_dated_releases_newest_first() -> None:
    _, *released = releases()
    versions = [tuple(int(part) for part in version.split(".")) for version, _, _ in released]
    assert versions == sorted(set(versions), reverse=True)
    dates = [date.fromisoformat(day) for _, day, _ in released]
    assert dates == sorted(dates, reverse=True)


def test_every_change_in_the_changelog_is_of_one_of_the_six_kinds() -> None:
    for version, _, text in releases():
        before, *sections = re.split(r"^### ", text, flags=re.MULTILINE)
        assert not before.strip(), f"{version} has changes of no kind"
        assert sections, f"{version} has no changes"
        kinds = [section.partition("\n")[0] for section in sections]
        assert set(kinds) <= KINDS_OF_CHANGE, version
        assert len(kinds) == len(set(kinds)), version
        for section in sections:
            assert re.search(r"^- \S", section, flags=re.MULTILINE), f"{version}: nothing under {section}"
