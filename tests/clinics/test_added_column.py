"""A new column takes the four files that docs/contributing.md names, and then is everywhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from scripts import messages
from tests.support.project_copy import git, project_copy
from tests.support.servers import ROOT

pytestmark = pytest.mark.process

GUIDE = ROOT / "docs" / "contributing.md"
SCHEMA, SITES, CATALOGUE = (
    "locator/clinics/schema.py",
    "locator/sites.py",
    "locator/locales/es/LC_MESSAGES/messages.po",
)


def section() -> str:
    (text,) = re.findall(
        r"^## Add a column\n(.*?)(?=^## )", GUIDE.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    return str(text)


def blocks(kind: str) -> list[str]:
    """The fenced blocks of a kind, without what indents their fence."""
    found = re.findall(rf"^( *)```{kind}\n(.*?)^ *```", section(), re.DOTALL | re.MULTILINE)
    return [
        "".join(line.removeprefix(indent) for line in text.splitlines(keepends=True))
        for indent, text in found
    ]


def put_before(path: Path, pattern: str, text: str) -> None:
    source = path.read_text(encoding="utf-8")
    (found,) = re.finditer(pattern, source, re.MULTILINE)
    path.write_text(source[: found.start()] + text + source[found.start() :], encoding="utf-8")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("LOCATOR_", "PYTEST_"))
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def run_commands(folder: Path) -> str:
    """Do the page's commands, with the Python at hand in place of the one that `make` installs."""
    said = []
    for line in blocks("sh")[0].splitlines():
        python, *arguments = line.split()
        assert python == ".venv/bin/python"
        done = run(folder, *arguments)
        assert done.returncode == 0, done.stderr
        said.append(done.stdout)
    return "".join(said)


def translate(path: Path) -> None:
    """Put the page's translations into a catalogue, which waits for them."""
    catalogue = messages.read(path, "es")
    waiting = messages.awaiting(catalogue)
    for told in read_po(BytesIO(blocks("po")[0].encode()), locale="es"):
        if told.id:
            waiting.remove(str(told.id))
            catalogue[told.id].string = told.string
            catalogue[told.id].flags.discard("fuzzy")
    assert waiting == []
    messages.write(path, catalogue)


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which the column was added as the page says."""
    folder = project_copy(tmp_path_factory.mktemp("added") / "project")
    field, fact = blocks("python")
    put_before(folder / SCHEMA, r"^    source: Annotated\[", field)
    put_before(folder / SITES, r"^\n    @property\n    def claims\(", fact)
    run_commands(folder)
    translate(folder / CATALOGUE)
    return folder


@pytest.fixture(scope="module")
def with_tests(added: Path) -> Path:
    """The same with the tests, which run there against the copy."""
    shutil.copytree(ROOT / "tests", added / "tests", ignore=shutil.ignore_patterns("__pycache__", "e2e"))
    return added


def test_it_touches_the_four_files_that_the_page_names(added: Path) -> None:
    named = re.findall(r"^\d\. (?:Renew the table in )?`([^`]+)`", section(), re.MULTILINE)
    touched = [line[3:] for line in git(added, "status", "--porcelain").splitlines() if "tests/" not in line]
    assert sorted(touched) == sorted(named)
    assert len(touched) == 4


def test_nothing_is_left_to_translate_or_to_renew(added: Path) -> None:
    before = git(added, "diff")
    told = [line for line in run_commands(added).splitlines() if "await a translator" in line]
    assert told
    assert all(line.endswith(" 0 await a translator") for line in told)
    assert git(added, "diff") == before


def pytest_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *arguments)


def test_it_is_read_checked_shown_edited_and_published(with_tests: Path) -> None:
    done = pytest_in(with_tests, "tests/support/added_column.py")
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout


def test_a_column_with_neither_a_place_nor_a_reason_is_found(with_tests: Path) -> None:
    places = ("tests/publication/test_places.py", "-k", "parking")
    assert pytest_in(with_tests, *places).returncode == 0
    schema = with_tests / SCHEMA
    whole = schema.read_text(encoding="utf-8")
    line = textwrap.indent('line=N_("Parking: {value}"),\n', " " * 12)
    assert line in whole
    try:
        schema.write_text(whole.replace(line, ""), encoding="utf-8")
        done = pytest_in(with_tests, *places)
    finally:
        schema.write_text(whole, encoding="utf-8")
    told = re.findall(r"AssertionError: (\S+) says nothing of parking", done.stdout)
    assert sorted(set(told)) == ["clinics.fhir.json", "clinics.jsonld"]
