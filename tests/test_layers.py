"""Imports flow one way, and each outside library has one place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# From the ground up: a module imports from its own layer and those below, never from one above. A name that
# ends in a dot is a package with all that is in it.
LAYERS = (
    {"locator", "locator.errors", "locator.installation", "locator.language"},
    {
        "locator.clock",
        "locator.clinics.gc_pause",
        "locator.settings.data_files",
        "locator.ui.runtime.session_cleanup",
        "locator.files",
        "locator.clinics.csv_injection",
        "locator.atomic_write",
        "locator.sites",
        "locator.ui.runtime.run_queue",
    },
    {
        "locator.clinics.freshness",
        "locator.clinics.hours",
        "locator.presentation.map.layer_script",
        "locator.clinics.kdtree",
        "locator.clinics.filters",
        "locator.clinics.search",
    },
    {
        "locator.geocoding.device_location",
        "locator.presentation.overview",
        "locator.presentation.markers",
        "locator.presentation.translation_review",
        "locator.presentation.wording",
    },
    {
        "locator.presentation.accessibility_statement",
        "locator.presentation.templating",
        "locator.presentation.cards",
        "locator.presentation.paging",
        "locator.presentation.grouping",
        "locator.presentation.listing",
        "locator.presentation.map.clusters",
        "locator.presentation.map.points_file",
    },
    {"locator.publication.", "locator.referral."},
    {
        "locator.web.middleware.allowance",
        "locator.client_address",
        "locator.settings.staff",
        "locator.clinics.reading",
        "locator.clinics.cells",
        "locator.clinics.bulk_rows",
        "locator.clinics.schema",
        "locator.clinics.csv_table",
        "locator.settings.geocoders",
        "locator.geocoding.",
        "locator.presentation.map.features",
        "locator.presentation.map.folium_map",
        "locator.settings.fields",
        "locator.settings.words",
        "locator.settings.loading",
    },
    {
        "locator.web.snapshots",
        "locator.cli.arguments",
        "locator.cli.exit_codes",
        "locator.matching.",
        "locator.pins.",
        "locator.cli.progress",
        "locator.staff.",
        "locator.static_site.",
    },
    {
        "locator.web.middleware.error_pages",
        "locator.web.middleware.request_filters",
        "locator.web.middleware.streamlit_assets",
        "locator.web.middleware.security_headers",
        "locator.web.map_points",
        "locator.web.routes",
        "locator.web.readiness",
        "locator.web.middleware.start_page",
        "locator.web.middleware.visit_limit",
        "locator.web.middleware.websocket_filter",
        "locator.web.connections",
        "locator.web.process_limits",
        "locator.geocoding.accuracy",
        "locator.cli.history",
        "locator.api.",
        "locator.cli.match",
        "locator.cli.nearest",
        "locator.presentation.nearest_json",
        "locator.cli.pair",
        "locator.cli.places",
        "locator.cli.accuracy_report",
        "locator.cli.evaluate",
        "locator.cli.export",
        "locator.cli.move_data",
        "locator.cli.main",
        "locator.cli.completion",
        "locator.ui.",
    },
    {"locator.__main__", "pages.", "app"},
)

# The only modules that may import a library; a name ending in a dot is a package.
HOMES = {
    "folium": {"locator.presentation.map.folium_map"},
    "branca": {"locator.presentation.map.folium_map"},
    "streamlit": {"locator.ui.", "locator.web.middleware.websocket_filter", "pages.", "app"},
    "streamlit_folium": {"locator.ui."},
    "pyproj": {"locator.clinics.search", "locator.geocoding.accuracy"},
    "scipy": {"locator.clinics.kdtree"},
    "numpy": {"locator.clinics.kdtree", "locator.geocoding.accuracy"},
    "jinja2": {"locator.presentation.templating"},
    "markupsafe": {"locator.presentation.cards"},
    "markdown_it": {"locator.publication.static_site.prose"},
    "babel": {
        "locator.clinics.hours",
        "locator.language",
        "locator.presentation.translation_review",
        "locator.presentation.wording",
    },
    "opening_hours": {"locator.clinics.hours"},
    "holidays": {"locator.clinics.hours"},
    "rapidfuzz": {"locator.geocoding."},
    "fastapi": {"locator.api."},
    "pydantic": {
        "locator.api.",
        "locator.geocoding.pins.journal",
        "locator.referral.content",
        "locator.staff.sign_in.accounts",
        "locator.staff.feedback.reports",
        "locator.staff.imports.spreadsheet",
        "locator.staff.publishing.versions",
        "locator.staff.feedback.views",
        "locator.staff.publishing.waiting",
        "locator.settings.staff",
        "locator.clinics.cells",
        "locator.clinics.bulk_rows",
        "locator.clinics.schema",
        "locator.settings.geocoders",
        "locator.settings.fields",
        "locator.settings.words",
        "locator.settings.loading",
    },
    "pydantic_core": {"locator.clinics.cells", "locator.referral.content", "locator.settings.words"},
    "pydantic_settings": {"locator.settings.fields", "locator.settings.loading"},
    "starlette": {
        "locator.api.",
        "locator.web.middleware.error_pages",
        "locator.client_address",
        "locator.web.middleware.request_filters",
        "locator.web.middleware.streamlit_assets",
        "locator.web.middleware.security_headers",
        "locator.web.map_points",
        "locator.staff.sign_in.routes",
        "locator.web.middleware.start_page",
        "locator.web.middleware.visit_limit",
        "locator.web.middleware.websocket_filter",
        "locator.web.routes",
    },
    "argon2": {"locator.staff.sign_in.passwords"},
    "python_calamine": {"locator.staff.imports.workbook_cells"},
    # A table that staff edit, and nothing else: it would be half a second of every start.
    "pandas": {"locator.ui.staff.forms"},
    "xyzservices": {"locator.presentation.map.folium_map"},
    "cachetools": {"locator.geocoding."},
    "geopy": {"locator.geocoding."},
    "requests": {"locator.geocoding."},
    "segno": {"locator.referral.sheet.sheet_html"},
    "typst": {"locator.referral.sheet.pdf"},
    "shtab": {"locator.cli.completion"},
    "usaddress": {"locator.geocoding."},
    "httpx": set(),
    "urllib.request": set(),
    "sklearn": set(),
}


@dataclass(frozen=True, slots=True)
class Import:
    """One name that one module imports, and whether only a type checker ever does."""

    module: str
    imported: str
    typing_only: bool


def source_files() -> Iterator[Path]:
    yield ROOT / "app.py"
    yield from (ROOT / "locator").rglob("*.py")
    yield from (ROOT / "pages").rglob("*.py")


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in source_files()}


def imported_names(node: ast.AST) -> list[str]:
    """The modules an import statement names; of a package, the submodules that are taken from it."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module is not None:
        inner = [f"{node.module}.{alias.name}" for alias in node.names]
        return [name if name in MODULES else node.module for name in inner]
    return []


def typing_only_nodes(tree: ast.Module) -> set[ast.AST]:
    """All inside `if TYPE_CHECKING:`, which never runs."""
    guards = [
        one
        for one in ast.walk(tree)
        if isinstance(one, ast.If) and isinstance(one.test, ast.Name) and one.test.id == "TYPE_CHECKING"
    ]
    return {node for guard in guards for statement in guard.body for node in ast.walk(statement)}


def all_imports() -> list[Import]:
    found = []
    for module, tree in MODULES.items():
        typing_only = typing_only_nodes(tree)
        found += [
            Import(module, name, node in typing_only)
            for node in ast.walk(tree)
            for name in imported_names(node)
        ]
    return found


IMPORTS = all_imports()


def belongs(module: str, names: set[str]) -> bool:
    return any(module == name or (name.endswith(".") and f"{module}.".startswith(name)) for name in names)


def layer(module: str) -> int:
    found = [number for number, names in enumerate(LAYERS) if belongs(module, names)]
    assert len(found) == 1, f"{module} needs one place in LAYERS"
    return found[0]


def is_of(name: str, library: str) -> bool:
    return name == library or name.startswith(f"{library}.")


@pytest.mark.parametrize("module", sorted(MODULES))
def test_every_module_has_just_one_layer(module: str) -> None:
    assert layer(module) >= 0


def test_imports_flow_one_way() -> None:
    ours = [one for one in IMPORTS if one.imported in MODULES]
    assert len(ours) > 50
    assert [one for one in ours if layer(one.imported) > layer(one.module)] == []


def test_no_module_imports_itself_by_a_detour() -> None:
    runs = {
        module: {one.imported for one in IMPORTS if one.module == module and not one.typing_only}
        & MODULES.keys()
        for module in MODULES
    }
    while runs:
        done = {module for module, needs in runs.items() if not needs}
        assert done, f"a circle among {sorted(runs)}"
        runs = {module: needs - done for module, needs in runs.items() if module not in done}


@pytest.mark.parametrize("library", HOMES)
def test_each_library_has_its_place(library: str) -> None:
    users = {one.module for one in IMPORTS if is_of(one.imported, library)}
    assert {module for module in users if not belongs(module, HOMES[library])} == set()
    assert bool(users) == bool(HOMES[library]) or library == "branca"


def test_relative_imports_hide_nothing_from_this_check() -> None:
    nodes = [node for tree in MODULES.values() for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert [node.module for node in nodes if node.level] == []


def test_the_nouns_stand_on_the_standard_library_alone() -> None:
    own = {one.imported.partition(".")[0] for one in IMPORTS if one.module == "locator.sites"}
    assert own == {"__future__", "dataclasses", "datetime", "enum", "typing"}


def test_the_environment_is_read_in_the_settings_alone() -> None:
    readers = {
        module
        for module, tree in MODULES.items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"})
        or (isinstance(node, ast.alias) and node.name in {"environ", "getenv"})
    }
    assert readers == {"locator.settings.loading"}


@pytest.mark.parametrize("word", ["utils", "helpers", "manager", "misc", "common"])
def test_no_module_has_a_name_that_says_nothing(word: str) -> None:
    assert [module for module in MODULES if word in module.lower()] == []
