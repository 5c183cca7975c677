"""A picture of the map as a browser of a given size would draw it, worked out from its SVG."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from tests.support.parsed_html import parse

_SVG: Final = "{http://www.w3.org/2000/svg}"
_PREFIX: Final = "data:image/svg+xml;charset=utf-8,"
_RULE: Final = re.compile(
    r"@media\(min-width:(\d+)px\) and \(min-height:(\d+)px\)"
    r"\{:root\{--s:([\d.]+)\}\.(from-\d+)\{display:inline\}\}"
)

Point = tuple[float, float]


@dataclass(frozen=True)
class DrawnPicture:
    """A picture at one size of its box, in pixels; places are from the left and the top of the box."""

    html: str
    width: int
    height: int

    @cached_property
    def svg(self) -> str:
        """The image's own mark-up."""
        address = parse(self.html).one("img").attributes["src"]
        assert address.startswith(_PREFIX)
        return unquote(address.removeprefix(_PREFIX))

    @cached_property
    def tree(self) -> ET.Element:
        """The image as a tree."""
        return ET.fromstring(self.svg)  # noqa: S314 - made by the project itself

    @cached_property
    def scale(self) -> float:
        """What the image's media queries make of this size."""
        (scale,) = re.findall(r"^<[^>]*><style>:root\{--s:([\d.]+);", self.svg)
        fitting = [rule for rule in self._rules if self._fits(rule)]
        return float(fitting[-1][2] if fitting else scale)

    @cached_property
    def _rules(self) -> list[tuple[str, str, str, str]]:
        rules = _RULE.findall(self.svg)
        assert len(rules) == self.svg.count("@media")
        return rules

    def _fits(self, rule: tuple[str, ...]) -> bool:
        return self.width >= int(rule[0]) and self.height >= int(rule[1])

    def on_screen(self, x: float, y: float) -> Point:
        """Where a place of the drawing is in the box."""
        return self.width / 2 + x * self.scale, self.height / 2 + y * self.scale

    def _placed(self, of_class: str) -> list[tuple[ET.Element, Point]]:
        found = []
        for group in self.tree.iter(f"{_SVG}g"):
            if of_class in group.get("class", "").split():
                place = re.fullmatch(r"--x:(-?[\d.]+)px;--y:(-?[\d.]+)px", group.get("style", ""))
                assert place is not None
                found.append((group, self.on_screen(float(place[1]), float(place[2]))))
        return found

    @property
    def pins(self) -> dict[int, Point]:
        """The middle of each pin by its number, the lowest one first."""
        return {int("".join(group.itertext())): at for group, at in self._placed("pin")}

    @property
    def names(self) -> dict[str, Point]:
        """Where each city's name begins that is shown at this size."""
        shown = {rule[3] for rule in self._rules if self._fits(rule)}
        return {
            "".join(group.itertext()): at
            for group, at in self._placed("at")
            if group.find(f"{_SVG}text") is not None
            and (not (classes := set(group.get("class", "").split())) & {"later"} or classes & shown)
        }

    @property
    def disc(self) -> tuple[Point, float] | None:
        """The middle of the area searched from, and its radius."""
        for circle in self.tree.iter(f"{_SVG}circle"):
            if circle.get("class") == "area":
                x, y, radius = (float(circle.get(name, "")) for name in ("cx", "cy", "r"))
                return self.on_screen(x, y), radius * self.scale
        return None

    @property
    def ways(self) -> list[tuple[Point, Point]]:
        """Where each line begins and ends."""
        ends = []
        for line in self.tree.iter(f"{_SVG}line"):
            x1, y1, x2, y2 = (float(line.get(name, "")) for name in ("x1", "y1", "x2", "y2"))
            ends.append((self.on_screen(x1, y1), self.on_screen(x2, y2)))
        return ends

    @property
    def counties(self) -> list[list[Point]]:
        """The corners of each ring of the land."""
        land = next(path for path in self.tree.iter(f"{_SVG}path") if path.get("class") == "land")
        placed = re.fullmatch(r"translate\((-?[\d.]+) (-?[\d.]+)\) scale\((\d+)\)", land.get("transform", ""))
        assert placed is not None
        left, top, size = map(float, placed.groups())
        rings = []
        for ring in re.findall(r"[^z]+z", land.get("d", "")):
            numbers = [int(number) for number in re.findall(r"-?\d+", ring)]
            x, y = numbers[0], numbers[1]
            corners = [(x, y)]
            for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
                x, y = x + dx, y + dy
                corners.append((x, y))
            rings.append([self.on_screen(left + size * one, top + size * other) for one, other in corners])
        return rings
