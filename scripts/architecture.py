"""Draw the packages and who imports whom into docs/architecture.md: `python -m scripts.architecture`.

Also where tests learn what imports what.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from scripts.marked_part import with_marked_part

ROOT: Final = Path(__file__).resolve().parent.parent
DOCUMENT: Final = ROOT / "docs" / "architecture.md"
_BEGIN, _END = "<!-- drawn by scripts/architecture.py -->", "<!-- end of the drawing -->"
_NOUNS: Final = "nouns and words"
_ENTRANCES: Final = "app.py, pages/"


@dataclass(frozen=True, slots=True)
class Import:
    """One module that another imports: whether only a type checker does, and whether as it loads."""

    module: str
    imported: str
    typing_only: bool
    as_it_loads: bool


class Imports:
    """Every module of the product; its syntax tree and every import among them, once they are asked for."""

    def __init__(self, root: Path = ROOT) -> None:
        paths = [root / "app.py", *(root / "locator").rglob("*.py"), *(root / "pages").rglob("*.py")]
        self.modules = {_module_name(path.relative_to(root)): path for path in sorted(paths)}
        self.packages = {name for name, path in self.modules.items() if path.name == "__init__.py"} - {
            "locator"
        }

    @cached_property
    def trees(self) -> Mapping[str, ast.Module]:
        """The syntax tree of each module."""
        return {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in self.modules.items()}

    @cached_property
    def all(self) -> Sequence[Import]:
        """Every import of every module."""
        return [one for module in self.trees for one in self._imports_of(module)]

    def offered(self, package: str) -> set[str]:
        """The names that a package's `__init__` brings in."""
        if package not in self.packages:
            return set()
        return {
            alias.asname or alias.name
            for node in self.trees[package].body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }

    def folder(self, module: str) -> str:
        """The package that a module is in; a package is its own."""
        return module if module in self.packages else module.rpartition(".")[0]

    def _imports_of(self, module: str) -> list[Import]:
        tree = self.trees[module]
        typing_only = _typing_only(tree)
        first = set(tree.body)
        return [
            Import(module, name, node in typing_only, node in first)
            for node in ast.walk(tree)
            for name in self._named_by(node, module)
        ]

    def _named_by(self, node: ast.AST, module: str) -> list[str]:
        """The modules an import statement names; of a package, the submodules that are taken from it."""
        if isinstance(node, ast.Import):
            return [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            # Inside a package, also in its `__init__`, a module is taken for itself.
            offered = set() if node.module == self.folder(module) else self.offered(node.module)
            return [
                f"{node.module}.{alias.name}"
                if f"{node.module}.{alias.name}" in self.trees and alias.name not in offered
                else node.module
                for alias in node.names
            ]
        return []


def _module_name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _typing_only(tree: ast.Module) -> set[ast.AST]:
    """All inside `if TYPE_CHECKING:`, which never runs."""
    guards = [
        one
        for one in ast.walk(tree)
        if isinstance(one, ast.If) and isinstance(one.test, ast.Name) and one.test.id == "TYPE_CHECKING"
    ]
    return {node for guard in guards for statement in guard.body for node in ast.walk(statement)}


def room(module: str) -> str:
    """The box of the drawing that a module is in: its top package, the flat modules, or the entrances."""
    parts = module.split(".")
    if parts[0] != "locator" or parts[1:] == ["__main__"]:
        return _ENTRANCES
    return parts[1] if len(parts) > 2 or f"locator.{parts[-1]}" in _PACKAGES else _NOUNS


_PACKAGES: Final = {f"locator.{path.parent.name}" for path in (ROOT / "locator").glob("*/__init__.py")}


def drawing(imports: Imports) -> str:
    """The rooms from the top floor down, an arrow for each pair that imports, as Mermaid text.

    An arrow that follows from two others is left out, and the nouns, which all use, stand without arrows.
    """
    below: dict[str, set[str]] = defaultdict(set)
    for one in imports.all:
        if one.imported in imports.trees:
            here, there = room(one.module), room(one.imported)
            if there not in {here, _NOUNS}:
                below[here].add(there)
    lines = ["```mermaid", "flowchart TD"]
    names = {
        name: f"r{number}"
        for number, name in enumerate(sorted({*below, *(x for v in below.values() for x in v)}))
    }
    lines += [f'    {key}["{name}"]' for name, key in names.items()]
    lines += [
        f"    {names[here]} --> {names[there]}"
        for here in sorted(below)
        for there in sorted(below[here])
        if not any(there in _all_below(other, below) for other in below[here] - {there})
    ]
    return "\n".join([*lines, "```"])


def _all_below(name: str, below: dict[str, set[str]]) -> set[str]:
    direct = below.get(name, set())
    return direct.union(*(_all_below(one, below) for one in direct))


def with_drawing(text: str, drawn: str) -> str:
    """The document with its drawing renewed. Raises ValueError where its place is not marked once."""
    return with_marked_part(text, _BEGIN, _END, drawn)


if __name__ == "__main__":
    DOCUMENT.write_text(
        with_drawing(DOCUMENT.read_text(encoding="utf-8"), drawing(Imports())), encoding="utf-8"
    )
    sys.stdout.write(f"{DOCUMENT.relative_to(ROOT)} is renewed.\n")
