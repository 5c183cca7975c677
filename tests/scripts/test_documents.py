"""What the documents name is there: files, names in the code, commands."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.servers import ROOT

GUIDE = ROOT / "docs" / "contributing.md"
DOCUMENTS = [GUIDE, ROOT / "docs" / "architecture.md", *sorted((ROOT / "docs" / "decisions").glob("*.md"))]
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|md|toml|txt|lock))`")
# Made by an operator or by pip, so not in the repository.
MADE_ELSEWHERE = {"locator.toml", "locator/data"}


def paragraphs(document: Path) -> list[str]:
    """The paragraphs and list items of a document, each on one line, without its blocks of code."""
    text = re.sub(r"^```.*?^```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return [" ".join(block.split()) for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )", text)]


def steps() -> list[str]:
    """What is said of each file in the guide: the text from its path to the next one."""
    return [part for text in paragraphs(GUIDE) for part in re.split(r"(?=`(?:locator|pages|tests)/)", text)]


@pytest.mark.process
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_it_names_is_there(document: Path) -> None:
    named = {path for text in paragraphs(document) for path in PATH.findall(text)} - MADE_ELSEWHERE
    there = "".join(f"/{path}\n" for path in tracked_files())
    # A document may leave out the first folders: `ui/site_map.py`, or a module beside the one named before.
    missing = [path for path in named if not re.search(rf"/{re.escape(path.rstrip('/'))}[/\n]", there)]
    assert not missing


def tracked_files() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return listed.stdout.splitlines()


def test_every_link_of_the_guide_leads_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", GUIDE.read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (GUIDE.parent / link).exists()] == []


def test_every_name_the_guide_gives_after_a_file_is_in_that_file() -> None:
    checked = []
    for text in steps():
        path, names = re.match(r"`([\w/]+\.py)`", text), re.findall(r"`(_?[A-Za-z_]+)`", text)
        if path is None or not path[1].startswith("locator/"):
            continue
        source = (ROOT / path[1]).read_text(encoding="utf-8")
        for name in names:
            assert re.search(rf"^(?:def|class) {name}\b|^{name}\b.*=", source, re.MULTILINE), (path[1], name)
            checked.append(name)
    assert {"Filters", "TRAITS", "PAGES", "OPEN_ROUTES"} <= set(checked)


def test_every_make_command_the_guide_names_is_one() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", GUIDE.read_text(encoding="utf-8"), re.MULTILINE))
    assert named
    assert [name for name in sorted(named) if not re.search(rf"^{name}:", makefile, re.MULTILINE)] == []
