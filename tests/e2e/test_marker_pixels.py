"""Markers as Chromium draws them: any two can be told apart, with every kind of colour vision and in grey."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations, product

import pytest
from playwright.sync_api import Browser

from locator.presentation.markers import MarkerKind, marker_svg
from tests.support.colours import EYES, SCHEMES, contrast, grounds, map_grounds, seen_by

Marker = tuple[MarkerKind, bool]
Picture = Sequence[str]
MARKERS: list[Marker] = list(product(MarkerKind, (True, False)))
NUMBERS = (None, 8, 27)
GROUNDS: dict[str, str] = {
    **map_grounds(),
    **{f"{scheme} page": grounds(scheme)["page"].lower() for scheme in SCHEMES},
}
# The rim is at least this bright against a dark page, and less so where only part of a pixel is rim.
WHOLE_RIM, PART_RIM = 15.0, 6.0
# Two pixels are told apart as graphics are: by WCAG's contrast of 3 to 1.
APART = 3.0
# As much of a marker must differ: a tenth is a strip 1.5 px wide all along its edge.
LEAST_SHARE = 0.1
_DRAW = """async (drawings) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 40 });
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  const drawn = [];
  for (const { svg, ground } of drawings) {
    const image = new Image();
    image.src = "data:image/svg+xml," + encodeURIComponent(svg);
    await image.decode();
    brush.fillStyle = ground;
    brush.fillRect(0, 0, 40, 40);
    brush.drawImage(image, 0, 0, 40, 40);
    const { data } = brush.getImageData(0, 0, 40, 40);
    const hex = (at) => "#" + [0, 1, 2].map((i) => data[at + i].toString(16).padStart(2, "0")).join("");
    drawn.push(Array.from({ length: 1600 }, (_, pixel) => hex(4 * pixel)));
  }
  return drawn;
}"""


@pytest.fixture(scope="module")
def pictures(chromium: Browser) -> Iterator[dict[tuple[Marker, int | None, str], Picture]]:
    """Each marker on each ground, without a number and with one, as 40 by 40 colours in rows."""
    wanted = list(product(MARKERS, NUMBERS, GROUNDS))
    drawings = [
        {"svg": marker_svg(kind, confirmed=confirmed, number=number), "ground": GROUNDS[ground]}
        for (kind, confirmed), number, ground in wanted
    ]
    page = chromium.new_page()
    yield dict(zip(wanted, page.evaluate(_DRAW, drawings), strict=True))
    page.close()


@cache
def are_apart(one: str, other: str, eyes: str) -> bool:
    """Whether these eyes tell two colours apart by lightness."""
    return one != other and contrast(seen_by(eyes, one), seen_by(eyes, other)) >= APART


def share_apart(one: Picture, other: Picture, ground: str, eyes: str) -> float:
    """How much of the area that either marker takes these eyes see as different in the two."""
    pairs = list(zip(one, other, strict=True))
    taken = sum(pair != (ground, ground) for pair in pairs)
    return sum(are_apart(a, b, eyes) for a, b in pairs) / taken


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("number", NUMBERS)
def test_any_two_markers_are_told_apart(
    pictures: dict[tuple[Marker, int | None, str], Picture], number: int | None, eyes: str
) -> None:
    alike = [
        (one, other, ground)
        for (one, other), (ground, colour) in product(combinations(MARKERS, 2), GROUNDS.items())
        if share_apart(pictures[one, number, ground], pictures[other, number, ground], colour, eyes)
        < LEAST_SHARE
    ]
    assert alike == []


def test_no_marker_is_cut_off_at_the_edge_of_its_picture(
    pictures: dict[tuple[Marker, int | None, str], Picture],
) -> None:
    edge = [40 * y + x for y, x in product(range(40), repeat=2) if {x, y} & {0, 39}]
    for marker in MARKERS:
        picture = pictures[marker, None, "dark page"]
        bright = [contrast(colour, GROUNDS["dark page"]) for colour in picture]
        assert max(bright) >= WHOLE_RIM
        assert max(bright[at] for at in edge) < PART_RIM


def test_markers_that_differ_in_colour_alone_would_be_found() -> None:
    blue, grey, white = "#0072b2", "#5b6770", "#ffffff"
    assert share_apart([blue, white], [grey, white], white, "every colour") == 0
    assert share_apart([blue, blue], [blue, white], white, "grayscale") == 0.5
