"""Colours as people see them: WCAG's contrast, what colour-vision deficiencies leave, and what the pages use.

The deficiencies are simulated at full severity: no red cones (protan) and no green cones (deutan) after
Viénot, Brettel and Mollon (1999), no blue cones (tritan) after Brettel, Viénot and Mollon (1997).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from coloraide import Color

ROOT: Final = Path(__file__).resolve().parents[2]
STATIC: Final = ROOT / "locator" / "presentation" / "static"
THEME: Final = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
SCHEMES: Final = ("light", "dark")

# How coloraide names the deficiencies and their methods. Viénot's is not meant for blue cones.
_METHODS: Final[Mapping[str, str]] = {"protan": "vienot", "deutan": "vienot", "tritan": "brettel"}
_GREY: Final = "grayscale"
EYES: Final = ("every colour", *_METHODS, _GREY)
"""Ways to see: all colours, without one kind of cone, and shades of grey alone."""

_RULE: Final = re.compile(r"([^{}]+)\{([^{}]*)\}")
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Declared:
    """The colour a rule gives its text, and the ground if the same rule gives one, each as CSS has it."""

    selector: str
    colour: str
    ground: str | None


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two opaque colours, 1 to 21, as WCAG 2.2 defines it."""
    return Color(one).contrast(other, method="wcag21")


def seen_by(eyes: str, colour: str) -> str:
    """The sRGB colour, in hex digits, that these eyes take this colour for."""
    if eyes == _GREY:
        seen = Color(colour).filter(_GREY)
    elif eyes in _METHODS:
        seen = Color(colour).filter(eyes, 1, method=_METHODS[eyes])
    else:
        return colour
    return seen.convert("srgb").fit().to_string(hex=True)


def grounds(scheme: str) -> dict[str, str]:
    """What text and markers lie on in a colour scheme: the page, its fields and its soft boxes."""
    theme = THEME[scheme]
    page = theme["backgroundColor"]
    soft = re.search(r"--soft: color-mix\(in srgb, currentcolor (\d+)%, transparent\)", sheet("page.css"))
    assert soft is not None
    mixed = Color(page).mix(theme["textColor"], int(soft[1]) / 100, space="srgb")
    return {
        "page": page,
        "field": theme["secondaryBackgroundColor"],
        "soft box": mixed.to_string(hex=True),
    }


def map_grounds() -> dict[str, str]:
    """What lies below markers and city names on the map: the land, and what is beyond it."""
    declared = dict(_rules(sheet("map.css")))
    return {
        "land": _value(declared[".base-county"], "fill"),
        "beyond the land": _value(declared[".leaflet-container"], "background"),
    }


def sheet(name: str) -> str:
    """A style sheet as screens have it: without comments, and without what is for paper alone."""
    text = _COMMENT.sub("", (STATIC / name).read_text(encoding="utf-8"))
    before, *printed = re.split(r"@media print\s*", text)
    return before + "".join(_after_block(block) for block in printed)


def _after_block(text: str) -> str:
    depth = 0
    for at, char in enumerate(text):
        depth += {"{": 1, "}": -1}.get(char, 0)
        if depth == 0 and char == "}":
            return text[at + 1 :]
    raise ValueError("a block is never closed")


def declared_colours(name: str) -> list[Declared]:
    """Every colour that a style sheet gives to text, but for those it takes over from around it."""
    found = []
    for selector, body in _rules(sheet(name)):
        colour = re.search(r"(?:^|;|\s)color: ([^;]+);", body)
        if colour and "inherit" not in colour[1] and "currentcolor" not in colour[1]:
            ground = re.search(r"(?:^|;|\s)background: ([^;]+);", body)
            given = None if ground is None or ground[1] == "none" else ground[1]
            found.append(Declared(selector, colour[1].removesuffix("!important").strip(), given))
    return found


def resolved(value: str, scheme: str) -> str:
    """A colour of the style sheets in one scheme: variables and `light-dark()` worked out."""
    variable = re.fullmatch(r"var\((--[\w-]+)\)", value)
    if variable:
        return resolved(_variables()[variable[1]], scheme)
    both = re.fullmatch(r"light-dark\((#\w+), (#\w+)\)", value)
    return both[1 + SCHEMES.index(scheme)] if both else Color(value).to_string(hex=True)


@cache
def _variables() -> dict[str, str]:
    """Every variable of the style sheets; one that two of them give must have one value."""
    found: dict[str, str] = {}
    for path in sorted(STATIC.glob("*.css")):
        for name, value in re.findall(r"(--[\w-]+): ([^;]+);", sheet(path.name)):
            if found.setdefault(name, value) != value:
                raise ValueError(f"{path.name} gives {name} another value")
    return found


def _rules(text: str) -> Iterator[tuple[str, str]]:
    for selector, body in _RULE.findall(text):
        yield " ".join(selector.split()), body


def _value(body: str, name: str) -> str:
    (found,) = re.findall(rf"(?:^|;|\s){re.escape(name)}: ([^;]+);", body)
    return str(found)
