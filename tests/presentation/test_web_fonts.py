"""The fonts of every page have all that pages show, and are made of those of the installed Streamlit."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pytest
from babel.messages.pofile import read_po

from locator.presentation import STATIC, TEMPLATES, font_addresses, font_styles
from tests.support.servers import ROOT
from tests.support.streamlit_files import streamlit_index

FOLDER: Final = STATIC / "fonts"
RECORD: Final[dict[str, Any]] = json.loads((FOLDER / "fonts.json").read_text(encoding="utf-8"))
TEXT_FONTS: Final = ("locator-sans.woff2", "locator-serif.woff2")
STYLES: Final = (STATIC / "fonts.css").read_text(encoding="utf-8")
FAMILIES: Final = dict(
    re.findall(r"--(sans|heading):\s+([^;]+);", (STATIC / "page.css").read_text(encoding="utf-8"))
)
GENERIC: Final = {"georgia", "serif", "sans-serif"}
MAKE_AGAIN: Final = "make them again: python -m scripts.fonts"
BUILT: Final = streamlit_index().parent / "static"


def characters(font: str) -> set[str]:
    """All that a font has, as its record says it."""
    runs = [run.removeprefix("U+").split("-") for run in RECORD["fonts"][font]["characters"].split(", ")]
    return {chr(code) for run in runs for code in range(int(run[0], 16), int(run[-1], 16) + 1)}


def messages() -> Iterator[str]:
    for path in (ROOT / "locator" / "locales").rglob("*.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                for text in (message.id, message.string):
                    yield from (text or "",) if isinstance(text, str | None) else text


def texts() -> Iterator[tuple[str, str]]:
    """Whatever a page may show: where it stands, and the text."""
    yield from (("a message", text) for text in messages())
    for path in (*TEMPLATES.iterdir(), *STATIC.glob("*.js"), *STATIC.glob("*.html")):
        # It is set in the fonts that Typst brings.
        if path.name != "sheet.typ":
            yield path.name, path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "data").iterdir()):
        if path.suffix in {".csv", ".md", ".toml"}:
            yield path.name, path.read_text(encoding="utf-8")


@pytest.mark.parametrize("font", TEXT_FONTS)
def test_every_character_of_messages_templates_and_data_is_in_the_fonts(font: str) -> None:
    has = characters(font) | {"\n", "\t", "\r", "\ufeff"}
    missing = {(where, character) for where, text in texts() for character in text if character not in has}
    assert missing == set(), f"add them to SIGNS in scripts/fonts.py and {MAKE_AGAIN}"


@pytest.mark.parametrize("font", TEXT_FONTS)
@pytest.mark.parametrize(
    "name", ["Łukasz Müller", "Nguyen-Østergård", "María Peña", "Čapek & Şahin", "l’Hôpital"]
)
def test_names_with_other_latin_letters_can_be_shown(font: str, name: str) -> None:
    assert set(name) <= characters(font)


@pytest.mark.parametrize("font", RECORD["fonts"])
def test_each_is_made_of_the_font_that_the_installed_streamlit_has(font: str) -> None:
    entry = RECORD["fonts"][font]
    source = BUILT / "media" / entry["source"]
    assert source.exists(), MAKE_AGAIN
    assert sha256(source.read_bytes()).hexdigest() == entry["source_sha256"], MAKE_AGAIN
    assert sha256((FOLDER / font).read_bytes()).hexdigest() == entry["sha256"], MAKE_AGAIN


def test_every_symbol_that_streamlits_elements_or_our_pages_name_is_in_the_font() -> None:
    ours = [path for folder in ("locator", "pages") for path in (ROOT / folder).rglob("*.py")]
    named = {
        name
        for path in (*(BUILT / "js").glob("*.js"), *ours)
        for name in re.findall(r":material/(\w+):", path.read_text(encoding="utf-8"))
    }
    assert {"expand_more", "warning", "upload"} <= named
    # Streamlit shows a picture for this one.
    assert named - {"star_filled"} == set(RECORD["symbols"]), MAKE_AGAIN


def test_all_fonts_together_are_a_small_part_of_what_streamlit_would_send() -> None:
    assert sum((FOLDER / font).stat().st_size for font in RECORD["fonts"]) < 70_000


def families(value: str) -> list[str]:
    return [name.strip().strip('"') for name in value.split(",")]


@pytest.mark.parametrize(("option", "variable"), [("font", "sans"), ("headingFont", "heading")])
def test_streamlits_theme_and_the_style_sheets_name_the_same_families(option: str, variable: str) -> None:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    assert families(theme[option]) == families(FAMILIES[variable])


def test_every_family_but_the_last_resort_is_declared_and_none_else() -> None:
    listed = {name for value in FAMILIES.values() for name in families(value)}
    assert listed - GENERIC == set(re.findall(r'font-family: "([^"]+)"', STYLES))


def test_text_never_waits_for_a_font() -> None:
    for rule in re.findall(r"@font-face \{([^}]*)\}", STYLES):
        assert "font-display: optional" in rule or re.search(r"src:\s+local\(", rule)


@pytest.mark.parametrize("prefix", ["", "/clinics"])
def test_a_document_asks_early_for_the_very_addresses_that_its_styles_name(prefix: str) -> None:
    named = re.findall(r'url\("([^"]+)"\)', font_styles(prefix))
    assert tuple(named) == font_addresses(prefix)
    versions = [RECORD["fonts"][font]["sha256"][:8] for font in TEXT_FONTS]
    assert named == [
        f"{prefix}/assets/app/fonts/{font}?v={version}"
        for font, version in zip(TEXT_FONTS, versions, strict=True)
    ]


def test_the_licences_of_the_fonts_lie_beside_them() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FOLDER / "OFL.txt").read_text(encoding="utf-8")
    assert "Apache License" in (FOLDER / "APACHE-2.0.txt").read_text(encoding="utf-8")
    note = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert {
        path.name for path in FOLDER.iterdir() if path.name != "README.md" and path.name not in note
    } == set()


def test_no_font_of_ours_bears_the_name_that_its_licence_reserves() -> None:
    assert not re.search(r"\bSource\b", " ".join(re.findall(r'font-family: "([^"]+)"', STYLES)))
    assert all("source" not in font for font in (path.name.lower() for path in Path(FOLDER).glob("*.woff2")))
