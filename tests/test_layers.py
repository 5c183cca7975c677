"""Imports flow one way, each outside library has one place, and packages are used by their faces."""

from __future__ import annotations

import ast
from collections import defaultdict

import pytest

from scripts.architecture import DOCUMENT, ROOT, Imports, drawing, with_drawing

# From the ground up: a module imports from its own package and from the floors below it, never from another
# package of its own floor or from one above. A name that ends in a dot is a package with all that is in it.
FLOORS: tuple[tuple[str, ...], ...] = (
    (
        "locator",
        "locator.errors",
        "locator.sites",
        "locator.language",
        "locator.clock",
        "locator.files",
        "locator.client_address",
        "locator.installation",
        "locator.progress",
    ),
    ("locator.clinics.",),
    ("locator.geocoding.", "locator.presentation."),
    ("locator.settings.", "locator.referral.", "locator.staff."),
    ("locator.publication.",),
    ("locator.web.", "locator.cli."),
    ("locator.ui.",),
    ("locator.__main__", "app", "pages."),
)

# The only modules that may import a library; a name ending in a dot is a package.
HOMES = {
    "folium": {"locator.presentation.map.folium_map"},
    "branca": {"locator.presentation.map.folium_map"},
    "xyzservices": {"locator.presentation.map.folium_map"},
    # The filter reads Streamlit's messages by Streamlit's own description of them, and nothing else of it.
    "streamlit": {"locator.ui.", "pages.", "app", "locator.web.middleware.websocket_filter"},
    "streamlit_folium": {"locator.ui."},
    "pyproj": {"locator.clinics.search", "locator.geocoding.accuracy"},
    "scipy": {"locator.clinics.kdtree"},
    "numpy": {"locator.clinics.kdtree", "locator.geocoding.accuracy"},
    "jinja2": {"locator.presentation.templating"},
    "markupsafe": {"locator.presentation.cards"},
    "markdown_it": {"locator.presentation.markdown"},
    "babel": {"locator.clinics.hours", "locator.language", "locator.presentation."},
    "opening_hours": {"locator.clinics.hours"},
    "holidays": {"locator.clinics.hours"},
    "rapidfuzz": {"locator.geocoding."},
    "fastapi": {"locator.web.api."},
    "pydantic": {
        "locator.web.api.",
        "locator.geocoding.pins.asking",
        "locator.referral.content",
        "locator.staff.",
        "locator.clinics.",
        "locator.settings.",
    },
    "pydantic_core": {"locator.clinics.cells", "locator.referral.content", "locator.settings.fields"},
    "pydantic_settings": {"locator.settings."},
    "starlette": {"locator.web.", "locator.staff.sign_in.routes", "locator.client_address"},
    "argon2": {"locator.staff.sign_in.passwords"},
    "python_calamine": {"locator.staff.imports.workbook_cells"},
    # A table that staff edit, and nothing else: it would be half a second of every start.
    "pandas": {"locator.ui.staff.forms"},
    "cachetools": {"locator.geocoding."},
    "geopy": {"locator.geocoding."},
    "requests": {"locator.geocoding."},
    "usaddress": {"locator.geocoding."},
    "segno": {"locator.referral.sheet."},
    "typst": {"locator.referral.sheet.pdf"},
    "httpx": set[str](),
    "urllib.request": set[str](),
    "sklearn": set[str](),
}


# Modules that no package offers, as most who use the package do without what they load.
ITS_OWN = {"locator.geocoding.accuracy", "locator.presentation.map.folium_map"}

IMPORTS = Imports()


def belongs(module: str, name: str) -> bool:
    return module == name or (name.endswith(".") and f"{module}.".startswith(name))


def place(module: str) -> tuple[int, str]:
    """The floor of a module, from the ground, and the package of that floor."""
    found = [(floor, name) for floor, names in enumerate(FLOORS) for name in names if belongs(module, name)]
    assert len(found) == 1, f"{module} needs one place in FLOORS"
    return found[0]


def is_of(name: str, library: str) -> bool:
    return name == library or name.startswith(f"{library}.")


@pytest.mark.parametrize("module", IMPORTS.modules)
def test_every_module_has_one_place(module: str) -> None:
    floor, _package = place(module)
    assert floor >= 0


def test_imports_flow_down_and_never_across_a_floor() -> None:
    ours = [one for one in IMPORTS.all if one.imported in IMPORTS.trees]
    assert len(ours) > 50
    wrong = []
    for one in ours:
        (floor, package), (floor_below, package_below) = place(one.module), place(one.imported)
        is_beside = floor == floor_below and package != package_below and package.endswith(".")
        if floor_below > floor or is_beside:
            wrong.append(one)
    assert wrong == []


def test_no_folder_imports_itself_by_a_detour() -> None:
    needs: dict[str, set[str]] = defaultdict(set)
    for one in IMPORTS.all:
        if one.imported in IMPORTS.trees and IMPORTS.folder(one.module) != IMPORTS.folder(one.imported):
            needs[IMPORTS.folder(one.module)].add(IMPORTS.folder(one.imported))
    # The top folder holds the nouns, below all, and the way into the command line, above all.
    needs.pop("locator", None)
    left = {name: set(below) for name, below in needs.items()}
    while left:
        done = {name for name, below in left.items() if not below & left.keys()}
        assert done, f"a circle among {sorted(left)}"
        left = {name: below for name, below in left.items() if name not in done}


def test_no_module_imports_itself_by_a_detour() -> None:
    runs = {
        module: {one.imported for one in IMPORTS.all if one.module == module and not one.typing_only}
        & IMPORTS.trees.keys()
        for module in IMPORTS.trees
    }
    while runs:
        done = {module for module, needs in runs.items() if not needs}
        assert done, f"a circle among {sorted(runs)}"
        runs = {module: needs - done for module, needs in runs.items() if module not in done}


def test_a_package_is_used_by_its_face() -> None:
    """What is imported later, in a function, is for the start's sake, and so are the modules of ITS_OWN."""
    wrong = [
        (one.module, one.imported)
        for one in IMPORTS.all
        if one.as_it_loads
        and not one.typing_only
        and IMPORTS.folder(one.module) != IMPORTS.folder(one.imported)
        and one.imported in IMPORTS.trees
        and one.imported not in IMPORTS.packages | ITS_OWN
        and IMPORTS.offered(IMPORTS.folder(one.imported))
        and not f"{IMPORTS.folder(one.module)}.".startswith(f"{IMPORTS.folder(one.imported)}.")
    ]
    assert wrong == []


@pytest.mark.parametrize("package", sorted(IMPORTS.packages))
def test_every_package_says_what_it_is_and_what_it_offers(package: str) -> None:
    tree = IMPORTS.trees[package]
    assert ast.get_docstring(tree)
    offered = {
        str(constant.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        for constant in ast.walk(node.value)
        if isinstance(constant, ast.Constant)
    }
    # What is taken module by module is named without being loaded.
    modules = {name for name in offered if f"{package}.{name}" in IMPORTS.trees}
    assert offered - modules == IMPORTS.offered(package) - modules
    inner = {name for name in IMPORTS.packages if name.startswith(f"{package}.")}
    assert offered or inner


@pytest.mark.parametrize("library", HOMES)
def test_each_library_has_its_place(library: str) -> None:
    users = {one.module for one in IMPORTS.all if is_of(one.imported, library)}
    homes = HOMES[library]
    assert {module for module in users if not any(belongs(module, home) for home in homes)} == set()
    assert bool(users) == bool(homes) or library == "branca"


def test_relative_imports_hide_nothing_from_this_check() -> None:
    nodes = [
        node for tree in IMPORTS.trees.values() for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
    ]
    assert [node.module for node in nodes if node.level] == []


def test_the_nouns_stand_on_the_standard_library_alone() -> None:
    own = {one.imported.partition(".")[0] for one in IMPORTS.all if one.module == "locator.sites"}
    assert own == {"__future__", "dataclasses", "datetime", "enum", "typing"}


def test_the_environment_is_read_in_the_settings_alone() -> None:
    readers = {
        module
        for module, tree in IMPORTS.trees.items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"})
        or (isinstance(node, ast.alias) and node.name in {"environ", "getenv"})
    }
    assert readers == {"locator.settings.loading"}


@pytest.mark.parametrize("word", ["utils", "helpers", "manager", "misc", "common"])
def test_no_module_has_a_name_that_says_nothing(word: str) -> None:
    assert [module for module in IMPORTS.trees if word in module.lower()] == []


def test_no_test_module_is_imported_and_support_stands_below_all_who_use_it() -> None:
    wrong = []
    for top in ("tests", "benchmarks", "reliability", "scripts"):
        for path in sorted((ROOT / top).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            names = {
                name
                for node in ast.walk(tree)
                if isinstance(node, ast.Import | ast.ImportFrom)
                for name in (
                    [alias.name for alias in node.names]
                    if isinstance(node, ast.Import)
                    else [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
                )
            }
            is_support = path.is_relative_to(ROOT / "tests" / "support")
            wrong += [
                (str(path.relative_to(ROOT)), name)
                for name in names
                if (name.startswith("tests.") and any(part.startswith("test_") for part in name.split(".")))
                or (is_support and name.split(".")[0] in {"benchmarks", "reliability"})
            ]
    assert wrong == []


def test_the_drawing_in_the_architecture_is_of_this_code() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert with_drawing(text, drawing(IMPORTS)) == text
