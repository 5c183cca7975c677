"""docs/contributing.md and docs/architecture.md lead to files, names and commands that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.servers import ROOT

GUIDE = ROOT / "docs" / "contributing.md"
DOCUMENTS = [GUIDE, ROOT / "docs" / "architecture.md"]
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:py|md|toml|txt|lock))`")
# Made by whoever needs them, so not in the repository.
LEFT_TO_OPERATORS = {"locator.toml"}


def paragraphs(document: Path) -> list[str]:
    """The paragraphs and list items of a document, each on one line, without its blocks of code."""
    text = re.sub(r"^```.*?^```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return [" ".join(block.split()) for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )", text)]


def steps() -> list[str]:
    """What is said of each file in the guide: the text from its path to the next one."""
    return [part for text in paragraphs(GUIDE) for part in re.split(r"(?=`(?:locator|pages|tests)/)", text)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_it_names_is_there(document: Path) -> None:
    named = {path for text in paragraphs(document) for path in PATH.findall(text)} - LEFT_TO_OPERATORS
    assert named
    # The architecture names modules within a package, and their siblings by their last part.
    missing = [path for path in named if not _is_there(path)]
    assert not missing


def _is_there(path: str) -> bool:
    if (ROOT / path).exists() or (ROOT / "locator" / path).exists():
        return True
    return "/" not in path and any((ROOT / "locator").rglob(path))


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
