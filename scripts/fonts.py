"""Derive the web fonts of every page from those that the pinned Streamlit brings: `python -m scripts.fonts`.

Streamlit's own hold every language and every symbol there is, a megabyte of them. Ours hold the characters of
CHARACTERS and the symbols that Streamlit's elements or our pages name. fonts.json says what each was made of.
scripts/requirements-fonts.txt has what this needs beside Streamlit; the same releases give the same bytes.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT: Final = Path(__file__).resolve().parent.parent
FONTS: Final = ROOT / "locator" / "presentation" / "static" / "fonts"

SIGNS: Final = "‐‑–—‘’‚“”„†‡•…‰′″‹›⁄€™←↑→↓−≈≠≤≥\u2002\u2003\u2009\u200b\u202f\u2060"
"""The signs beside Latin letters: typographic ones, and those that a translator or an editor may need."""

CHARACTERS: Final = frozenset([*range(0x20, 0x7F), *range(0xA0, 0x180), *map(ord, SIGNS)])
"""Basic Latin, Latin-1 and Latin Extended-A, for the names of people and places, and SIGNS."""

_SYMBOL: Final = re.compile(r":material/(\w+):")
DRAWN_OTHERWISE: Final = frozenset({"star_filled"})
"""Names in Streamlit's scripts for which it shows a picture, and no symbol of the font."""

_SYMBOL_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789_"
# What browsers apply without being asked. Small capitals, old figures and the like are called for nowhere.
_FEATURES: Final = ("ccmp", "locl", "calt", "liga", "rlig", "kern", "mark", "mkmk")
_FAMILY_NAME_IDS: Final = (1, 3, 4, 6, 16, 25)


@dataclass(frozen=True, slots=True)
class Source:
    """A font that Streamlit brings, and what is made of it.

    `axes` are the values kept of a variable font. `family` is the name that the font itself says: Adobe
    reserves the name "Source" for what it has not been taken from.
    """

    name: str
    pattern: str
    family: str
    axes: Mapping[str, float | tuple[float, float]] = field(default_factory=dict)


TEXT_FONTS: Final = (
    Source("locator-sans.woff2", "SourceSansVF-Upright.*.woff2", "Locator Sans", {"wght": (400, 700)}),
    # Headings are all of one weight; their sizes are around 24 pixels.
    Source(
        "locator-serif.woff2", "SourceSerifVariable-Roman.*.woff2", "Locator Serif", {"wght": 600, "opsz": 24}
    ),
)
SYMBOL_FONT: Final = Source("symbols.woff2", "MaterialSymbols-Rounded.*.woff2", "Material Symbols Rounded")


def media_folder() -> Path:
    """Where the installed Streamlit has its fonts. Raises SystemExit where none is installed."""
    spec = find_spec("streamlit")
    if spec is None or spec.origin is None:
        raise SystemExit("Streamlit is not installed: make install")
    return Path(spec.origin).with_name("static") / "static" / "media"


def symbol_names(scripts: Iterable[Path]) -> set[str]:
    """The symbols that scripts name in Streamlit's way, such as `:material/warning:`."""
    return {name for path in scripts for name in _SYMBOL.findall(path.read_text(encoding="utf-8"))}


def text_font(source: Source, path: Path) -> TTFont:
    """The font with CHARACTERS alone, at the weights that are used, under a name of its own."""
    font = TTFont(path, recalcTimestamp=False)
    _subset(font, unicodes=CHARACTERS)
    font = instantiateVariableFont(font, dict(source.axes), updateFontNames=False)
    for record in font["name"].names:
        if record.nameID in _FAMILY_NAME_IDS:
            named = source.family.replace(" ", "") if record.nameID in {6, 25} else source.family
            record.string = named
    return font


def symbol_font(path: Path, names: Iterable[str]) -> TTFont:
    """The font with the symbols of `names` alone, each of which still appears in place of its name.

    Raises KeyError for a name that the font has no symbol for.
    """
    font = TTFont(path, recalcTimestamp=False)
    characters = font.getBestCmap()
    letters = [characters[ord(letter)] for letter in _SYMBOL_LETTERS]
    symbols = _ligatures(font)
    glyphs = [symbols[tuple(characters[ord(letter)] for letter in name)] for name in sorted(names)]
    _subset(font, glyphs=[*letters, *glyphs], unicodes=map(ord, _SYMBOL_LETTERS))
    return font


def _ligatures(font: TTFont) -> dict[tuple[str, ...], str]:
    """The glyph that stands for each sequence of glyphs."""
    return {
        (first, *ligature.Component): ligature.LigGlyph
        for lookup in font["GSUB"].table.LookupList.Lookup
        for table in lookup.SubTable
        for first, ligatures in getattr(table, "ExtSubTable", table).ligatures.items()
        for ligature in ligatures
    }


def _subset(font: TTFont, *, unicodes: Iterable[int], glyphs: Iterable[str] = ()) -> None:
    options = Options(
        layout_features=_FEATURES,
        # A ligature of letters that stay would otherwise bring its symbol back.
        layout_closure=not glyphs,
        hinting=False,
        notdef_outline=True,
        name_IDs=["*"],
        recalc_timestamp=False,
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=unicodes, glyphs=glyphs)
    subsetter.subset(font)


def write(name: str, source: Path, font: TTFont) -> dict[str, str]:
    """Write a font into FONTS; what it was made of and what it became."""
    made = FONTS / name
    font.flavor = "woff2"
    font.save(made)
    print(f"{name}: {made.stat().st_size:,} bytes, of {source.stat().st_size:,}")
    return {
        "source": source.name,
        "source_sha256": sha256(source.read_bytes()).hexdigest(),
        "sha256": sha256(made.read_bytes()).hexdigest(),
        "characters": as_ranges(font.getBestCmap()),
    }


def as_ranges(characters: Iterable[int]) -> str:
    """Code points as style sheets write them, such as `U+20-7E, U+A0`."""
    runs: list[list[int]] = []
    for character in sorted(characters):
        if runs and runs[-1][-1] == character - 1:
            runs[-1][-1] = character
        else:
            runs.append([character, character])
    return ", ".join(f"U+{first:X}" if first == last else f"U+{first:X}-{last:X}" for first, last in runs)


def main() -> int:
    """Write all fonts anew, and the record of what they were made of."""
    media = media_folder()
    scripts = [*(media.parent / "js").glob("*.js")]
    for folder in ("locator", "pages"):
        scripts += (ROOT / folder).rglob("*.py")
    symbols = symbol_names(scripts) - DRAWN_OTHERWISE
    record = {}
    for source in (*TEXT_FONTS, SYMBOL_FONT):
        path = next(media.glob(source.pattern), None)
        if path is None:
            print(f"This Streamlit has no {source.pattern} to make {source.name} of.", file=sys.stderr)
            return 1
        font = symbol_font(path, symbols) if source is SYMBOL_FONT else text_font(source, path)
        record[source.name] = write(source.name, path, font)
    text = json.dumps(
        {"streamlit": version("streamlit"), "fonts": record, "symbols": sorted(symbols)}, indent=2
    )
    (FONTS / "fonts.json").write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
