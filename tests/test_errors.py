"""docs/errors.md shows every error there is, below the one it is a kind of, with what to do."""

from __future__ import annotations

import ast
import builtins
import re
from functools import cache

from scripts.architecture import ROOT, Imports

PAGE = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
ROW = re.compile(
    r"^\| (?P<depth>(?:— )*)`(?P<name>\w+)`(?: \(an `(?P<builtin>\w+)`\))?"
    r" \| `(?P<module>[\w.]+)` \| (?P<means>[^|]+) \| (?P<do>[^|]+) \|$"
)
ROOT_ERROR = "LocatorError"

# What each class is a kind of, by module and name. Read as text: some modules may be loaded by a page only.
Defined = dict[tuple[str, str], str]


@cache
def defined() -> Defined:
    classes: Defined = {
        (module.removeprefix("locator."), node.name): ast.unparse(node.bases[0])
        for module, tree in Imports().trees.items()
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.bases and not node.name.startswith("_")
    }
    bases = {name: base for (_module, name), base in classes.items()}

    def is_error(name: str) -> bool:
        builtin = getattr(builtins, name, None)
        if isinstance(builtin, type):
            return issubclass(builtin, Exception)
        return name in bases and is_error(bases[name])

    return {key: base for key, base in classes.items() if is_error(base)}


def rows() -> list[re.Match[str]]:
    return [row for row in map(ROW.match, PAGE.splitlines()) if row]


def test_the_page_shows_each_error_once_and_none_that_is_gone() -> None:
    listed = sorted((row["module"], row["name"]) for row in rows())
    assert len(listed) > 30
    assert listed == sorted(defined())


def test_each_stands_below_what_it_is_a_kind_of() -> None:
    above: list[str] = []
    for row in rows():
        depth = row["depth"].count("—")
        del above[depth:]
        base = defined()[row["module"], row["name"]]
        if depth:
            assert base == above[-1], row["name"]
        elif row["name"] != ROOT_ERROR:
            assert base == (row["builtin"] or "Exception"), row["name"]
        above.append(row["name"])


def test_every_line_of_its_tables_says_what_to_do() -> None:
    lines = [line for line in PAGE.splitlines() if line.startswith("|") and "---" not in line]
    assert len(lines) == len(rows()) + PAGE.count("| error |")
