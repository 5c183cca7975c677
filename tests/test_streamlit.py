"""What is used of Streamlit, streamlit-folium and folium beyond what they promise: where, and on one page.

docs/streamlit.md is held against the code in both directions: nothing is used that it does not name, and it
names nothing that is not used.
"""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest

from tests.support.servers import ROOT
from tests.support.streamlit_files import streamlit_index

PAGE: Final = (ROOT / "docs" / "streamlit.md").read_text(encoding="utf-8")
STATIC: Final = ROOT / "locator" / "presentation" / "static"
PRODUCT: Final = ("locator/", "pages/", "app.py", "scripts/")

LIBRARIES: Final = {"streamlit", "streamlit_folium", "folium", "branca"}
VISITS: Final = {f"tests.support.{name}" for name in ("page_visits", "referral_visits", "staff_visit")}
"""What hands out Streamlit's AppTest."""

PROMISED: Final = {
    "streamlit",
    "streamlit.testing.v1",
    "streamlit.components.v1",
    "streamlit.components.v2",
    "streamlit.starlette",
}
"""Streamlit's modules that its documentation has; every other one may change with any release."""

MAY_IMPORT: Final = (
    "locator/ui/runtime/",
    "locator/presentation/map/folium_map.py",
    "locator/web/middleware/websocket_filter.py",
)
"""Where the product may import what is not promised, and use names that begin with an underscore."""

MARKS: Final = re.compile(
    r'_stcore|oauth2callback|find_spec\("streamlit"\)|"/component|subprotocols|"streamlit\.'
)
"""What says in the text of a module that it depends on Streamlit's addresses, files or protocol."""

MAY_KNOW_ROUTES: Final = (
    "locator/web/middleware/",
    "locator/web/log_limit.py",
    "locator/staff/sign_in/routes.py",
)

NAME: Final = re.compile(
    r"""data-testid[\^*$]?=["']?(\w+)|\.(st[A-Z]\w+|streamlit-[a-z]+)|(data-test-[a-z-]+)""",
)
"""A name in Streamlit's mark-up, as a style sheet or a script asks for it."""

HANGS_ON_STREAMLIT: Final = re.compile(r"data-testid|\.st[A-Z-]|\.streamlit-")


def sources() -> Iterator[tuple[str, str]]:
    """Every Python file of the project: its path from the top, and its text."""
    for top in ("locator", "pages", "app.py", "scripts", "tests", "benchmarks", "reliability"):
        for path in [ROOT / top] if top.endswith(".py") else sorted((ROOT / top).rglob("*.py")):
            if path != Path(__file__):
                yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def private_names(source: str) -> set[str]:
    """The private modules of LIBRARIES that a file imports, and the private attributes that it then reads."""
    # Most files name none of what follows, and to take one apart is slow.
    if not any(name.rpartition(".")[2] in source for name in LIBRARIES | VISITS):
        return set()
    tree = ast.parse(source)
    imported: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported |= {part_of(node.module, alias.name) for alias in node.names}
    of_libraries = {name for name in imported if name.partition(".")[0] in LIBRARIES}
    if not of_libraries and not imported & VISITS:
        return set()
    modules = {
        "streamlit.proto" if name.startswith("streamlit.proto.") else name
        for name in of_libraries
        if name.startswith("streamlit.") and name not in PROMISED
    }
    return modules | set(private_attributes(tree))


@cache
def part_of(module: str, name: str) -> str:
    """The module that `from module import name` loads, or the private name that it takes."""
    if module.partition(".")[0] not in LIBRARIES:
        return module
    if name.startswith("_"):
        return f"{module}.{name}"
    return f"{module}.{name}" if is_module(f"{module}.{name}") else module


def is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        # What it would be a part of is no package.
        return False


def private_attributes(tree: ast.AST) -> Iterator[str]:
    """Attributes with an underscore of anything but `self`, as written or as a name given to a patch."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and re.match(r"_[a-z]", node.attr):
            if not (isinstance(node.value, ast.Name) and node.value.id in {"self", "cls", "os"}):
                yield node.attr
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in {
            "object",
            "setattr",
            "getattr",
        }:
            for given in node.args[1:2]:
                if isinstance(given, ast.Constant) and re.match(r"_[a-z]", str(given.value)):
                    yield str(given.value)


@cache
def used() -> Mapping[str, set[str]]:
    """The private names of each file that has any."""
    return {path: names for path, source in sources() if (names := private_names(source))}


def rows(heading: str) -> list[tuple[list[str], list[str]]]:
    """The code in the first and in the second cell of each row of the table under a heading of the page."""
    (section,) = re.findall(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    cells = [line.split("|")[1:3] for line in section.splitlines() if line.startswith("| `")]
    assert cells, heading
    return [(re.findall(r"`([^`]+)`", first), re.findall(r"`([^`]+)`", second)) for first, second in cells]


IN_PYTHON: Final = [
    *rows("In the pages"),
    *rows("In the map"),
    *rows("In front of Streamlit"),
    *rows("In tests"),
]


def is_under(path: str, places: tuple[str, ...] | list[str]) -> bool:
    return any(path == place or (place.endswith("/") and path.startswith(place)) for place in places)


def is_on_the_page(path: str, name: str) -> bool:
    return any(is_under(path, paths) and name in names for paths, names in IN_PYTHON)


def test_what_is_not_promised_is_used_in_few_modules_of_the_product() -> None:
    assert len(used()) > 5
    product = {path: names for path, names in used().items() if is_under(path, PRODUCT)}
    assert {path: names for path, names in product.items() if not is_under(path, MAY_IMPORT)} == {}


def test_every_use_of_what_is_not_promised_is_on_the_page() -> None:
    uses = [(path, name) for path, names in used().items() for name in names]
    assert [one for one in uses if not is_on_the_page(*one)] == []


def test_the_page_names_no_private_name_that_is_not_used() -> None:
    stale = [
        (path, name)
        for paths, names in IN_PYTHON
        for path in paths
        for name in names
        if re.match(r"streamlit\.|_[a-z]", name)
        and not any(is_under(user, [path]) and name in found for user, found in used().items())
    ]
    assert stale == []


def test_streamlits_addresses_and_protocol_are_known_in_front_of_it_alone() -> None:
    knowing = {path for path, source in sources() if is_under(path, PRODUCT[:3]) and MARKS.search(source)}
    assert {path for path in knowing if not is_under(path, MAY_KNOW_ROUTES)} == set()
    named = {path for paths, _names in rows("In front of Streamlit") for path in paths}
    assert knowing <= named


def names_in_static_files() -> dict[str, set[str]]:
    """The names in Streamlit's mark-up that style sheets and scripts depend on, and the files of each."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in (path for path in sorted(STATIC.iterdir()) if path.is_file()):
        for match in NAME.finditer(path.read_text(encoding="utf-8")):
            found[next(filter(None, match.groups()))].add(path.name)
    return found


def test_every_name_in_streamlits_mark_up_is_on_the_page_with_its_files() -> None:
    listed = {name: set(files) for (name,), files in rows("In style sheets and scripts")}
    assert listed == names_in_static_files()


def test_only_static_files_know_names_in_streamlits_mark_up() -> None:
    elsewhere = [path for path, source in sources() if is_under(path, PRODUCT[:3]) and NAME.search(source)]
    templates = STATIC.with_name("templates").iterdir()
    assert elsewhere == []
    assert [path.name for path in templates if NAME.search(path.read_text(encoding="utf-8"))] == []


def test_no_style_hangs_on_a_class_that_streamlit_makes_up_at_each_build() -> None:
    made_up = re.compile(r"\.(st-(?!key-)|css-|e[0-9a-z]{5,}[0-9])")
    assert [
        path.name for path in STATIC.glob("*.css") if made_up.search(path.read_text(encoding="utf-8"))
    ] == []


def selectors(sheet: str) -> Iterator[str]:
    """Each selector of a style sheet, taken apart at its outer commas."""
    text = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    for rule in re.findall(r"([^{}]+)\{", text):
        yield from re.split(r",(?![^(]*\))", rule)


def test_the_selectors_that_hang_on_streamlits_mark_up_are_counted() -> None:
    counts = Counter(
        path.name
        for path in STATIC.glob("*.css")
        for selector in selectors(path.read_text(encoding="utf-8"))
        if HANGS_ON_STREAMLIT.search(selector)
    )
    counted = {name: int(count) for name, count in re.findall(r"`([a-z_]+\.css)` has (\d+)", PAGE)}
    assert counted == dict(counts)


@cache
def words_of_streamlits_scripts() -> set[str]:
    folder = streamlit_index().parent / "static" / "js"
    return {
        word
        for path in folder.glob("*.js")
        for word in re.findall(r"[\w-]+", path.read_text(encoding="utf-8"))
    }


@pytest.mark.parametrize("name", sorted(names_in_static_files()))
def test_every_name_we_depend_on_is_in_the_installed_streamlit(name: str) -> None:
    assert name in words_of_streamlits_scripts()


def test_every_file_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", PAGE))
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
